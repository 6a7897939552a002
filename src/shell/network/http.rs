//! One request over the network, and what came.

use std::io;
use std::time::Duration;

use crate::prices::fetch::{Failure, Request};

/// Longest answer taken, in bytes: a century of daily bars is a tenth of it.
const LONGEST: u64 = 64 << 20;

/// What the program calls itself. Some providers turn away whatever does not begin like a browser,
/// so it comes in the form that crawlers use.
const USER_AGENT: &str =
    concat!("Mozilla/5.0 (compatible; dfa-report/", env!("CARGO_PKG_VERSION"), ")");

/// Keeps connections open from one request to the next.
pub(super) struct Http {
    agent: ureq::Agent,
    timeout: Duration,
}

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The header `Retry-After`.
    pub(super) retry_after: Option<String>,
    pub(super) body: String,
}

impl Http {
    /// Gives up on a request after `timeout`, from its start to the end of the answer. With
    /// `only_private`, a redirection to an open line is not followed.
    pub(super) fn new(timeout: Duration, only_private: bool) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(5)
            .https_only(only_private)
            .user_agent(USER_AGENT)
            .build();
        Self { agent: config.into(), timeout }
    }

    /// Sends a request and reads the whole answer.
    pub(super) fn get(&self, request: &Request) -> Result<Answer, Failure> {
        let mut call = self.agent.get(&request.url);
        if let Some(value) = &request.authorization {
            call = call.header("Authorization", value);
        }
        let mut response = call.call().map_err(|error| self.failure(error))?;
        let body = response.body_mut().with_config().limit(LONGEST).read_to_vec();
        let retry_after = response.headers().get("retry-after");
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after: retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned),
            body: String::from_utf8_lossy(&body.map_err(|error| self.failure(error))?).into_owned(),
        })
    }

    fn failure(&self, error: ureq::Error) -> Failure {
        match error {
            ureq::Error::Timeout(_) => self.late(),
            ureq::Error::HostNotFound => Failure::passing("the host was not found")
                .hint("is the network up, and the address right?"),
            ureq::Error::BodyExceedsLimit(limit) => {
                Failure::ticker(format!("an answer of more than {limit} bytes"))
            }
            ureq::Error::TooManyRedirects => Failure::ticker("one redirection after the other"),
            ureq::Error::RequireHttpsOnly(_) => {
                Failure::halt("a redirection to an open line, which was not followed")
            }
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                Failure::halt("an address that cannot be asked")
            }
            other => {
                let error = other.into_io();
                match error.kind() {
                    io::ErrorKind::UnexpectedEof => Failure::passing("the answer broke off"),
                    io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => self.late(),
                    _ => Failure::passing(format!("no connection: {error}")),
                }
            }
        }
    }

    fn late(&self) -> Failure {
        Failure::passing(format!("no answer within {} s", self.timeout.as_secs_f64()))
    }
}
