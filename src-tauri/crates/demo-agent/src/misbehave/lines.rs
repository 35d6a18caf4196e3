//! Misbehaviours in the bytes on stdout: invalid lines, noise between lines, duplicated lines,
//! missing line ends. The real lines are not damaged, so a robust reader receives all of them.

use serde_json::json;

use crate::markers::Keys;
use crate::stage::Stage;

/// How lines are printed.
#[derive(Debug, Default)]
pub(crate) struct Mangled {
    noise: bool,
    twice: bool,
    count: u64,
}

impl Mangled {
    /// Sets the misbehaviours from `keys`.
    pub(crate) fn set(&mut self, keys: &Keys) {
        self.noise = keys.has("noise");
        self.twice = keys.has("dup");
    }

    /// How many lines were printed.
    pub(crate) fn lines(&self) -> u64 {
        self.count
    }

    /// The bytes to print for the line `text`.
    pub(crate) fn line(&mut self, text: &str) -> Vec<u8> {
        self.count += 1;
        let mut bytes = Vec::with_capacity(text.len() + 1);
        if self.noise {
            bytes.extend_from_slice(noise_before(self.count));
        }
        bytes.extend_from_slice(text.as_bytes());
        let end: &[u8] = if self.noise && self.count.is_multiple_of(3) { b"\r\n" } else { b"\n" };
        bytes.extend_from_slice(end);
        if self.twice {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}

/// The noise before line number `count`: on lines of its own, or directly before the brace.
fn noise_before(count: u64) -> &'static [u8] {
    match count % 7 {
        1 => b"(node:4711) Warning: something is deprecated\n",
        2 => b"^C",
        3 => b"\x1b[33mWARN\x1b[0m colourful\r\n",
        4 => b"\x1b[?1006l\x1b[?25h",
        5 => b"\n",
        6 => b"{ this is no JSON }\n",
        _ => b"",
    }
}

/// The misbehaviours in the middle of a text.
pub(super) fn mid_text(stage: &mut Stage, keys: &Keys) {
    if let Some(size) = keys.number("bigline") {
        big_line(stage, size);
    }
    if let Some(size) = keys.number("no_newline") {
        repeat(stage, b'#', size);
        stage.print(b"\n");
    }
    if keys.has("invalid_utf8") {
        stage.print(b"{\"type\":\"system\",\"subtype\":\"demo_bytes\",\"text\":\"\xff\xfe\xc3 \xed\xa0\x80\"}\n");
    }
    if keys.has("nul") {
        stage.print(
            b"{\"type\":\"system\",\"subtype\":\"demo_nul\",\"text\":\"a\\u0000b\"}\n\0\0\0\n",
        );
    }
    if keys.has("unknown_events") {
        unknown_events(stage);
    }
    if keys.has("wrong_shapes") {
        for line in WRONG_SHAPES {
            stage.print(line.as_bytes());
            stage.print(b"\n");
        }
    }
}

/// One line of JSON with `size` bytes.
fn big_line(stage: &mut Stage, size: usize) {
    let head = b"{\"type\":\"system\",\"subtype\":\"demo_big\",\"text\":\"";
    let tail = b"\"}";
    stage.print(head);
    repeat(stage, b'x', size.saturating_sub(head.len() + tail.len()));
    stage.print(tail);
    stage.print(b"\n");
}

/// Prints the same byte `size` times, without having all of them in memory.
fn repeat(stage: &mut Stage, byte: u8, size: usize) {
    let piece = [byte; 64 * 1024];
    let mut left = size;
    while left > 0 {
        let now = left.min(piece.len());
        if !stage.print(&piece[..now]) {
            return;
        }
        left -= now;
    }
}

fn unknown_events(stage: &mut Stage) {
    stage.emit(json!({"type": "future_event", "payload": {"a": [1, 2, 3]}}));
    stage.emit(json!({"type": "system", "subtype": "future_subtype", "level": "high"}));
    stage.emit(json!({
        "type": "stream_event",
        "event": {"type": "future_stream_event", "index": 99},
        "parent_tool_use_id": null,
        "api_message_id": "msg_demo_future",
    }));
    stage.emit(json!({
        "type": "assistant",
        "message": {
            "id": "msg_demo_future",
            "role": "assistant",
            "content": [{"type": "future_block", "payload": {"a": 1}}],
        },
        "parent_tool_use_id": "toolu_nobody_knows",
    }));
}

/// Valid JSON of unexpected shapes.
const WRONG_SHAPES: &[&str] = &[
    "{}",
    "[]",
    "42",
    "\"just a string\"",
    "null",
    "{\"type\":7}",
    "{\"type\":\"assistant\",\"message\":\"no object\"}",
    "{\"type\":\"assistant\",\"message\":{\"content\":{\"not\":\"a list\"}}}",
    "{\"type\":\"user\",\"message\":{\"content\":[1,null,{\"type\":\"tool_result\"}]}}",
    "{\"type\":\"stream_event\",\"event\":null}",
    "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"index\":\"first\"}}",
    "{\"type\":\"system\",\"subtype\":\"init\",\"tools\":\"none\",\"session_id\":17}",
    "{\"type\":\"rate_limit_event\",\"rate_limit_info\":[]}",
    "{\"type\":\"system\",\"subtype\":\"api_retry\",\"attempt\":\"many\"}",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markers;

    #[test]
    fn noise_leaves_every_line_whole() {
        let mut mangled = Mangled::default();
        mangled.set(&markers::in_variable("noise", &[]).keys);
        let out: Vec<u8> = (0..40).flat_map(|n| mangled.line(&format!("{{\"n\":{n}}}"))).collect();
        let text = String::from_utf8(out).expect("text");
        let found = text.split('\n').filter_map(|line| {
            let start = line.find("{\"n\":")?;
            serde_json::from_str::<serde_json::Value>(line[start..].trim_end()).ok()
        });
        assert_eq!(found.count(), 40);
        assert!(text.contains("^C{") && text.contains("\r\n"));
    }
}
