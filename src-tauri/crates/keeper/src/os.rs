//! Converts operating system strings to bytes and back, without loss, for the environment sent to a
//! keeper and for paths in `spec.json`. Unix strings are their bytes; Windows strings are their 16-bit
//! units in little endian.

use std::ffi::{OsStr, OsString};

/// Returns the string's own units as bytes.
#[cfg(unix)]
pub(crate) fn encode(text: &OsStr) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(text).to_vec()
}

/// The reverse of [`encode`].
#[cfg(unix)]
pub(crate) fn decode(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Returns the string's own units as bytes.
#[cfg(windows)]
pub(crate) fn encode(text: &OsStr) -> Vec<u8> {
    std::os::windows::ffi::OsStrExt::encode_wide(text).flat_map(u16::to_le_bytes).collect()
}

/// The reverse of [`encode`].
#[cfg(windows)]
pub(crate) fn decode(bytes: Vec<u8>) -> OsString {
    let units: Vec<u16> =
        bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    std::os::windows::ffi::OsStringExt::from_wide(&units)
}
