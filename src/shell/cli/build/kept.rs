//! Experiments as the site has them: of a build that leaves them out, or of one without their prices.

use super::vault::Core;
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::report::site::Sweep;
use crate::results::{Results, SERIES_FILES, Series, SourceSummary, SweepResults, from_json};
use crate::shell::store::{self, Kept, WITHOUT_ONLY};

/// An experiment as an earlier build left it.
///
/// # Errors
/// If it was not built; every file of it that is not what that build wrote, or cannot be read as what it should be.
pub(super) fn experiment(site: &Kept<'_>, id: &str) -> Result<Core, store::Error> {
    let absent = || Problem::new(format!("the site has no results of `{id}`"));
    let results = results(site, id)?.ok_or_else(absent)?;
    let unusable = |what: String, place: Place| Problem::new(what).at(place).hint(WITHOUT_ONLY);
    let mut problems = Problems::new();
    let mut texts = Vec::new();
    for path in SERIES_FILES.map(|file| file.path(&results)) {
        match site.series(&path) {
            Ok(Some(found)) => texts.push(found),
            Ok(None) => problems
                .push(unusable("the file is missing".to_owned(), Place::file(site.file(&path)))),
            Err(store::Error::Problems(found)) => problems.extend(found),
            Err(error) => return Err(error),
        }
    }
    problems.into_result(())?;
    let series = Series::from_csv(texts.iter().map(|(_, text)| text.as_str()));
    series.map(|series| (results, series)).map_err(|error| {
        let (path, text) = &texts[error.file];
        let line = text.lines().nth(error.line - 1).unwrap_or_default();
        unusable(error.message, Place::line(site.file(path), error.line, line)).into()
    })
}

/// The figures of an experiment as an earlier build left them, if it did.
///
/// # Errors
/// A file that is not what that build wrote.
pub(super) fn results(site: &Kept<'_>, id: &str) -> Result<Option<Results>, store::Error> {
    let path = format!("{id}/results.json");
    let Some(text) = site.text(&path)? else { return Ok(None) };
    Ok(Some(from_json(&site.file(&path), &text)?))
}

/// A sweep as an earlier build left it, if it did.
///
/// # Errors
/// Files that are not what that build wrote.
pub(super) fn sweep(site: &Kept<'_>, id: &str) -> Result<Option<Sweep>, store::Error> {
    let path = format!("{id}/sweep.json");
    let table = site.series(&format!("{id}/sweep.csv"))?;
    let Some((text, (_, table))) = site.text(&path)?.zip(table) else { return Ok(None) };
    match SweepResults::from_json(&text) {
        Ok(results) => Ok(Some(Sweep { results, table })),
        Err(error) => {
            let problem = Problem::new(format!("these are no results of a sweep: {error}"));
            Err(problem.at(Place::file(site.file(&path))).hint(WITHOUT_ONLY).into())
        }
    }
}

/// What an earlier build found out about a source, if it did.
///
/// # Errors
/// A file that is not what that build wrote.
pub(super) fn source(site: &Kept<'_>, name: &str) -> Result<Option<SourceSummary>, store::Error> {
    let path = format!("data/{name}/source.json");
    let Some(text) = site.text(&path)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| {
        let problem = Problem::new(format!("this is no summary of a source: {error}"));
        problem.at(Place::file(site.file(&path))).hint(WITHOUT_ONLY).into()
    })
}
