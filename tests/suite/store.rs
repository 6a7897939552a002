//! The results store as its user meets it: what `store` says, and places that are none.

use super::support::{program, run, tree, write};

/// A file where an entry would be, and the first digits of its key.
fn put(folder: &std::path::Path, kind: &str, digits: &str, contents: &str) -> String {
    let name = format!(".dfa/results/{kind}/{digits}/{digits}{}", "0".repeat(62));
    write(folder, &name, contents);
    name
}

#[test]
fn the_help_says_what_each_command_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    for arguments in [&[][..], &["size"], &["verify"], &["prune"]] {
        let arguments = [&["store"], arguments, &["--help"]].concat();
        let (status, out, err) = run(folder.path(), &arguments);
        assert_eq!((status, err.as_str()), (0, ""));
        texts.push(format!("$ dfa-report {}\n{out}", arguments.join(" ")));
    }
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_store_is_measured_verified_and_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    let mut told = |arguments: &[&str], expected: i32| {
        let (status, out, err) = run(folder.path(), &[&["store"], arguments].concat());
        assert_eq!(status, expected, "{arguments:?}: {err}");
        texts.push(format!("$ dfa-report store {}\n{out}{err}", arguments.join(" ")));
    };
    for command in [&["size"][..], &["verify"], &["prune", "--older-than", "30d"]] {
        told(command, 0);
    }
    assert!(tree(folder.path()).is_empty(), "looking at a store makes none");
    put(folder.path(), "result", "ab", "cut off");
    put(folder.path(), "result", "cd", "");
    put(folder.path(), "digest", "ef", "dfa-report entry 1 zstd digest\n");
    write(folder.path(), ".dfa/results/mine.txt", "mine");
    told(&["size"], 0);
    told(&["verify"], 1);
    told(&["prune", "--older-than", "30d"], 0);
    told(&["prune", "--older-than", "0m", "--dry-run"], 0);
    told(&["prune", "--older-than", "0m"], 0);
    told(&["size"], 0);
    let left: Vec<String> = tree(folder.path()).into_keys().collect();
    assert_eq!(left, [".dfa/results/mine.txt"], "what is no entry stays");
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn what_is_asked_wrongly_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "file", "mine");
    let mut texts = Vec::new();
    for (variable, arguments) in [
        (None, &["store", "size", "--store", "s4://results"][..]),
        (None, &["store", "size", "--store", ""]),
        (None, &["store", "--store", "file", "size"]),
        (None, &["store", "verify", "--store", "file/below"]),
        (Some("ftp://results"), &["store", "size"]),
        (Some("ftp://results"), &["store", "size", "--store", "elsewhere"]),
        (Some("elsewhere"), &["store", "size"]),
        (None, &["store", "prune"]),
        (None, &["store", "prune", "--older-than", "30"]),
    ] {
        let mut command = program(folder.path(), arguments);
        command.envs(variable.map(|value| ("DFA_STORE", value)));
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let variable = variable.map_or_else(String::new, |value| format!("DFA_STORE={value} "));
        texts.push(format!(
            "$ {variable}dfa-report {}\n{}{}status {}\n",
            arguments.join(" "),
            text(&output.stdout),
            text(&output.stderr),
            output.status.code().unwrap()
        ));
    }
    insta::assert_snapshot!(texts.join("\n"));
}
