//! What a PBX URL must look like before anybody is asked about it.

use crate::error::invalid::BuildError;

/// A PBX URL is a full host name: no scheme, port or path.
pub(crate) fn check_pbx_url(text: &str) -> Result<(), BuildError> {
    let labels = text.as_bytes().split(|byte| *byte == b'.');
    if text.len() <= 253 && text.contains('.') && labels.into_iter().all(is_label) {
        Ok(())
    } else {
        Err(BuildError::new(
            "pbxUrl",
            alloc::format!("is no host name ({})", text.escape_debug()),
            "pass prefix and domain suffix only, like docs.example.yeastarcloud.com, without https://; letters beyond a to z \
             in their ASCII form (punycode, xn--...)",
        ))
    }
}

fn is_label(label: &[u8]) -> bool {
    (1..=63).contains(&label.len())
        && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
}
