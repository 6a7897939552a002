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

/// An answer, whatever its status.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The header `Retry-After`.
    pub(super) retry_after: Option<String>,
    pub(super) body: String,
}

/// Keeps connections open from one request to the next, and gives up on a request after `timeout`,
/// from its start to the end of the answer. With `only_private`, a redirection to an open line is
/// not followed.
pub(super) fn agent(timeout: Duration, only_private: bool) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .max_redirects(5)
        .https_only(only_private)
        .user_agent(USER_AGENT)
        .build()
        .into()
}

/// Sends a request and reads the whole answer.
pub(super) fn get(agent: &ureq::Agent, request: &Request) -> Result<Answer, Failure> {
    let failed = |error| failure(error, agent.config().timeouts().global.unwrap_or_default());
    let mut call = agent.get(&request.url);
    if let Some(value) = &request.authorization {
        call = call.header("Authorization", value);
    }
    let mut response = call.call().map_err(failed)?;
    let body = response.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(failed)?;
    let retry_after = response.headers().get("retry-after");
    Ok(Answer {
        status: response.status().as_u16(),
        retry_after: retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn failure(error: ureq::Error, timeout: Duration) -> Failure {
    let late = || Failure::passing(format!("no answer within {} s", timeout.as_secs_f64()));
    match error {
        ureq::Error::Timeout(_) => late(),
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
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => late(),
                _ => Failure::passing(format!("no connection: {error}")),
            }
        }
    }
}
