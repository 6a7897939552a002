//! Inputs damaged by chance: from a few good ones, the same damage for the same seed.

/// A generator of repeatable numbers (SplitMix64 of Steele, Lea and Flood 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `limit`; 0 if that is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    /// A range of at most `longest` within `length`.
    fn range(&mut self, length: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        start..(start + 1 + self.below(longest)).min(length)
    }
}

/// Numbers at which lengths and counts go wrong, as bytes of a length field.
const NUMBERS: [u64; 10] =
    [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX >> 1, u64::MAX];

/// Most bytes that a mutated input gets, so that repeated copies do not grow without end.
const LONGEST: usize = 1 << 20;

/// One of the inputs with one to four kinds of damage: bits and bytes changed, a run of one byte, a
/// number of special size, a part cut, doubled, moved, or taken from another input, a word of the
/// dictionary put in. `inputs` is not empty; `words` may be.
pub(crate) fn mutated(seed: u64, inputs: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut bytes = inputs[random.below(inputs.len())].clone();
    for _ in 0..=random.below(4) {
        damage(&mut random, &mut bytes, inputs, words);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>, inputs: &[Vec<u8>], words: &[&str]) {
    let at = random.below(bytes.len() + 1);
    if bytes.is_empty() {
        bytes.extend(random.next().to_le_bytes());
        return;
    }
    let position = random.below(bytes.len());
    match random.below(if words.is_empty() { 10 } else { 13 }) {
        0 => bytes[position] ^= 1 << random.below(8),
        1 => bytes[position] = random.next().to_le_bytes()[0],
        2 => {
            let step = if at.is_multiple_of(2) { 1 } else { 255 };
            bytes[position] = bytes[position].wrapping_add(step);
        }
        3 => bytes.truncate(at),
        4 => {
            let range = random.range(bytes.len(), 64);
            bytes.drain(range);
        }
        5 => {
            let range = random.range(bytes.len(), 256);
            let part = bytes[range].to_vec();
            bytes.splice(at..at, part);
        }
        6 => {
            let (range, byte) = (random.range(bytes.len(), 32), [0, 0xff][random.below(2)]);
            bytes[range].fill(byte);
        }
        7 => {
            let number = NUMBERS[random.below(NUMBERS.len())].to_le_bytes();
            let width = [1, 2, 4, 8][random.below(4)];
            let end = (position + width).min(bytes.len());
            bytes[position..end].copy_from_slice(&number[..end - position]);
        }
        8 => {
            // A number of the compact kind, as Thrift and Protocol Buffers write it.
            let mut number = NUMBERS[random.below(NUMBERS.len())];
            let mut written = Vec::new();
            while number >= 0x80 {
                written.push((number & 0x7f) as u8 | 0x80);
                number >>= 7;
            }
            written.push(number as u8);
            let replaced = random.below(2);
            bytes.splice(position..(position + replaced).min(bytes.len()), written);
        }
        9 => {
            let other = &inputs[random.below(inputs.len())];
            let part = other[random.below(other.len() + 1)..].to_vec();
            bytes.truncate(at);
            bytes.extend(part);
        }
        _ => {
            let word = words[random.below(words.len())].bytes();
            let replaced = random.below(2) * random.below(16);
            bytes.splice(position..(position + replaced).min(bytes.len()), word);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_damage_and_nearly_every_seed_some() {
    let inputs = [b"date,SPY\n2020-01-02,1.5\n".to_vec(), vec![0; 40]];
    let of = |seed| mutated(seed, &inputs, &["null"]);
    assert!((0..200).all(|seed| of(seed) == of(seed)));
    let untouched = (0..200).filter(|seed| inputs.contains(&of(*seed))).count();
    assert!(untouched < 20, "{untouched} of 200 are as they were");
}
