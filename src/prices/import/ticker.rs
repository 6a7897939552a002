//! The name of a ticker: from a file's name, and whether it can be one.

use crate::base::name::LONGEST;
use crate::prices::quotes::name;

/// Endings that say how a file is written and not what is in it.
const ENDINGS: [&str; 5] = [".gz", ".csv", ".txt", ".tsv", ".parquet"];

/// The ticker that a file's name tells: `SPY.csv`, and `spy_us_d.csv` and `spy.us.txt` of Stooq.
/// `None` if the rest of the name cannot be a ticker.
pub(super) fn of_file(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut stem = name.to_ascii_uppercase();
    while let Some(ending) = ENDINGS.iter().find(|e| stem.ends_with(&e.to_ascii_uppercase())) {
        stem.truncate(stem.len() - ending.len());
    }
    let stem = stem.strip_suffix("_US_D").unwrap_or(&stem);
    let stem = without_market(stem);
    is_ticker(stem).then(|| stem.to_owned())
}

/// The ticker without Stooq's mark of the market: `SPY.US` is `SPY`.
pub(super) fn without_market(ticker: &str) -> &str {
    match ticker.split_at_checked(ticker.len().saturating_sub(3)) {
        Some((stem, market)) if market.eq_ignore_ascii_case(".us") && !stem.is_empty() => stem,
        _ => ticker,
    }
}

/// Whether a spec could name it.
pub(super) fn is_ticker(text: &str) -> bool {
    text.len() <= LONGEST
        && name::objection(text).is_none()
        && name::is_plain(text)
        && !text.eq_ignore_ascii_case("date")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_ticker() {
        let names = [
            ("raw/SPY.csv", "SPY"),
            ("spy_us_d.csv", "SPY"),
            ("d_us_txt\\spy.us.txt", "SPY"),
            ("xlre.csv.gz", "XLRE"),
            ("BRK.B.parquet", "BRK.B"),
            ("^GSPC.CSV", "^GSPC"),
        ];
        for (file, ticker) in names {
            assert_eq!(of_file(file).as_deref(), Some(ticker), "{file}");
        }
        for file in ["SPY ETF Stock Price History.csv", ".csv", "date.csv"] {
            assert_eq!(of_file(file), None, "{file}");
        }
        for (name, is_one) in [("EURUSD=X", true), ("=X", false), ("-X", false), ("", false)] {
            assert_eq!(is_ticker(name), is_one, "{name}");
        }
    }
}
