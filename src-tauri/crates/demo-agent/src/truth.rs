//! The ground truth of a run, for tests: with `ground_truth=FILE` the agent records every line it
//! has printed and every prompt, answer and interrupt it has received, in order, one JSON object
//! per line. A test compares this with what an observer recorded: nothing may be lost or
//! duplicated, and no answer given twice. A line is recorded after it was written, so the file
//! never has more than the streams.
//!
//! `{"n":3,"kind":"line","type":"assistant","uuid":"...","bytes":412,"hash":"af63dc4c8601ec8c"}`:
//! `n` counts from 1 in this file; `kind` is `line`, `prompt`, `answer`, `answer_unasked` (the
//! question was not open) or `interrupt`; `hash` is [`content_hash`] of the printed line without
//! its end, of the prompt's text, or of the answer's `response` as compact JSON.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use crate::ids::fnv_hex;

/// FNV-1a (64 bits) of `bytes` as 16 hexadecimal digits, the `hash` of the ground truth.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    fnv_hex(bytes)
}

/// An open ground-truth file.
#[derive(Debug)]
pub(crate) struct Truth {
    file: File,
    noted: u64,
}

impl Truth {
    /// Opens `path` for appending. The numbering continues that of the file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let noted = match std::fs::read_to_string(path) {
            Ok(text) => u64::try_from(text.lines().count()).unwrap_or(u64::MAX),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, noted })
    }

    /// Records a printed line.
    pub(crate) fn printed(&mut self, line: &Value, text: &str) -> io::Result<()> {
        self.note(json!({
            "kind": "line",
            "type": line["type"],
            "uuid": line["uuid"],
            "request_id": line["request_id"],
            "bytes": text.len(),
            "hash": content_hash(text.as_bytes()),
        }))
    }

    /// Records something received; `id` is the id of the request, if it has one.
    pub(crate) fn received(
        &mut self,
        kind: &str,
        id: Option<&str>,
        content: &[u8],
    ) -> io::Result<()> {
        self.note(json!({
            "kind": kind,
            "request_id": id,
            "bytes": content.len(),
            "hash": content_hash(content),
        }))
    }

    fn note(&mut self, mut record: Value) -> io::Result<()> {
        self.noted += 1;
        record["n"] = json!(self.noted);
        let mut line = record.to_string();
        line.push('\n');
        self.file.write_all(line.as_bytes())
    }
}
