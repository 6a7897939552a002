//! From a file's bytes to what they hold: gzip opened, the encoding told, Parquet known by its mark.

use crate::base::diagnostic::{Place, Problem};
use crate::base::gzip;
use crate::prices::quotes::{bounds, utf8};

/// What a price file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Delimited text.
    Text(String),
    /// A Parquet file.
    Parquet(Vec<u8>),
}

const PARQUET: &[u8] = b"PAR1";
const ZIP: &[u8] = b"PK\x03\x04";
const OLD_EXCEL: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// The contents of a file, and what was done to get at them, in words; `file` is its name in
/// messages.
///
/// # Errors
/// Damaged gzip, an archive or a workbook, and text that is neither UTF-8 nor UTF-16.
pub(super) fn decode(file: &str, bytes: &[u8]) -> Result<(Content, Vec<String>), Problem> {
    let mut done = Vec::new();
    let unpacked;
    let bytes = if gzip::is_packed(bytes) {
        done.push("gzip: unpacked".to_owned());
        unpacked = unpack(file, bytes, bounds::LARGEST_FILE)?;
        &unpacked
    } else {
        bytes
    };
    if bytes.starts_with(PARQUET) {
        return Ok((Content::Parquet(bytes.to_vec()), done));
    }
    if bytes.starts_with(ZIP) || bytes.starts_with(OLD_EXCEL) {
        return Err(Problem::new("the file is an archive or a workbook")
            .at(Place::file(file))
            .expected("text (CSV), Parquet, or one of them as gzip")
            .hint("unpack it, or save the sheet as CSV"));
    }
    let text = if let Some(text) = from_utf16(bytes) {
        done.push("UTF-16: read as such".to_owned());
        text
    } else {
        utf8(file, bytes)?.to_owned()
    };
    // Lines may end as on an old Macintosh.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    Ok((Content::Text(text), done))
}

/// Takes a file out of gzip, unless it is longer than `longest`.
fn unpack(file: &str, bytes: &[u8], longest: u64) -> Result<Vec<u8>, Problem> {
    match gzip::unpack(bytes, longest) {
        Ok(Some(unpacked)) => Ok(unpacked),
        Ok(None) => {
            let most = bounds::size(longest);
            Err(Problem::new(format!("the gzip file holds more than {most}"))
                .at(Place::file(file))
                .expected("daily prices"))
        }
        Err(error) => Err(Problem::new(format!("the gzip file is damaged: {error}"))
            .at(Place::file(file))
            .hint("download it again: it may have been cut off")),
    }
}

/// Text after a byte-order mark of UTF-16; `None` if there is none, or it is not well-formed.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let unit = match bytes.first_chunk()? {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks(2).map(|pair| Some(unit(pair.try_into().ok()?)));
    String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::gzip::pack as gzip;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn the_same_text_comes_out_of_every_wrapping() {
        let text = "Date,Close\n2020-01-02,1 €\n";
        let plain = Content::Text(text.to_owned());
        let of = |bytes: &[u8]| decode("a", bytes).unwrap();
        let wrapped = [
            (text.into(), &[][..]),
            (gzip(text.as_bytes()), &["gzip: unpacked"]),
            (utf16(text, u16::to_le_bytes), &["UTF-16: read as such"]),
            (utf16(text, u16::to_be_bytes), &["UTF-16: read as such"]),
        ];
        for (bytes, done) in wrapped {
            assert_eq!(of(&bytes), (plain.clone(), done.iter().map(|&s| s.to_owned()).collect()));
        }
        assert!(matches!(of(&gzip(b"PAR1...")).0, Content::Parquet(_)));
    }

    #[test]
    fn a_gzip_file_is_not_unpacked_without_end() {
        let zipped = gzip(&vec![0; 1 << 20]);
        assert_eq!(unpack("a.gz", &zipped, 1 << 20).unwrap().len(), 1 << 20);
        let told = unpack("a.gz", &[zipped, gzip(b"1")].concat(), 1 << 20).unwrap_err();
        assert!(told.message.ends_with("more than 1 MiB"), "{told}");
    }

    #[test]
    fn what_cannot_be_opened_is_told() {
        let told = |bytes: &[u8]| decode("a.csv", bytes).unwrap_err().to_string();
        let cut = gzip(b"Date,Close\n2020-01-02,1\n");
        assert!(told(&cut[..cut.len() - 9]).contains("the gzip file is damaged"));
        assert!(told(&[0xff, 0xfe, 0x41]).contains("not UTF-8"));
        assert_eq!(decode("a", b"\x00\xe9\x00").unwrap_err().place.unwrap().line, None);
    }
}
