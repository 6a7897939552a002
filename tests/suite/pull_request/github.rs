//! As much of GitHub as the scripts ask for, on this machine: a pull request, its comments, and the
//! files of a release.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub(super) const REPOSITORY: &str = "analyst/signals";
pub(super) const FORK: &str = "stranger/signals";
pub(super) const BRANCH: &str = "quarterly";
pub(super) const NUMBER: u64 = 7;
pub(super) const TOKEN: &str = "secret-token";
/// Longest comment that GitHub takes, in characters.
pub(super) const LIMIT: usize = 65_536;
/// Whose comments are those of workflows.
pub(super) const BOT: &str = "github-actions[bot]";

/// What is there, and what was asked.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Last commit of the pull request.
    pub head: String,
    /// Author and text of each comment; its number is its place, from 1.
    pub comments: Vec<(String, String)>,
    /// Files by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Method and path of each request.
    pub asked: Vec<String>,
}

/// The server; it stops when it is dropped.
pub(super) struct Github {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    pub state: Arc<Mutex<State>>,
}

impl Github {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let github = Self {
            address: listener.local_addr().unwrap(),
            stop: Arc::default(),
            state: Arc::default(),
        };
        let (stop, state) = (github.stop.clone(), github.state.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                // A client that goes away in the middle is no fault of the server.
                let _ = serve(&stream.unwrap(), &state);
            }
        });
        github
    }

    pub(super) fn home(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The texts of all comments.
    pub(super) fn comments(&self) -> Vec<String> {
        self.state.lock().unwrap().comments.iter().map(|(_, text)| text.clone()).collect()
    }

    /// What was asked since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

impl Drop for Github {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or("").to_owned(), words.next().unwrap_or(""));
    let path = path.to_owned();
    let (mut length, mut may, mut waits) = (0, false, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let (name, value) = header.split_once(':').unwrap_or((header.trim(), ""));
        match name.to_ascii_lowercase().as_str() {
            "" => break,
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => may = value.trim() == format!("Bearer {TOKEN}"),
            "expect" => waits = true,
            _ => {}
        }
    }
    if waits {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut state = state.lock().unwrap();
    state.asked.push(format!("{method} {path}"));
    let (status, answer) = match state.files.get(&path) {
        Some(file) => (200, file.clone()),
        None if !may => (401, b"{}".to_vec()),
        None => {
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let (status, answer) = answer(&mut state, &method, &path, &body);
            (status, answer.to_string().into_bytes())
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    )?;
    stream.write_all(&answer)
}

fn answer(state: &mut State, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let Some(path) = path.strip_prefix(&format!("/repos/{REPOSITORY}/")) else {
        return (404, json!({}));
    };
    let text = body["body"].as_str().unwrap_or_default().to_owned();
    if method != "GET" && (text.is_empty() || text.encode_utf16().count() > LIMIT) {
        return (422, json!({ "message": "body is too long or absent" }));
    }
    let comments = format!("issues/{NUMBER}/comments");
    match (method, path.split_once('?').unwrap_or((path, ""))) {
        ("GET", (pull, _)) if pull == format!("pulls/{NUMBER}") => {
            let repository = json!({ "full_name": FORK });
            let head = json!({ "sha": state.head, "ref": BRANCH, "repo": repository });
            (200, json!({ "number": NUMBER, "head": head }))
        }
        ("GET", (place, query)) if place == comments => {
            let page = query.rsplit_once("&page=").unwrap().1.parse::<usize>().unwrap();
            let all = state.comments.iter().enumerate().map(|(i, (login, text))| {
                json!({ "id": i + 1, "user": { "login": login }, "body": text })
            });
            (200, all.skip((page - 1) * 100).take(100).collect())
        }
        ("POST", (place, _)) if place == comments => {
            state.comments.push((BOT.to_owned(), text));
            (201, json!({ "id": state.comments.len() }))
        }
        ("PATCH", (place, _)) if place.starts_with("issues/comments/") => {
            let number: usize = place.rsplit('/').next().unwrap().parse().unwrap();
            state.comments[number - 1].1 = text;
            (200, json!({ "id": number }))
        }
        _ => (404, json!({})),
    }
}
