//! Which of a bar's prices is meant, and by what names providers call the columns of a bar.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// One of the prices of a daily bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// First price of the session.
    Open,
    /// Highest price of the session.
    High,
    /// Lowest price of the session.
    Low,
    /// Last price of the session, as traded or adjusted for splits.
    Close,
    /// Close adjusted for splits and distributions: its returns are total returns.
    AdjustedClose,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::High, Self::Low, Self::Close, Self::AdjustedClose];

    /// As settings and command lines write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::AdjustedClose => "adjusted_close",
        }
    }

    /// As a sentence says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::AdjustedClose => "adjusted close",
            other => other.name(),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a column holds, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Trading days.
    Day,
    /// Whose price it is.
    Ticker,
    /// Length of the bar: `D` for a day.
    Period,
    /// Prices of a field.
    Price(Field),
    /// Shares traded.
    Volume,
    /// Something known that is no price: dividends, changes, the time of day.
    Aside,
}

impl Column {
    /// What a column of that name holds in the files of the known providers; `None` for any other
    /// name, such as a ticker. Letter case, blanks and punctuation do not count: `Adj Close`,
    /// `adjClose`, `adjusted_close`, `<CLOSE>` and `Close/Last` are all known.
    ///
    /// ```
    /// use dfa_report::prices::quotes::{Column, Field};
    /// assert_eq!(Column::named("Adj Close**"), Some(Column::Price(Field::AdjustedClose)));
    /// assert_eq!(Column::named("SPY"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Some(match plain.as_str() {
            "date" | "datetime" | "day" | "timestamp" | "tradedate" | "tradingday"
            | "exchangedate" => Self::Day,
            "ticker" | "symbol" | "instrument" => Self::Ticker,
            "per" | "period" => Self::Period,
            "open" => Self::Price(Field::Open),
            "high" => Self::Price(Field::High),
            "low" => Self::Price(Field::Low),
            "close" | "closelast" | "last" | "price" | "value" => Self::Price(Field::Close),
            "adjclose" | "adjustedclose" | "closeadj" | "closeadjusted" | "adjusted" => {
                Self::Price(Field::AdjustedClose)
            }
            "volume" | "vol" => Self::Volume,
            // Of Yahoo, Stooq, Tiingo, Alpha Vantage, Nasdaq and Investing.com.
            "time" | "openint" | "change" | "changepercent" | "dividend" | "dividends"
            | "dividendamount" | "divcash" | "stocksplits" | "splitcoefficient" | "splitfactor"
            | "capitalgains" | "adjopen" | "adjhigh" | "adjlow" | "adjvolume" | "vwap"
            | "currency" => Self::Aside,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_every_provider_are_known() {
        let known = [
            ("Date", Column::Day),
            ("<DATE>", Column::Day),
            ("timestamp", Column::Day),
            ("<TICKER>", Column::Ticker),
            ("<PER>", Column::Period),
            ("Close*", Column::Price(Field::Close)),
            ("Close/Last", Column::Price(Field::Close)),
            ("Adj Close**", Column::Price(Field::AdjustedClose)),
            ("adjusted_close", Column::Price(Field::AdjustedClose)),
            ("adjClose", Column::Price(Field::AdjustedClose)),
            ("Vol.", Column::Volume),
            ("Change %", Column::Aside),
            ("splitFactor", Column::Aside),
        ];
        for (name, column) in known {
            assert_eq!(Column::named(name), Some(column), "{name}");
        }
        for name in ["SPY", "XLE", "", "Unnamed: 0", "BRK.B"] {
            assert_eq!(Column::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_field_is_read_as_it_is_written() {
        for field in Field::ALL {
            assert_eq!(serde_json::from_value::<Field>(field.name().into()).unwrap(), field);
        }
    }
}
