//! Tools: the kind of each call, one line that names it, and its result. If an item has no name, the name
//! is the one by which the program's models call the tool.

use super::At;
use super::agents::Threads;
use super::subject::{self, About};
use crate::codex::wire::item::{Change, Content, Item};
use crate::decoder::Sink;
use crate::{shell, text};
use protocol::{Event, FileAct, Image, ToolKind, ToolOutput};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashSet};

/// Open calls, and calls that are over.
#[derive(Default)]
pub(super) struct Calls {
    open: BTreeMap<String, Call>,
    over: HashSet<String>,
}

/// A call without a result yet.
pub(super) struct Call {
    thread: Option<String>,
    pub(super) name: String,
    pub(super) kind: ToolKind,
    pub(super) title: String,
    pub(super) about: About,
    began: At,
}

impl Calls {
    /// Adds a call that begins; a call that has begun already is not changed.
    #[expect(clippy::too_many_arguments, reason = "what a line is about, in its order")]
    pub(super) fn begin(
        &mut self,
        id: &str,
        thread: Option<&str>,
        raw: &RawValue,
        item: &Item<'_>,
        at: At,
        threads: &Threads,
        sink: &mut Sink<'_>,
    ) {
        if self.open.contains_key(id) || self.over.contains(id) {
            return;
        }
        let (name, kind) = name(item);
        let title = title(item);
        let call = Call {
            thread: thread.map(str::to_owned),
            about: subject::about(serde_json::from_str(raw.get()).unwrap_or_default(), &title),
            title,
            began: at,
            name,
            kind,
        };
        sink.event(Event::ToolCall {
            call: id.to_owned(),
            name: call.name.clone(),
            kind: call.kind,
            title: call.title.clone(),
            subject: call.about.subject.clone(),
            beside: call.about.beside.clone(),
            parent: threads.parent(thread),
        });
        self.open.insert(id.to_owned(), call);
    }

    /// Takes the end of a call's wait for a person, from which on it runs.
    pub(super) fn waited(&mut self, id: &str, at: At) {
        if let Some(call) = self.open.get_mut(id) {
            call.began = at;
        }
    }

    /// Finds an open call.
    pub(super) fn get(&self, id: &str) -> Option<&Call> {
        self.open.get(id)
    }

    /// Whether the result of a call was emitted.
    pub(super) fn is_over(&self, id: &str) -> bool {
        self.over.contains(id)
    }

    /// Makes the event of a call that the program's own rules refused.
    pub(super) fn denied(&self, id: &str) -> Event {
        let tool = self.open.get(id).map(|call| call.name.clone()).unwrap_or_default();
        Event::Denied { tool, call: Some(id.to_owned()), message: String::new() }
    }

    /// Takes the end of a call.
    pub(super) fn end(
        &mut self,
        id: &str,
        item: &Item<'_>,
        at: At,
        threads: &Threads,
        sink: &mut Sink<'_>,
    ) {
        self.over.insert(id.to_owned());
        let call = self.open.remove(id);
        let thread = call.as_ref().and_then(|call| call.thread.as_deref());
        let exit_code = item.exit_code.map(|code| code as i32);
        let failed = matches!(item.status.as_deref(), Some("failed" | "declined"));
        sink.event(Event::ToolResult {
            call: id.to_owned(),
            ok: !failed && exit_code.is_none_or(|code| code == 0),
            denied: item.status.as_deref() == Some("declined"),
            text: given_back(item),
            output: output(item, exit_code),
            images: contents(item).filter_map(image).collect(),
            duration_ms: call.as_ref().map(|call| call.duration_ms(at)),
            cut: false,
            parent: threads.parent(thread),
        });
    }

    /// Ends the open calls of a turn that was cut short, because nothing more is reported of them. A
    /// command that they started may continue.
    pub(super) fn cut_short(
        &mut self,
        thread: Option<&str>,
        threads: &Threads,
        sink: &mut Sink<'_>,
    ) {
        let of_thread = |call: &Call| call.thread.as_deref() == thread;
        let ids: Vec<String> = self
            .open
            .iter()
            .filter(|(_, call)| of_thread(call))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            let command = self.open.get(&id).is_some_and(|call| call.kind == ToolKind::Command);
            self.open.remove(&id);
            self.over.insert(id.clone());
            sink.event(Event::ToolResult {
                call: id,
                ok: false,
                denied: false,
                text: String::new(),
                output: command.then(|| ToolOutput::Command {
                    stdout: String::new(),
                    stderr: String::new(),
                    exit_code: None,
                    interrupted: false,
                    background: None,
                }),
                images: Vec::new(),
                duration_ms: None,
                cut: true,
                parent: threads.parent(thread),
            });
        }
    }
}

impl Call {
    fn duration_ms(&self, end: At) -> u64 {
        end.0.saturating_sub(self.began.0) / 1000
    }
}

/// The tool's name and its kind.
fn name(item: &Item<'_>) -> (String, ToolKind) {
    let own = |field: &Option<std::borrow::Cow<'_, str>>| field.as_deref().unwrap_or("").to_owned();
    let (name, kind) = match item.kind.as_deref().unwrap_or("") {
        "commandExecution" => ("exec_command", ToolKind::Command),
        "fileChange" => ("apply_patch", ToolKind::Edit),
        "mcpToolCall" => {
            return (format!("{} {}", own(&item.server), own(&item.tool)), ToolKind::Mcp);
        }
        "dynamicToolCall" => return (own(&item.tool), ToolKind::Other),
        "functionCallOutput" => return (own(&item.name), ToolKind::Other),
        "collabAgentToolCall" => return (own(&item.tool), ToolKind::Agent),
        "subAgentActivity" => ("spawn_agent", ToolKind::Agent),
        "webSearch" => ("web_search", ToolKind::Web),
        "imageView" => ("view_image", ToolKind::Read),
        "imageGeneration" => ("image_generation", ToolKind::Other),
        other => (other, ToolKind::Other),
    };
    (name.to_owned(), kind)
}

/// Makes the one-line title of a call.
fn title(item: &Item<'_>) -> String {
    if let Some(command) = item.command.as_deref() {
        return text::title(&script(command));
    }
    if let Some(changes) = &item.changes {
        return files(changes);
    }
    let say = |field: &&str| !field.trim().is_empty();
    let named = [&item.query, &item.path, &item.agent_path];
    let named = named.into_iter().filter_map(|field| field.as_deref()).find(say);
    let stated = [&item.prompt, &item.tool, &item.name];
    let stated = stated.into_iter().filter_map(|field| field.as_deref()).find(say);
    named.map(text::title).or(stated.map(text::words)).unwrap_or_default()
}

fn files(changes: &[Option<Change<'_>>]) -> String {
    let mut paths = changes.iter().flatten().filter_map(|change| change.path.as_deref());
    let first = text::title(paths.next().unwrap_or(""));
    match paths.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Takes the script out of `/bin/bash -lc '...'`; returns another command unchanged.
pub(super) fn script(command: &str) -> String {
    const SHELLS: [&str; 4] = ["bash", "zsh", "sh", "dash"];
    let words = shell::words(command).unwrap_or_default();
    match words.as_slice() {
        [shell, flags, script]
            if matches!(flags.as_str(), "-c" | "-lc")
                && SHELLS.contains(&shell.rsplit('/').next().unwrap_or("")) =>
        {
            script.clone()
        }
        _ => command.to_owned(),
    }
}

fn contents<'i>(item: &'i Item<'_>) -> impl Iterator<Item = &'i Content<'i>> {
    let result = item.result.as_ref().and_then(|result| result.content.as_ref());
    result.or(item.content_items.as_ref()).into_iter().flatten().flatten()
}

/// The result's text for the model, as far as the program reports it.
fn given_back(item: &Item<'_>) -> String {
    if let Some(output) = item.aggregated_output.as_deref() {
        return output.to_owned();
    }
    let error = item.error.as_ref().and_then(|error| error.message.as_deref());
    if let Some(error) = error {
        return error.to_owned();
    }
    let texts: Vec<&str> = contents(item).filter_map(|content| content.text.as_deref()).collect();
    texts.join("\n")
}

fn image(content: &Content<'_>) -> Option<Image> {
    let picture = content.kind.as_deref() == Some("image");
    picture.then(|| Image {
        media_type: content.mime_type.as_deref().map(str::to_owned),
        base64_len: content.data.as_deref().unwrap_or("").len() as u64,
    })
}

fn output(item: &Item<'_>, exit_code: Option<i32>) -> Option<ToolOutput> {
    if item.kind.as_deref() == Some("commandExecution") {
        return Some(ToolOutput::Command {
            stdout: item.aggregated_output.as_deref().unwrap_or("").to_owned(),
            stderr: String::new(),
            exit_code,
            interrupted: false,
            background: None,
        });
    }
    let mut changes = item.changes.iter().flatten().flatten();
    // If there are several files, the call names them.
    let (Some(one), None) = (changes.next(), changes.next()) else { return None };
    let (act, diff) = subject::change_of(one.word(), one.diff.as_deref().unwrap_or(""));
    Some(ToolOutput::Edit {
        path: one.path.as_deref().unwrap_or("").to_owned(),
        created: act == FileAct::Create,
        diff,
    })
}

impl Change<'_> {
    fn word(&self) -> Option<&str> {
        self.kind.as_ref()?.kind.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_what_the_shell_runs() {
        for (command, expected) in [
            (r#"/bin/bash -lc 'echo "hi"; ls'"#, r#"echo "hi"; ls"#),
            (r#"zsh -c "a \"b\" \$c""#, r#"a "b" $c"#),
            ("/bin/bash -lc ls -l", "/bin/bash -lc ls -l"),
            ("cargo test", "cargo test"),
            ("echo 'open", "echo 'open"),
        ] {
            assert_eq!(script(command), expected);
        }
    }
}
