//! Finds the transcript that Claude Code saved of a session, and reads from it the last `cost-state`
//! record, from which version 2.1.277 and later continue to count when the session is resumed. Nothing
//! else is read; the transcript is never a source of events.

use super::wire::recover;
use super::wire::result::ModelUsages;
use crate::lenient;
use crate::line::{Split, Splitter};
use memchr::memmem;
use protocol::{SessionId, UsageTotals};
use serde::Deserialize;
use std::io;
use std::path::{Path, PathBuf};

/// The first version that continues a session's totals.
const CONTINUES: [u64; 3] = [2, 1, 277];

/// The longest slug that is used whole (UTF-16 units).
const SLUG: usize = 200;

/// Builds the path `<config>/projects/<slug>/<session>.jsonl`.
pub(super) fn transcript(
    env: &dyn Fn(&str) -> Option<String>,
    home: &Path,
    cwd: &str,
    session: &SessionId,
) -> PathBuf {
    let config = env("CLAUDE_CONFIG_DIR").filter(|dir| !dir.is_empty());
    let name = config.as_ref().and_then(|_| env("CLAUDE_CODE_PROJECT_DIR_NAME"));
    let slug = name.filter(|name| is_dir_name(name)).unwrap_or_else(|| slug(cwd));
    let root = config.map_or_else(|| home.join(".claude"), PathBuf::from);
    root.join("projects").join(slug).join(format!("{session}.jsonl"))
}

/// Makes the slug of a directory: every UTF-16 unit that is no ASCII letter or digit becomes a dash. A
/// long path is cut and followed by a base-36 hash of the whole. Different directories can share a slug.
fn slug(cwd: &str) -> String {
    let dashed: String = cwd.encode_utf16().map(dash).collect();
    if dashed.len() <= SLUG {
        return dashed;
    }
    let hash = cwd
        .encode_utf16()
        .fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
    format!("{}-{}", &dashed[..SLUG], base36(hash.unsigned_abs()))
}

fn dash(unit: u16) -> char {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphanumeric() => char::from(byte),
        _ => '-',
    }
}

fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// Whether the program accepts this as a directory name instead of the slug.
fn is_dir_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        upper
            .strip_prefix(prefix)
            .is_some_and(|n| n.len() == 1 && matches!(n.as_bytes()[0], b'1'..=b'9'))
    };
    let device = matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || numbered("COM")
        || numbered("LPT");
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && !device
}

/// The record that holds a session's totals.
#[derive(Deserialize)]
struct CostState {
    #[serde(default, rename = "type", deserialize_with = "lenient::owned")]
    kind: Option<String>,
    #[serde(default, rename = "totalCostUSD", deserialize_with = "lenient::float")]
    total_cost: Option<f64>,
    #[serde(default, rename = "modelUsage", deserialize_with = "lenient::object")]
    models: Option<ModelUsages>,
}

/// Reads the last saved total; `None` if the program will count from zero.
pub(crate) fn usage(
    agent_version: Option<&str>,
    transcript: &mut dyn io::BufRead,
) -> io::Result<Option<UsageTotals>> {
    if agent_version.is_some_and(|version| !continues(version)) {
        return Ok(None);
    }
    let mut last = None;
    let mut splitter = Splitter::new(0);
    let mut take = |split: Split<'_>| {
        if let Split::Line { bytes, .. } = split
            && let Some(totals) = cost_state(bytes)
        {
            last = Some(totals);
        }
    };
    loop {
        let chunk = transcript.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let len = chunk.len();
        splitter.push(chunk, &mut take);
        transcript.consume(len);
    }
    splitter.finish(take);
    Ok(last)
}

fn cost_state(line: &[u8]) -> Option<UsageTotals> {
    memmem::find(line, b"\"cost-state\"")?;
    let state: CostState = recover::parse(line)?;
    let total = state.total_cost?;
    (state.kind.as_deref() == Some("cost-state")).then(|| UsageTotals {
        models: state.models.unwrap_or_default().into_models(),
        cost_micros: Some(super::wire::result::micros(total)),
    })
}

fn continues(version: &str) -> bool {
    let mut parts = version.split(['.', '-', '+']).map(|part| part.parse::<u64>().unwrap_or(0));
    let version = [0; 3].map(|_: u64| parts.next().unwrap_or(0));
    version >= CONTINUES
}
