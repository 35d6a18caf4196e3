//! Makes a recording for benchmarks in the format of Claude Code 2.1.330, with the line formats and
//! key order of `tests/fixtures`. A message has a thought, a text in Markdown and a tool call, each
//! streamed in pieces of a few words and then printed in full, followed by the tool's result. The
//! tools alternate between writing a file and running a command. Some texts, files and outputs are
//! large.

use std::io::Write;

/// The lengths of consecutive streamed pieces in bytes: a few words, 24 bytes on average.
const PIECES: &[usize] = &[24, 12, 31, 24, 40, 7, 28, 26];

const SESSION: &str = "0a33613a-654f-4260-8a2c-a0ddf3f371d0";

const USAGE: &str = r#"{"input_tokens":1200,"cache_creation_input_tokens":300,"cache_read_input_tokens":5000,"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}"#;

/// A recording of at least `size` bytes.
pub(crate) fn recording(size: usize) -> Vec<u8> {
    let mut recording = Recording { bytes: Vec::with_capacity(size + (1 << 20)), message: 0 };
    while recording.bytes.len() < size {
        recording.message += 1;
        recording.one_message();
    }
    recording.bytes
}

struct Recording {
    bytes: Vec<u8>,
    message: u64,
}

impl Recording {
    fn one_message(&mut self) {
        let large = self.message.is_multiple_of(101);
        let id = self.id();
        self.system(r#""subtype":"status","status":"requesting""#);
        self.stream(
            &format!(
                r#"{{"type":"message_start","message":{{"id":"{id}","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{USAGE}}}}}"#
            ),
            r#","ttft_ms":25,"thinking_display":"updates""#,
        );
        self.thought(&prose(300));
        self.text(&prose(if large { 60_000 } else { 1_400 }));
        let used = match self.message.is_multiple_of(2) {
            true => Used::file(&prose(if large { 30_000 } else { 900 })),
            false => Used::command(&prose(if large { 200_000 } else { 1_000 })),
        };
        self.tool_call(&used);
        self.stream(
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":1200,"cache_creation_input_tokens":300,"cache_read_input_tokens":5000,"output_tokens":533}}"#,
            "",
        );
        self.stream(r#"{"type":"message_stop"}"#, "");
        self.tool_result(&used);
    }

    fn thought(&mut self, thought: &str) {
        let shown = r#","thinking_display":"updates""#;
        self.stream(
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            shown,
        );
        for piece in pieces(thought) {
            self.system(
                r#""subtype":"thinking_tokens","estimated_tokens":6,"estimated_tokens_delta":6"#,
            );
            self.delta(0, "thinking_delta", "thinking", piece, shown);
        }
        self.delta(0, "signature_delta", "signature", "c2ltLXNpZ25hdHVyZS0x", "");
        let thought = json(thought);
        self.assistant(&format!(
            r#"{{"type":"thinking","thinking":{thought},"signature":"c2ltLXNpZ25hdHVyZS0x"}}"#
        ));
        self.stream(r#"{"type":"content_block_stop","index":0}"#, "");
    }

    fn text(&mut self, text: &str) {
        self.stream(
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            "",
        );
        for piece in pieces(text) {
            self.delta(1, "text_delta", "text", piece, "");
        }
        self.assistant(&format!(r#"{{"type":"text","text":{}}}"#, json(text)));
        self.stream(r#"{"type":"content_block_stop","index":1}"#, "");
    }

    fn tool_call(&mut self, Used { name, input, .. }: &Used) {
        let call = self.call();
        self.stream(
            &format!(
                r#"{{"type":"content_block_start","index":2,"content_block":{{"type":"tool_use","id":"{call}","name":"{name}","input":{{}}}}}}"#
            ),
            "",
        );
        self.delta(2, "input_json_delta", "partial_json", "", "");
        for piece in pieces(input) {
            self.delta(2, "input_json_delta", "partial_json", piece, "");
        }
        self.assistant(&format!(
            r#"{{"type":"tool_use","id":"{call}","name":"{name}","input":{input}}}"#
        ));
        self.stream(r#"{"type":"content_block_stop","index":2}"#, "");
    }

    fn tool_result(&mut self, Used { content, output, .. }: &Used) {
        let (call, uuid) = (self.call(), self.uuid());
        self.line(&format!(
            r#"{{"type":"user","message":{{"role":"user","content":[{{"tool_use_id":"{call}","type":"tool_result","content":{content}}}]}},"parent_tool_use_id":null,"session_id":"{SESSION}","uuid":"{uuid}","timestamp":"2026-11-22T18:41:50.535Z","tool_use_result":{output},"tool_result_meta":[{{"id":"{call}","permission_decision":{{"decision":"accept","source":"config","reason_type":"mode"}}}}]}}"#
        ));
    }

    fn delta(&mut self, index: u32, kind: &str, field: &str, piece: &str, more: &str) {
        let piece = json(piece);
        self.stream(
            &format!(
                r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"{kind}","{field}":{piece}}}}}"#
            ),
            more,
        );
    }

    fn stream(&mut self, event: &str, more: &str) {
        let (uuid, id) = (self.uuid(), self.id());
        self.line(&format!(
            r#"{{"type":"stream_event","event":{event},"session_id":"{SESSION}","parent_tool_use_id":null,"uuid":"{uuid}"{more},"api_message_id":"{id}"}}"#
        ));
    }

    fn assistant(&mut self, block: &str) {
        let (uuid, id) = (self.uuid(), self.id());
        self.line(&format!(
            r#"{{"type":"assistant","message":{{"id":"{id}","type":"message","role":"assistant","model":"claude-opus-5-5","content":[{block}],"stop_reason":null,"stop_sequence":null,"usage":{USAGE},"context_management":null}},"parent_tool_use_id":null,"session_id":"{SESSION}","uuid":"{uuid}","timestamp":"2026-11-22T18:41:50.326Z","request_id":"req_1"}}"#
        ));
    }

    fn system(&mut self, fields: &str) {
        let uuid = self.uuid();
        self.line(&format!(
            r#"{{"type":"system",{fields},"session_id":"{SESSION}","uuid":"{uuid}"}}"#
        ));
    }

    fn line(&mut self, line: &str) {
        writeln!(self.bytes, "{line}").expect("memory can be written");
    }

    fn id(&self) -> String {
        format!("msg_01Ab{:016}", self.message)
    }

    fn call(&self) -> String {
        format!("toolu_01Cd{:014}", self.message)
    }

    /// A UUID that differs for each line, made from its position.
    fn uuid(&self) -> String {
        format!("95aa1fc5-5f63-4a05-b519-{:012}", self.bytes.len())
    }
}

/// A tool and one use of it; each part except the name is JSON.
struct Used {
    name: &'static str,
    input: String,
    /// The result text for the model.
    content: String,
    /// The structured output of the program.
    output: String,
}

impl Used {
    fn file(content: &str) -> Self {
        const PATH: &str = "/srv/api/src/routes.rs";
        let content = json(content);
        Self {
            name: "Write",
            input: format!(r#"{{"file_path": "{PATH}", "content": {content}}}"#),
            content: json(&format!("File created successfully at: {PATH}")),
            output: format!(
                r#"{{"type":"create","filePath":"{PATH}","content":{content},"structuredPatch":[],"originalFile":null,"userModified":false}}"#
            ),
        }
    }

    fn command(printed: &str) -> Self {
        let printed = json(printed);
        Self {
            name: "Bash",
            input: r#"{"command": "cargo test --workspace 2>&1 | tail -n 40", "description": "Run all tests"}"#.to_owned(),
            output: format!(
                r#"{{"stdout":{printed},"stderr":"","interrupted":false,"isImage":false,"noOutputExpected":false}}"#
            ),
            content: printed,
        }
    }
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// `size` bytes of realistic Markdown: sentences, lists, code with quotes.
fn prose(size: usize) -> String {
    const PARAGRAPH: &str = "The three validators share one shape, so I moved what they have in common into a function of its own and kept the rest where it was.\n\n- `validate_name` reads the limit from the settings\n- `validate_mail` accepts an umlaut in a name, as in \"Jürgen\"\n\n```rust\nlet name = request.param(\"name\").unwrap_or_default();\n```\n\n";
    let mut text = PARAGRAPH.repeat(size / PARAGRAPH.len() + 1);
    let end = (size..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.truncate(end);
    text
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut sizes = PIECES.iter().cycle();
    std::iter::from_fn(move || {
        let size = *sizes.next()?;
        let end = (size..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
