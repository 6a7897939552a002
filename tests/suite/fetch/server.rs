//! A provider on this machine: an HTTP server that answers as a test tells it to, faults included,
//! and writes down what it was asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Path and query.
    pub path: String,
    /// All header lines.
    pub headers: String,
    /// Requests of the same path before this one, the query apart.
    pub earlier: usize,
}

impl Seen {
    /// The path without the query.
    pub(super) fn place(&self) -> &str {
        self.path.split('?').next().unwrap()
    }
}

/// What to answer.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// Status, header lines, body.
    Send(u16, Vec<String>, Vec<u8>),
    /// A body that ends before the length that was announced.
    Truncated(Vec<u8>),
    /// Bytes as they are, head and body; then the line is closed.
    Raw(Vec<u8>),
    /// A head, then the same bytes again and again, with a pause after each, until nobody listens.
    Endless(&'static str, Vec<u8>, Duration),
    /// Nothing, until the server is dropped.
    Stall,
}

impl Reply {
    /// Status 200.
    pub(super) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Send(200, Vec::new(), body.into())
    }

    /// Another status.
    pub(super) fn status(status: u16, body: &str) -> Self {
        Self::Send(status, Vec::new(), body.into())
    }
}

/// The server; it stops when it is dropped.
pub(super) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// A server that answers every request by `answer`.
    pub(super) fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            stop: Arc::default(),
        };
        let (seen, stop, answer) = (server.seen.clone(), server.stop.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (seen, stop, answer) = (seen.clone(), stop.clone(), answer.clone());
                // A client that goes away in the middle is no fault of the server.
                thread::spawn(move || serve(stream?, &seen, &stop, &*answer));
            }
        });
        server
    }

    /// Its address, without a slash at the end.
    pub(super) fn home(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked since the last time.
    pub(super) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// How many requests are written down.
    pub(super) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the loop that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    stop: &AtomicBool,
    answer: &(dyn Fn(&Seen) -> Reply + Send + Sync),
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let Some(request) = lines.next() else { return Ok(()) };
    let request = request?;
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: Vec<String> =
        lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let mut request = Seen { path, headers: headers.join("\n"), earlier: 0 };
    {
        let mut seen = seen.lock().unwrap();
        request.earlier = seen.iter().filter(|other| other.place() == request.place()).count();
        seen.push(request.clone());
    }
    match answer(&request) {
        Reply::Send(status, headers, body) => send(stream, status, &headers, &body, body.len()),
        Reply::Truncated(body) => send(stream, 200, &[], &body, body.len() + 100),
        Reply::Raw(bytes) => write(stream, &bytes),
        Reply::Endless(head, bytes, pause) => {
            write(stream.try_clone()?, head.as_bytes())?;
            while !stop.load(Ordering::SeqCst) {
                write(stream.try_clone()?, &bytes)?;
                thread::sleep(pause);
            }
            Ok(())
        }
        Reply::Stall => {
            while !stop.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(10));
            }
            Ok(())
        }
    }
}

fn send(
    stream: TcpStream,
    status: u16,
    headers: &[String],
    body: &[u8],
    length: usize,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} Told\r\nContent-Length: {length}\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("Connection: close\r\n\r\n");
    write(stream, &[head.as_bytes(), body].concat())
}

fn write(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}
