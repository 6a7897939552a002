//! gzip and zlib: files packed with bytes that depend on nothing but their contents, and unpacked.
//!
//! Packing is by libdeflate at its highest level, which finds the same matches on every machine and
//! packs tables of figures a tenth smaller than zlib. The codec that `flate2` stands for depends on
//! which features other crates switch on, and zlib-rs, which it may be, on the instructions of the
//! machine.

use std::io::{self, Read as _};

use flate2::read::MultiGzDecoder;
use libdeflater::{CompressionLvl, Compressor};

/// What every gzip file begins with.
const MAGIC: &[u8] = &[0x1f, 0x8b];

/// Whether a file is gzip, by its first bytes.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Packs a file: the same bytes in every run and on every machine, without name and time.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    match compressor.gzip_compress(bytes, &mut packed) {
        Ok(length) => packed.truncate(length),
        Err(error) => unreachable!("the buffer is as long as the bound: {error}"),
    }
    packed
}

/// The bytes as a stream of zlib (RFC 1950), which pictures hold.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    match compressor.zlib_compress(bytes, &mut packed) {
        Ok(length) => packed.truncate(length),
        Err(error) => unreachable!("the buffer is as long as the bound: {error}"),
    }
    packed
}

/// The checksum of gzip and of pictures.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    libdeflater::crc32(bytes)
}

/// Unpacks a file; `None` of one that holds more than `longest` bytes: a small file may hold
/// terabytes of zeros.
///
/// # Errors
/// If it is damaged or cut off.
pub(crate) fn unpack(bytes: &[u8], longest: u64) -> io::Result<Option<Vec<u8>>> {
    let mut unpacked = Vec::new();
    let length = MultiGzDecoder::new(bytes).take(longest + 1).read_to_end(&mut unpacked)?;
    Ok((length as u64 <= longest).then_some(unpacked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_has_no_time() {
        let long = "2020-01-02,0.0012345,-0.99\n".repeat(40_000);
        for text in ["", "a", "date,a\n2020-01-31,0.1\n", &long] {
            let packed = pack(text.as_bytes());
            assert!(is_packed(&packed) && packed[4..8] == [0; 4]);
            assert_eq!(unpack(&packed, 1 << 30).unwrap().unwrap(), text.as_bytes());
        }
    }

    /// What `printf 'date,a\n2020-01-31,0.1\n' | gzip -9n` of Debian gives.
    #[test]
    fn what_others_pack_is_unpacked_and_ends_as_ours() {
        const THEIRS: [u8; 42] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4b, 0x49, 0x2c, 0x49,
            0xd5, 0x49, 0xe4, 0x32, 0x32, 0x30, 0x32, 0xd0, 0x35, 0x30, 0xd4, 0x35, 0x36, 0xd4,
            0x31, 0xd0, 0x33, 0xe4, 0x02, 0x00, 0xa0, 0x35, 0x19, 0xab, 0x16, 0x00, 0x00, 0x00,
        ];
        let text = b"date,a\n2020-01-31,0.1\n";
        assert_eq!(unpack(&THEIRS, 1 << 10).unwrap().unwrap(), text);
        // Checksum and length.
        assert_eq!(pack(text)[pack(text).len() - 8..], THEIRS[34..]);
    }

    #[test]
    fn what_is_damaged_or_without_end_is_told() {
        let packed = pack(&vec![b'0'; 1 << 20]);
        assert_eq!(unpack(&packed, (1 << 20) - 1).unwrap(), None);
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end], 1 << 30).is_err() || end == 0, "{end}");
        }
        for at in [20, packed.len() - 8, packed.len() - 1] {
            let mut damaged = packed.clone();
            damaged[at] ^= 1;
            assert!(unpack(&damaged, 1 << 30).is_err(), "{at}");
        }
    }
}
