//! From a file's bytes to what they hold: gzip opened, the encoding told, Parquet known by its mark.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use crate::base::diagnostic::{Place, Problem};
use crate::prices::quotes::utf8;

/// What a price file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Delimited text.
    Text(String),
    /// A Parquet file.
    Parquet(Vec<u8>),
}

/// What was done to a file's bytes to get at its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Opened {
    pub(super) gzip: bool,
    pub(super) utf16: bool,
}

/// Longest file taken out of a gzip file, in bytes: a century of ten thousand tickers is about that.
const LONGEST: u64 = 2 << 30;

const GZIP: &[u8] = &[0x1f, 0x8b];
const PARQUET: &[u8] = b"PAR1";
const ZIP: &[u8] = b"PK\x03\x04";
const OLD_EXCEL: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// The contents of a file; `file` is its name in messages.
///
/// # Errors
/// Damaged gzip, an archive or a workbook, and text that is neither UTF-8 nor UTF-16.
pub(super) fn decode(file: &str, bytes: &[u8]) -> Result<(Content, Opened), Problem> {
    let mut opened = Opened::default();
    let unpacked;
    let bytes = if bytes.starts_with(GZIP) {
        opened.gzip = true;
        unpacked = unpack(file, bytes, LONGEST)?;
        &unpacked
    } else {
        bytes
    };
    if bytes.starts_with(PARQUET) {
        return Ok((Content::Parquet(bytes.to_vec()), opened));
    }
    if bytes.starts_with(ZIP) || bytes.starts_with(OLD_EXCEL) {
        return Err(Problem::new("the file is an archive or a workbook")
            .at(Place::file(file))
            .expected("text (CSV), Parquet, or one of them as gzip")
            .hint("unpack it, or save the sheet as CSV"));
    }
    opened.utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let utf16 = if opened.utf16 { from_utf16(bytes) } else { None };
    let text = match utf16 {
        Some(text) => text,
        None => utf8(file, bytes)?.to_owned(),
    };
    // Lines may end as on an old Macintosh.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    Ok((Content::Text(text), opened))
}

/// Takes a file out of gzip, unless it is longer than `longest`: a small file may hold terabytes of
/// zeros.
fn unpack(file: &str, bytes: &[u8], longest: u64) -> Result<Vec<u8>, Problem> {
    let mut unpacked = Vec::new();
    match MultiGzDecoder::new(bytes).take(longest + 1).read_to_end(&mut unpacked) {
        Ok(length) if length as u64 > longest => {
            Err(Problem::new(format!("the gzip file holds more than {longest} bytes"))
                .at(Place::file(file))
                .expected("daily prices"))
        }
        Ok(_) => Ok(unpacked),
        Err(error) => Err(Problem::new(format!("the gzip file is damaged: {error}"))
            .at(Place::file(file))
            .hint("download it again: it may have been cut off")),
    }
}

/// Text after a byte-order mark; `None` if it is not well-formed.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let little = bytes[0] == 0xff;
    let pairs = bytes[2..].chunks(2).map(|pair| match *pair {
        [a, b] if little => Some(u16::from_le_bytes([a, b])),
        [a, b] => Some(u16::from_be_bytes([a, b])),
        _ => None,
    });
    let units: Option<Vec<u16>> = pairs.collect();
    String::from_utf16(&units?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn the_same_text_comes_out_of_every_wrapping() {
        let text = "Date,Close\n2020-01-02,1 €\n";
        let plain = Content::Text(text.to_owned());
        let of = |bytes: &[u8]| decode("a", bytes).unwrap();
        assert_eq!(of(text.as_bytes()), (plain.clone(), Opened::default()));
        let zipped = of(&gzip(text.as_bytes()));
        assert_eq!(zipped, (plain.clone(), Opened { gzip: true, utf16: false }));
        for bytes in [utf16(text, u16::to_le_bytes), utf16(text, u16::to_be_bytes)] {
            assert_eq!(of(&bytes), (plain.clone(), Opened { gzip: false, utf16: true }));
        }
        assert!(matches!(of(&gzip(b"PAR1...")).0, Content::Parquet(_)));
    }

    #[test]
    fn a_gzip_file_is_not_unpacked_without_end() {
        let zipped = gzip(&[0; 1000]);
        assert_eq!(unpack("a.gz", &zipped, 1000).unwrap().len(), 1000);
        let told = unpack("a.gz", &zipped, 999).unwrap_err().to_string();
        assert!(told.contains("more than 999 bytes"), "{told}");
    }

    #[test]
    fn what_cannot_be_opened_is_told() {
        let told = |bytes: &[u8]| decode("a.csv", bytes).unwrap_err().to_string();
        let cut = gzip(b"Date,Close\n2020-01-02,1\n");
        assert!(told(&cut[..cut.len() - 9]).contains("the gzip file is damaged"));
        assert!(told(b"PK\x03\x04...").contains("an archive or a workbook"));
        let latin = told(b"Date;Close\n02.01.2020;caf\xe9\n");
        assert!(latin.contains("a.csv:2:15") && latin.contains("not UTF-8"), "{latin}");
        assert!(told(&[0xff, 0xfe, 0x41]).contains("not UTF-8"));
        assert_eq!(decode("a", b"\x00\xe9\x00").unwrap_err().place.unwrap().line, None);
    }
}
