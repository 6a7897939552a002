//! The two sides of a comparison: where they come from and how old they are.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::units::{Day, format};

/// A side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Version {
    /// As it was asked for: a folder or a revision.
    pub name: String,
    /// Of a revision, the commit.
    pub commit: Option<Commit>,
    /// Whether its results were computed for this comparison, by today's program.
    pub rebuilt: bool,
    /// Sources whose prices are not in git: those of the work tree stand in for them.
    pub lent: Vec<String>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Commit {
    /// Its full hash.
    pub hash: String,
    /// First line of its message.
    pub subject: String,
    /// Day on which it was committed.
    #[schemars(with = "String")]
    pub day: Day,
    /// Of the base, how it lies to the head.
    pub to_head: Option<ToHead>,
}

/// How a commit lies to the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ToHead {
    /// Whether it is the last commit that both have.
    pub is_merge_base: bool,
    /// Commits of the head that it lacks.
    pub commits_behind: usize,
    /// Days from it to the head.
    pub days_older: i64,
}

/// A number on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CountChange {
    pub base: usize,
    pub head: usize,
}

/// Characters of a hash that are shown.
const HASH_SHOWN: usize = 10;

impl Version {
    /// A folder or a revision whose results are as they are.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// One whose results were computed for this comparison.
    pub(crate) fn rebuilt(name: &str, lent: Vec<String>) -> Self {
        Self { rebuilt: true, lent, ..Self::named(name) }
    }

    /// The side in one line, as in `main (a1b2c3d4e5 "Costs", 2026-01-31; the merge base, 3 commits
    /// behind, 2 days older; results as committed)`.
    pub(super) fn line(&self) -> String {
        let mut about = Vec::new();
        if let Some(commit) = &self.commit {
            let hash: String = commit.hash.chars().take(HASH_SHOWN).collect();
            about.push(format!("{hash} \u{201c}{}\u{201d}, {}", commit.subject, commit.day));
            about.extend(commit.to_head.map(ToHead::in_words));
        }
        let how = match (self.rebuilt, &self.commit) {
            (true, _) => "rebuilt by today's program",
            (false, Some(_)) => "results as committed",
            (false, None) => "results as they are there",
        };
        about.push(how.to_owned());
        if !self.lent.is_empty() {
            about.push(format!("prices of {} from the work tree", format::list(&self.lent)));
        }
        format!("{} ({})", self.name, about.join("; "))
    }
}

impl ToHead {
    fn in_words(self) -> String {
        if self.commits_behind == 0 && self.is_merge_base {
            return "the commit that the head is built on".to_owned();
        }
        let place = if self.is_merge_base { "the merge base" } else { "not the merge base" };
        let behind = format::counted(self.commits_behind, "commit", "commits");
        let days = usize::try_from(self.days_older).unwrap_or_default();
        let age = match self.days_older {
            0 => "of the same day".to_owned(),
            ..0 => "newer than the head".to_owned(),
            _ => format!("{} older", format::counted(days, "day", "days")),
        };
        format!("{place}, {behind} behind, {age}")
    }
}
