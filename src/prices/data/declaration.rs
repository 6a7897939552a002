//! Where a source's prices can be fetched: the keys of `source.yaml` that `fetch` goes by.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::base::units::Day;
use crate::prices::quotes::Field;

/// Trading days asked for again by default, to see whether history was restated.
pub const DEFAULT_OVERLAP: usize = 30;

/// What `source.yaml` declares about where prices come from and what they are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Declaration {
    /// Who gives the prices.
    pub provider: Provider,
    /// Address to ask instead of the provider's own, without a slash at its end: a mirror or a
    /// proxy.
    #[serde(default)]
    #[schemars(with = "String")]
    pub base_url: Option<String>,
    /// The tickers, in the order of the price file's columns.
    #[serde(deserialize_with = "symbols")]
    #[schemars(with = "Tickers")]
    pub tickers: Vec<Symbol>,
    /// Which price of a day.
    pub field: Field,
    /// What that price is adjusted for.
    pub adjustment: Adjustment,
    /// First day asked for.
    pub start: Day,
    /// Trading days asked for again and compared at each update, at least 1.
    #[serde(default = "overlap")]
    #[schemars(range(min = 1))]
    pub overlap: usize,
    /// How the prices are stored.
    #[serde(default = "format")]
    pub format: Format,
}

/// A ticker and what the provider calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The name of the column.
    pub ticker: String,
    /// The provider's word.
    pub symbol: String,
}

/// Who gives prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend(
    "x-expected" =
        "yahoo, stooq, tiingo, alpha_vantage, or {url: \"https://host/{ticker}.csv\"}"
))]
pub enum Provider {
    /// Yahoo's chart interface.
    Yahoo,
    /// Stooq's CSV download.
    Stooq,
    /// Tiingo's end-of-day interface.
    Tiingo,
    /// Alpha Vantage's `TIME_SERIES_DAILY_ADJUSTED`.
    AlphaVantage,
    /// Any address that gives CSV: `{ticker}`, `{start}` and `{end}` are filled in.
    Url(String),
}

/// What prices are adjusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// Splits and distributions: a return is what a holder earned.
    TotalReturn,
    /// Splits only: a return leaves distributions out.
    Split,
    /// Nothing: prices as traded.
    None,
}

/// How a source stores what was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `prices.csv`.
    Csv,
    /// `prices.parquet`.
    Parquet,
}

impl Format {
    /// Every format.
    pub(crate) const ALL: [Self; 2] = [Self::Csv, Self::Parquet];

    /// The name in settings, and the ending of the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Tickers as written: our names, which are the provider's words too, or each with its word.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(
    inline,
    extend("x-expected" = "tickers as in [SPY, XLE], or {SPY: spy.us, XLE: xle.us}")
)]
enum Tickers {
    List(Vec<String>),
    Map(IndexMap<String, String>),
}

fn symbols<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Symbol>, D::Error> {
    let symbol = |ticker: &str, symbol: &str| {
        let [ticker, symbol] = [ticker, symbol].map(|word| word.trim().to_owned());
        Symbol { ticker, symbol }
    };
    Ok(match Tickers::deserialize(deserializer)? {
        Tickers::List(names) => names.iter().map(|name| symbol(name, name)).collect(),
        Tickers::Map(words) => words.iter().map(|(name, word)| symbol(name, word)).collect(),
    })
}

fn overlap() -> usize {
    DEFAULT_OVERLAP
}

fn format() -> Format {
    Format::Csv
}

impl Declaration {
    /// BLAKE3 hash, in hexadecimal, of everything that decides which prices come: not of the
    /// overlap and the format, which do not.
    pub fn hash(&self) -> String {
        let Self { provider, field, start, .. } = self;
        let (address, adjusted) = (self.base_url.as_deref().unwrap_or(""), self.adjustment.name());
        // No text of a declaration holds a line end, so lines keep the fields apart.
        let mut text = format!("{provider}\n{address}\n{field}\n{adjusted}\n{start}\n");
        for Symbol { ticker, symbol } in &self.tickers {
            text.push_str(&format!("{ticker}\n{symbol}\n"));
        }
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

impl Provider {
    /// What its prices of a field may be adjusted for; empty if it has no such field.
    ///
    /// - Yahoo: open, high, low and close are adjusted for splits; `adjclose` for splits and
    ///   distributions, by multipliers as the Center for Research in Security Prices (CRSP) does.
    /// - Stooq: every price is adjusted for splits and distributions by its own rule, which it
    ///   does not publish; there is no second close.
    /// - Tiingo: open, high, low and close as traded; `adjClose` by the CRSP method.
    /// - Alpha Vantage: open, high, low and close as traded; `adjusted_close` for splits and
    ///   distributions.
    /// - An address of one's own: whatever is declared, since nobody can check it.
    pub fn adjustments(&self, field: Field) -> &'static [Adjustment] {
        match (self, field) {
            (Self::Stooq, Field::AdjustedClose) => &[],
            (_, Field::AdjustedClose) | (Self::Stooq, _) => &[Adjustment::TotalReturn],
            (Self::Yahoo, _) => &[Adjustment::Split],
            (Self::Tiingo | Self::AlphaVantage, _) => &[Adjustment::None],
            (Self::Url(_), _) => &Adjustment::ALL,
        }
    }
}

impl fmt::Display for Provider {
    /// As `source.yaml` writes it; an address stands for itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yahoo => "yahoo",
            Self::Stooq => "stooq",
            Self::Tiingo => "tiingo",
            Self::AlphaVantage => "alpha_vantage",
            Self::Url(address) => address,
        })
    }
}

impl Adjustment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::TotalReturn, Self::Split, Self::None];

    /// As `source.yaml` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TotalReturn => "total_return",
            Self::Split => "split",
            Self::None => "none",
        }
    }
}
