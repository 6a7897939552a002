//! An entry as it is kept: one line that says what it is, then its contents, compressed.
//!
//! The line is `dfa-report entry 1 zstd KIND KEY LENGTH KEPT HASH`: the length of the contents, the
//! length as kept, and the BLAKE3 hash of the line up to there with all that follows it. So what
//! was cut off, changed, or put under another key does not pass for what was written.
//!
//! Zstandard's first level, measured on `results.json` with the daily series of `baseline` (2.5 MB,
//! release build): 571 kB, written in 4.4 ms and read in 1.3 ms; deflate needs 9 to 70 ms to write
//! as much and 4 to 6 to read. The library is in the tree anyway, through polars.

use super::name::{Failure, Kind};

/// How every entry begins; another form of it is another number.
const FORM: &str = "dfa-report entry 1 zstd";
/// Longest first line that is looked for.
const LONGEST_LINE: usize = 256;
/// Most contents of an entry, so that no damaged length is believed.
const MOST: usize = 1 << 30;

/// Contents, ready to be kept.
pub(super) fn seal(kind: Kind, key: &str, contents: &[u8]) -> Result<Vec<u8>, Failure> {
    let failed = |words: String| Failure { words, is_of_all: false };
    if contents.len() > MOST {
        return Err(failed(format!("{} bytes are more than an entry holds", contents.len())));
    }
    let kept = zstd::bulk::compress(contents, 1).map_err(|error| failed(error.to_string()))?;
    let line = format!("{FORM} {} {key} {} {}", kind.name(), contents.len(), kept.len());
    let hash = hash(&line, &kept);
    let mut sealed = format!("{line} {hash}\n").into_bytes();
    sealed.extend(kept);
    Ok(sealed)
}

/// The contents of an entry, or what is wrong with it.
pub(super) fn unseal(kind: Kind, key: &str, sealed: &[u8]) -> Result<Vec<u8>, String> {
    let head = &sealed[..sealed.len().min(LONGEST_LINE)];
    let end = head.iter().position(|byte| *byte == b'\n');
    let line = end.and_then(|end| std::str::from_utf8(&head[..end]).ok());
    let (Some(end), Some(line)) = (end, line) else {
        return Err(
            if sealed.is_empty() { "it is empty" } else { "it has no first line" }.to_owned()
        );
    };
    let kept = &sealed[end + 1..];
    let Some(rest) = line.strip_prefix(FORM).and_then(|rest| rest.strip_prefix(' ')) else {
        return Err(format!("it does not begin with `{FORM}`"));
    };
    let fields: Vec<&str> = rest.split(' ').collect();
    let [its_kind, its_key, length, its_length, its_hash] = fields[..] else {
        return Err("its first line is not complete".to_owned());
    };
    if (its_kind, its_key) != (kind.name(), key) {
        return Err("it is the entry of another key".to_owned());
    }
    if its_length != kept.len().to_string() {
        return Err(format!("it has {} bytes of {its_length}", kept.len()));
    }
    let hashed = line.strip_suffix(its_hash).unwrap_or_default().trim_end();
    if hash(hashed, kept).as_str() != its_hash {
        return Err("its hash is another".to_owned());
    }
    let length = length.parse().ok().filter(|length| *length <= MOST);
    let length = length.ok_or_else(|| "its length is no length".to_owned())?;
    let contents = zstd::bulk::decompress(kept, length)
        .map_err(|error| format!("it cannot be decompressed ({error})"))?;
    if contents.len() != length {
        return Err(format!("it holds {} bytes of {length}", contents.len()));
    }
    Ok(contents)
}

fn hash(line: &str, kept: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(line.as_bytes()).update(b"\n").update(kept);
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::fuzz::{WORDS, mutated, survives};

    fn key(text: &str) -> String {
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    #[test]
    fn contents_come_back_as_they_were() {
        let long: Vec<u8> =
            (0..200_000_u32).flat_map(|n| (n % 251 * n % 241).to_le_bytes()).collect();
        for contents in [&b""[..], b"\n", b"{}", b"\0\xff\n\n", &long] {
            for kind in Kind::ALL {
                let sealed = seal(kind, &key("a"), contents).unwrap();
                assert_eq!(unseal(kind, &key("a"), &sealed).unwrap(), contents);
            }
        }
    }

    #[test]
    fn no_change_of_a_bit_and_no_cut_passes() {
        let contents = b"date,actual\n2010-01-04,0.5\n2010-01-05,-0.25\n".repeat(8);
        let sealed = seal(Kind::Result, &key("a"), &contents).unwrap();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1 << bit;
                assert!(unseal(Kind::Result, &key("a"), &damaged).is_err(), "bit {bit} of {at}");
            }
            assert!(unseal(Kind::Result, &key("a"), &sealed[..at]).is_err(), "cut at {at}");
        }
        assert!(unseal(Kind::Result, &key("a"), &[sealed.as_slice(), b"\n"].concat()).is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let sealed = seal(Kind::Result, &key("a"), b"text").unwrap();
        let mut flipped = sealed.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let bomb = |length: &str| {
            let kept = zstd::bulk::compress(&[0; 5000], 1).unwrap();
            let line = format!("{FORM} result {} {length} {}", key("a"), kept.len());
            let hash = hash(&line, &kept);
            [format!("{line} {hash}\n").as_bytes(), &kept].concat()
        };
        for (sealed, expected) in [
            (Vec::new(), "it is empty"),
            (vec![0; 400], "it has no first line"),
            (b"dfa-report entry 2 zstd\nx".to_vec(), "it does not begin with"),
            (format!("{FORM} result\n").into_bytes(), "its first line is not complete"),
            (seal(Kind::Result, &key("b"), b"text").unwrap(), "the entry of another key"),
            (seal(Kind::Digest, &key("a"), b"text").unwrap(), "the entry of another key"),
            (sealed[..sealed.len() - 1].to_vec(), "bytes of"),
            (flipped, "its hash is another"),
            (bomb("4999"), "cannot be decompressed"),
            (bomb("5001"), "it holds 5000 bytes of 5001"),
            (bomb("99999999999"), "its length is no length"),
            (bomb("-1"), "its length is no length"),
        ] {
            let told = unseal(Kind::Result, &key("a"), &sealed).unwrap_err();
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn a_damaged_entry_is_told_or_has_what_its_hash_says() {
        let whole: Vec<Vec<u8>> = [&b"{}"[..], &b"date,actual\n2010-01-04,0.5\n".repeat(40)]
            .iter()
            .map(|contents| seal(Kind::Result, &key("a"), contents).unwrap())
            .collect();
        // Half of them with the hash made good again, so that what is behind it is tried as well.
        let damaged = |seed: u64| {
            let bytes = mutated(seed, &whole, &WORDS);
            let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
            let line = String::from_utf8_lossy(&bytes[..end]);
            match line.rsplit_once(' ') {
                Some((line, _)) if seed.is_multiple_of(2) => {
                    let kept = bytes.get(end + 1..).unwrap_or_default();
                    [format!("{line} {}\n", hash(line, kept)).as_bytes(), kept].concat()
                }
                _ => bytes,
            }
        };
        survives("entries", 1000, damaged, |bytes| {
            let read = unseal(Kind::Result, &key("a"), bytes);
            assert!(read.as_ref().err().is_none_or(|why| !why.is_empty()));
            read.is_ok()
        });
    }
}
