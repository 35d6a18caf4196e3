//! `user` lines on standard output: results of tools, and messages that the program writes in the
//! person's name. (What the person really wrote is in the input log.)

use super::markup;
use super::messages::texts;
use super::read::{unknown_shape, unknown_type};
use super::tools::Call;
use super::{At, ClaudeDecoder};
use crate::claude::wire::message::{Block, Content, Decision, ResultMeta, Source, UserLine};
use crate::claude::wire::recover::repaired;
use crate::decoder::Sink;
use crate::diff;
use crate::lenient;
use protocol::{Diff, Event, HunkStart, Image, NoticeLevel, ToolKind, ToolOutput};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The message by which the program reports an interrupt to the model.
const INTERRUPTED: &str = "[Request interrupted by user";

/// The beginnings of the messages with what one of the program's own commands printed.
const COMMAND_PRINTED: &str = "<local-command-stdout>";
const COMMAND_FAILED: &str = "<local-command-stderr>";

impl ClaudeDecoder {
    pub(super) fn user(&mut self, line: UserLine<'_>, at: At, sink: &mut Sink<'_>) {
        if line.is_replay == Some(true) {
            // The echo of a prompt; the input log has the prompt.
            return;
        }
        let Some(message) = line.message else {
            return unknown_shape("user", sink);
        };
        let parent = line.parent.as_deref();
        for meta in line.tool_result_meta.iter().flatten().flatten() {
            self.refused(meta);
        }
        match message.content {
            Content::Text(text) => self.injected_message(&text, parent, sink),
            Content::Blocks(blocks) => {
                let results = blocks.iter().flatten().filter(|block| is_result(block)).count();
                let output = line.tool_use_result.filter(|_| results == 1);
                for block in blocks {
                    match block {
                        Some(block) => self.user_block(&block, parent, output, at, sink),
                        None => unknown_shape("user/content", sink),
                    }
                }
            }
            Content::Missing => unknown_shape("user/content", sink),
        }
    }

    fn refused(&mut self, meta: &ResultMeta<'_>) {
        let Some(decision) = &meta.permission_decision else {
            return;
        };
        if let (Some("reject"), Some(call)) = (decision.decision.as_deref(), meta.id.as_deref())
            && self.calls.refuse(call)
            && is_by_rule(decision)
        {
            self.turn.ruled_out.insert(call.to_owned());
        }
    }

    fn user_block(
        &mut self,
        block: &Block<'_>,
        parent: Option<&str>,
        output: Option<&RawValue>,
        at: At,
        sink: &mut Sink<'_>,
    ) {
        match block.kind.as_deref() {
            Some("tool_result") => match block.tool_use_id.as_deref() {
                Some(call) => self.tool_result(call, block, parent, output, at, sink),
                None => unknown_shape("user/tool_result", sink),
            },
            Some("text") => match block.text.as_deref() {
                Some(text) => self.injected_message(text, parent, sink),
                None => unknown_shape("user/text", sink),
            },
            Some(other) => unknown_type(&format!("user/{other}"), sink),
            None => unknown_shape("user/content", sink),
        }
    }

    fn injected_message(&mut self, text: &str, parent: Option<&str>, sink: &mut Sink<'_>) {
        if text.starts_with(INTERRUPTED) {
            self.turn.interrupted = true;
            sink.event(Event::Notice { level: NoticeLevel::Info, text: text.to_owned() });
        } else if parent.and_then(|call| self.calls.get(call)).is_none() {
            self.turn.doings.acted |= text.starts_with(COMMAND_PRINTED);
            self.turn.doings.command_failed |= text.starts_with(COMMAND_FAILED);
            let words = markup::words(text);
            if !words.is_empty() {
                sink.event(Event::InjectedMessage { text: words });
            }
        }
        // Otherwise it is a subagent's prompt, which is in the input of the call that began it.
    }

    fn tool_result(
        &mut self,
        call: &str,
        block: &Block<'_>,
        parent: Option<&str>,
        output: Option<&RawValue>,
        at: At,
        sink: &mut Sink<'_>,
    ) {
        let known = self.calls.end(call);
        let ok = block.is_error != Some(true) && !says_error(&block.content);
        if let Some(request) = self.questions.overtaken(call) {
            // The input ended before the answer came; the program continues as if the call were refused.
            self.calls.leave_unanswered(call);
            sink.event(Event::QuestionWithdrawn { request });
        }
        let text = result_text(&block.content);
        if !ok {
            self.turn.failures.insert(call.to_owned(), text.clone());
        }
        // Earlier versions report a refusal with the result only; all versions give the model the same
        // text.
        let ruled_out = self.turn.ruled_out.remove(call)
            || (!ok && is_refusal(&text) && self.calls.refuse(call));
        if ruled_out {
            sink.event(Event::Denied {
                tool: known.as_ref().map(|known| known.name.clone()).unwrap_or_default(),
                call: Some(call.to_owned()),
                message: text.clone(),
            });
        }
        let kind = known.as_ref().map_or(ToolKind::Other, |known| known.kind);
        let is_unanswered = !ok && self.calls.is_unanswered(call);
        let stated = match is_unanswered {
            true => markup::of_unanswered(&text),
            false => markup::of_result(&text, kind == ToolKind::Command),
        };
        sink.event(Event::ToolResult {
            output: tool_output(kind, known.as_ref(), output, &text, ok),
            call: call.to_owned(),
            ok,
            denied: !ok && self.calls.is_refused(call) && !is_unanswered,
            text: stated,
            images: images(&block.content),
            duration_ms: known.map(|known| known.duration_ms(at)),
            cut: false,
            parent: parent.map(str::to_owned),
        });
    }

    /// Takes the result of a tool that the provider ran itself (web search and the like).
    pub(super) fn provider_result(
        &mut self,
        block: &Block<'_>,
        parent: Option<&str>,
        at: At,
        sink: &mut Sink<'_>,
    ) {
        match block.tool_use_id.as_deref() {
            Some(call) => self.tool_result(call, block, parent, None, at, sink),
            None => unknown_shape("assistant/tool_result", sink),
        }
    }
}

fn is_result(block: &Block<'_>) -> bool {
    block.kind.as_deref() == Some("tool_result")
}

/// Whether the agent's own rules refused, so that no person was asked.
fn is_by_rule(decision: &Decision<'_>) -> bool {
    let by_person = decision.source.as_deref().is_some_and(|who| who.starts_with("user"));
    !by_person && decision.reason_type.as_deref().is_some_and(|why| why != "other")
}

/// Whether this is the text that Claude Code (seen in 2.1.197 and 2.1.330) gives its model when its own rules
/// refuse a tool.
fn is_refusal(text: &str) -> bool {
    text.starts_with("Permission to use ") && text.contains(" has been denied")
}

/// Whether the result of a provider's own tool is a failure.
fn says_error(content: &Content<'_>) -> bool {
    let Content::Blocks(blocks) = content else {
        return false;
    };
    let mut kinds = blocks.iter().flatten().filter_map(|block| block.kind.as_deref());
    kinds.any(|kind| kind.ends_with("_tool_result_error"))
}

/// The result's text for the model: texts unchanged, other blocks as the name of their type.
fn result_text(content: &Content<'_>) -> String {
    let Content::Blocks(blocks) = content else {
        return texts(content);
    };
    let mut parts = Vec::new();
    for block in blocks.iter().flatten() {
        match (block.kind.as_deref(), &block.text) {
            (_, Some(text)) => parts.push(text.clone().into_owned()),
            (Some("image") | None, None) => {}
            (Some(other), None) => {
                parts.push(of_provider(block).unwrap_or_else(|| format!("[{other}]")));
            }
        }
    }
    parts.join("\n")
}

/// What a provider's own tool found, printed or failed with.
fn of_provider(block: &Block<'_>) -> Option<String> {
    let fields = [&block.title, &block.url, &block.stdout, &block.stderr, &block.error_code];
    let said = fields.into_iter().flatten().map(|field| field.trim_end());
    let said: Vec<&str> = said.filter(|field| !field.is_empty()).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

fn images(content: &Content<'_>) -> Vec<Image> {
    let Content::Blocks(blocks) = content else {
        return Vec::new();
    };
    let pictures = blocks.iter().flatten().filter(|block| block.kind.as_deref() == Some("image"));
    pictures.map(|block| image(block.source.as_ref())).collect()
}

fn image(source: Option<&Source<'_>>) -> Image {
    let data = source.and_then(|source| source.data.as_deref()).unwrap_or("");
    let media_type = source.and_then(|source| source.media_type.as_deref()).map(str::to_owned);
    Image { media_type, base64_len: data.len() as u64 }
}

/// `tool_use_result` of Bash.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommandResult {
    #[serde(default, deserialize_with = "lenient::owned")]
    stdout: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    stderr: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    interrupted: Option<bool>,
    #[serde(default, deserialize_with = "lenient::owned")]
    background_task_id: Option<String>,
}

/// `tool_use_result` of Write and Edit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EditResult {
    #[serde(default, rename = "type", deserialize_with = "lenient::owned")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::owned")]
    file_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::objects")]
    structured_patch: Option<Vec<Option<Hunk>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hunk {
    #[serde(default, deserialize_with = "lenient::count")]
    old_start: Option<u64>,
    #[serde(default, deserialize_with = "lenient::count")]
    new_start: Option<u64>,
    #[serde(default, deserialize_with = "lenient::strings")]
    lines: Option<Vec<String>>,
}

/// `tool_use_result` of Read.
#[derive(Deserialize)]
struct ReadResult {
    #[serde(default, deserialize_with = "lenient::object")]
    file: Option<ReadFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadFile {
    #[serde(default, deserialize_with = "lenient::owned")]
    file_path: Option<String>,
    #[serde(default, deserialize_with = "lenient::count")]
    num_lines: Option<u64>,
}

/// Reads the tool's report of its own effect. A string there only repeats the text for the model, but its
/// first line has the exit code of a failed command.
fn tool_output(
    kind: ToolKind,
    call: Option<&Call>,
    output: Option<&RawValue>,
    text: &str,
    ok: bool,
) -> Option<ToolOutput> {
    let json = output?.get();
    match kind {
        ToolKind::Command if json.starts_with('"') => failed_command(text).filter(|_| !ok),
        _ if !json.starts_with('{') && !json.starts_with('[') => None,
        ToolKind::Command => command(read(json)?).or_else(|| other(json)),
        ToolKind::Edit => edit(read(json)?).or_else(|| other(json)),
        ToolKind::Read => Some(file(read(json)?, call)),
        _ => other(json),
    }
}

fn read<T: for<'a> Deserialize<'a>>(json: &str) -> Option<T> {
    let clean = serde_json::from_str(json).ok();
    clean.or_else(|| serde_json::from_slice(&repaired(json.as_bytes())?).ok())
}

fn command(result: CommandResult) -> Option<ToolOutput> {
    Some(ToolOutput::Command {
        stdout: result.stdout?,
        stderr: result.stderr.unwrap_or_default(),
        exit_code: None,
        interrupted: result.interrupted == Some(true),
        background: result.background_task_id,
    })
}

fn failed_command(text: &str) -> Option<ToolOutput> {
    let rest = text.strip_prefix("Exit code ")?;
    let (code, stdout) = rest.split_once('\n').unwrap_or((rest, ""));
    Some(ToolOutput::Command {
        exit_code: Some(code.trim().parse().ok()?),
        stdout: stdout.to_owned(),
        stderr: String::new(),
        interrupted: false,
        background: None,
    })
}

fn edit(result: EditResult) -> Option<ToolOutput> {
    let hunks = result.structured_patch.unwrap_or_default();
    Some(ToolOutput::Edit {
        path: result.file_path?,
        created: result.kind.as_deref() == Some("create"),
        diff: Diff { hunks: hunks.into_iter().flatten().map(of_patch).collect() },
    })
}

fn of_patch(hunk: Hunk) -> protocol::Hunk {
    let number = |line: Option<u64>| line.and_then(|line| u32::try_from(line).ok());
    let start = number(hunk.old_start).zip(number(hunk.new_start));
    let start = start.map(|(old, new)| HunkStart { old, new });
    diff::hunk(start, "", hunk.lines.iter().flatten().map(String::as_str))
}

fn file(result: ReadResult, call: Option<&Call>) -> ToolOutput {
    let (path, lines) = match result.file {
        Some(file) => (file.file_path, file.num_lines),
        None => (None, None),
    };
    // The result of a picture has no path; the call's title is the path.
    let path = path.or_else(|| call.map(|call| call.title.clone())).unwrap_or_default();
    ToolOutput::Read { path, lines }
}

fn other(json: &str) -> Option<ToolOutput> {
    let mut value = read(json)?;
    drop_bytes(&mut value);
    Some(ToolOutput::Other { value })
}

/// Removes the bytes of pictures and documents from a value; they stay in the log.
fn drop_bytes(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(drop_bytes),
        Value::Object(fields) => {
            let encoded = fields.get("type").and_then(Value::as_str) == Some("base64");
            for (key, field) in fields.iter_mut() {
                match field {
                    Value::String(bytes) if key == "base64" || (encoded && key == "data") => {
                        *field = Value::from(format!("[{} characters]", bytes.len()));
                    }
                    _ => drop_bytes(field),
                }
            }
        }
        _ => {}
    }
}
