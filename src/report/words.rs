//! Sentences that pages and differences have in common.

use crate::base::units::format;
use crate::results::Warning;

/// The stable name of a warning, and a sentence for the reader.
pub(crate) fn warning(warning: &Warning) -> (&'static str, String) {
    match warning {
        Warning::TooGood { model, oos_r2 } => (
            "too-good",
            format!(
                "{model}: a daily out-of-sample R² of {} is too good to be true; look for a leak \
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
