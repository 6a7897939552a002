//! The market in sentences made from its numbers.

use crate::base::units::format;
use crate::report::site::kit::subject::Subject;
use crate::results::GeometrySummary;

/// Share of the largest loading from which a ticker is named.
const NAMED: f64 = 0.5;

/// Tickers named on either side of a mode.
const MOST_NAMED: usize = 4;

/// "One mode carries 61 % ...; 2 of 9 eigenvalues ...", and what the second mode is.
pub(crate) fn sentences(subject: &Subject<'_>) -> Vec<String> {
    let geometry = &subject.results.geometry;
    let p = geometry.eigenvalues.len();
    if p < 2 {
        return Vec::new();
    }
    let outstanding = geometry.outstanding();
    let mut sentences = vec![format!(
        "The first mode carries {} of the features’ variance; {} what unrelated series would show.",
        format::percent(share(geometry, 0), 0),
        match outstanding {
            0 => format!("none of the {p} eigenvalues stands above"),
            1 => format!("one of {p} eigenvalues stands above"),
            more => format!("{more} of {p} eigenvalues stand above"),
        },
    )];
    if outstanding == 0 {
        return sentences;
    }
    if let Some(first) = described(geometry, 0) {
        let kind = if is_one_sided(geometry, 0) {
            "It is the market mode"
        } else {
            "Its largest loadings"
        };
        sentences.push(format!("{kind}: {first}."));
    }
    if outstanding > 1
        && let Some(second) = described(geometry, 1)
    {
        sentences.push(format!(
            "The second, with {}, is {second}.",
            format::percent(share(geometry, 1), 0)
        ));
    }
    sentences
}

/// Share of an eigenvalue in their sum.
pub(crate) fn share(geometry: &GeometrySummary, rank: usize) -> Option<f64> {
    let total: f64 = geometry.eigenvalues.iter().sum();
    geometry.eigenvalues.get(rank).filter(|_| total > 0.0).map(|value| value / total)
}

/// Whether all features load on a mode with the same sign.
pub(crate) fn is_one_sided(geometry: &GeometrySummary, rank: usize) -> bool {
    let loadings = geometry.eigenvectors.get(rank);
    loadings.is_some_and(|loadings| loadings.iter().all(|loading| *loading > 0.0))
}

/// A static mode in words: "all features the same way", "XLU and XLP against XLE".
pub(crate) fn described(geometry: &GeometrySummary, rank: usize) -> Option<String> {
    let loadings = geometry.eigenvectors.get(rank)?;
    Some(mode(&geometry.tickers, loadings))
}

fn mode(tickers: &[String], loadings: &[f64]) -> String {
    if loadings.iter().all(|loading| *loading > 0.0) {
        return "all features load on it with one sign".to_owned();
    }
    let strongest = loadings.iter().map(|loading| loading.abs()).fold(0.0, f64::max);
    let loads = tickers.iter().map(String::as_str).zip(loadings.iter().copied());
    let mut named: Vec<(&str, f64)> =
        loads.filter(|(_, loading)| loading.abs() >= NAMED * strongest).collect();
    named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let side = |positive: bool| -> Vec<&str> {
        let tickers = named.iter().filter(|(_, loading)| (*loading > 0.0) == positive);
        tickers.map(|(ticker, _)| *ticker).take(MOST_NAMED).collect()
    };
    match (side(true), side(false)) {
        (up, down) if down.is_empty() => format!("mostly {}", format::list(&up)),
        (up, down) if up.is_empty() => format!("mostly {}", format::list(&down)),
        (up, down) => format!("{} against {}", format::list(&up), format::list(&down)),
    }
}

/// Whether the directions of the models are those of the features; with several lags they are of
/// all lagged columns together.
pub(crate) fn has_one_lag(subject: &Subject<'_>) -> bool {
    subject.results.data.lags.len() == 1
}

/// A direction of the models: "the market mode", "the second direction", "direction 4".
pub(crate) fn direction(subject: &Subject<'_>, rank: usize) -> String {
    match rank {
        0 if has_one_lag(subject) && is_one_sided(&subject.results.geometry, 0) => {
            "the market mode".to_owned()
        }
        0 => "the first direction".to_owned(),
        1 => "the second direction".to_owned(),
        2 => "the third direction".to_owned(),
        more => format!("direction {}", more + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_named_after_its_strongest_loadings() {
        let tickers = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!(mode(&tickers, &[0.7, -0.6, 0.1, 0.4]), "A and D against B");
        assert_eq!(mode(&tickers, &[0.9, -0.1, 0.1, 0.0]), "mostly A");
        assert_eq!(mode(&tickers, &[0.5; 4]), "all features load on it with one sign");
    }

    #[test]
    fn an_eigenvalue_stands_out_only_above_both_bounds() {
        let mut geometry = crate::report::stored::plain().results.geometry;
        geometry.eigenvalues = vec![5.47, 0.92, 0.71, 0.5];
        geometry.spectrum.marchenko_pastur.upper = 0.6;
        geometry.spectrum.shift_band = None;
        assert_eq!(geometry.outstanding(), 3);
        geometry.spectrum.shift_band = Some(crate::results::ShiftBand {
            replicates: 200,
            lower: vec![0.5; 4],
            upper: vec![1.1, 0.95, 0.9, 0.8],
        });
        assert_eq!(geometry.outstanding(), 1);
    }
}
