//! Inputs damaged by chance: from a few good ones, the same damage for the same seed. Bytes are
//! damaged blindly; JSON also as a tree, so that most of it can still be read.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{RngCore as _, SeedableRng as _};
use serde_json::{Value, json};

/// A generator of repeatable numbers.
struct Random(SplitMix64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(SplitMix64::seed_from_u64(seed))
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Below `limit`; 0 if that is 0.
    fn below(&mut self, limit: usize) -> usize {
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
/// dictionary put in or in the place of a field, a part again and again. `inputs` is not empty;
/// `words` may be.
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
    match random.below(if words.is_empty() { 10 } else { 16 }) {
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
        10 => {
            let range = random.range(bytes.len(), 12);
            let part = bytes[range].repeat(1 + random.below(400));
            bytes.splice(at..at, part);
        }
        11 | 12 => {
            // What stands between two signs is a value or a name.
            let is_sign = |byte: &u8| b",;:|=\t\n{}[]\"".contains(byte);
            let start = bytes[..position].iter().rposition(is_sign).map_or(0, |sign| sign + 1);
            let end = bytes[position..].iter().position(is_sign);
            let end = end.map_or(bytes.len(), |length| position + length);
            let word = words[random.below(words.len())].bytes();
            bytes.splice(start..end, word);
        }
        _ => {
            let word = words[random.below(words.len())].bytes();
            let replaced = random.below(2) * random.below(16);
            bytes.splice(position..(position + replaced).min(bytes.len()), word);
        }
    }
}

/// Numbers that are none of the usual ones.
const FIGURES: [f64; 14] =
    [0.0, -0.0, 1.0, -1.0, 0.5, 1e-9, 5e-324, 2.2e-308, 1e15, 1e21, 1e150, 1e308, -1e308, f64::MAX];

/// A JSON document with one to six changes: a value replaced by an extreme one of its kind, by a word
/// of the dictionary, by `null` or by one from elsewhere, keys and items taken away, renamed, doubled
/// or repeated. `inputs` is not empty.
pub(crate) fn shaken(seed: u64, inputs: &[Value], words: &[&str]) -> Value {
    let mut random = Random::new(seed);
    let mut value = inputs[random.below(inputs.len())].clone();
    for _ in 0..=random.below(6) {
        let mut other = inputs[random.below(inputs.len())].clone();
        let other = below(&mut random, &mut other).take();
        shake(&mut random, &mut value, other, words);
    }
    value
}

/// Some value below, each step down to each child alike.
fn below<'a>(random: &mut Random, value: &'a mut Value) -> &'a mut Value {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    };
    if children == 0 || random.below(6) == 0 {
        return value;
    }
    let child = random.below(children);
    match value {
        Value::Array(items) => below(random, &mut items[child]),
        Value::Object(fields) => below(random, fields.values_mut().nth(child).unwrap()),
        leaf => leaf,
    }
}

fn shake(random: &mut Random, whole: &mut Value, other: Value, words: &[&str]) {
    let kind = random.below(16);
    let text = words[random.below(words.len())].repeat(1 + random.below(2) * random.below(60));
    let value = below(random, whole);
    // A missing or foreign value is refused at once, nearly everywhere.
    let (is_null, is_foreign, kind) = (kind == 14, kind == 15, kind % 8);
    match (kind, value) {
        (_, value) if is_null => *value = Value::Null,
        (_, value) if is_foreign => *value = other,
        (_, value) if value.is_number() => {
            let near = value.as_f64().unwrap_or(0.0) * -(1.0 + random.below(3) as f64);
            *value = match random.below(5) {
                0 => json!(NUMBERS[random.below(NUMBERS.len())]),
                1 => json!(value.as_u64().unwrap_or(0).wrapping_add(1)),
                2 => json!(near),
                _ => json!(FIGURES[random.below(FIGURES.len())]),
            };
        }
        (_, Value::String(written)) => {
            let at =
                written.char_indices().map(|(at, _)| at).nth(random.below(written.len().max(1)));
            match kind {
                2..5 => *written = text,
                5 => written.clear(),
                6 => written.truncate(at.unwrap_or(0)),
                _ => written.insert_str(at.unwrap_or(0), &text),
            }
        }
        (2, Value::Array(items)) => items.clear(),
        (3, Value::Array(items)) => items.truncate(random.below(items.len() + 1)),
        (4, Value::Array(items)) => items.reverse(),
        (5, Value::Array(items)) => {
            let length = items.len() * (1 + random.below(40));
            *items = items.iter().cycle().take(length).cloned().collect();
        }
        (_, Value::Array(items)) if !items.is_empty() => {
            let (from, to) = (random.below(items.len()), random.below(items.len()));
            let item = items[from].clone();
            items.insert(to, item);
        }
        (2, Value::Object(fields)) => fields.clear(),
        (3 | 4, Value::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(random.below(fields.len())).unwrap().clone();
            fields.remove(&key);
        }
        (_, Value::Object(fields)) if !fields.is_empty() => {
            let key = fields.keys().nth(random.below(fields.len())).unwrap().clone();
            let value = fields[&key].clone();
            fields.insert(text, value);
        }
        (_, value) => *value = other,
    }
}

#[test]
fn the_same_seed_gives_the_same_damage_and_nearly_every_seed_some() {
    let inputs = [b"date,SPY\n2020-01-02,1.5\n".to_vec(), vec![0; 40]];
    let of = |seed| mutated(seed, &inputs, &["null"]);
    assert!((0..200).all(|seed| of(seed) == of(seed)));
    let untouched = (0..200).filter(|seed| inputs.contains(&of(*seed))).count();
    assert!(untouched < 20, "{untouched} of 200 are as they were");
    let trees = [json!({"a": [1, 2.5, {"b": "x"}], "c": null})];
    let of = |seed| shaken(seed, &trees, &["null"]);
    assert!((0..200).all(|seed| of(seed) == of(seed)));
    let untouched = (0..200).filter(|seed| trees.contains(&of(*seed))).count();
    assert!(untouched < 40, "{untouched} of 200 trees are as they were");
}
