//! Any address that gives CSV with a header: a server of one's own, a provider not built in.

use std::time::Duration;

use super::failure::Failure;
use super::provider::{Provider, Query, Request, encode};

/// An address in which `{ticker}`, `{start}` and `{end}` are filled in.
pub(super) struct Template {
    address: String,
}

impl Template {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.to_owned() }
    }
}

impl Provider for Template {
    fn name(&self) -> &'static str {
        "url"
    }

    fn home(&self) -> &'static str {
        ""
    }

    fn pace(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn request(&self, _home: &str, asked: &Query<'_>, _key: &str) -> Request {
        let url = self
            .address
            .replace("{ticker}", &encode(&asked.symbol.symbol))
            .replace("{start}", &asked.from.to_string())
            .replace("{end}", &asked.today().to_string());
        Request { url, authorization: None }
    }

    fn refusal(&self, _body: &str) -> Option<Failure> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::provider::tests::{asked, symbol};
    use super::*;
    use crate::prices::quotes::Field;

    #[test]
    fn an_address_is_filled_in() {
        let template = Template::new("https://h/{ticker}.csv?from={start}&to={end}");
        let symbol = symbol("^GSPC");
        assert_eq!(
            template.request("", &asked(&symbol, Field::Close), "").url,
            "https://h/%5EGSPC.csv?from=2024-03-01&to=2024-03-08"
        );
    }
}
