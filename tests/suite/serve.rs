//! The preview: a real process, asked through real sockets. Nothing is waited for by the clock; what
//! should come is waited for until it comes, and a limit far beyond any machine ends a test that waits
//! for nothing.

mod haste;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use super::incremental::from_nothing;
use super::support::{
    SMALL_SPEC, names, program, run, sample_prices, small_repository, tree, write,
};

/// Nothing takes so long.
const LIMIT: Duration = Duration::from_secs(300);

struct Preview {
    child: Child,
    port: u16,
    folder: PathBuf,
    out: Receiver<String>,
    err: Receiver<String>,
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        let _ = lines.map(|line| sender.send(line)).find(Result::is_err);
    });
    receiver
}

impl Preview {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut command = program(folder, &[&["serve"], more].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = lines(child.stdout.take().unwrap());
        let err = lines(child.stderr.take().unwrap());
        let Ok(first) = out.recv_timeout(LIMIT) else {
            panic!("{}", err.iter().collect::<Vec<_>>().join("\n"));
        };
        let rest = first.strip_prefix("http://localhost:").unwrap();
        let port = rest.split('/').next().unwrap().parse().unwrap();
        Self { child, port, folder: folder.to_owned(), out, err }
    }

    /// The next line of standard output that holds a text.
    fn line(&self, text: &str) -> String {
        loop {
            let line = self.out.recv_timeout(LIMIT);
            let line = line.unwrap_or_else(|_| panic!("no line with `{text}`"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Standard error up to a line that ends as a text does.
    fn problems(&self, end: &str) -> String {
        let mut told = String::new();
        while !told.trim_end().ends_with(end) {
            let line = self.err.recv_timeout(LIMIT);
            told += &line.unwrap_or_else(|_| panic!("no `{end}` after\n{told}"));
            told.push('\n');
        }
        told
    }

    fn answer(&self, request: &str) -> Answer {
        ask(([127, 0, 0, 1], self.port).into(), request)
    }

    fn get(&self, path: &str) -> Answer {
        let port = self.port;
        self.answer(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n"))
    }

    fn out(&self) -> PathBuf {
        self.folder.join(".dfa/serve").join(self.port.to_string())
    }

    /// How many results are kept.
    fn computed(&self) -> usize {
        names(&self.folder.join(".dfa/results/result")).len()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let is_named = |line: &&str| line.to_lowercase().starts_with(&format!("{name}: "));
        let line = self.head.lines().find(is_named);
        line.and_then(|line| line.split_once(": ")).map_or("", |(_, value)| value)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends the lines of a request and reads all of the answer.
fn ask(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(format!("{request}Connection: close\r\n\r\n").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[end + 4..].to_vec() }
}

/// What an open page hears.
struct Page(BufReader<TcpStream>);

impl Page {
    fn open(preview: &Preview) -> Self {
        let port = preview.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let request = format!("GET /__live/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    fn hear(&mut self) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the server broke off");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }

    /// The first that is what it should be.
    fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let heard = self.hear();
            if is_it(&heard) {
                return heard;
            }
        }
    }

    /// The version of a site newer than one.
    fn newer(&mut self, version: u64) -> u64 {
        self.until(|heard| heard["told"].is_null() && at(heard) > version)["version"]
            .as_u64()
            .unwrap()
    }
}

fn at(heard: &Value) -> u64 {
    heard["version"].as_u64().unwrap()
}

/// Puts a file in its place in one step: a build in the middle of two would be one more.
fn put(folder: &Path, name: &str, contents: impl AsRef<[u8]>) {
    write(folder, ".new", contents);
    let place = folder.join(name);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::rename(folder.join(".new"), place).unwrap();
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    assert!(text.contains(from), "{text}");
    put(folder, name, text.replace(from, to));
}

fn two() -> tempfile::TempDir {
    let folder = small_repository();
    write(folder.path(), "experiments/other.yaml", SMALL_SPEC.replace("Small", "Other"));
    edit(folder.path(), "experiments/other.yaml", "min_train: 300", "min_train: 305");
    folder
}

#[test]
fn pages_are_served_as_they_were_built_with_the_script_and_nothing_else_is() {
    let folder = small_repository();
    let preview = Preview::start(folder.path(), &[]);
    preview.line("1 experiments, 1 computed");
    let port = preview.port;

    let page = preview.get("/");
    assert_eq!(page.status, 200, "{}", page.head);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(page.header("access-control-allow-origin"), "");
    let text = page.text();
    let start = text.find("<script src=\"/__live/reload.js?").unwrap();
    let end = start + text[start..].find('\n').unwrap() + 1;
    let built = fs::read_to_string(preview.out().join("index.html")).unwrap();
    assert_eq!(text.replacen(&text[start..end], "", 1), built);
    for (name, bytes) in tree(&preview.out()) {
        assert!(!String::from_utf8_lossy(&bytes).contains("__live"), "{name}");
    }
    let head = preview.answer(&format!("HEAD / HTTP/1.1\r\nHost: LOCALHOST:{port}\r\n"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), page.body.len().to_string());

    assert_eq!(preview.get("/small/").text(), preview.get("/sm%61ll/index.html?q=1").text());
    let moved = preview.get("/small?q=1");
    assert_eq!((moved.status, moved.header("location")), (307, "/small/?q=1"));
    for (path, kind) in [
        ("/small/forecasts.csv", "text/csv; charset=utf-8"),
        ("/small/results.json", "application/json"),
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/report.js", "text/javascript; charset=utf-8"),
        ("/__live/reload.js", "text/javascript; charset=utf-8"),
        ("/__live/worker.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = preview.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        if !path.starts_with("/__live") {
            assert_eq!(answer.body, fs::read(preview.out().join(&path[1..])).unwrap(), "{path}");
        }
    }
    let absent = preview.get("/nothing/here");
    assert_eq!(absent.status, 404);
    let text = absent.text();
    assert!(text.contains("There is no such page") && text.contains("/__live/reload.js"), "{text}");
    assert!(text.contains("content=\"script-src 'self'; default-src 'none'; style-src"), "{text}");

    for path in [
        "/../../../experiments/small.yaml",
        "/%2e%2e/%2e%2e/%2e%2e/experiments/small.yaml",
        "/..%2f..%2f..%2fexperiments/small.yaml",
        "/..%5c..%5c..%5cexperiments%5csmall.yaml",
        "/small/../../../../experiments/small.yaml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/small/../index.html",
        "/small//index.html",
        "/./index.html",
        "/index.html%00",
        "/%ff",
        "/small/index.html/",
        "/__live/../index.html",
        "/__live/",
    ] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    assert!(!folder.path().join("site").exists(), "the preview has a folder of its own");
}

#[test]
fn nobody_else_is_answered() {
    let folder = small_repository();
    let preview = Preview::start(folder.path(), &[]);
    preview.line(" computed");
    let port = preview.port;
    for request in [
        format!("GET / HTTP/1.1\r\nHost: example.org:{port}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost.example.org:{port}\r\n"),
        "GET / HTTP/1.1\r\nHost: localhost\r\n".to_owned(),
        "GET / HTTP/1.0\r\n".to_owned(),
        format!("GET http://example.org/ HTTP/1.1\r\nHost: localhost:{port}\r\n"),
        format!("GET /__live/events HTTP/1.1\r\nHost: example.org:{port}\r\n"),
    ] {
        let answer = preview.answer(&request);
        assert_eq!(answer.status, 421, "{request}");
        assert!(!answer.text().contains("Small"), "{request}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let answer = preview.answer(&format!("{method} / HTTP/1.1\r\nHost: localhost:{port}\r\n"));
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let six = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, port));
    if TcpStream::connect(six).is_ok() {
        let answer = ask(six, &format!("GET / HTTP/1.1\r\nHost: [::1]:{port}\r\n"));
        assert_eq!(answer.status, 200);
    }
    // No packet is sent: the system only says by which address it would go.
    let own = UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()));
    let mut others: Vec<IpAddr> = own.iter().map(SocketAddr::ip).collect();
    others.retain(|address| !address.is_loopback());
    // On Linux all of 127/8 is this machine's.
    let second = cfg!(target_os = "linux").then(|| IpAddr::from([127, 0, 0, 2]));
    others.extend(second);
    for address in others {
        assert!(TcpStream::connect((address, port)).is_err(), "{address} is listened on");
    }
}

#[test]
fn what_changes_is_built_and_told_and_nothing_is_computed_twice() {
    let folder = two();
    let folder = folder.path();
    let preview = Preview::start(folder, &[]);
    preview.line("2 experiments, 2 computed");
    let mut page = Page::open(&preview);
    let first = at(&page.hear());

    edit(folder, "experiments/small.yaml", "min_train: 300", "min_train: 310");
    let second = page.newer(first);
    preview.line("2 experiments, 1 computed");
    assert_eq!(preview.computed(), 3);

    put(folder, "templates/assets/house.css", "p {}");
    let third = page.newer(second);
    assert_eq!(preview.get("/assets/house.css").text(), "p {}");
    put(folder, "templates/assets/house.css", "p { margin: 0 }");
    let fourth = page.newer(third);
    assert_eq!(preview.get("/assets/house.css").text(), "p { margin: 0 }");
    assert_eq!(preview.computed(), 3, "a template computes nothing");

    // What changes nothing is no news: the next version is the next but for one.
    put(folder, "templates/assets/house.css", "p { margin: 0 }");
    put(folder, "log.txt", "of no interest");
    put(folder, "dfa-report.yaml", "title: Settled\n");
    let fifth = page.newer(fourth);
    assert_eq!(fifth, fourth + 1);
    assert!(preview.get("/").text().contains("Settled"));
    assert_eq!(preview.computed(), 3, "settings compute nothing");

    let prices = fs::read_to_string(folder.join("data/tiny/prices.csv")).unwrap();
    let all = sample_prices();
    let next = all[prices.len()..].lines().next().unwrap();
    put(folder, "data/tiny/prices.csv", format!("{prices}{next}\n"));
    let sixth = page.newer(fifth);
    preview.line("2 experiments, 2 computed");
    assert_eq!(preview.computed(), 5, "a price more");

    fs::remove_file(folder.join("experiments/other.yaml")).unwrap();
    page.newer(sixth);
    preview.line("1 experiments, 0 computed");
    assert_eq!(preview.get("/other/").status, 404);
    assert_eq!(
        preview.get("/manifest.json").body,
        fs::read(preview.out().join("manifest.json")).unwrap()
    );
    assert_eq!(preview.get("/manifest.json").body, from_nothing(folder)["manifest.json"]);
}

#[test]
fn what_is_wrong_is_told_in_the_pages_until_it_is_mended() {
    let folder = small_repository();
    let folder = folder.path();
    edit(folder, "experiments/small.yaml", "lasso", "laso");
    let preview = Preview::start(folder, &[]);
    let mut page = Page::open(&preview);
    let heard = page.until(|heard| heard["told"].is_object());
    let told = preview.problems("1 problem");
    assert_eq!(heard["told"]["text"], told, "the same text as on the terminal");
    assert!(told.contains("small.yaml:4:") && told.contains("did you mean `lasso`?"), "{told}");
    let none = preview.get("/small/");
    assert!(none.status == 503 && none.text().contains("There is no site yet"), "{}", none.text());
    assert!(none.text().contains(&format!("reload.js?{}\"", at(&heard))), "{}", none.text());

    edit(folder, "experiments/small.yaml", "laso", "lasso");
    let good = page.newer(at(&heard));
    let before = preview.get("/small/").text();
    assert!(before.contains("Small"));

    put(folder, "templates/index.html", "{% extends \"base.html\" %}{{ nothing }}");
    let text = SMALL_SPEC.replace("XLU", "XLUU") + "<script>alert(1)</script>: 1\n";
    put(folder, "experiments/small.yaml", text);
    let heard = page.until(|heard| heard["told"]["text"].as_str().unwrap_or("").contains("alert"));
    assert_eq!(at(&heard), good, "the last good pages stay");
    assert_eq!(preview.get("/small/").text(), before);
    let mut late = Page::open(&preview);
    assert_eq!(late.hear()["told"], heard["told"], "a page that is opened now is told, too");

    fs::remove_file(folder.join("templates/index.html")).unwrap();
    put(folder, "experiments/small.yaml", SMALL_SPEC);
    let mended = page.until(|heard| heard["told"].is_null());
    assert_eq!(at(&mended), good, "it is the same site as before");
    late.until(|heard| heard["told"].is_null());
    assert_eq!(preview.get("/small/").text(), before);
}

#[test]
fn a_port_that_is_in_use_is_told() {
    let folder = small_repository();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (status, out, err) = run(folder.path(), &["serve", "--port", &port.to_string()]);
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    assert!(err.contains(&format!("port {port} cannot be listened on")), "{err}");
    assert!(err.contains("= hint: ") && err.contains("leave --port out"), "{err}");
    assert_eq!(run(folder.path(), &["serve", "--port", "0"]).0, 2);
    drop(taken);
    let preview = Preview::start(folder.path(), &["--port", &port.to_string()]);
    assert_eq!(preview.port, port);
}

#[test]
fn a_committed_site_is_read_where_prices_are_absent_and_never_touched() {
    let folder = two();
    let folder = folder.path();
    assert_eq!(run(folder, &["build"]).0, 0);
    fs::remove_dir_all(folder.join(".dfa")).unwrap();
    fs::remove_dir_all(folder.join("data/tiny")).unwrap();
    let before = tree(&folder.join("site"));
    let preview = Preview::start(folder, &[]);
    preview.line("not recomputed: 2, no prices of tiny");
    preview.line("2 experiments, 0 computed");
    assert_eq!(preview.get("/manifest.json").body, before["manifest.json"]);
    let mut page = Page::open(&preview);
    let first = at(&page.hear());
    edit(folder, "experiments/small.yaml", "Small", "Renamed");
    page.newer(first);
    assert!(preview.get("/small/").text().contains("Renamed"));
    // What cannot be computed is told, beneath it the site with what is known.
    edit(folder, "experiments/small.yaml", "min_train: 300", "min_train: 320");
    let heard = page.until(|heard| heard["told"].is_object());
    let told = heard["told"]["text"].as_str().unwrap();
    assert!(told.contains("`small` has changed since its results were computed"), "{told}");
    assert!(tree(&folder.join("site")) == before, "the committed site was touched");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    // What is started in the background of a script ignores interrupts, and so does what it starts.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    if ignored.is_some_and(|mask| u64::from_str_radix(mask, 16).is_ok_and(|mask| mask & 2 > 0)) {
        eprintln!("SKIPPED: interrupts are ignored here");
        return;
    }
    let folder = two();
    // In the middle of the first build, and then of none.
    for is_built in [false, true] {
        let mut preview = Preview::start(folder.path(), &[]);
        if is_built {
            preview.line("2 experiments");
        }
        let process = preview.child.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-INT", &process]).status().unwrap().success()
        );
        let status = preview.child.wait().unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(2));
    }
}

/// Starts what the desktop would start.
#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened_on_demand() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = small_repository();
    let bin = folder.path().join("bin");
    let browser = bin.join("xdg-open");
    write(
        &bin,
        "xdg-open",
        "#!/bin/sh\necho \"$1\" >\"$OPENED.new\"; mv \"$OPENED.new\" \"$OPENED\"\n",
    );
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let opened = folder.path().join("experiments/opened");
    let mut command = program(folder.path(), &["serve", "--open"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", bin.display())).env("OPENED", &opened);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let out = lines(child.stdout.take().unwrap());
    let first = out.recv_timeout(LIMIT).unwrap();
    // A new file among the specs is a build more, by which it is noticed.
    while !opened.exists() {
        out.recv_timeout(LIMIT).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let address = fs::read_to_string(&opened).unwrap();
    assert!(first.starts_with(address.trim()) && address.ends_with("/\n"), "{first}: {address}");
}
