//! What the program and its checks are made of comes from where it is said to, unchanged: what can be
//! held without a network. Licences and known faults are held by `cargo deny` (deny.toml).

use std::collections::BTreeMap;

use super::support::{read, repository};

#[test]
fn every_action_is_pinned_by_its_commit_with_its_version_beside_it() {
    let mut actions = BTreeMap::new();
    let folders = [".github/workflows", "contrib/github", "src/shell/cli/scaffold"];
    let paths = folders.iter().flat_map(|folder| std::fs::read_dir(repository(folder)).unwrap());
    let paths = paths.map(|entry| entry.unwrap().path()).chain([repository("action.yml")]);
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "yml")) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text
            .lines()
            .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
            // That of the repository itself, at the commit of the workflow.
            .filter(|line| !line.starts_with("$/"))
        {
            let (action, version) = line.split_once(" # v").unwrap_or((line, ""));
            let (name, commit) = action.split_once('@').unwrap_or((action, ""));
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && !version.is_empty(), "{}: {line}", path.display());
            let known = actions.entry(name.to_owned()).or_insert_with(|| line.to_owned());
            assert_eq!(known, line, "{}: one version of an action", path.display());
        }
    }
    assert!(actions.len() > 5, "only {actions:?} were found");
}

#[test]
fn every_package_is_of_the_one_registry_and_known_by_its_checksum() {
    for (file, own) in
        [("Cargo.lock", env!("CARGO_PKG_NAME")), ("browser/Cargo.lock", "browser-tests")]
    {
        let lock = read(file);
        let packages: Vec<&str> = lock.split("[[package]]").skip(1).collect();
        assert!(packages.len() > 100);
        let value = |package: &str, key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
            line.map(|rest| rest.trim_end_matches('"').to_owned())
        };
        for package in packages {
            let name = value(package, "name").unwrap();
            if name == own {
                continue;
            }
            let source = value(package, "source");
            let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
            assert_eq!(source.as_deref(), Some(crates_io), "{name} of {file}");
            assert_eq!(
                value(package, "checksum").map(|sum| sum.len()),
                Some(64),
                "{name} of {file}"
            );
        }
    }
}
