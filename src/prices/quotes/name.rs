//! What a ticker may be called: its name heads columns of CSV files, here and in the site.

/// Signs with which a spreadsheet takes a cell for a formula and runs it, also in the wide forms of
/// Chinese and Japanese.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Why a text cannot be the name of a column, if so.
pub(crate) fn objection(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is blank")
    } else if name.starts_with(FORMULA) {
        Some("begins as a formula of a spreadsheet does")
    } else if name.contains(|c: char| c.is_control() || matches!(c, ',' | '"')) {
        Some("has a comma, a quote or a control character, which a CSV header cannot hold")
    } else {
        None
    }
}

/// Whether a name is of letters, digits and `. _ - ^ =`, of which tickers are made.
pub(crate) fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "._-^=".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_plain_cell_of_a_header() {
        for name in ["SPY", "BRK.B", "^GSPC", "EURUSD=X", "S&P 500", "0700.HK", "BTC-USD"] {
            assert_eq!(objection(name), None, "{name}");
        }
        for name in [
            "",
            "=1+1",
            "=cmd|' /C calc'!A0",
            "+SPY",
            "-SPY",
            "@SUM(A1)",
            "\u{ff1d}1",
            "\t=1",
            "\r=1",
            "A,=1",
            "A\n=1",
            "\"A",
        ] {
            assert!(objection(name).is_some(), "{name:?}");
        }
    }
}
