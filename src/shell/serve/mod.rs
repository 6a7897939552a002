//! The preview of a site, for this machine alone: served on its loopback addresses, to nobody who
//! asks by another name, and loaded again when it changes.

mod answer;
mod body;
mod live;
mod page;

use std::convert::Infallible;
use std::future::{pending, ready};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};

use crate::base::diagnostic::Problem;

pub(crate) use live::Live;

/// The port unless another is given.
const PORT: u16 = 3210;

/// Ports that are tried after it, where it is in use.
const TRIED: u16 = 200;

/// Between two attempts to take a connection in where the system has no room for it.
const PAUSE: Duration = Duration::from_millis(100);

/// A server that has its port.
pub(crate) struct Server {
    listeners: Vec<TcpListener>,
    port: u16,
}

impl Server {
    /// Takes a port, or the first one that is free if none is given.
    ///
    /// # Errors
    /// If it is in use, or none is free.
    pub(crate) fn bind(port: Option<u16>) -> Result<Self, Problem> {
        let ports = port.map_or(PORT..=PORT + TRIED, |port| port..=port);
        let mut last = None;
        for port in ports {
            match listeners(port) {
                Ok(listeners) => return Ok(Self { listeners, port }),
                Err(error) => last = Some((port, error)),
            }
        }
        let (tried, error) = last.unwrap_or_else(|| (PORT, io::ErrorKind::AddrInUse.into()));
        let problem = Problem::new(format!("port {tried} cannot be listened on: {error}"));
        Err(match port {
            Some(_) => problem.hint("name another one, or leave --port out for the next free one"),
            None => problem.hint("name a free one with --port"),
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves what `live` has, until the process ends.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn run(self, live: &Arc<Live>) -> io::Result<Infallible> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            for listener in self.listeners {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(listener)?;
                tokio::spawn(accept(listener, self.port, Arc::clone(live)));
            }
            pending().await
        })
    }
}

/// Listens on both loopback addresses. Where the machine has one of IPv6 and somebody else listens
/// there, `localhost` may lead to them: the port is in use.
fn listeners(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut listeners = vec![TcpListener::bind((IpAddr::from(Ipv4Addr::LOCALHOST), port))?];
    match TcpListener::bind((IpAddr::from(Ipv6Addr::LOCALHOST), port)) {
        Ok(listener) => listeners.push(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        // There is no IPv6.
        Err(_) => {}
    }
    Ok(listeners)
}

async fn accept(listener: tokio::net::TcpListener, port: u16, live: Arc<Live>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let live = Arc::clone(&live);
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                ready(Ok::<_, Infallible>(answer::answer(&request, port, &live)))
            });
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new());
            // Whoever breaks off needs no answer.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_and_the_next_one_is_taken_where_none_was_named() {
        let first = Server::bind(None).unwrap();
        let told = Server::bind(Some(first.port())).map(|_| ()).unwrap_err().to_string();
        let expected = format!("port {} cannot be listened on", first.port());
        assert!(told.contains(&expected) && told.contains("leave --port out"), "{told}");
        assert!(Server::bind(None).unwrap().port() > first.port());
    }
}
