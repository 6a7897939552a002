//! What is wrong with a page, and where.

use std::fmt;

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The page, and how it was looked at.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Finding {
    /// A finding at a place.
    pub fn new(place: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self { place: place.to_string(), what: what.to_string() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Most findings that are told one by one.
const TOLD: usize = 40;

/// Nothing was found, or all of it as an error: equal findings of several places in one line.
pub fn none(findings: &[Finding]) -> anyhow::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut by_what: Vec<(&str, Vec<&str>)> = Vec::new();
    for Finding { place, what } in findings {
        match by_what.iter_mut().find(|(known, _)| known == what) {
            Some((_, places)) => places.push(place),
            None => by_what.push((what, vec![place])),
        }
    }
    let line = |(what, places): &(&str, Vec<&str>)| {
        let more = if places.len() > 3 {
            format!(" and {} more", places.len() - 3)
        } else {
            String::new()
        };
        format!("  {what}\n      {}{more}", places[..places.len().min(3)].join(", "))
    };
    let told: Vec<String> = by_what.iter().take(TOLD).map(line).collect();
    let left = by_what.len().saturating_sub(TOLD);
    let left = if left > 0 { format!("\n  and {left} more kinds") } else { String::new() };
    anyhow::bail!("{} findings:\n{}{left}", findings.len(), told.join("\n"))
}
