//! Fingerprints of what results and pages depend on, taken from the sources, so that nobody has to
//! number versions by hand: `DFA_ENGINE` over everything that computes results, `DFA_PROGRAM` over
//! the whole program with its templates.

#![allow(clippy::disallowed_methods, reason = "a build script reads the sources")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What results depend on beside the values of the prices, which are part of a result's key.
const ENGINE: [&str; 5] =
    ["src/base", "src/results", "src/engine", "src/prices/panel.rs", "src/prices/data/source.rs"];
/// What pages depend on.
const PROGRAM: [&str; 3] = ["src", "templates", "build.rs"];
/// The versions of everything that is depended on.
const LOCK: &str = "Cargo.lock";

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    for path in PROGRAM.iter().chain([&LOCK]) {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rustc-env=DFA_ENGINE={}", fingerprint(&root, &ENGINE)?);
    println!("cargo::rustc-env=DFA_PROGRAM={}", fingerprint(&root, &PROGRAM)?);
    Ok(())
}

/// BLAKE3 of the files at and below some paths, by name, and of the lock file.
fn fingerprint(root: &Path, paths: &[&str]) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    for path in paths.iter().chain([&LOCK]) {
        let mut files = Vec::new();
        below(&root.join(path), &mut files)?;
        files.sort();
        for file in files {
            let name =
                file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            // A checkout on another system may have other ends of lines in texts. A face is no text.
            let bytes = match String::from_utf8(fs::read(&file)?) {
                Ok(text) => text.replace("\r\n", "\n").into_bytes(),
                Err(no_text) => no_text.into_bytes(),
            };
            hasher.update(format!("{name} {}\n", bytes.len()).as_bytes());
            hasher.update(&bytes);
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn below(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    // A published package has no lock file where it is a library.
    let Ok(kind) = fs::metadata(path) else { return Ok(()) };
    if kind.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        below(&entry?.path(), files)?;
    }
    Ok(())
}
