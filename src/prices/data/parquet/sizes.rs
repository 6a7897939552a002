//! What a Parquet file says of its own sizes, checked before anything is allocated for it.
//!
//! At the end of the file stands its description; its columns are stored in chunks, a chunk in
//! pages, each with a header that says how large the page is when it is unpacked (`parquet.thrift`
//! of the Apache Parquet format). The reader in polars believes all of that.

use std::ops::Range;

use super::thrift::Shape::{Bytes, Flag, List, Number, Structure};
use super::thrift::{Fields, Thrift};

/// Cells of a file: thirty years of a thousand tickers. More is no file of daily prices, and each
/// takes some hundred bytes while it is read.
pub(super) const MOST_CELLS: usize = 8_000_000;
/// Bytes of a file when it is unpacked: as many cells of numbers need 64 MB.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// Columns within columns; a file of prices has none.
const MOST_GROUPS: usize = 100;

/// With this a Parquet file begins and ends.
const MAGIC: &[u8] = b"PAR1";

const EMPTY: Fields = &[];
const STATISTICS: Fields = &[
    (1, Bytes),
    (2, Bytes),
    (3, Number),
    (4, Number),
    (5, Bytes),
    (6, Bytes),
    (7, Flag),
    (8, Flag),
];
const KEY_VALUE: Fields = &[(1, Bytes), (2, Bytes)];
const TIME: Fields = &[
    (1, Flag),
    (2, Structure(&[(1, Structure(EMPTY)), (2, Structure(EMPTY)), (3, Structure(EMPTY))])),
];
const LOGICAL_TYPE: Fields = &[
    (1, Structure(EMPTY)),
    (2, Structure(EMPTY)),
    (3, Structure(EMPTY)),
    (4, Structure(EMPTY)),
    (5, Structure(&[(1, Number), (2, Number)])),
    (6, Structure(EMPTY)),
    (7, Structure(TIME)),
    (8, Structure(TIME)),
    (10, Structure(EMPTY)),
    (11, Structure(EMPTY)),
    (12, Structure(EMPTY)),
    (13, Structure(EMPTY)),
    (14, Structure(EMPTY)),
    (15, Structure(EMPTY)),
];
const SCHEMA_ELEMENT: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Bytes),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, Number),
    (9, Number),
    (10, Structure(LOGICAL_TYPE)),
];
const COLUMN_META_DATA: Fields = &[
    (1, Number),
    (2, List(&Number)),
    (3, List(&Bytes)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, List(&Structure(KEY_VALUE))),
    (9, Number),
    (10, Number),
    (11, Number),
    (12, Structure(STATISTICS)),
    (14, Number),
    (15, Number),
];
const COLUMN_CHUNK: Fields = &[
    (1, Bytes),
    (2, Number),
    (3, Structure(COLUMN_META_DATA)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
];
const ROW_GROUP: Fields = &[
    (1, List(&Structure(COLUMN_CHUNK))),
    (2, Number),
    (3, Number),
    (4, List(&Structure(&[(1, Number), (2, Flag), (3, Flag)]))),
    (5, Number),
    (6, Number),
    (7, Number),
];
const FILE_META_DATA: Fields = &[
    (1, Number),
    (2, List(&Structure(SCHEMA_ELEMENT))),
    (3, Number),
    (4, List(&Structure(ROW_GROUP))),
    (5, List(&Structure(KEY_VALUE))),
    (6, Bytes),
    (7, List(&Structure(&[(1, Structure(EMPTY)), (2, Structure(EMPTY))]))),
];
const DATA_PAGE: Fields =
    &[(1, Number), (2, Number), (3, Number), (4, Number), (5, Structure(STATISTICS))];
const DATA_PAGE_2: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Flag),
    (8, Structure(STATISTICS)),
];
const PAGE_HEADER: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Structure(DATA_PAGE)),
    (6, Structure(EMPTY)),
    (7, Structure(&[(1, Number), (2, Number), (3, Flag)])),
    (8, Structure(DATA_PAGE_2)),
];

/// Checks that a file is one of Parquet and that its description has the shape of one.
///
/// # Errors
/// In words, what it is not; `None` if it is no Parquet at all.
pub(super) fn description(file: &[u8]) -> Result<(), Option<&'static str>> {
    let rest = file.strip_prefix(MAGIC).ok_or(None)?;
    let rest = rest.strip_suffix(MAGIC).ok_or(Some("its end is missing"))?;
    let (rest, length) = rest.split_last_chunk::<4>().ok_or(Some("its end is missing"))?;
    let length = u32::from_le_bytes(*length) as usize;
    let start = rest.len().checked_sub(length).ok_or(Some("its description is cut off"))?;
    let mut groups = 0;
    let mut number = |path: &[i64], number: i64| {
        groups += usize::from(path == [2, 5] && number > 0);
    };
    let read = Thrift::new(&rest[start..]).structure(FILE_META_DATA, &mut number);
    read.ok_or(Some("its description cannot be read"))?;
    if groups > MOST_GROUPS {
        return Err(Some("its columns have columns without end"));
    }
    Ok(())
}

/// One column of one group of rows, as the file's description has it.
pub(super) struct Chunk {
    /// Bytes of the file.
    pub(super) bytes: Range<u64>,
    /// Rows of the group.
    pub(super) rows: usize,
    /// Values that the chunk should have.
    pub(super) values: i64,
}

impl Chunk {
    /// Bytes of the chunk when it is unpacked, by its pages' headers.
    ///
    /// # Errors
    /// In words, what does not fit: the chunk outside of the file, pages outside of the chunk,
    /// values that are more or fewer than the rows.
    pub(super) fn unpacked(&self, file: &[u8]) -> Result<u64, &'static str> {
        const CUT: &str = "a page does not fit into its column";
        let index = |at: u64| usize::try_from(at).ok();
        let range = index(self.bytes.start).zip(index(self.bytes.end));
        let bytes = range.and_then(|(start, end)| file.get(start..end));
        let bytes = bytes.ok_or("a column lies outside of the file")?;
        if u64::try_from(self.values).ok() != Some(self.rows as u64) {
            return Err("a column has more or fewer values than rows");
        }
        let mut pages = Thrift::new(bytes);
        let (mut size, mut values) = (0_u64, 0);
        while values < self.values {
            let page = Page::read(&mut pages).ok_or("a page has no readable header")?;
            let packed = u64::try_from(page.packed).map_err(|_| CUT)?;
            pages.take(packed).ok_or(CUT)?;
            size = size.saturating_add(u64::try_from(page.unpacked).map_err(|_| CUT)?);
            // A page without values would let the loop run on.
            if page.values <= 0 && !page.is_dictionary || page.values > MOST_CELLS as i64 {
                return Err("a page says to have no values, or more than a file can have");
            }
            values += if page.is_dictionary { 0 } else { page.values };
        }
        if values != self.values {
            return Err("the pages of a column have more values than it has rows");
        }
        Ok(size)
    }
}

/// What a page's header says.
struct Page {
    is_dictionary: bool,
    unpacked: i64,
    packed: i64,
    values: i64,
}

impl Page {
    fn read(pages: &mut Thrift<'_>) -> Option<Self> {
        let [mut kind, mut unpacked, mut packed, mut values] = [-1, -1, -1, 0];
        pages.structure(PAGE_HEADER, &mut |path, number| match path {
            [1] => kind = number,
            [2] => unpacked = number,
            [3] => packed = number,
            // Of a data page, of a dictionary, of a data page of the second version.
            [5 | 7 | 8, 1] => values = number,
            _ => {}
        })?;
        // `PageType`: data page 0, dictionary page 2, data page of the second version 3.
        matches!(kind, 0 | 2 | 3).then_some(Self {
            is_dictionary: kind == 2,
            unpacked,
            packed,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page of 3 values, packed in 4 bytes and 1000 when unpacked.
    const PAGE: [u8; 18] =
        [0x15, 0, 0x15, 0xd0, 0x0f, 0x15, 8, 0x2c, 0x15, 6, 0x15, 0, 0, 0, 7, 7, 7, 7];

    fn size(file: &[u8], bytes: Range<u64>, rows: usize) -> Result<u64, &'static str> {
        Chunk { bytes, rows, values: rows as i64 }.unpacked(file)
    }

    #[test]
    fn sizes_that_do_not_fit_are_told_before_anything_is_allocated() {
        let mut file = PAGE.repeat(2);
        assert_eq!(size(&file, 0..36, 6), Ok(2000));
        assert_eq!(size(&file, 0..18, 3), Ok(1000));
        for (bytes, rows, told) in [
            (0..37, 6, "outside of the file"),
            (0..18, 6, "no readable header"),
            (0..17, 3, "does not fit"),
            (0..36, 4, "more values than it has rows"),
        ] {
            let message = size(&file, bytes, rows).unwrap_err();
            assert!(message.contains(told), "{message}");
        }
        let few = Chunk { bytes: 0..36, rows: 6, values: 7 };
        assert!(few.unpacked(&file).unwrap_err().contains("fewer values"));
        file[9] = 0;
        assert!(size(&file, 0..36, 6).unwrap_err().contains("no values"));
    }
}
