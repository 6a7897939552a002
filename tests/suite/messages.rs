//! Messages in proportion: all problems of all files at once, each of a size that can be read, in
//! characters that are seen, with hints at what there is.

use std::collections::BTreeSet;
use std::fs;

use syn::visit::{self, Visit};

use super::support::{SMALL_SPEC, first_years, repository, run, small_repository, write};

/// What `build` tells, which fails, and `check` tells alike.
fn told(folder: &tempfile::TempDir) -> String {
    let (status, out, err) = run(folder.path(), &["build"]);
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    let (status, _, from_check) = run(folder.path(), &["check"]);
    assert_eq!((status, from_check.as_str()), (1, err.as_str()));
    err
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    use std::os::unix::fs::symlink;

    let folder = small_repository();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("experiments/bytes.yaml"), b"title: caf\xe9\n").unwrap();
    symlink("loop.yaml", path("experiments/loop.yaml")).unwrap();
    symlink("absent.yaml", path("experiments/nowhere.yaml")).unwrap();
    symlink("..", path("experiments/above")).unwrap();
    write(folder.path(), "experiments/wrong.yaml", "title: A\nseeed: 1\n");
    for (id, source) in [("first", "looped"), ("second", "bytes"), ("third", "described")] {
        let spec = SMALL_SPEC.replace("tiny", source);
        write(folder.path(), &format!("experiments/{id}.yaml"), &spec);
    }
    fs::create_dir_all(path("data/looped")).unwrap();
    symlink("prices.csv", path("data/looped/prices.csv")).unwrap();
    write(folder.path(), "data/looped/source.yaml", "titel: A\n");
    fs::create_dir_all(path("data/bytes")).unwrap();
    fs::write(path("data/bytes/prices.csv"), b"date,S\xffY\n").unwrap();
    write(folder.path(), "data/described/prices.csv", first_years());
    symlink("source.yaml", path("data/described/source.yaml")).unwrap();
    let err = told(&folder);
    for expected in [
        "experiments/bytes.yaml:1:11",
        "experiments/loop.yaml",
        "experiments/nowhere.yaml",
        "experiments/wrong.yaml:2:1",
        "data/looped/prices.csv",
        "data/looped/source.yaml:1:1",
        "data/bytes/prices.csv:1:7",
        "data/described/source.yaml",
    ] {
        assert!(
            err.contains(&format!("--> {expected}")) || err.contains(expected),
            "no {expected} in\n{err}"
        );
    }
    // Templates are `build`'s alone, and are told with the rest.
    write(folder.path(), "templates/index.html", "{% for %}");
    fs::write(path("templates/base.html"), b"\xff").unwrap();
    symlink("part.html", path("templates/part.html")).unwrap();
    let (status, _, err) = run(folder.path(), &["build"]);
    assert_eq!(status, 2);
    for expected in ["templates/base.html:1:1", "templates/part.html", "experiments/wrong.yaml:2:1"]
    {
        assert!(err.contains(expected), "no {expected} in\n{err}");
    }
}

#[test]
fn the_same_slip_in_many_files_is_one_problem_with_its_places() {
    let folder = small_repository();
    for number in 0..200 {
        let spec = format!("{SMALL_SPEC}seeed: 1\n");
        write(folder.path(), &format!("experiments/e{number:03}.yaml"), &spec);
    }
    let err = told(&folder);
    assert_eq!(err.matches("unknown key `seeed`").count(), 1, "{err}");
    assert!(err.contains("e001.yaml:5:1") && err.contains("and 194 more places"), "{err}");
    assert!(err.ends_with("\n\n1 problem at 200 places\n"), "{err}");
}

#[test]
fn a_hundred_thousand_slips_are_told_in_a_few_lines() {
    let folder = small_repository();
    let many = |entry: &dyn Fn(usize) -> String| (0..100_000).map(entry).collect::<String>();
    let head = "title: A\ndata: {source: tiny, target: SPY, features: [XLE]}\n";
    for (name, spec, expected) in [
        ("keys", head.to_owned() + &many(&|i| format!("k{i}: 1\n")), "more problems"),
        ("one-key", head.to_owned() + &many(&|_| "seed: 1\n".to_owned()), "more places"),
        (
            "one-line",
            format!("{head}costs: {{{}}}\n", many(&|i| format!("k{i}: 1, "))),
            "more problems",
        ),
        ("twice", head.replace("XLE", &many(&|_| "XLE, ".to_owned())), "has 100000 entries"),
        (
            "lags",
            head.replace("[XLE]", &format!("[XLE], lags: [{}]", many(&|i| format!("{i}, ")))),
            "at most 100",
        ),
        (
            "models",
            format!("{head}models:\n{}", many(&|_| "- kind: ridge\n".to_owned())),
            "too large",
        ),
        ("long", format!("title: {}\nseed: -1", "x".repeat(1_000_000)), "1000000 characters"),
        ("deep", format!("title: {}", "[".repeat(100_000)), "brackets within brackets"),
    ] {
        write(folder.path(), &format!("experiments/{name}.yaml"), &spec);
        let (status, _, err) = run(folder.path(), &["build"]);
        fs::remove_file(folder.path().join(format!("experiments/{name}.yaml"))).unwrap();
        assert_eq!(status, 2, "{name}");
        assert!(err.contains(expected), "{name}: no `{expected}`");
        assert!(
            err.len() < 120_000 && err.lines().all(|line| line.chars().count() < 1_200),
            "{name}"
        );
    }
}

#[test]
fn one_bad_file_hides_no_other_and_is_counted_once() {
    let keys = (0..120).map(|i| format!("k{i}: 1\n")).collect::<String>();
    for (many, counted) in
        [(keys, "121 problems"), ("seed: 1\n".repeat(12_001), "2 problems at 12\u{202f}001 places")]
    {
        let folder = small_repository();
        write(folder.path(), "experiments/a.yaml", format!("{SMALL_SPEC}{many}"));
        write(folder.path(), "experiments/zz.yaml", format!("{SMALL_SPEC}titel: x\n"));
        let err = told(&folder);
        assert!(err.contains("experiments/zz.yaml:5:1"), "{err}");
        assert!(err.contains(&format!("\n\n{counted}")), "{err}");
    }
    let folder = small_repository();
    let mut prices = "date,SPY,XLE,XLU\n".to_owned();
    first_years().lines().skip(1).take(400).for_each(|line| {
        prices.push_str(&format!("{},1,1,-1\n", line.split(',').next().unwrap()));
    });
    write(folder.path(), "data/tiny/prices.csv", &prices);
    let err = told(&folder);
    assert!(err.contains("380 more") && err.ends_with("at 400 places\n"), "{err}");
}

#[test]
fn a_slip_of_a_spec_hides_none_of_its_data_and_no_option() {
    let folder = small_repository();
    for (id, spec) in [
        ("source", SMALL_SPEC.replace("tiny", "tniy")),
        ("target", SMALL_SPEC.replace("SPY", "SPQ")),
        ("feature", SMALL_SPEC.replace("XLU]", "XLUU], lags: [0]")),
    ] {
        write(folder.path(), &format!("experiments/{id}.yaml"), format!("{spec}seed: -1\n"));
    }
    let err = told(&folder);
    for expected in [
        "no price source `tniy`",
        "source.yaml:2:16",
        "no ticker `SPQ`",
        "target.yaml:2:30",
        "no ticker `XLUU`",
        "feature.yaml:2:51",
        "a lag of 0",
        "source.yaml:5:7",
    ] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
    let (status, _, err) =
        run(folder.path(), &["build", "--only", "smal", "--base-url", "x", "--templates", "none"]);
    assert_eq!(status, 2);
    for expected in ["--only smal", "did you mean `small`?", "--base-url x", "`none`", "SPQ"] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
}

#[test]
fn files_of_a_site_that_cannot_be_used_are_told_with_place_and_remedy() {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SMALL_SPEC);
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    let path = folder.path().join("site/other/results.json");
    let sound = fs::read_to_string(&path).unwrap();
    let later: String = sound.replacen("\"schema\": ", "\"schema\": 9", 1);
    for (text, words) in [
        (&sound[..sound.len() / 2], "the results end before they are complete"),
        ("[]", "holds no mapping"),
        ("{}", "the key `"),
        ("{\"id\": x}", "the results are not JSON"),
        (&later, "this program reads schemas"),
        (&sound.replacen("\"id\": \"other\"", "\"id\": 7", 1), "`id` has a value"),
    ] {
        fs::write(&path, text).unwrap();
        // What an earlier build left is known by its hash; what a diff is given is not.
        let changed = ("the file is not what the build wrote", "hint: build without --only");
        for (command, words, hint) in [
            (&["build", "--only", "small"][..], changed.0, changed.1),
            (&["diff", "site", "site"], words, "hint: build the site anew"),
        ] {
            let (status, _, err) = run(folder.path(), command);
            assert!(status == 2 && err.contains(words), "{command:?}, {words}: {err}");
            assert!(err.contains("site/other/results.json"), "{err}");
            assert!(err.contains(hint), "{err}");
            assert!(!err.contains("struct ") && !err.contains("EOF"), "{err}");
        }
    }
    fs::write(&path, &sound).unwrap();
    let series = folder.path().join("site/other/breaks.csv");
    fs::write(&series, "date,a\n2020-01-31,x\n").unwrap();
    fs::remove_file(folder.path().join("site/other/strategies.csv")).unwrap();
    let (status, _, err) = run(folder.path(), &["build", "--only", "small"]);
    assert_eq!(status, 2);
    for expected in ["site/other/breaks.csv", "site/other/strategies.csv", "without --only"] {
        assert!(err.contains(expected), "no `{expected}` in\n{err}");
    }
}

#[test]
fn aliases_that_multiply_and_ids_that_are_too_long_are_told_as_such() {
    let folder = small_repository();
    let mut bomb = "title: A\na: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in "bcdefghij".chars().zip("abcdefghi".chars()) {
        bomb.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(", ")));
    }
    write(folder.path(), "experiments/bomb.yaml", &bomb);
    let err = told(&folder);
    assert!(err.contains("aliases (`*`)") && !err.contains("too large"), "{err}");
    let long = "a".repeat(300);
    let (status, _, err) = run(folder.path(), &["new", &long]);
    assert!(status == 2 && err.contains("the id has 300 characters"), "{err}");
    assert!(err.contains("64 at most") && !err.contains("os error"), "{err}");
}

#[cfg(unix)]
#[test]
fn what_would_steer_a_terminal_is_shown_instead() {
    let folder = small_repository();
    let bad = "\u{1b}]0;owned\u{7}\u{202e}\u{200b}\r";
    write(folder.path(), &format!("experiments/a{bad}.yaml"), "title: A\n");
    let spec =
        format!("title: A\n\"{}\": 1\ndata: {{target: \"{}\"}}\n", "\\e[2J\\n", "\\e\\u202e");
    write(folder.path(), "experiments/b.yaml", &spec);
    write(folder.path(), &format!("data/d{bad}/prices.csv"), "date,A\n2020-01-02,x\u{1b}[31m\n");
    let (_, out, err) = run(folder.path(), &["check"]);
    for text in [&out, &err] {
        let hidden = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200b}".contains(c);
        assert!(!text.contains(hidden), "{text:?}");
    }
    for expected in [
        "\\u{1b}]0;owned\\u{7}\\u{202e}\\u{200b}",
        "unknown key `\\u{1b}[2J\\n`",
        "the text `\\u{1b}\\u{202e}`",
    ] {
        assert!(err.contains(expected), "no {expected} in\n{err}");
    }
}

#[test]
fn a_name_or_folder_that_cannot_be_is_refused_with_words() {
    let folder = small_repository();
    write(folder.path(), "file", "");
    for (arguments, words) in [
        (&["new", "con"][..], "Windows"),
        (&["new", "lpt9"], "Windows"),
        (&["build", "--templates", "tempaltes"], "no folder `tempaltes`"),
        (&["build", "--templates", "file"], "no folder `file`"),
    ] {
        let (status, out, err) = run(folder.path(), arguments);
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
    assert_eq!(run(folder.path(), &["build"]).0, 0, "the folder of templates may be absent");
    for (name, text) in [("nul", SMALL_SPEC.to_owned()), ("b", SMALL_SPEC.replace("tiny", "AUX.x"))]
    {
        write(folder.path(), &format!("experiments/{name}.yaml"), &text);
    }
    let err = told(&folder);
    assert!(err.contains("`nul`") && err.contains("`AUX.x`") && err.contains("Windows"), "{err}");
}

/// The texts of a file, those of documentation and tests left out.
#[derive(Default)]
struct Texts(Vec<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.0.push(mac.tokens.to_string());
    }
}

/// The words that follow a mark in a text.
fn words_after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).filter_map(move |(at, _)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        (end > 1).then_some(&rest[..end])
    })
}

#[test]
fn messages_name_options_and_commands_that_exist() {
    let manual = run(&repository(""), &["completions", "bash"]).1;
    let options: BTreeSet<&str> = words_after(&manual, "--").collect();
    let commands: BTreeSet<&str> = words_after(&manual, "dfa__report__subcmd__").collect();
    assert!(options.contains("experiments") && commands.contains("build"), "{commands:?}");
    let (mut named, mut unknown) = (0, Vec::new());
    for entry in walkdir::WalkDir::new(repository("src")).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let mut texts = Texts::default();
        texts.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
        // An option of another program is passed as a word of its own, never in a sentence.
        for text in texts.0.iter().filter(|text| text.contains(' ')) {
            let sentences = text.replace("\"--", "");
            for option in words_after(&sentences, "--") {
                named += 1;
                if !options.contains(option) {
                    unknown.push(format!("{}: --{option}", path.display()));
                }
            }
            for command in words_after(&sentences, "`dfa-report ") {
                named += 1;
                if !commands.contains(command) {
                    unknown.push(format!("{}: {command}", path.display()));
                }
            }
        }
    }
    assert!(named > 30, "only {named} are named: the finder is blind");
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}
