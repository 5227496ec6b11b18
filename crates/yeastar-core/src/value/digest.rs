//! SHA-256 as text.

use alloc::string::String;

use hmac_sha256::Hash;

/// The SHA-256 of these bytes: 64 hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16);
    Hash::hash(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).flatten().collect()
}
