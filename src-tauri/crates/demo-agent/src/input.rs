//! The reader of stdin: a thread that parses lines to [`Input`]s for the agent's only channel. It
//! knows the messages of the two-way protocol but no scenes, except for two misbehaviours: not
//! reading for a while, and losing long lines. Signals and finished tools use the same channel, so
//! the agent waits in one place only.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use serde_json::Value;

use crate::markers;
use crate::tools::bash::Finished;

/// The size of the queue of inputs. When it is full the reader waits, the pipe fills up and the
/// writer blocks, as with the real program.
pub(crate) const QUEUE: usize = 256;

/// Everything that can happen to the agent from outside.
#[derive(Debug)]
pub(crate) enum Input {
    Prompt(String),
    Initialize {
        request_id: String,
    },
    Interrupt {
        request_id: String,
    },
    SetMode {
        request_id: String,
        mode: String,
    },
    OtherControl {
        request_id: String,
        subtype: String,
    },
    Answer {
        request_id: String,
        response: Value,
    },
    /// A line that is not a message of the protocol.
    Unreadable(String),
    /// The end of stdin.
    Closed,
    /// Ctrl-C.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only signals bring it"))]
    SignalInterrupt,
    ToolFinished {
        ticket: u64,
        finished: Finished,
    },
}

/// How the reader misbehaves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// How long nothing is read at first.
    pub(crate) slow: Option<Duration>,
    /// Lines longer than this many bytes are lost.
    pub(crate) lose: Option<usize>,
}

/// Reads `stdin` to its end, in a thread of its own. It ends early if the agent has ended.
pub(crate) fn listen(stdin: impl Read, inputs: &SyncSender<Input>, habits: Habits) {
    if let Some(pause) = habits.slow {
        std::thread::sleep(pause);
    }
    let mut stdin = BufReader::with_capacity(64 * 1024, stdin);
    let mut line = Vec::new();
    loop {
        line.clear();
        match stdin.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) if habits.lose.is_some_and(|limit| line.len() > limit) => continue,
            Ok(_) => {}
        }
        let Some(input) = understand(&String::from_utf8_lossy(&line)) else { continue };
        let pause = pause_wished(&input);
        if inputs.send(input).is_err() {
            return;
        }
        if let Some(pause) = pause {
            std::thread::sleep(pause);
        }
    }
    // Error ignored: the agent may have ended.
    let _ = inputs.send(Input::Closed);
}

/// The pause that a prompt requests with `stdin_slow=SECONDS`.
fn pause_wished(input: &Input) -> Option<Duration> {
    let Input::Prompt(text) = input else { return None };
    markers::in_prompt(text, &[]).keys.number("stdin_slow").map(Duration::from_secs)
}

/// The message in a line; `None` for an empty line and for messages that need no action.
fn understand(line: &str) -> Option<Input> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    let Ok(message) = serde_json::from_str::<Value>(line) else {
        return Some(Input::Unreadable(line.chars().take(200).collect()));
    };
    match message["type"].as_str() {
        Some("user") => Some(Input::Prompt(prompt_text(&message["message"]["content"]))),
        Some("control_request") => Some(control(&message)),
        Some("control_response") => answer(&message["response"]),
        Some(_) => None,
        None => Some(Input::Unreadable(line.chars().take(200).collect())),
    }
}

fn prompt_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts: Vec<&str> =
                blocks.iter().filter_map(|block| block["text"].as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

fn control(message: &Value) -> Input {
    let request_id = message["request_id"].as_str().unwrap_or_default().to_owned();
    let request = &message["request"];
    match request["subtype"].as_str().unwrap_or_default() {
        "initialize" => Input::Initialize { request_id },
        "interrupt" => Input::Interrupt { request_id },
        "set_permission_mode" => {
            let mode = request["mode"].as_str().unwrap_or_default().to_owned();
            Input::SetMode { request_id, mode }
        }
        other => Input::OtherControl { request_id, subtype: other.to_owned() },
    }
}

/// An answer. An error response counts as an empty answer, which is a denial.
fn answer(response: &Value) -> Option<Input> {
    let request_id = response["request_id"].as_str()?.to_owned();
    Some(Input::Answer { request_id, response: response["response"].clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    fn heard(stdin: &str, habits: Habits) -> Vec<Input> {
        let (sender, receiver) = sync_channel(QUEUE);
        listen(stdin.as_bytes(), &sender, habits);
        drop(sender);
        receiver.into_iter().collect()
    }

    #[test]
    fn messages_of_the_protocol_are_distinguished() {
        let stdin = concat!(
            r#"{"type":"control_request","request_id":"i","request":{"subtype":"initialize"}}"#,
            "\n\n",
            r#"{"type":"user","message":{"role":"user","content":[{"type":"text","text":"hi"}]}}"#,
            "\n",
            r#"{"type":"control_response","response":{"subtype":"success","request_id":"q","response":{"behavior":"allow"}}}"#,
            "\nnonsense\n",
        );
        let heard = heard(stdin, Habits::default());
        let [
            Input::Initialize { request_id },
            Input::Prompt(text),
            Input::Answer { .. },
            rest @ ..,
        ] = heard.as_slice()
        else {
            panic!("three messages first: {heard:?}")
        };
        assert_eq!((request_id.as_str(), text.as_str()), ("i", "hi"));
        assert!(matches!(rest, [Input::Unreadable(line), Input::Closed] if line == "nonsense"));
    }

    #[test]
    fn a_long_line_can_be_lost() {
        let prompt = format!(
            r#"{{"type":"user","message":{{"role":"user","content":"{}"}}}}"#,
            "x".repeat(500)
        );
        let kept = heard(&format!("{prompt}\n"), Habits::default());
        assert!(
            matches!(kept.as_slice(), [Input::Prompt(text), Input::Closed] if text.len() == 500)
        );
        let lost = heard(&format!("{prompt}\n"), Habits { lose: Some(100), slow: None });
        assert!(matches!(lost.as_slice(), [Input::Closed]));
    }
}
