//! What runs on GitHub, run here: a repository made by `init` with a pull request, the steps of its
//! workflows with their own shell code, and a stub of GitHub. Nothing asks another machine.

mod github;
mod runner;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use github::{BOT, BRANCH, FORK, Github, LIMIT, NUMBER, TOKEN};
use runner::{Ended, Runner};

use super::git::git;
use super::support::{read, repository, run, write};

const MARKER: &str = "<!-- dfa-report -->";
const ACTION: &str = ".github/dfa-report";

/// Whether the tools that a runner of GitHub has are here; where they are to be, they must.
fn has_tools() -> bool {
    let lacks = |tool: &&&str| Command::new(tool).arg("--version").output().is_err();
    let Some(tool) = ["bash", "git", "curl", "jq"].iter().find(lacks) else { return true };
    assert!(std::env::var_os("CI").is_none(), "{tool} is not there");
    eprintln!("SKIPPED pull requests: {tool} is not there");
    false
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", message]);
}

/// A repository made by `init`, and what is asked of GitHub for it.
struct World {
    folder: tempfile::TempDir,
    github: Github,
    runner: Runner,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("signals");
        let (status, out, err) =
            run(folder.path(), &["init", "signals", "--program", "maker/dfa-report"]);
        assert_eq!((status, err.as_str()), (0, ""), "{out}");
        // Fewer days and models, so that the engine has less to do; and what `init` put there is
        // compared in this way too.
        let first = home.join("experiments/first.yaml");
        let spec = fs::read_to_string(&first).unwrap();
        let short = spec
            .replace("  # end: 2024-12-31", "  end: 2003-06-30")
            .replace("  - kind: lasso\n", "")
            .replace("  - kind: elastic_net\n    l1_ratio: 0.5\n", "");
        assert_ne!(short, spec);
        fs::write(first, short).unwrap();
        // What the gate holds is not at stake here.
        edit(".github/workflows/pull-request.yml", "gate: true", "gate: false")(&home);
        git(&home, &["init", "--quiet", "--initial-branch", "main"]);
        commit(&home, "base");
        let github = Github::start();
        let mut runner = Runner::new(&home, folder.path(), &github);
        runner.set("github.token", TOKEN).set("github.run_id", "99");
        let world = Self { folder, github, runner };
        world.release(&the_program(), |archive| archive);
        world
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("signals")
    }

    /// Puts a release on GitHub whose program is a shell script; `change` may damage its archive
    /// once its checksum is taken.
    fn release(&self, script: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) {
        let program = self.folder.path().join("program.sh");
        executable(&program, script);
        let target = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("macos", "aarch64") => "aarch64-apple-darwin",
            _ => "x86_64-unknown-linux-gnu",
        };
        let (version, dist) = (env!("CARGO_PKG_VERSION"), self.folder.path().join("dist"));
        for arguments in [
            vec![program.as_os_str(), version.as_ref(), target.as_ref(), dist.as_os_str()],
            vec!["--sums".as_ref(), dist.as_os_str()],
        ] {
            let mut pack = Command::new("bash");
            pack.arg(repository("contrib/release/pack.sh")).args(arguments);
            assert!(pack.status().unwrap().success());
        }
        let mut state = self.github.state.lock().unwrap();
        for entry in fs::read_dir(dist).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let at = format!("/maker/dfa-report/releases/download/v{version}/{name}");
            let bytes = fs::read(&path).unwrap();
            state.files.insert(at, if name == "SHA256SUMS" { bytes } else { change(bytes) });
        }
    }

    /// Makes `edit` a pull request from a branch of a fork, and checks out its merge as GitHub does.
    fn propose(&mut self, edit: impl Fn(&Path)) {
        let home = self.home();
        git(&home, &["checkout", "--quiet", "--force", "-B", BRANCH, "main"]);
        edit(&home);
        commit(&home, "change");
        let head = git(&home, &["rev-parse", "HEAD"]);
        let base = git(&home, &["rev-parse", "main"]);
        git(&home, &["checkout", "--quiet", "--detach", "main"]);
        git(&home, &["merge", "--quiet", "--no-ff", "-m", "merge", &head]);
        self.github.state.lock().unwrap().head.clone_from(&head);
        let pull = "github.event.pull_request";
        let run = "github.event.workflow_run";
        self.runner
            .set(&format!("{pull}.number"), NUMBER.to_string())
            .set(&format!("{pull}.base.sha"), base)
            .set(&format!("{pull}.head.sha"), head.clone())
            .set(&format!("{run}.id"), "99")
            .set(&format!("{run}.head_sha"), head)
            .set(&format!("{run}.head_branch"), BRANCH)
            .set(&format!("{run}.head_repository.full_name"), FORK)
            .set(&format!("{run}.html_url"), format!("{}/runs/99", self.github.home()));
    }

    /// The job of a stranger's code.
    fn compare(&mut self) -> Ended {
        self.workflow("pull_request", "pull-request.yml", "compare")
    }

    /// The job that may write.
    fn comment(&mut self) -> Ended {
        self.workflow("workflow_run", "comment.yml", "comment")
    }

    fn workflow(&mut self, event: &str, file: &str, job: &str) -> Ended {
        let path = self.home().join(".github/workflows").join(file);
        self.runner.set("github.event_name", event).job(&path, job)
    }

    /// Puts down what a job of a pull request would have uploaded.
    fn uploaded(&self, number: &str, kind: &str, text: &str) {
        let folder = self.runner.upload("dfa-report-comment");
        for (name, text) in [("pull-request", number), ("kind", kind), ("comment.md", text)] {
            write(&folder, name, text);
        }
    }
}

/// The program under test, as a script: small enough for an archive.
fn the_program() -> String {
    format!("exec '{}' \"$@\"", env!("CARGO_BIN_EXE_dfa-report"))
}

fn executable(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(path).status().unwrap().success());
}

fn edit(name: &str, from: &str, to: &str) -> impl Fn(&Path) {
    let (name, from, to) = (name.to_owned(), from.to_owned(), to.to_owned());
    move |home| {
        let path = home.join(&name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(&from), "no `{from}` in {name}");
        fs::write(path, text.replace(&from, &to)).unwrap();
    }
}

#[test]
fn a_pull_request_gets_one_comment_which_later_runs_update() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(edit("experiments/first.yaml", "refit_every: 21", "refit_every: 63"));
    let ended = world.compare();
    assert!(ended.passed, "{}", ended.said);
    assert!(world.runner.upload("dfa-report-preview").join("first/index.html").is_file());
    let asked = world.github.asked();
    assert!(asked.iter().all(|asked| asked.contains("/releases/download/")), "{asked:?}");
    let ended = world.comment();
    assert!(ended.passed, "{}", ended.said);
    let [comment] = &world.github.comments()[..] else { panic!("not one comment") };
    assert!(comment.starts_with(MARKER) && comment.contains("first"), "{comment}");
    assert!(comment.contains("/runs/99#artifacts"), "{comment}");
    assert!(!comment.contains("No experiment changed"), "{comment}");

    // Another push: the same comment, beside one of somebody who wrote the same marker.
    let stranger = ("stranger".to_owned(), format!("{MARKER}\nmine"));
    world.github.state.lock().unwrap().comments.insert(0, stranger);
    world.propose(edit("experiments/first.yaml", "refit_every: 21", "refit_every: 5"));
    assert!(world.compare().passed);
    assert!(world.comment().passed);
    let comments = world.github.comments();
    assert_eq!(comments.len(), 2);
    assert_eq!(comments[0], format!("{MARKER}\nmine"), "somebody else's comment");
    assert_ne!(&comments[1], comment, "the comment is not updated");

    // And a push that takes all back: the comment says so.
    world.propose(|_| ());
    assert!(world.compare().passed);
    assert!(world.comment().passed);
    let comments = world.github.comments();
    assert!(comments.len() == 2 && comments[1].contains("No experiment changed"), "{comments:?}");
}

#[test]
fn a_pull_request_that_changes_nothing_or_cannot_be_built_is_told_so() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(edit("README.md", "# Experiments", "# Our experiments"));
    let ended = world.compare();
    assert!(ended.passed, "{}", ended.said);
    assert!(world.comment().passed);
    assert_eq!(world.github.comments(), [""; 0], "nothing changed, and there is no comment");

    world.propose(edit("experiments/first.yaml", "refit_every: 21", "refit_every: none"));
    let ended = world.compare();
    assert!(!ended.passed, "{}", ended.said);
    let ended = world.comment();
    assert!(ended.passed, "{}", ended.said);
    let [comment] = &world.github.comments()[..] else { panic!("not one comment") };
    assert!(comment.contains("cannot be built") && comment.contains("first.yaml:"), "{comment}");
}

/// A program that says how `diff` was called, and ends as it is told.
fn stub(status: u8) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "case $1 in\n--version) echo dfa-report {version} ;;\nbuild) mkdir -p \"$3\" ;;\n\
         diff) echo \"called: $*\"; exit {status} ;;\nesac"
    )
}

#[test]
fn what_breaks_the_gate_is_told_before_the_job_fails_for_it() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.release(&stub(1), |archive| archive);
    world.propose(edit(".github/workflows/pull-request.yml", "gate: false", "gate: true"));
    let ended = world.compare();
    assert!(!ended.passed, "{}", ended.said);
    let ended = world.comment();
    assert!(ended.passed, "{}", ended.said);
    let [comment] = &world.github.comments()[..] else { panic!("not one comment") };
    assert!(comment.contains("--gate"), "{comment}");
    // A difference that cannot be made does not pass a gate, and is told.
    world.release(&stub(2), |archive| archive);
    assert!(!world.compare().passed);
    assert!(world.comment().passed);
    assert!(world.github.comments()[0].contains("Not compared"), "{:?}", world.github.comments());
}

#[test]
fn the_program_s_own_pull_requests_are_compared_by_their_committed_results() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    let home = world.home();
    write(&home, "action.yml", read("action.yml"));
    for script in ["install.sh", "compare.sh", "comment.sh", "release.sh"] {
        let script = format!("contrib/action/{script}");
        write(&home, &script, read(&script));
    }
    for workflow in ["ci.yml", "comment.yml"] {
        let workflow = format!(".github/workflows/{workflow}");
        write(&home, &workflow, read(&workflow));
    }
    executable(&home.join("target/debug/dfa-report"), &stub(0));
    write(&home, ".gitignore", "/target/\n");
    write(&home, "site/manifest.json", "{}");
    commit(&home, "base");
    world.propose(|home| write(home, "site/index.html", "new"));
    let base = git(&home, &["rev-parse", "main"]);
    let ended = world.workflow("pull_request", "ci.yml", "diff");
    assert!(ended.passed, "{}", ended.said);
    assert_eq!(world.github.asked(), [""; 0], "nothing is downloaded");
    assert!(world.comment().passed);
    let [comment] = &world.github.comments()[..] else { panic!("not one comment") };
    let called = format!("called: diff {base} HEAD --site site --out site/diff --format markdown");
    assert!(comment.contains(&called), "{comment}");
    assert!(world.runner.upload("dfa-report-preview").join("index.html").is_file());

    // The branch itself is checked out, and main has gone on: compared from where it left main.
    git(&home, &["checkout", "--quiet", "--force", BRANCH]);
    let later = git(&home, &["commit-tree", "main^{tree}", "-p", "main", "-m", "later"]);
    world.runner.set("github.event.pull_request.base.sha", later);
    assert!(world.workflow("pull_request", "ci.yml", "diff").passed);
    assert!(world.comment().passed);
    assert!(world.github.comments()[0].contains(&called), "{:?}", world.github.comments());
    // A base that is not in the checkout.
    world.runner.set("github.event.pull_request.base.sha", "0".repeat(40));
    let ended = world.workflow("pull_request", "ci.yml", "diff");
    assert!(!ended.passed && ended.said.contains("fetch-depth: 2"), "{}", ended.said);
}

#[test]
fn the_pages_of_a_new_repository_are_built() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    assert_eq!(run(&world.home(), &["check"]).0, 0);
    let ended = world.workflow("push", "pages.yml", "build");
    assert!(ended.passed, "{}", ended.said);
    assert!(world.home().join("site/first/index.html").is_file());
    assert_eq!(run(&world.home(), &["build", "--check"]).0, 0);
}

#[test]
fn an_archive_that_is_not_the_released_one_is_refused() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(|_| ());
    world.release(&the_program(), |mut archive| {
        *archive.last_mut().unwrap() ^= 1;
        archive
    });
    let ended = world.compare();
    assert!(!ended.passed && ended.said.contains("is not what it should be"), "{}", ended.said);
    assert!(!world.folder.path().join("temp/dfa-report/dfa-report").exists());
    // One that is pinned is not looked up.
    world.release(&the_program(), |archive| archive);
    let release = world.home().join(ACTION).join("release.sh");
    let text = fs::read_to_string(&release).unwrap();
    fs::write(
        &release,
        text.replace("DFA_SHA256:-}", &format!("DFA_SHA256:-{}}}", "0".repeat(64))),
    )
    .unwrap();
    world.github.asked();
    let ended = world.compare();
    assert!(!ended.passed && ended.said.contains("expected 0000"), "{}", ended.said);
    assert!(!world.github.asked().iter().any(|asked| asked.contains("SHA256SUMS")));
    // Nor is there a "latest".
    fs::write(&release, text.replace(env!("CARGO_PKG_VERSION"), "latest")).unwrap();
    let ended = world.compare();
    assert!(!ended.passed && ended.said.contains("is no version"), "{}", ended.said);
}

#[test]
fn a_comment_goes_to_no_other_pull_request() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(|_| ());
    let post = |world: &mut World, number: &str| {
        world.uploaded(number, "changed", "Something changed.");
        world.github.asked();
        let ended = world.comment();
        let wrote = world.github.asked().iter().any(|asked| !asked.starts_with("GET "));
        assert_eq!(ended.passed, wrote, "{}", ended.said);
        (ended.passed, ended.said)
    };
    for number in ["", "x", "0", "-7", "7 8", "7\n8", "$(id)", "7/../8", "07", "99999999999", "8"] {
        let (passed, said) = post(&mut world, number);
        assert!(!passed && said.contains("::error::"), "{number}: {said}");
    }
    assert!(post(&mut world, "7\n").0);
    // The number of somebody else's pull request, from a branch of one's own, even with its commit.
    let run = "github.event.workflow_run";
    for (key, forged) in [
        ("head_sha", "0123456789012345678901234567890123456789"),
        ("head_branch", "another"),
        ("head_repository.full_name", "thief/signals"),
    ] {
        world.propose(|_| ());
        world.runner.set(&format!("{run}.{key}"), forged);
        let (passed, said) = post(&mut world, "7");
        assert!(!passed && said.contains("was not for the last commit"), "{key}: {said}");
    }
    assert_eq!(world.github.comments().len(), 1);
    // A run that had nothing to say.
    fs::remove_dir_all(world.runner.upload("dfa-report-comment")).unwrap();
    assert!(world.comment().passed);
}

#[test]
fn a_long_difference_is_cut_where_github_ends() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(|_| ());
    let row = "| ridge – R² | 0.0123 | 0.0119 | −0.0004 | [−0.0011, 0.0003] |\n";
    let rows = row.repeat(70_000 / row.chars().count() + 1);
    let long = format!("<details><summary>all</summary>\n\n{rows}\n</details>\n");
    let code = format!("```text\n{}```\n", "0123456789\n".repeat(7_000));
    let mut texts = vec![];
    for text in [&long, &code, &long] {
        assert!(text.chars().count() > 70_000);
        world.uploaded("7", "changed", text);
        let ended = world.comment();
        assert!(ended.passed, "{}", ended.said);
        let [comment] = &world.github.comments()[..] else { panic!("not one comment") };
        let length = comment.chars().count();
        assert!(length <= LIMIT && comment.len() > LIMIT - 2_000, "{length} characters");
        assert!(comment.contains("**Cut here: ") && comment.contains("/runs/99#artifacts"));
        texts.push(comment.clone());
    }
    assert_eq!(texts[0].matches("<details>").count(), texts[0].matches("</details>").count());
    assert_eq!(texts[1].matches("```").count(), 2);
    assert_eq!(texts[0], texts[2], "the same text is cut at the same place");
    // As long as it may be: not cut; and nobody is called by it.
    world.uploaded("7", "changed", &format!("@everybody\n{}", "x\n".repeat(30_000)));
    assert!(world.comment().passed);
    let comment = &world.github.comments()[0];
    assert!(!comment.contains("Cut here") && !comment.contains("@everybody"), "cut or called");
}

#[test]
fn comments_are_looked_for_on_every_page() {
    if !has_tools() {
        return;
    }
    let mut world = World::new();
    world.propose(|_| ());
    let talk = |i: usize| ("reviewer".to_owned(), format!("remark {i}"));
    let mut comments: Vec<_> = (0..230).map(talk).collect();
    comments[217] = (BOT.to_owned(), format!("{MARKER}\nold"));
    world.github.state.lock().unwrap().comments = comments;
    world.uploaded("7", "changed", "new");
    assert!(world.comment().passed);
    let comments = world.github.comments();
    assert!(comments.len() == 230 && comments[217].contains("new"), "{}", comments[217]);
}

#[test]
fn init_overwrites_nothing_and_tells_all_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "README.md", "mine");
    write(folder.path(), ".github/workflows/pages.yml", "mine");
    let (status, out, err) = run(folder.path(), &["init"]);
    assert_eq!((status, out.as_str()), (2, ""));
    for name in ["README.md", ".github/workflows/pages.yml", "--keep"] {
        assert!(err.contains(name), "{err}");
    }
    assert!(!folder.path().join("experiments").exists(), "half of it is written");
    let (status, out, err) = run(folder.path(), &["init", "--keep"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("kept as it is: README.md"), "{out}");
    assert_eq!(fs::read_to_string(folder.path().join("README.md")).unwrap(), "mine");
    let spec = fs::read_to_string(folder.path().join("experiments/first.yaml")).unwrap();
    let line = "# yaml-language-server: $schema=";
    let schema = spec.lines().next().unwrap().strip_prefix(line).unwrap();
    let schema = fs::read_to_string(folder.path().join("experiments").join(schema)).unwrap();
    assert_eq!(schema, run(folder.path(), &["schema"]).1);
    let settings = fs::read_to_string(folder.path().join(".schema/site.json")).unwrap();
    assert_eq!(settings, run(folder.path(), &["schema", "--site"]).1);
    assert_eq!(run(folder.path(), &["new", "second"]).0, 0);
    let second = fs::read_to_string(folder.path().join("experiments/second.yaml")).unwrap();
    assert!(second.starts_with(line), "{second}");
    assert_eq!(run(folder.path(), &["check"]).0, 0);
    let (status, _, err) = run(folder.path(), &["init", "x", "--program", "a b"]);
    assert!(status == 2 && err.contains("OWNER/NAME"), "{err}");
}

#[test]
fn the_program_s_own_pull_requests_are_commented_by_the_same_workflow() {
    let ours = read(".github/workflows/comment.yml");
    let made = read("src/shell/cli/scaffold/comment.yml");
    let same = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from));
        text.replace(from, to)
    };
    let made = same(&made, "pull-request.yml", "the job `diff` of ci.yml");
    let made = same(&made, "[pull-request]", "[ci]");
    assert_eq!(ours, same(&made, "$/.github/dfa-report", "$/"));
}
