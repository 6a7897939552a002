//! Asking a provider politely, and again where that may help.

use std::time::Duration;

use jiff::Timestamp;

use super::http::{self, Answer};
use crate::base::diagnostic::{Problem, visible};
use crate::base::units::Day;
use crate::prices::data::{self, Declaration, Symbol};
use crate::prices::fetch::{
    Failure, GO_ON_LATER, KeyVariable, Kind, Provider, Query, encode, excerpt, place, provider,
};
use crate::prices::quotes::{Field, Quotes};

/// Waits before the second request and those after it, in seconds: five requests in all.
const BACKOFF: [u64; 4] = [1, 2, 4, 8];

/// The longest that a provider may ask us to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Asks one provider for one ticker after the other.
pub struct Client<'a> {
    provider: Provider,
    home: String,
    field: Field,
    /// No message shows it.
    key: String,
    agent: ureq::Agent,
    wait: Box<dyn Fn(Duration) + 'a>,
    now: Timestamp,
    /// Requests sent so far.
    requests: usize,
    /// The last ticker failed through all repetitions: the next one gets a single try.
    is_discouraged: bool,
    /// Why nobody is asked any more.
    halted: bool,
}

/// The environment variable with the key that a provider wants, if it wants one.
pub fn key_variable(named: &data::Provider) -> Option<KeyVariable> {
    provider(named).key
}

impl<'a> Client<'a> {
    /// A client of the provider that is declared.
    ///
    /// `key` is what [`key_variable`] has, `timeout` the longest a request may take, `now` the time
    /// of the run; `wait` returns after a time.
    ///
    /// # Errors
    /// If the provider wants a key and there is none, or it would be sent over an open line.
    pub fn new(
        declaration: &Declaration,
        key: Option<String>,
        timeout: Duration,
        now: Timestamp,
        wait: impl Fn(Duration) + 'a,
    ) -> Result<Self, Problem> {
        let provider = provider(&declaration.provider);
        let home = match (&declaration.base_url, &declaration.provider) {
            (Some(address), _) | (None, data::Provider::Url(address)) => address,
            _ => provider.home,
        };
        let key = key.map(|key| key.trim().to_owned()).unwrap_or_default();
        if let Some(KeyVariable { name, page }) = provider.key {
            if key.is_empty() {
                return Err(Problem::new(format!("{} wants a key", provider.name))
                    .hint(format!("get one at {page} and set {name}")));
            }
            if !key.chars().all(|c| c.is_ascii_graphic()) {
                return Err(Problem::new(format!("{name} does not hold a key")));
            }
            if !is_private(home) {
                return Err(Problem::new(format!(
                    "the key of {} would be sent over an open line",
                    provider.name
                ))
                .expected("a `base_url` that begins with https://, or is of this machine"));
            }
        }
        Ok(Self {
            provider,
            home: home.to_owned(),
            field: declaration.field,
            key,
            agent: http::agent(timeout),
            wait: Box::new(wait),
            now,
            requests: 0,
            is_discouraged: false,
            halted: false,
        })
    }

    /// Host and path of the address at which a ticker is asked for.
    pub fn address(&self, symbol: &Symbol, from: Day) -> String {
        place(&(self.provider.request)(&self.home, &self.asked(symbol, from), "").url)
    }

    /// Whether the provider wants to be left alone, so that no ticker can be asked for any more.
    pub fn is_halted(&self) -> bool {
        self.halted
    }

    /// A ticker's prices from a day on, days ascending, of days that are over; at least one.
    ///
    /// Waits as long as the provider finds polite; asks again, with waits that double, where the
    /// failure may pass. Once a ticker has failed through all of that, the next ones are tried
    /// once each until an answer comes.
    ///
    /// # Errors
    /// Provider, ticker, what came and what may be done, without a key.
    pub fn download(&mut self, symbol: &Symbol, from: Day) -> Result<Quotes, Problem> {
        let tries = if self.is_discouraged { 1 } else { BACKOFF.len() + 1 };
        let mut attempt = 1;
        loop {
            let failure = match self.ask(symbol, from) {
                Ok(quotes) => {
                    self.is_discouraged = false;
                    return Ok(quotes);
                }
                Err(failure) => failure,
            };
            match failure.kind {
                Kind::Passing { after } if attempt < tries => {
                    let least = Duration::from_secs(BACKOFF[attempt - 1]);
                    (self.wait)(after.unwrap_or_default().max(least));
                }
                kind => {
                    self.is_discouraged = matches!(kind, Kind::Passing { .. });
                    self.halted |= kind == Kind::Halt;
                    return Err(self.problem(symbol, failure, attempt));
                }
            }
            attempt += 1;
        }
    }

    fn asked<'s>(&self, symbol: &'s Symbol, from: Day) -> Query<'s> {
        Query { symbol, field: self.field, from, now: self.now }
    }

    fn ask(&mut self, symbol: &Symbol, from: Day) -> Result<Quotes, Failure> {
        let asked = self.asked(symbol, from);
        let request = (self.provider.request)(&self.home, &asked, &self.key);
        if self.requests > 0 {
            (self.wait)(self.provider.pace);
        }
        self.requests += 1;
        let answer = http::get(&self.agent, &request, self.provider.key.is_some())?;
        self.read(&asked, &answer).map_err(|failure| {
            // An excerpt may end in the middle of a key, so it is cut from a body without one.
            let body = self.redact(&answer.body);
            if body == answer.body {
                return failure;
            }
            let safe = Answer { body, ..answer };
            let repeated = || Failure::ticker("an answer that repeats the key");
            self.read(&asked, &safe).err().unwrap_or_else(repeated)
        })
    }

    fn read(&self, asked: &Query<'_>, answer: &Answer) -> Result<Quotes, Failure> {
        self.refuse(answer)?;
        let quotes = (self.provider.parse)(asked, &answer.body)?;
        if quotes.quotes.is_empty() {
            return Err(Failure::ticker(format!("there is no price from {} on", asked.from))
                .hint("is the symbol right, and the fund as old as `start`?"));
        }
        Ok(quotes)
    }

    /// Finds out whether an answer is anything but prices.
    fn refuse(&self, answer: &Answer) -> Result<(), Failure> {
        let Answer { status, wait, body, is_garbled } = answer;
        let came = excerpt(body);
        if *status == 429 || *status == 408 || *status >= 500 {
            let message = format!("status {status}: {came}");
            return Err(match wait.map(|wait| (wait, wait.as_secs())) {
                Some((wait, seconds)) if wait > LONGEST_WAIT => {
                    let when = match seconds {
                        86_400.. => "a day or later".to_owned(),
                        seconds => format!("{seconds} s"),
                    };
                    let message =
                        format!("status {status}, and to be asked again in {when}: {came}");
                    Failure::halt(message).hint(GO_ON_LATER)
                }
                _ => Failure { kind: Kind::Passing { after: *wait }, message, hint: None }
                    .hint("try again later: what has come is kept and not asked for again"),
            });
        }
        if let Some(refusal) = (self.provider.refusal)(body) {
            return Err(refusal);
        }
        let text = body.trim_start_matches('\u{feff}').trim_start();
        Err(match status {
            200..=299 if text.is_empty() => {
                Failure::passing("an empty answer").hint("is the symbol right?")
            }
            200..=299 if text.starts_with('<') => Failure::ticker(format!(
                "a web page came instead of prices: {came}"
            ))
            .hint("open the provider's site in a browser: it may ask for consent or be down"),
            200..=299 if *is_garbled => Failure::ticker(format!("the answer is not text: {came}"))
                .hint("prices are taken from CSV or JSON in UTF-8"),
            206 => Failure::passing(format!("only a part of an answer: {came}")),
            200..=299 => return Ok(()),
            401 | 403 => Failure::halt(format!("status {status}, not allowed: {came}")).hint(
                match self.provider.key {
                    Some(key) => format!("is {} right?", key.name),
                    None => "the provider refuses this program or this network".to_owned(),
                },
            ),
            404 => Failure::ticker(format!("status 404, not found: {came}"))
                .hint("is the symbol right?"),
            _ => Failure::ticker(format!("status {status}: {came}")),
        })
    }

    fn problem(&self, symbol: &Symbol, failure: Failure, attempts: usize) -> Problem {
        let Symbol { ticker, symbol: word } = symbol;
        let name = if ticker == word { ticker.clone() } else { format!("{ticker} ({word})") };
        let tried = if attempts > 1 { format!(", {attempts} times") } else { String::new() };
        let message = format!("{}: {name}{tried}: {}", self.provider.name, failure.message);
        // What came may hold what a terminal would obey.
        let problem = Problem::new(visible(&self.redact(&message)));
        match failure.hint {
            Some(hint) => problem.hint(self.redact(&hint)),
            None => problem,
        }
    }

    /// Takes the key out of a text, as it is and as it stands in an address.
    fn redact(&self, text: &str) -> String {
        if self.key.is_empty() {
            return text.to_owned();
        }
        text.replace(&encode(&self.key), "[key]").replace(&self.key, "[key]")
    }
}

/// Whether what is sent there can be read by nobody on the way.
fn is_private(home: &str) -> bool {
    let place = place(home);
    let host = place.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    home.starts_with("https://") || matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::data::{Adjustment, Format};

    fn client(base_url: Option<&str>, key: Option<&str>) -> Result<Client<'static>, Problem> {
        let declaration = Declaration {
            provider: data::Provider::AlphaVantage,
            base_url: base_url.map(str::to_owned),
            tickers: Vec::new(),
            field: Field::AdjustedClose,
            adjustment: Adjustment::TotalReturn,
            start: jiff::civil::date(2020, 1, 1),
            overlap: 5,
            format: Format::Csv,
        };
        let (key, timeout) = (key.map(str::to_owned), Duration::from_secs(1));
        Client::new(&declaration, key, timeout, Timestamp::UNIX_EPOCH, |_| {})
    }

    #[test]
    fn a_key_is_asked_for_and_never_sent_in_the_open() {
        let told = |base_url, key| client(base_url, key).err().unwrap().to_string();
        assert!(told(None, None).contains("set ALPHA_VANTAGE_API_KEY"));
        assert!(told(None, Some(" ")).contains("wants a key"));
        assert!(told(Some("http://mirror.example"), Some("s3cret")).contains("an open line"));
        assert!(!told(Some("http://mirror.example"), Some("s3cret")).contains("s3cret"));
        assert!(client(Some("http://127.0.0.1:8080"), Some("s3cret")).is_ok());
        assert!(client(Some("https://mirror.example"), Some("s3cret")).is_ok());
    }

    #[test]
    fn no_message_shows_a_key() {
        let client = client(None, Some("s3+cret")).unwrap();
        let symbol = Symbol { ticker: "SPY".into(), symbol: "SPY".into() };
        let failure = Failure::ticker("your key s3+cret, as s3%2Bcret").hint("not s3+cret");
        let told = client.problem(&symbol, failure, 2).to_string();
        assert!(!told.contains("cret"), "{told}");
        assert!(told.contains("alpha_vantage: SPY, 2 times: your key [key], as [key]"), "{told}");
        let address = client.address(&symbol, jiff::civil::date(2020, 1, 1));
        assert_eq!(address, "www.alphavantage.co/query");
    }
}
