//! Sentences that pages and differences have in common.

use crate::base::units::format;
use crate::results::{
    Certificate, CertificateCheckName, CertificateFinding, Outcome, Stamp, Warning,
};

/// A stamp in a word.
pub(crate) fn stamp(stamp: Stamp) -> &'static str {
    match stamp {
        Stamp::Confirmed => "confirmed",
        Stamp::Refuted => "refuted",
        Stamp::Open => "open",
    }
}

/// What became of a criterion, in a word.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::NotMet => "not met",
        Outcome::Open => "open",
    }
}

/// What a figure is called within a sentence, by its name in `results.json`.
pub(crate) fn figure(name: &str) -> &'static str {
    match name {
        "oos_r2" => "R²",
        "scaled.oos_r2" | "scaled_oos_r2" => "scaled R²",
        "clark_west_p" => "Clark–West p",
        "scaled_clark_west_p" => "scaled Clark–West p",
        "hit_rate" => "hit rate",
        "rmse" => "root mean squared error",
        "selected_alpha_last" => "penalty at the last refit",
        "selected_components_last" => "components at the last refit",
        "annual_return" => "return a year",
        "sharpe" => "Sharpe ratio",
        "sharpe_arithmetic" => "Sharpe ratio of simple returns",
        "annual_log_growth" => "log growth a year",
        "annual_volatility" => "volatility a year",
        "max_drawdown" => "deepest loss",
        "annual_turnover" => "turnover a year",
        "break_even_cost_bps" => "break-even cost",
        "alpha" => "alpha a year",
        "beta" => "beta",
        "oos_r2_against_plain_mean" => "R² against the plain mean",
        "scaled_oos_r2_against_plain_mean" => "scaled R² against the plain mean",
        "evidence_p" => "family-wise p",
        "mean_correlation" => "mean correlation",
        "participation_ratio" => "participation ratio",
        "coupling.last" => "coupling on the last day",
        "flips" => "changes of state",
        _ => "figure",
    }
}

/// The stable name of a warning, and a sentence for the reader.
pub(crate) fn warning(warning: &Warning) -> (&'static str, String) {
    match warning {
        Warning::TooGood { model, oos_r2 } => (
            "too-good",
            format!(
                "{model}: an out-of-sample R² of {} is too good to be true; look for a leak \
                 before believing it.",
                format::percent(Some(*oos_r2), 2)
            ),
        ),
        Warning::UncertifiedFits { model, missed, fits } => (
            "uncertified-fits",
            format!("{model}: {missed} of {fits} fits missed the required precision."),
        ),
        Warning::Ruin { strategy, day } => {
            ("ruin", format!("{strategy}: equity reached zero on {day}."))
        }
        Warning::ControlFinds { models } => (
            "control-finds",
            format!(
                "This is a control, which must find nothing, and there is evidence of a signal{}: \
                 look for a leak in what it has in common with the other experiments before \
                 believing any of them.",
                match models.as_slice() {
                    [] => String::new(),
                    models => format!(" ({})", models.join(", ")),
                }
            ),
        ),
        Warning::DroppedDays { days } => (
            "dropped-days",
            format!(
                "{days} days were left out because an instrument had no price; returns span the \
                 gaps."
            ),
        ),
        Warning::FilledPrices { prices } => {
            ("filled-prices", format!("{prices} prices were carried over from an earlier day."))
        }
    }
}

/// What the certificate calls a check.
pub(crate) fn check(name: CertificateCheckName) -> &'static str {
    match name {
        CertificateCheckName::Truncation => "truncation",
        CertificateCheckName::Tampering => "tampering",
        CertificateCheckName::Placebo => "placebo",
        CertificateCheckName::LagDecay => "lag decay",
    }
}

/// Everything that the checks of a certificate found, with the name of the check.
pub(crate) fn certificate(
    certificate: &Certificate,
) -> impl Iterator<Item = (&'static str, String)> + '_ {
    certificate.failed().flat_map(|failed| {
        let told = failed.found.iter().map(|found| finding(failed.name, found));
        told.map(|told| (check(failed.name), told))
    })
}

/// What a check found.
pub(crate) fn finding(name: CertificateCheckName, finding: &CertificateFinding) -> String {
    match finding {
        CertificateFinding::KnewTheFuture { series, day, cut } => {
            let otherwise = match name {
                CertificateCheckName::Truncation => "the data end there",
                _ => "the prices after it are noise",
            };
            format!("`{series}` of {day} knew prices after {cut}: it is another when {otherwise}")
        }
        CertificateFinding::ForecastsShuffled { models, p_value } => format!(
            "{} forecast a target whose days were shuffled, p {}",
            format::list(models),
            format::p_value(Some(*p_value))
        ),
        CertificateFinding::Collapses { model } => format!(
            "{model} forecasts better than any market allows, and next to nothing when its \
             forecasts are used a day late"
        ),
        CertificateFinding::Survives { model } => format!(
            "{model} forecasts as well when its forecasts are used five days late, and better than \
             anything that lasts"
        ),
    }
}
