//! What a provider is: how it is asked, what its answers mean, and how it wants to be treated.

use std::time::Duration;

use jiff::Timestamp;

use super::failure::{Failure, excerpt};
use crate::base::units::Day;
use crate::prices::data::Symbol;
use crate::prices::import::read_bars;
use crate::prices::quotes::{Field, Quotes};

/// One ticker's history from a day on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) field: Field,
    pub(crate) from: Day,
    /// When it is asked.
    pub(crate) now: Timestamp,
}

impl Query<'_> {
    /// The day that it is in UTC.
    pub(crate) fn today(&self) -> Day {
        jiff::tz::TimeZone::UTC.to_datetime(self.now).date()
    }
}

/// An address, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) url: String,
    /// Value of the header `Authorization`.
    pub(crate) authorization: Option<String>,
}

/// The key of an account with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyVariable {
    /// The environment variable that has it.
    pub name: &'static str,
    /// Where to get one.
    pub page: &'static str,
}

/// A provider of daily prices.
pub(crate) struct Provider {
    /// As messages call it.
    pub(crate) name: &'static str,
    /// The address before the path, without a slash at its end.
    pub(crate) home: &'static str,
    /// The key it wants to see.
    pub(crate) key: Option<KeyVariable>,
    /// Time between two requests that it finds polite.
    pub(crate) pace: Duration,
    /// The request for a history, of a home and what is asked; the key is empty if there is none.
    pub(crate) request: fn(&str, &Query<'_>, &str) -> Request,
    /// What it says in place of prices, whatever the status of the answer: no such ticker, a limit
    /// reached. `None` if the body is nothing that it is known to say.
    pub(crate) refusal: fn(&str) -> Option<Failure>,
    /// Reads prices, days ascending, of trading days that are over.
    pub(crate) parse: fn(&Query<'_>, &str) -> Result<Quotes, Failure>,
}

/// Reads an answer in CSV, from the day asked for on: not every provider can be asked for a range.
///
/// A bar of the current UTC day may be of a session that still runs, and is left out: every
/// exchange's session of a day is over when the next day begins in UTC.
///
/// A last line without an end is taken for one that broke off: what is left of 12.34 may be 12.3, a
/// price like any other. That the answer came as long as it was announced proves nothing, since it
/// may have broken off before, on its way to whoever announced it; and every provider known ends
/// its last line. JSON needs no such rule: what is left of it does not parse.
pub(super) fn parse_csv(asked: &Query<'_>, body: &str) -> Result<Quotes, Failure> {
    let mut quotes = read_bars(&asked.symbol.ticker, "the answer", body, asked.field)
        .map_err(|problems| Failure::unreadable(&problems, body))?;
    if !body.ends_with('\n') {
        let last = excerpt(body.lines().last().unwrap_or_default());
        return Err(Failure::passing(format!(
            "the answer broke off: its last line has no end: {last}"
        ))
        .hint("if it is whole, save it as a file and use `dfa-report import`"));
    }
    let days = asked.from..asked.today();
    quotes.quotes.retain(|quote| days.contains(&quote.day));
    Ok(quotes)
}

/// A text as part of an address: everything but letters, digits and `-._~` percent-encoded.
pub(crate) fn encode(text: &str) -> String {
    let encoded = |byte: u8| match char::from(byte) {
        plain @ ('-' | '.' | '_' | '~') => plain.to_string(),
        plain if plain.is_ascii_alphanumeric() => plain.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

/// Host and path of an address: no account, no query, where keys would be.
pub(crate) fn place(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{host}{path}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::failure::Kind;
    use super::*;

    /// A request on 2024-03-08 for a history from 2024-03-01 on.
    pub(in crate::prices::fetch) fn asked(symbol: &Symbol, field: Field) -> Query<'_> {
        let now = "2024-03-08T21:30:00Z".parse().unwrap();
        Query { symbol, field, from: jiff::civil::date(2024, 3, 1), now }
    }

    pub(in crate::prices::fetch) fn symbol(word: &str) -> Symbol {
        Symbol { ticker: "SPY".into(), symbol: word.into() }
    }

    /// Days and prices as text.
    pub(in crate::prices::fetch) fn rows(quotes: &Quotes) -> Vec<String> {
        quotes.quotes.iter().map(|quote| format!("{} {}", quote.day, quote.price)).collect()
    }

    #[test]
    fn an_address_shows_no_key() {
        assert_eq!(place("https://user:pass@host:81/a/b?apikey=secret#x"), "host:81/a/b");
        assert_eq!(place("https://host?key=1"), "host");
        assert_eq!(encode("^GSPC=X a&b"), "%5EGSPC%3DX%20a%26b");
    }

    #[test]
    fn days_not_asked_for_and_one_that_may_not_be_over_are_left_out() {
        let symbol = symbol("SPY");
        let body = "Date,Close\n2024-02-29,1\n2024-03-07,2\n2024-03-08,3\n2024-03-09,4\n";
        let quotes = parse_csv(&asked(&symbol, Field::Close), body).unwrap();
        assert_eq!(rows(&quotes), ["2024-03-07 2"]);
    }

    #[test]
    fn no_cut_gives_a_price_that_was_not_sent() {
        let symbol = symbol("SPY");
        let whole = "Date,Close\r\n2024-03-05,12.34\r\n2024-03-06,56.78\r\n";
        for cut in 0..whole.len() {
            match parse_csv(&asked(&symbol, Field::Close), &whole[..cut]) {
                Ok(quotes) => {
                    assert!(whole[..cut].ends_with('\n'), "{cut}");
                    assert_eq!(rows(&quotes), ["2024-03-05 12.34"]);
                }
                Err(failure) => {
                    let is_price = cut > whole.find("12.34").unwrap();
                    let is_passing = matches!(failure.kind, Kind::Passing { .. });
                    assert!(is_passing || !is_price, "{cut}: {failure:?}");
                }
            }
        }
    }
}
