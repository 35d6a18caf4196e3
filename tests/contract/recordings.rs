//! Finds the recordings of real agents in `tests/fixtures`.

use flate2::read::GzDecoder;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folders of recordings, each with its decoder.
pub(crate) const RECORDINGS: [(&str, &str); 2] =
    [("tests/fixtures/claude", "claude/3"), ("tests/fixtures/codex", "codex/2")];

/// The recordings in a folder, sorted.
pub(crate) fn recordings(folder: &Path) -> Vec<PathBuf> {
    let versions = std::fs::read_dir(folder).unwrap().map(|version| version.unwrap().path());
    let versions = versions.filter(|version| version.is_dir());
    let files = versions.flat_map(|version| std::fs::read_dir(version).unwrap());
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// The uncompressed bytes of a recording.
pub(crate) fn unpacked(file: &Path) -> Vec<u8> {
    let bytes = std::fs::read(file).unwrap();
    if file.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
    plain
}
