//! SHA-256 as text.

use alloc::string::String;
use core::fmt::Write as _;

use hmac_sha256::Hash;

/// The SHA-256 of these bytes: 64 hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Hash::hash(bytes) {
        // Writing into a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
