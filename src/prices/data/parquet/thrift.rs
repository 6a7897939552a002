//! The compact protocol of Apache Thrift, in which a Parquet file describes itself: read along the
//! shape that a structure should have, so that what passes is what another reader takes it for.
//!
//! The reader in polars goes by the numbers of fields and believes their types and lengths: a bit
//! that turns a number into a list makes it take data for a length, and ask for that much memory.

/// What the value of a field should be.
pub(super) enum Shape {
    /// A number of one to ten bytes, whatever its width.
    Number,
    /// True or false; its value is its type.
    Flag,
    /// Bytes with their length.
    Bytes,
    /// Its fields by their numbers; others may be there.
    Structure(Fields),
    /// A list of one shape.
    List(&'static Shape),
}

/// Fields by their numbers.
pub(super) type Fields = &'static [(i64, Shape)];

/// Structures within structures that are passed over: none in use has more.
const DEPTH: usize = 16;

// Types of the protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Reads bytes from the front; every method gives `None` where they are not what they should be.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Reads a structure and gives `number` each number in it, with the numbers of the fields that
    /// lead to it.
    pub(super) fn structure(
        &mut self,
        fields: Fields,
        number: &mut dyn FnMut(&[i64], i64),
    ) -> Option<()> {
        self.fields(fields, &mut Vec::new(), number)
    }

    fn fields(
        &mut self,
        fields: Fields,
        path: &mut Vec<i64>,
        number: &mut dyn FnMut(&[i64], i64),
    ) -> Option<()> {
        let mut field = 0_i64;
        loop {
            let Some((step, kind)) = self.field()? else { return Some(()) };
            field = match step {
                0 => self.number()?,
                step => field.checked_add(step)?,
            };
            match fields.iter().find(|(known, _)| *known == field) {
                Some((_, shape)) => {
                    path.push(field);
                    self.value(kind, shape, path, number)?;
                    path.pop();
                }
                None => self.skip(kind, DEPTH)?,
            }
        }
    }

    fn value(
        &mut self,
        kind: u8,
        shape: &Shape,
        path: &mut Vec<i64>,
        number: &mut dyn FnMut(&[i64], i64),
    ) -> Option<()> {
        match (shape, kind) {
            (Shape::Number, I16..=I64) => number(path, self.number()?),
            (Shape::Flag, TRUE | FALSE) => {}
            (Shape::Bytes, BINARY) => self.skip(kind, DEPTH)?,
            (Shape::Structure(fields), STRUCT) => self.fields(fields, path, number)?,
            (Shape::List(item), LIST) => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.value(kind, item, path, number)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// The step from the number of the last field, 0 where the number itself follows, and the type;
    /// `Some(None)` at the end of a structure.
    fn field(&mut self) -> Option<Option<(i64, u8)>> {
        let byte = self.byte()?;
        Some((byte != 0).then_some((i64::from(byte >> 4), byte & 0x0f)))
    }

    /// How many items of which type. Each has at least a byte, so that more than there are bytes
    /// cannot be: whoever makes room for them makes room for no more than the file has.
    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        (count <= self.bytes.len() as u64).then_some((count, byte & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.take(1),
            I16..=I64 => self.varint().map(|_| ()),
            DOUBLE => self.take(8),
            BINARY => {
                let length = self.varint()?;
                self.take(length)
            }
            LIST => {
                let (count, kind) = self.list()?;
                // Within a list a flag takes a byte.
                let kind = if matches!(kind, TRUE | FALSE) { BYTE } else { kind };
                (0..count).try_for_each(|_| self.skip(kind, depth))
            }
            STRUCT => loop {
                match self.field()? {
                    None => return Some(()),
                    Some((step, kind)) => {
                        if step == 0 {
                            self.number()?;
                        }
                        self.skip(kind, depth)?;
                    }
                }
            },
            _ => None,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    /// Passes over so many bytes.
    pub(super) fn take(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A number with its sign in the last bit.
    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Fields = &[
        (1, Shape::Number),
        (2, Shape::List(&Shape::Structure(&[(1, Shape::Bytes), (2, Shape::Number)]))),
        (3, Shape::Flag),
    ];

    /// The numbers of a structure and their paths.
    fn numbers(bytes: &[u8]) -> Option<Vec<(Vec<i64>, i64)>> {
        let mut found = Vec::new();
        Thrift::new(bytes).structure(SHAPE, &mut |path, n| found.push((path.to_vec(), n)))?;
        Some(found)
    }

    #[test]
    fn only_what_has_the_shape_is_read() {
        // 1: -2; 2: [{1: "ab", 2: 300}, {}]; 3: true; 9 (unknown): 1.
        let good =
            [0x15, 3, 0x19, 0x2c, 0x18, 2, b'a', b'b', 0x15, 0xd8, 4, 0, 0, 0x11, 0x65, 2, 0];
        assert_eq!(numbers(&good), Some(vec![(vec![1], -2), (vec![2, 2], 300)]));
        for (at, byte) in [(0, 0x18), (2, 0x15), (3, 0xfc), (3, 0x25), (5, 200), (13, 0x15)] {
            let mut bad = good;
            bad[at] = byte;
            assert_eq!(numbers(&bad), None, "byte {at} is {byte}");
        }
        assert_eq!(numbers(&good[..10]), None);
        // A list of 2^31 items.
        assert_eq!(numbers(&[0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 7, 0]), None);
    }
}
