//! What several keys of `source.yaml` together can make wrong, and words that must be addresses or
//! tickers.

use std::collections::BTreeSet;

use super::declaration::{Adjustment, Provider};
use crate::base::diagnostic::Problem;
use crate::base::yaml::{Yaml, one_of};
use crate::prices::quotes::{Field, name};

/// The keys without which nothing can be fetched.
const NEEDED: [&str; 5] = ["provider", "tickers", "field", "adjustment", "start"];

/// Notes all of it, if there is a declaration.
pub(super) fn check(yaml: &mut Yaml<'_>) {
    let optional = ["base_url", "overlap", "format"];
    if !NEEDED.iter().chain(&optional).any(|key| yaml.has(key)) {
        return;
    }
    for key in NEEDED {
        if !yaml.has(key) {
            let problem = Problem::new(format!("missing key `{key}`"));
            let expected = "provider, tickers, field, adjustment and start: `fetch` needs all";
            yaml.report(key, problem.expected(expected));
        }
    }
    let provider = yaml.get("provider");
    check_addresses(yaml, provider.as_ref());
    check_tickers(yaml);
    if let (Some(provider), Some(field)) = (&provider, yaml.get("field")) {
        check_offer(yaml, provider, field, yaml.get("adjustment"));
    }
}

fn check_addresses(yaml: &mut Yaml<'_>, provider: Option<&Provider>) {
    if let Some(Provider::Url(url)) = provider {
        if !is_address(url) {
            let problem = Problem::new("not an address").expected("https://host/...");
            yaml.report("provider.url", problem);
        } else if !url.contains("{ticker}") {
            let problem = Problem::new("the address is the same for every ticker")
                .expected("`{ticker}` in it, and `{start}` and `{end}` where they belong");
            yaml.report("provider.url", problem);
        }
    }
    if let Some(address) = yaml.get::<String>("base_url") {
        if matches!(provider, Some(Provider::Url(_))) {
            let problem = Problem::new("an address for an address");
            yaml.report("base_url", problem.hint("change `provider: {url: ...}` itself"));
        } else if !is_address(address.trim_end_matches('/')) {
            let problem = Problem::new("not an address");
            yaml.report("base_url", problem.expected("https://host, of a mirror or a proxy"));
        }
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    !text.contains(char::is_whitespace)
        && rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/'))
}

fn check_tickers(yaml: &mut Yaml<'_>) {
    let pairs = yaml.pairs("tickers");
    if yaml.has("tickers") && pairs.is_empty() {
        let problem = Problem::new("no tickers").expected("a list, as in [SPY, XLE]");
        yaml.report("tickers", problem);
    }
    let mut known = BTreeSet::new();
    for [(ticker, at), (symbol, symbol_at)] in &pairs {
        let name = ticker.trim();
        // A column's name, and part of a file's name while the rest is being fetched.
        let is_odd = name == "date" || name.starts_with('.') || !name::is_plain(name);
        if is_odd || name::objection(name).is_some() {
            let problem = Problem::new(format!("`{name}` cannot be a ticker"))
                .expected("letters, digits and . _ - ^ =")
                .hint("where the provider's word is another, write `OUR_NAME: its word`");
            yaml.report_at(at, problem);
        } else if !known.insert(name.to_ascii_lowercase()) {
            yaml.report_at(at, Problem::new(format!("ticker `{name}` stands twice")));
        }
        let word = symbol.trim();
        if word.is_empty() || word.chars().any(char::is_control) {
            let problem = Problem::new(format!("`{name}` has no word of the provider"));
            yaml.report_at(symbol_at, problem.expected("as in `SPY: spy.us`"));
        }
    }
}

/// Refuses prices that the provider does not give.
fn check_offer(
    yaml: &mut Yaml<'_>,
    provider: &Provider,
    field: Field,
    adjustment: Option<Adjustment>,
) {
    let offered = provider.adjustments(field);
    match (offered, adjustment) {
        ([], _) => {
            let problem = Problem::new(format!("{provider} has no field `{field}`"))
                .hint("its close is adjusted already: write `field: close`");
            yaml.report("field", problem);
        }
        (_, Some(adjustment)) if !offered.contains(&adjustment) => {
            let names: Vec<&str> = offered.iter().map(|offer| offer.name()).collect();
            let message = format!(
                "the field `{field}` of {provider} is not adjusted so: `{}`",
                adjustment.name()
            );
            let problem =
                Problem::new(message).expected(one_of(&names)).hint(offer(provider, adjustment));
            yaml.report("adjustment", problem);
        }
        _ => {}
    }
}

/// What to write instead, for those who know which adjustment they want.
fn offer(provider: &Provider, wanted: Adjustment) -> String {
    let field = Field::ALL.into_iter().rev().find(|f| provider.adjustments(*f).contains(&wanted));
    match field {
        Some(field) => format!("{provider} has `{}` prices as `field: {field}`", wanted.name()),
        None => format!("{provider} has no prices of `{}`", wanted.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::declaration::{DEFAULT_OVERLAP, Declaration, Format};
    use super::super::source::Description;
    use super::*;

    const GOOD: &str = "title: Sectors\nprovider: yahoo\ntickers: [SPY, ON, 0700]\n\
        field: adjusted_close\nadjustment: total_return\nstart: 1998-12-22\n";

    fn declared(text: &str) -> Declaration {
        Description::parse("source.yaml", text).unwrap().declaration.unwrap()
    }

    /// Every problem as `line: message | expectation | hint`.
    fn told(text: &str) -> Vec<String> {
        let told = |problem: &Problem| {
            let line = problem.place.as_ref().unwrap().position().map_or(0, |(line, ..)| line);
            let hint = problem.hint.as_deref().unwrap_or("");
            format!("{line}: {} | {hint}", problem.message)
        };
        Description::parse("source.yaml", text).unwrap_err().iter().map(told).collect()
    }

    #[test]
    fn a_declaration_is_read_and_has_defaults() {
        let declaration = declared(GOOD);
        let words: Vec<&str> = declaration.tickers.iter().map(|t| t.symbol.as_str()).collect();
        assert_eq!(words, ["SPY", "ON", "0700"], "a ticker is what was written");
        assert_eq!((declaration.overlap, declaration.format), (DEFAULT_OVERLAP, Format::Csv));
        assert_eq!(declaration.start, jiff::civil::date(1998, 12, 22));
        let mapped = declared(
            &GOOD
                .replace("yahoo", "stooq\nbase_url: https://mirror.example/\noverlap: 5")
                .replace("[SPY, ON, 0700]", "\n  SPY: spy.us\n  BRK.B: brk-b.us")
                .replace("adjusted_close", "close\nformat: parquet"),
        );
        assert_eq!(mapped.tickers[1].symbol, "brk-b.us");
        assert_eq!(mapped.base_url.as_deref(), Some("https://mirror.example"));
        assert_eq!((mapped.overlap, mapped.format), (5, Format::Parquet));
        let url = declared(&GOOD.replace("yahoo", "{url: \"https://h/{ticker}.csv\"}"));
        assert_eq!(url.provider, Provider::Url("https://h/{ticker}.csv".into()));
        assert_eq!(Description::parse("source.yaml", "title: x\n").unwrap().declaration, None);
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_place() {
        let text = "titel: x\nprovider: yaho\ntickers: [SPY, spy, a/b, =X]\nfield: adj_close\n\
            adjustment: total\nstart: 22.12.1998\noverlap: 0\nformat: xls\nbase_url: mirror\n";
        let told = told(text);
        let expected = [
            "1: unknown key `titel` | did you mean `title`?",
            "2: `provider` is the text `yaho` | did you mean `yahoo`?",
            "3: ticker `spy` stands twice | ",
            "3: `a/b` cannot be a ticker | where the provider's word is another, write `OUR_NAME: its word`",
            "3: `=X` cannot be a ticker | where the provider's word is another, write `OUR_NAME: its word`",
            "4: unknown field `adj_close` | did you mean `adjusted_close`?",
            "5: unknown adjustment `total` | did you mean `total_return`?",
            "6: `start` is the text `22.12.1998` | ",
            "7: `overlap` is 0 | ",
            "8: unknown format `xls` | ",
            "9: not an address | ",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_a_provider_does_not_give_is_refused_with_what_it_gives() {
        let with = |[provider, field, adjustment]: [&str; 3]| {
            GOOD.replace("yahoo", provider)
                .replace("adjusted_close", field)
                .replace("total_return", adjustment)
        };
        let url = "{url: \"https://h/{ticker}\"}";
        for (words, expected) in [
            (
                ["stooq", "adjusted_close", "total_return"],
                "4: stooq has no field `adjusted_close` | its close is adjusted already: write \
                 `field: close`",
            ),
            (
                ["yahoo", "close", "total_return"],
                "5: the field `close` of yahoo is not adjusted so: `total_return` | yahoo has \
                 `total_return` prices as `field: adjusted_close`",
            ),
            (
                ["tiingo", "close", "split"],
                "5: the field `close` of tiingo is not adjusted so: `split` | tiingo has no prices \
                 of `split`",
            ),
            (
                [url, "adjusted_close", "none"],
                "5: the field `adjusted_close` of https://h/{ticker} is not adjusted so: `none` | \
                 https://h/{ticker} has `none` prices as `field: close`",
            ),
        ] {
            assert_eq!(told(&with(words)), [expected]);
        }
        assert_eq!(declared(&with([url, "close", "none"])).adjustment, Adjustment::None);
        assert_eq!(declared(&with(["tiingo", "close", "none"])).field, Field::Close);
    }

    #[test]
    fn a_declaration_is_whole_or_not_there() {
        let told = told("provider: yahoo\ntickers: []\n");
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().any(|line| line.contains("missing key `start`")));
        assert!(told.iter().any(|line| line.contains("no tickers")));
        let same = "{url: \"https://h/prices.csv\"}";
        assert!(super::tests::told(&GOOD.replace("yahoo", same))[0].contains("same for every"));
    }

    #[test]
    fn the_hash_is_of_what_decides_the_prices() {
        let is_other = |from: &str, to: &str| {
            declared(&GOOD.replace(from, to)).hash() != declared(GOOD).hash()
        };
        assert!(!is_other("Sectors", "Other\noverlap: 9\nformat: parquet"));
        assert!(is_other("SPY", "IVV") && is_other("1998", "1999"));
    }
}
