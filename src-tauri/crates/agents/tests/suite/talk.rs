//! Recorded conversations: the files of `tests/fixtures/codex`, both directions in one order, fed to a
//! decoder as the engine would.

use crate::capture::{Chunk, decode_as};
use agents::Decoded;
use flate2::read::GzDecoder;
use protocol::Stream;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One recorded run.
pub(crate) struct Talk {
    /// `codex-0.171.0/plain`.
    pub(crate) name: String,
    /// Its lines in their order, each with its newline.
    pub(crate) lines: Vec<Chunk>,
}

const DECODER: &str = "codex/2";

/// Every recording, in the order of their names.
pub(crate) fn all() -> Vec<Talk> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/codex");
    let mut files: Vec<PathBuf> = Vec::new();
    for version in std::fs::read_dir(folder).unwrap() {
        let version = version.unwrap().path();
        if version.is_dir() {
            files.extend(std::fs::read_dir(version).unwrap().map(|file| file.unwrap().path()));
        }
    }
    files.sort();
    assert!(files.len() > 80, "recordings are missing: {}", files.len());
    files.iter().map(|file| read(file)).collect()
}

pub(crate) fn one(name: &str) -> Talk {
    all().into_iter().find(|talk| talk.name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn read(file: &Path) -> Talk {
    let bytes = std::fs::read(file).unwrap();
    let mut plain = Vec::new();
    let name = file.file_name().unwrap().to_str().unwrap();
    match name.ends_with(".gz") {
        true => drop(GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap()),
        false => plain = bytes,
    }
    let version = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
    let name = name.split('.').next().unwrap();
    let lines = plain.split_inclusive(|byte| *byte == b'\n').map(line).collect();
    Talk { name: format!("codex-{version}/{name}"), lines }
}

fn line(line: &[u8]) -> Chunk {
    let stream = match line.get(..2) {
        Some(b"> ") => Stream::Stdin,
        Some(b"< ") => Stream::Stdout,
        _ => panic!("neither direction: {:?}", String::from_utf8_lossy(line)),
    };
    (stream, line[2..].to_vec())
}

impl Talk {
    /// What the decoder makes of it. A millisecond passes with every line.
    pub(crate) fn decoded(&self) -> Vec<Decoded> {
        decode(&self.lines)
    }
}

/// Feeds lines to a fresh decoder.
pub(crate) fn decode(lines: &[Chunk]) -> Vec<Decoded> {
    decode_as(DECODER, lines, 1000)
}
