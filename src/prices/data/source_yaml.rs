//! Reading `source.yaml`: which keys there are, and what is wrong with them, all at once.

use indexmap::IndexMap;
use serde::de::IgnoredAny;
use serde_yaml::{Location, Spanned};

use super::declaration::{Adjustment, DEFAULT_OVERLAP, Declaration, Format, Provider, Symbol};
use super::source::Description;
use super::written::{KEYS, Written, WrittenProvider, WrittenTickers};
use crate::base::diagnostic::{Place, Problem, Problems, did_you_mean};
use crate::base::units::Day;
use crate::prices::quotes::Field;

/// Reads `source.yaml`; `file` is its name in messages.
pub(super) fn parse(file: &str, text: &str) -> Result<Description, Problems> {
    let mut reader = Reader { file, lines: text.lines().collect(), problems: Problems::new() };
    let keys: Result<IndexMap<Spanned<String>, IgnoredAny>, _> = serde_yaml::from_str(text);
    // Text that is no mapping is left to the second reading to tell.
    for key in keys.iter().flat_map(IndexMap::keys) {
        if !KEYS.contains(&key.value.as_str()) {
            let problem = Problem::new(format!("unknown key `{}`", key.value));
            reader.refuse(key, problem.expected(one_of(&KEYS)), &KEYS);
        }
    }
    let written: Written = match serde_yaml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            reader.problems.push(reader.syntax(&error));
            return Err(reader.problems);
        }
    };
    let declaration = reader.declaration(&written);
    let description = Description {
        title: written.title,
        description: written.description,
        licence: written.licence,
        origin: written.origin,
        synthetic: written.synthetic,
        regimes: written.regimes,
        declaration,
    };
    reader.problems.into_result(description)
}

/// Knows the text, and collects what is wrong with it.
struct Reader<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    problems: Problems,
}

impl Reader<'_> {
    /// The declaration, if there is one and nothing is wrong with it.
    fn declaration(&mut self, written: &Written) -> Option<Declaration> {
        let keys = [
            ("provider", written.provider.is_some()),
            ("tickers", written.tickers.is_some()),
            ("field", written.field.is_some()),
            ("adjustment", written.adjustment.is_some()),
            ("start", written.start.is_some()),
        ];
        let optional =
            [written.base_url.is_some(), written.overlap.is_some(), written.format.is_some()];
        if keys.iter().all(|(_, there)| !there) && optional.iter().all(|there| !there) {
            return None;
        }
        for (key, _) in keys.iter().filter(|(_, there)| !there) {
            self.problems.push(
                Problem::new(format!("missing key `{key}`"))
                    .at(Place::file(self.file))
                    .expected("provider, tickers, field, adjustment and start: `fetch` needs all"),
            );
        }
        let provider = written.provider.as_ref().and_then(|written| self.provider(written));
        let field = written
            .field
            .as_ref()
            .and_then(|written| self.word(written, "field", &Field::ALL, Field::name));
        let adjustment = written.adjustment.as_ref().and_then(|written| {
            self.word(written, "adjustment", &Adjustment::ALL, Adjustment::name)
        });
        let tickers = written.tickers.as_ref().and_then(|written| self.tickers(written));
        let start = written.start.as_ref().and_then(|written| self.day(written));
        let format = written.format.as_ref();
        let format = format.map(|written| self.word(written, "format", &Format::ALL, Format::name));
        let overlap = written.overlap.as_ref().map(|written| self.overlap(written));
        let base_url = written.base_url.as_ref();
        let base_url = base_url.map(|written| self.base_url(written, provider.as_ref()));
        if let (Some(provider), Some(field)) = (&provider, field) {
            self.check_offer(written, provider, field, adjustment);
        }
        Some(Declaration {
            provider: provider?,
            base_url: base_url.unwrap_or(Some(None))?,
            tickers: tickers?,
            field: field?,
            adjustment: adjustment?,
            start: start?,
            overlap: overlap.unwrap_or(Some(DEFAULT_OVERLAP))?,
            format: format.unwrap_or(Some(Format::Csv))?,
        })
    }

    fn provider(&mut self, written: &Spanned<WrittenProvider>) -> Option<Provider> {
        const NAMES: &str =
            "yahoo, stooq, tiingo, alpha_vantage, or {url: \"https://host/{ticker}.csv\"}";
        let url = match &written.value {
            WrittenProvider::Name(name) => {
                let known = Provider::NAMED.into_iter().find(|known| known.to_string() == *name);
                if known.is_none() {
                    let names = Provider::NAMED.map(|known| known.to_string());
                    let problem = Problem::new(format!("unknown provider `{name}`"));
                    let problem = problem.expected(NAMES).at(self.place(written.referenced));
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    self.problems.push(with_near(problem, name, &names));
                }
                return known;
            }
            WrittenProvider::Map(map) => map.get("url").filter(|_| map.len() == 1),
        };
        let problem = match url {
            None => Problem::new("a provider without a name or an address").expected(NAMES),
            Some(url) if !is_address(url) => {
                Problem::new("not an address").expected("https://host/...")
            }
            Some(url) if !url.contains("{ticker}") => {
                Problem::new("the address is the same for every ticker")
                    .expected("`{ticker}` in it, and `{start}` and `{end}` where they belong")
            }
            Some(url) => return Some(Provider::Url(url.clone())),
        };
        self.problems.push(problem.at(self.place(written.referenced)));
        None
    }

    fn tickers(&mut self, written: &Spanned<WrittenTickers>) -> Option<Vec<Symbol>> {
        let before = self.problems.len();
        let mut tickers: Vec<Symbol> = Vec::new();
        for (ticker, symbol) in &written.value.0 {
            let name = ticker.value.trim();
            // A column's name, and part of a file's name while the rest is being fetched.
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-^=".contains(c);
            if name.is_empty()
                || name == "date"
                || name.starts_with('.')
                || !name.chars().all(plain)
            {
                let problem = Problem::new(format!("`{name}` cannot be a ticker"))
                    .expected("letters, digits and . _ - ^ =")
                    .hint("where the provider's word is another, write `OUR_NAME: its word`");
                self.refuse(ticker, problem, &[]);
            } else if tickers.iter().any(|known| known.ticker.eq_ignore_ascii_case(name)) {
                self.refuse(ticker, Problem::new(format!("ticker `{name}` stands twice")), &[]);
            }
            let word = symbol.value.trim();
            if word.is_empty() || word.chars().any(char::is_control) {
                let problem = Problem::new(format!("`{name}` has no word of the provider"));
                self.refuse(symbol, problem.expected("as in `SPY: spy.us`"), &[]);
            }
            tickers.push(Symbol { ticker: name.to_owned(), symbol: word.to_owned() });
        }
        if tickers.is_empty() {
            let problem = Problem::new("no tickers").expected("a list, as in [SPY, XLE]");
            self.problems.push(problem.at(self.place(written.referenced)));
        }
        (self.problems.len() == before).then_some(tickers)
    }

    /// The value whose name was written.
    fn word<T: Copy>(
        &mut self,
        written: &Spanned<String>,
        key: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let found = all.iter().copied().find(|value| name(*value) == written.value);
        if found.is_none() {
            let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
            let problem = Problem::new(format!("unknown {key} `{}`", written.value));
            self.refuse(written, problem.expected(one_of(&names)), &names);
        }
        found
    }

    fn day(&mut self, written: &Spanned<String>) -> Option<Day> {
        let day = written.value.parse::<Day>().ok().filter(|day| day.to_string() == written.value);
        if day.is_none() {
            let problem = Problem::new(format!("`{}` is not a day", written.value));
            self.refuse(written, problem.expected("a day as in 1998-12-22"), &[]);
        }
        day
    }

    fn overlap(&mut self, written: &Spanned<String>) -> Option<usize> {
        let days = written.value.parse().ok().filter(|days| *days >= 1);
        if days.is_none() {
            let problem = Problem::new(format!("an overlap of `{}`", written.value));
            self.refuse(
                written,
                problem.expected("a whole number of trading days, at least 1"),
                &[],
            );
        }
        days
    }

    fn base_url(
        &mut self,
        written: &Spanned<String>,
        provider: Option<&Provider>,
    ) -> Option<Option<String>> {
        let address = written.value.trim_end_matches('/');
        let problem = if matches!(provider, Some(Provider::Url(_))) {
            Problem::new("an address for an address").hint("change `provider: {url: ...}` itself")
        } else if is_address(address) {
            return Some(Some(address.to_owned()));
        } else {
            Problem::new("not an address").expected("https://host, of a mirror or a proxy")
        };
        self.refuse(written, problem, &[]);
        None
    }

    /// Refuses prices that the provider does not give.
    fn check_offer(
        &mut self,
        written: &Written,
        provider: &Provider,
        field: Field,
        adjustment: Option<Adjustment>,
    ) {
        let offered = provider.adjustments(field);
        let (at, problem) = match (offered, adjustment) {
            ([], _) => (
                &written.field,
                Problem::new(format!("{provider} has no field `{field}`"))
                    .hint("its close is adjusted already: write `field: close`"),
            ),
            (_, Some(adjustment)) if !offered.contains(&adjustment) => {
                let names: Vec<&str> = offered.iter().map(|offer| offer.name()).collect();
                let message = format!(
                    "the field `{field}` of {provider} is not adjusted so: `{}`",
                    adjustment.name()
                );
                let problem = Problem::new(message).expected(one_of(&names));
                (&written.adjustment, with_offer(problem, provider, adjustment))
            }
            (_, Some(Adjustment::None | Adjustment::Split)) if field == Field::AdjustedClose => (
                &written.adjustment,
                Problem::new("an adjusted close that is not adjusted for distributions")
                    .expected("total_return, or another field"),
            ),
            _ => return,
        };
        if let Some(at) = at {
            self.refuse(at, problem, &[]);
        }
    }

    /// Notes a problem with a text, with what was likely meant.
    fn refuse(&mut self, written: &Spanned<String>, problem: Problem, candidates: &[&str]) {
        let problem = problem.at(self.place(written.referenced));
        self.problems.push(with_near(problem, &written.value, candidates));
    }

    fn place(&self, location: Location) -> Place {
        let index = |position: u64| usize::try_from(position).unwrap_or_default();
        let (line, column) = (index(location.line()), index(location.column()));
        let source_line = self.lines.get(line.saturating_sub(1)).unwrap_or(&"");
        let rest = (source_line.trim_end().chars().count() + 1).saturating_sub(column);
        let width = index(location.span().len()).min(rest).max(1);
        match line {
            0 => Place::file(self.file),
            _ => Place::line(self.file, line, *source_line).span(column, width),
        }
    }

    /// What YAML does not allow, or not as the type of a key.
    fn syntax(&self, error: &serde_yaml::Error) -> Problem {
        let place = error.location().map_or_else(|| Place::file(self.file), |at| self.place(at));
        let said = error.without_snippet().to_string();
        let said = said.lines().next().unwrap_or("not a source description");
        // The place is shown already.
        let said = said.rsplit_once(" at line ").map_or(said, |(message, _)| message);
        Problem::new(said.to_owned()).at(place).expected(one_of(&KEYS))
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.starts_with('/') && !rest.is_empty() && !text.contains(char::is_whitespace)
    })
}

fn one_of(names: &[&str]) -> String {
    match names {
        [only] => (*only).to_owned(),
        _ => format!("one of {}", names.join(", ")),
    }
}

fn with_near(problem: Problem, written: &str, candidates: &[&str]) -> Problem {
    match did_you_mean(written, candidates.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// What to write instead, for those who know which adjustment they want.
fn with_offer(problem: Problem, provider: &Provider, wanted: Adjustment) -> Problem {
    let field = Field::ALL.into_iter().rev().find(|f| provider.adjustments(*f).contains(&wanted));
    match field {
        Some(field) => {
            problem.hint(format!("{provider} has `{}` prices as `field: {field}`", wanted.name()))
        }
        None => problem.hint(format!("{provider} has no prices of `{}`", wanted.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title: Sectors\nprovider: yahoo\ntickers: [SPY, ON, 0700]\n\
        field: adjusted_close\nadjustment: total_return\nstart: 1998-12-22\n";

    fn declared(text: &str) -> Declaration {
        parse("source.yaml", text).unwrap().declaration.unwrap()
    }

    /// Every problem as `line: message | expectation | hint`.
    fn told(text: &str) -> Vec<String> {
        let told = |problem: &Problem| {
            let line = problem.place.as_ref().unwrap().position().map_or(0, |at| at.0);
            let hint = problem.hint.as_deref().unwrap_or("");
            format!("{line}: {} | {hint}", problem.message)
        };
        parse("source.yaml", text).unwrap_err().iter().map(told).collect()
    }

    #[test]
    fn a_declaration_is_read_and_has_defaults() {
        let declaration = declared(GOOD);
        let words: Vec<&str> = declaration.tickers.iter().map(|t| t.symbol.as_str()).collect();
        assert_eq!(words, ["SPY", "ON", "0700"], "a ticker is what was written");
        assert_eq!((declaration.overlap, declaration.format), (DEFAULT_OVERLAP, Format::Csv));
        assert_eq!(declaration.start, jiff::civil::date(1998, 12, 22));
        let mapped = GOOD
            .replace("yahoo", "stooq\nbase_url: https://mirror.example/\noverlap: 5")
            .replace("[SPY, ON, 0700]", "\n  SPY: spy.us\n  BRK.B: brk-b.us")
            .replace("adjusted_close", "close\nformat: parquet");
        let mapped = declared(&mapped);
        assert_eq!(mapped.tickers[1].symbol, "brk-b.us");
        assert_eq!(mapped.base_url.as_deref(), Some("https://mirror.example"));
        assert_eq!((mapped.overlap, mapped.format), (5, Format::Parquet));
        let url = declared(&GOOD.replace("yahoo", "{url: \"https://h/{ticker}.csv\"}"));
        assert_eq!(url.provider, Provider::Url("https://h/{ticker}.csv".into()));
    }

    #[test]
    fn a_description_alone_declares_nothing() {
        assert_eq!(parse("source.yaml", "title: x\n").unwrap().declaration, None);
    }

    #[test]
    fn every_mistake_is_told_at_once_with_its_place() {
        let text = "titel: x\nprovider: yaho\ntickers: [SPY, spy, a/b]\nfield: adj_close\n\
            adjustment: total\nstart: 22.12.1998\noverlap: 0\nformat: xls\nbase_url: mirror\n";
        let told = told(text);
        let expected = [
            "1: unknown key `titel` | did you mean `title`?",
            "2: unknown provider `yaho` | did you mean `yahoo`?",
            "4: unknown field `adj_close` | did you mean `adjusted_close`?",
            "5: unknown adjustment `total` | did you mean `total_return`?",
            "3: ticker `spy` stands twice | ",
            "3: `a/b` cannot be a ticker | where the provider's word is another, write `OUR_NAME: its word`",
            "6: `22.12.1998` is not a day | ",
            "8: unknown format `xls` | ",
            "7: an overlap of `0` | ",
            "9: not an address | ",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_a_provider_does_not_give_is_refused_with_what_it_gives() {
        let with = |provider: &str, field: &str, adjustment: &str| {
            GOOD.replace("yahoo", provider)
                .replace("adjusted_close", field)
                .replace("total_return", adjustment)
        };
        assert_eq!(
            told(&with("stooq", "adjusted_close", "total_return")),
            [
                "4: stooq has no field `adjusted_close` | its close is adjusted already: write `field: close`"
            ]
        );
        assert_eq!(
            told(&with("yahoo", "close", "total_return")),
            ["5: the field `close` of yahoo is not adjusted so: `total_return` | \
              yahoo has `total_return` prices as `field: adjusted_close`"]
        );
        assert_eq!(
            told(&with("tiingo", "close", "split")),
            [
                "5: the field `close` of tiingo is not adjusted so: `split` | tiingo has no prices of `split`"
            ]
        );
        let url = "{url: \"https://h/{ticker}\"}";
        assert_eq!(told(&with(url, "adjusted_close", "none")).len(), 1);
        assert_eq!(declared(&with(url, "close", "none")).adjustment, Adjustment::None);
        assert_eq!(declared(&with("tiingo", "close", "none")).field, Field::Close);
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
        let hash = |text: &str| declared(text).hash();
        assert_eq!(
            hash(GOOD),
            hash(&GOOD.replace("Sectors", "Other\noverlap: 9\nformat: parquet"))
        );
        assert_ne!(hash(GOOD), hash(&GOOD.replace("SPY", "IVV")));
        assert_ne!(hash(GOOD), hash(&GOOD.replace("1998", "1999")));
    }
}
