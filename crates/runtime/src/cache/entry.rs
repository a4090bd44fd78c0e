//! The bytes of an entry file.
//!
//! ```text
//! magic 8 | format 4 | key length 8 | payload length 8 | checksum 16 | key | payload        (little-endian)
//! ```
//!
//! The checksum covers everything but the magic and itself. The whole key is there to be compared: that a file has the right name
//! proves nothing, names are hashes.

use xxhash_rust::xxh3::Xxh3;

const MAGIC: &[u8; 8] = b"LANCEHD\n";
const FORMAT: u32 = 1;
/// Format and lengths.
const COUNTED: std::ops::Range<usize> = 8..28;
const CHECKSUM: std::ops::Range<usize> = 28..44;
const HEADER: usize = 44;

/// Why a file is no entry for a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Cut, flipped, or never ours.
    Damaged,
    /// A good entry, of another key with the same hash.
    OtherKey,
}

pub fn encode(key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + key.len() + payload.len());
    bytes.extend(MAGIC);
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend((key.len() as u64).to_le_bytes());
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend([0; 16]);
    bytes.extend(key);
    bytes.extend(payload);
    let checksum = checksum(&bytes);
    bytes[CHECKSUM].copy_from_slice(&checksum);
    bytes
}

/// The payload, if this is an entry of that key.
pub fn decode(mut bytes: Vec<u8>, key: &[u8]) -> Result<Vec<u8>, Unfit> {
    if bytes.len() < HEADER || !bytes.starts_with(MAGIC) || bytes[8..12] != FORMAT.to_le_bytes() {
        return Err(Unfit::Damaged);
    }
    let length = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
    let (key_length, payload_length) = (length(12), length(20));
    let whole = (HEADER as u64).checked_add(key_length).and_then(|start| start.checked_add(payload_length));
    if whole != Some(bytes.len() as u64) || checksum(&bytes) != bytes[CHECKSUM] {
        return Err(Unfit::Damaged);
    }
    let payload = HEADER + key_length as usize;
    if &bytes[HEADER..payload] != key {
        return Err(Unfit::OtherKey);
    }
    bytes.drain(..payload);
    Ok(bytes)
}

fn checksum(bytes: &[u8]) -> [u8; 16] {
    let mut state = Xxh3::new();
    state.update(&bytes[COUNTED]);
    state.update(&bytes[HEADER..]);
    state.digest128().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_and_every_flip_is_seen() {
        let good = encode(b"key", b"payload");
        assert_eq!(decode(good.clone(), b"key").unwrap(), b"payload");
        for cut in 0..good.len() {
            assert_eq!(decode(good[..cut].to_vec(), b"key"), Err(Unfit::Damaged), "cut at {cut}");
        }
        for bit in 0..good.len() * 8 {
            let mut flipped = good.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(flipped, b"key"), Err(Unfit::Damaged), "bit {bit}");
        }
        let longer = [&good[..], b"x"].concat();
        assert_eq!(decode(longer, b"key"), Err(Unfit::Damaged));
    }

    #[test]
    fn another_key_is_no_damage() {
        assert_eq!(decode(encode(b"key", b"payload"), b"kex"), Err(Unfit::OtherKey));
        assert_eq!(decode(encode(b"key", b"payload"), b"keyp"), Err(Unfit::OtherKey));
        assert_eq!(decode(encode(b"", b""), b"").unwrap(), b"");
    }
}
