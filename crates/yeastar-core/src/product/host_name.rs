//! What a PBX URL must look like before anybody is asked about it.

use crate::encoder::BuildError;

/// A PBX URL is a full host name: no scheme, port or path.
pub(crate) fn check_pbx_url(text: &str) -> Result<(), BuildError> {
    let labels = text.split('.');
    if text.len() <= 253 && labels.clone().count() >= 2 && labels.into_iter().all(is_label) {
        Ok(())
    } else {
        Err(BuildError::new(
            "pbxUrl",
            alloc::format!("is no host name ({})", text.escape_debug()),
            "pass prefix and domain suffix only, like docs.example.yeastarcloud.com, without https://",
        ))
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
