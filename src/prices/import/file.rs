//! One file: from bytes to the quotes of its tickers, and what it turned out to be.

use super::dates::DateFormat;
use super::decode::{Content, decode};
use super::layout::{Layout, Plan, plan};
use super::numbers::DecimalMark;
use super::options::Options;
use super::series::read_series;
use super::{delimiter, ticker};
use crate::base::diagnostic::{Place, Problem, Problems};
use crate::base::units::Day;
use crate::prices::data::read_parquet;
use crate::prices::quotes::{Field, Quotes, Sheet};

/// What a file holds, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// The file as the user named it.
    pub file: String,
    /// How its prices are arranged.
    pub layout: Layout,
    /// What separates its fields; `None` for Parquet.
    pub separator: Option<char>,
    /// How its dates are written.
    pub dates: DateFormat,
    /// What stands before decimals.
    pub decimal: DecimalMark,
    /// The price that was taken; `None` where the file does not say what its prices are.
    pub field: Option<Field>,
    /// What the file calls that price; blank where its column has another name.
    pub price_name: String,
    /// What it holds of each ticker.
    pub tickers: Vec<TickerRows>,
    /// What was put right or left out on the way, in sentences.
    pub notes: Vec<String>,
}

impl ReadFile {
    /// The file's name without its folders.
    pub fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(&self.file)
    }
}

/// What a file holds of a ticker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickerRows {
    /// The ticker.
    pub ticker: String,
    /// Days with a price.
    pub rows: usize,
    /// The first of them.
    pub first: Day,
    /// The last of them.
    pub last: Day,
}

/// Reads a file.
///
/// # Errors
/// Everything that cannot be read, or could be in two ways.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    options: &Options,
) -> Result<(ReadFile, Vec<Quotes>), Problems> {
    let (content, mut notes) = decode(file, bytes)?;
    let text;
    let sheet = match content {
        Content::Text(content) => {
            text = content;
            let (stated, text) = delimiter::stated(&text);
            let separator = match options.separator.or(stated) {
                Some(separator) => separator,
                None => delimiter::separator(file, text)?,
            };
            Sheet::split(file, text, separator)?
        }
        Content::Parquet(bytes) => read_parquet(file, &bytes)?,
    };
    let mut plan = plan(&sheet, options.layout, options.field)?;
    if let Some(own) = own_ticker(file, &plan, options)? {
        plan.series[0].ticker = Some(own);
    }
    let found = read_series(&sheet, &plan, options)?;
    notes.extend(found.notes);
    let tickers = found.series.iter().filter_map(|quotes| {
        let (first, last) = (quotes.quotes.first()?.day, quotes.quotes.last()?.day);
        Some(TickerRows { ticker: quotes.ticker.clone(), rows: quotes.quotes.len(), first, last })
    });
    let file = ReadFile {
        file: file.to_owned(),
        layout: plan.layout,
        separator: sheet.separator(),
        dates: found.dates,
        decimal: found.decimal,
        field: plan.field,
        price_name: plan.price_name,
        tickers: tickers.collect(),
        notes,
    };
    Ok((file, found.series))
}

/// Reads one ticker's bars as a provider writes them: a header that names a date, prices and
/// perhaps a volume in any order, numbers with a decimal point. `file` is the text's name in
/// messages.
///
/// # Errors
/// A text that is no such table, a header without the field asked for, and every value that is not
/// a day or a positive number, with its line; two different prices of one day.
pub(crate) fn read_bars(
    ticker: &str,
    file: &str,
    text: &str,
    field: Field,
) -> Result<Quotes, Problems> {
    let sheet = Sheet::split(file, text, delimiter::separator(file, text)?)?;
    let mut plan = plan(&sheet, Some(Layout::Ticker), Some(field))?;
    plan.series[0].ticker = Some(ticker.to_owned());
    let options = Options { decimal: Some(DecimalMark::Point), ..Options::default() };
    let found = read_series(&sheet, &plan, &options)?;
    let nothing = || sheet.problem_of_file(format!("there is no price of {ticker}")).into();
    found.series.into_iter().next().ok_or_else(nothing)
}

/// The ticker of a file that does not name one: as told, or by the file's own name. `None` for the
/// other files.
fn own_ticker(file: &str, plan: &Plan, options: &Options) -> Result<Option<String>, Problem> {
    let named = plan.ticker.is_some() || plan.series.iter().all(|s| s.ticker.is_some());
    match &options.ticker {
        Some(_) if named => Err(Problem::new("the file names its tickers itself")
            .at(Place::file(file))
            .hint("--ticker is for a file that names none")),
        Some(given) if !ticker::is_ticker(given) => {
            Err(Problem::new(format!("`{given}` cannot be a ticker"))
                .expected("letters, digits and . - _ ^ ="))
        }
        None if named => Ok(None),
        given => given.clone().or_else(|| ticker::of_file(file)).map(Some).ok_or_else(|| {
            Problem::new("the file's name is not that of a ticker")
                .at(Place::file(file))
                .expected("a name as in SPY.csv")
                .hint("rename it, or import it alone and say `--ticker SPY`")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAHOO: &str = "Date,Open,High,Low,Close,Adj Close,Volume\n\
        2020-01-02,1,2,0.5,1.50,1.250000,100\n2020-01-03,null,null,null,null,null,null\n\
        2020-01-06,1,2,0.5,1.75,1.5,200\n";

    #[test]
    fn the_field_of_a_bar_is_read_to_the_last_digit() {
        let quotes = read_bars("SPY", "SPY.csv", YAHOO, Field::AdjustedClose).unwrap();
        let prices: Vec<&str> = quotes.quotes.iter().map(|quote| quote.price.as_str()).collect();
        assert_eq!(prices, ["1.250000", "1.5"]);
        assert_eq!(quotes.quotes[1].volume, Some(200.0));
        let closes = read_bars("SPY", "SPY.csv", YAHOO, Field::Close).unwrap();
        assert_eq!(closes.quotes[0].price.as_str(), "1.50");
        let newest_first = "timestamp;close\r\n2020-01-03T00:00:00Z;2\r\n2020-01-02;1\r\n";
        let quotes = read_bars("SPY", "x", newest_first, Field::Close).unwrap();
        assert_eq!(quotes.quotes[0].day, jiff::civil::date(2020, 1, 2));
    }

    #[test]
    fn what_is_no_table_of_bars_is_told() {
        let refused = [
            ("<!DOCTYPE html>\n<html>", "a web page"),
            ("", "the file is empty"),
            ("No data", "no table"),
            ("Date,Open\n2020-01-02,1\n", "no column of close prices"),
            ("Date,Close\n", "no rows"),
            ("Date,Close\n2020-01-02,null\n", "not one price"),
            ("Date,Close\n2020-01-02,1\n2020-0", "1 field"),
            ("Date,Close\n2020-01-02,0\n", "SPY.csv:2:12"),
            ("Date,Close\n2020-01-02,0\n", "a price of 0 is not positive"),
            ("Date,Close\n2020-01-02,0\nx,1\n", "SPY.csv:3:1"),
            ("Date,Close\n2020-01-02,0\nx,1\n", "`x` is not a date"),
            ("Date,Close\n2020-01-03,1\n2020-01-03,2\n", "SPY.csv:3:12"),
            ("Date,Close\n2020-01-03,1\n2020-01-03,2\n", "line 2"),
        ];
        for (text, expected) in refused {
            let told = read_bars("SPY", "SPY.csv", text, Field::Close).unwrap_err().to_string();
            assert!(told.contains(expected), "no `{expected}` in\n{told}");
        }
    }
}
