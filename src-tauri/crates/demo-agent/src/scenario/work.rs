//! Scenes with work: tools that really do something in the working directory, and work that
//! continues in the background after a result.

use std::fs;

use serde_json::{Value, json};

use crate::stage::Play;
use crate::tools::{self, Tool};
use crate::turn::{Later, Turn};
use crate::wire::ToolResult;
use crate::wire::outcome::Ending;

/// Writes, edits and shows a file.
pub(super) fn tools(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let path = turn.path("hello.txt");
    turn.think("A file first, then a change, then a look at it.")?;
    turn.say("I will create the file.")?;
    turn.perform(&Tool::Write {
        path: path.clone(),
        content: "hello world\nsecond line\n".into(),
    })?;
    turn.say("Now I edit it.")?;
    let edit = Tool::Edit { path, old: "hello world".into(), new: "hello brave new world".into() };
    turn.perform(&edit)?;
    turn.perform(&Tool::bash(SHOW, "Show the file"))?;
    turn.reply("Done: `hello.txt` was written, edited and shown.")?;
    Ok(turn.answer())
}

#[cfg(unix)]
const SHOW: &str = "cat hello.txt; echo to-stderr >&2; printf 'tab\\tend\\n'";
#[cfg(windows)]
const SHOW: &str = "type hello.txt & echo to-stderr 1>&2";

const PICTURE: &[u8] = include_bytes!("../../assets/parcel.png");

/// Reads a picture, whose bytes are in the result.
pub(super) fn image(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let path = turn.path("parcel.png");
    let written = fs::write(&path, PICTURE);
    let id = turn.call(&Tool::Read { path })?;
    turn.finish("tool_use");
    let result = match written {
        Ok(()) => picture_result(),
        Err(error) => tools::failed(&error.to_string(), tools::accepted("mode")),
    };
    turn.tool_result(&id, &result);
    turn.reply("I saw a picture of a parcel.")?;
    Ok(turn.answer())
}

fn picture_result() -> ToolResult {
    let data = base64(PICTURE);
    let source = json!({"type": "base64", "data": data, "media_type": "image/png"});
    let size = json!({
        "originalWidth": 48, "originalHeight": 48, "displayWidth": 48, "displayHeight": 48,
    });
    ToolResult {
        content: json!([{"type": "image", "source": source}]),
        is_error: None,
        detail: Some(json!({
            "type": "image",
            "file": {
                "base64": data,
                "type": "image/png",
                "originalSize": PICTURE.len(),
                "dimensions": size,
            },
        })),
        meta: tools::accepted("mode"),
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4 {
            let digit = usize::try_from((bits >> (18 - 6 * at)) & 63).unwrap_or(0);
            text.push(if at <= three.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    text
}

/// A command that takes `seconds` (30), for tests that interrupt or kill it.
pub(super) fn sleep(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let seconds = turn.keys.number::<u32>("seconds").unwrap_or(30);
    let command = if cfg!(windows) {
        format!("ping -n {} 127.0.0.1 >NUL", seconds.saturating_add(1))
    } else {
        format!("echo started; sleep {seconds}; echo ended")
    };
    turn.say("A long command.")?;
    turn.perform(&Tool::bash(&command, "Sleep"))?;
    turn.reply("The long command has ended.")?;
    Ok(turn.answer())
}

/// A subagent in the background; its end causes a second result.
pub(super) fn subagent(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    turn.say("I delegate.")?;
    let mut helper = turn.delegate("Count files", "Count the files in this folder.")?;
    turn.reply("The subagent is at work; I will report when it is done.")?;
    let ending = turn.answer();
    let run = helper.run.clone();
    let work = move |turn: &mut Turn<'_>| {
        turn.subagent_says(&mut helper, "I count the files.")?;
        turn.subagent_acts(&mut helper, &Tool::bash(COUNT, "Count files"))?;
        turn.subagent_says(&mut helper, "Several files were found.")?;
        turn.subagent_ends(&helper, "Several files were found.");
        Ok(())
    };
    let closing = "The subagent has finished: there are several files.".to_owned();
    turn.later.push_back(Later { run, work: Box::new(work), closing });
    Ok(ending)
}

/// A command that lists the folder's files.
pub(super) const COUNT: &str = if cfg!(windows) { "dir /B" } else { "ls | wc -l" };

/// A background command; its end causes a second result.
pub(super) fn bgbash(turn: &mut Turn<'_>, _prompt: &str) -> Play<Ending> {
    let ticks: Vec<String> = (1..=3).map(|tick| format!("echo tick {tick}{PAUSE}")).collect();
    let command = ticks.join(if cfg!(windows) { " & " } else { "; " });
    turn.start_in_background(&command, "Ticks", "The ticks have ended.")?;
    turn.reply("Started in the background.")?;
    Ok(turn.answer())
}

#[cfg(unix)]
const PAUSE: &str = "; sleep 0.3";
#[cfg(windows)]
const PAUSE: &str = " & ping -n 2 127.0.0.1 >NUL";

/// The `permission_decision` of a call that a person allowed.
pub(super) fn allowed_by_person() -> Value {
    json!({"permission_decision": {"decision": "accept", "source": "user_temporary"}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_as_usual() {
        let known =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, coded) in known {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
