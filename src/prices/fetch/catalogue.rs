//! The providers there are.

use std::time::Duration;

use super::alpha_vantage::ALPHA_VANTAGE;
use super::provider::{Provider, Query, Request, encode, parse_csv};
use super::stooq::STOOQ;
use super::tiingo::TIINGO;
use super::yahoo::YAHOO;
use crate::prices::data;

/// Any address that gives CSV with a header: a server of one's own, a provider not built in. Its
/// home is the declared address.
const TEMPLATE: Provider = Provider {
    name: "url",
    home: "",
    key: None,
    pace: Duration::from_millis(500),
    request: filled_in,
    refusal: |_| None,
    parse: parse_csv,
};

/// The provider that a declaration names.
pub(crate) fn provider(named: &data::Provider) -> Provider {
    match named {
        data::Provider::Yahoo => YAHOO,
        data::Provider::Stooq => STOOQ,
        data::Provider::Tiingo => TIINGO,
        data::Provider::AlphaVantage => ALPHA_VANTAGE,
        data::Provider::Url(_) => TEMPLATE,
    }
}

/// An address in which `{ticker}`, `{start}` and `{end}` are filled in.
fn filled_in(address: &str, asked: &Query<'_>, _key: &str) -> Request {
    let url = address
        .replace("{ticker}", &encode(&asked.symbol.symbol))
        .replace("{start}", &asked.from.to_string())
        .replace("{end}", &asked.today().to_string());
    Request { url, authorization: None }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::super::provider::tests::{asked, symbol};
    use super::*;
    use crate::prices::quotes::Field;

    #[test]
    fn an_address_is_filled_in() {
        let symbol = symbol("^GSPC");
        let address = "https://h/{ticker}.csv?from={start}&to={end}";
        let filled = filled_in(address, &asked(&symbol, Field::Close), "").url;
        assert_eq!(filled, "https://h/%5EGSPC.csv?from=2024-03-01&to=2024-03-08");
    }

    #[test]
    fn the_words_of_each_provider_are_understood() {
        for (provider, body, kind, told) in [
            (STOOQ, "No data", Kind::Ticker, "carry a market"),
            (STOOQ, "Exceeded the daily hits limit", Kind::Halt, "go on tomorrow"),
            (STOOQ, "Get your apikey:\n\n1. Open https://stooq.com/q/d/", Kind::Halt, "set STOOQ"),
            (TIINGO, "{\"detail\":\"Not found.\"}", Kind::Ticker, "`Not found.`"),
            (TIINGO, "{\"detail\":\"Invalid token.\"}", Kind::Halt, "set TIINGO_API_KEY"),
            (TIINGO, "[]", Kind::Ticker, "a dash"),
            (TIINGO, "Error: You have run over your 50 symbol look up", Kind::Halt, "run over"),
            (
                ALPHA_VANTAGE,
                "{\"Note\": \"5 calls per minute\"}",
                Kind::Halt,
                "`5 calls per minute`",
            ),
            (ALPHA_VANTAGE, "{\"Information\": \"a premium endpoint.\"}", Kind::Halt, "paid for"),
            (ALPHA_VANTAGE, "{\"Error Message\": \"Invalid API call.\"}", Kind::Ticker, "Invalid"),
            (ALPHA_VANTAGE, "{}", Kind::Halt, "a note"),
        ] {
            let refusal = (provider.refusal)(body).unwrap();
            assert_eq!(refusal.kind, kind, "{body}");
            assert!(format!("{refusal:?}").contains(told), "{refusal:?}");
        }
    }
}
