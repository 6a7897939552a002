//! Numbers as bytes and back: how digests are kept, and told apart.

/// Bytes of a hash.
pub(super) const HASH: usize = 16;

/// The first bytes of BLAKE3.
pub(super) fn hash(bytes: &[u8]) -> [u8; HASH] {
    let hash = blake3::hash(bytes);
    std::array::from_fn(|at| hash.as_bytes()[at])
}

/// Numbers as little-endian bytes, one after another.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

/// A step of days that does not fit into a byte follows it in four.
const LONG: u8 = u8::MAX;

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn all(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.all(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    /// The number of days, and each as the step from the one before.
    pub(super) fn days(&mut self, days: &[i32]) {
        self.count(days.len());
        let mut before = 0;
        for day in days {
            let step = day.wrapping_sub(before);
            before = *day;
            match u8::try_from(step) {
                Ok(step) if step < LONG => self.byte(step),
                _ => {
                    self.byte(LONG);
                    self.all(&step.to_le_bytes());
                }
            }
        }
    }
}

pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take().map(|[byte]| byte)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn days(&mut self) -> Option<Vec<i32>> {
        let (count, mut day, mut days) = (self.number()?, 0_i32, Vec::new());
        for _ in 0..count {
            let step = match self.byte()? {
                LONG => i32::from_le_bytes(self.take()?),
                step => i32::from(step),
            };
            day = day.wrapping_add(step);
            days.push(day);
        }
        Some(days)
    }
}
