//! Runs the steps of a workflow as a runner of GitHub would: the shell code of each, with the
//! environment that its expressions give, and uploads as folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::github::{Github, REPOSITORY};

/// A job of a repository that is checked out already.
pub(super) struct Runner {
    workspace: PathBuf,
    /// Emptied for every job, as a new machine is.
    temp: PathBuf,
    uploads: PathBuf,
    /// What expressions stand for.
    values: BTreeMap<String, String>,
    server: String,
}

/// How a job ended, and what its steps said.
#[derive(Debug)]
pub(super) struct Ended {
    pub passed: bool,
    pub said: String,
}

impl Runner {
    /// For the checkout `workspace`; what jobs put down and pass on goes below `folder`.
    pub(super) fn new(workspace: &Path, folder: &Path, github: &Github) -> Self {
        Self {
            workspace: workspace.to_owned(),
            temp: folder.join("temp"),
            uploads: folder.join("uploads"),
            values: BTreeMap::new(),
            server: github.home(),
        }
    }

    /// Says what an expression stands for.
    pub(super) fn set(&mut self, expression: &str, value: impl Into<String>) -> &mut Self {
        self.values.insert(expression.to_owned(), value.into());
        self
    }

    /// What a job uploaded under a name.
    pub(super) fn upload(&self, name: &str) -> PathBuf {
        self.uploads.join(name)
    }

    /// Runs a job of a workflow.
    pub(super) fn job(&mut self, workflow: &Path, job: &str) -> Ended {
        let _ = fs::remove_dir_all(&self.temp);
        fs::create_dir_all(&self.temp).unwrap();
        let temp = self.temp.display().to_string();
        self.set("runner.temp", temp);
        let workflow = yaml(workflow);
        let mut said = String::new();
        let steps = workflow["jobs"][job]["steps"].as_array().unwrap().clone();
        let passed = self.steps(&steps, &self.workspace.clone(), &mut said);
        Ended { passed, said }
    }

    /// Runs steps until one fails. `action` is the folder of the action they are of.
    fn steps(&mut self, steps: &[Value], action: &Path, said: &mut String) -> bool {
        assert!(!steps.is_empty());
        for step in steps {
            if step["if"].as_str().is_some_and(|condition| !self.holds(condition)) {
                continue;
            }
            let passed = match (step["run"].as_str(), step["uses"].as_str()) {
                (Some(code), None) => self.shell(step, code, action, said),
                (None, Some(used)) => self.action(step, used, said),
                _ => panic!("a step runs or uses: {step}"),
            };
            if !passed && step["continue-on-error"] != true {
                return false;
            }
        }
        true
    }

    fn shell(&mut self, step: &Value, code: &str, action: &Path, said: &mut String) -> bool {
        assert!(!code.contains("${{"), "an expression in shell code: {code}");
        if code.starts_with("rustup ") || code.starts_with("cargo ") {
            // The program is built already.
            return true;
        }
        let (script, output) = (self.temp.join("step.sh"), self.temp.join("output"));
        fs::write(&script, code).unwrap();
        fs::write(&output, "").unwrap();
        let mut command = Command::new("bash");
        match step["shell"].as_str() {
            Some("bash") => command.args(["--noprofile", "--norc", "-eo", "pipefail"]),
            None => command.arg("-e"),
            other => panic!("the shell {other:?}"),
        };
        let folder = self.filled(step["working-directory"].as_str().unwrap_or("."));
        command.arg(&script).current_dir(self.workspace.join(folder));
        for variable in ["DFA_STORE", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(variable);
        }
        command.env("GITHUB_ACTION_PATH", action).env("RUNNER_TEMP", &self.temp);
        command.env("GITHUB_OUTPUT", &output).env("GITHUB_REPOSITORY", REPOSITORY);
        command.env("GITHUB_STEP_SUMMARY", self.temp.join("summary.md"));
        command.env("GITHUB_SERVER_URL", &self.server).env("GITHUB_API_URL", &self.server);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.filled(&scalar(value)));
        }
        let ended = command.output().unwrap();
        for stream in [&ended.stdout, &ended.stderr] {
            said.push_str(&String::from_utf8_lossy(stream));
        }
        if let Some(id) = step["id"].as_str() {
            for (name, value) in
                fs::read_to_string(&output).unwrap().lines().filter_map(|line| line.split_once('='))
            {
                self.set(&format!("steps.{id}.outputs.{name}"), value);
            }
        }
        ended.status.success()
    }

    fn action(&mut self, step: &Value, used: &str, said: &mut String) -> bool {
        let with = |name: &str| self.filled(&scalar(&step["with"][name]));
        if let Some(folder) = used.strip_prefix("$/") {
            let folder = self.workspace.join(folder);
            let action = yaml(&folder.join("action.yml"));
            let inputs = action["inputs"].as_object().unwrap();
            let given = step["with"].as_object();
            for name in given.into_iter().flatten().map(|(name, _)| name) {
                assert!(inputs.contains_key(name), "the action has no input {name}");
            }
            for (name, input) in inputs {
                let given = given.and_then(|given| given.get(name)).unwrap_or(&input["default"]);
                let value = self.filled(&scalar(given));
                self.set(&format!("inputs.{name}"), value);
            }
            return self.steps(action["runs"]["steps"].as_array().unwrap(), &folder, said);
        }
        match used.split('@').next().unwrap() {
            "actions/checkout" | "actions/cache" | "actions/cache/restore" => true,
            "actions/upload-pages-artifact" => self.workspace.join(with("path")).is_dir(),
            "actions/upload-artifact" => {
                let (from, to) = (self.workspace.join(with("path")), self.upload(&with("name")));
                let _ = fs::remove_dir_all(&to);
                if from.is_dir() {
                    copy(&from, &to);
                }
                from.is_dir() || with("if-no-files-found") == "ignore"
            }
            "actions/download-artifact" => {
                let (from, to) = (self.upload(&with("name")), PathBuf::from(with("path")));
                if from.is_dir() {
                    copy(&from, &to);
                }
                from.is_dir()
            }
            other => panic!("the action {other}"),
        }
    }

    /// A text with its expressions filled in.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").unwrap();
            filled += self.value(expression);
            filled += rest;
        }
        filled
    }

    fn value(&self, expression: &str) -> &str {
        let expression = expression.trim();
        self.values.get(expression).unwrap_or_else(|| panic!("what is {expression}?"))
    }

    /// Whether a condition holds: comparisons with texts, all of which must.
    fn holds(&self, condition: &str) -> bool {
        condition.split("&&").all(|comparison| {
            let (name, text, equal) = match comparison.split_once("==") {
                Some((name, text)) => (name, text, true),
                None => {
                    let (name, text) = comparison.split_once("!=").unwrap();
                    (name, text, false)
                }
            };
            (self.value(name) == text.trim().trim_matches('\'')) == equal
        })
    }
}

fn yaml(path: &Path) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}
