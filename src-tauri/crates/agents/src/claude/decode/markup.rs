//! The tags by which the program tells its model something: reminders, the output of its own commands,
//! errors of tools, notifications of tasks. A person gets the words inside; what is meant for the model
//! alone is left out. What a tool printed is the tool's own, so of a result only what the program put around
//! it or behind it is changed.

/// Tags whose content is meant for the model alone.
const FOR_THE_MODEL: [&str; 8] = [
    "system-reminder",
    "tools-used-before-summary",
    "local-command-caveat",
    "command-message",
    "task-id",
    "tool-use-id",
    "output-file",
    "task-type",
];

/// Tags around words for a person.
const AROUND_WORDS: [&str; 12] = [
    "local-command-stdout",
    "local-command-stderr",
    "tool_use_error",
    "task-notification",
    "summary",
    "status",
    "result",
    "command-name",
    "command-args",
    "bash-input",
    "bash-stdout",
    "bash-stderr",
];

/// The beginning of the result of a call that started a subagent in the background. The rest tells the model
/// how to deal with it.
const STARTED: &str = "Async agent launched successfully";

/// The beginnings of what the program gives its model for a call whose question ended without an answer: the
/// turn was interrupted, or the program's input ended.
const UNANSWERED: [&str; 2] =
    ["The user doesn't want to proceed", "Tool permission request failed"];

/// The words of the result of a call whose question ended without an answer. What the program gives its model
/// says that the person refused.
pub(super) fn of_unanswered(text: &str) -> String {
    match UNANSWERED.iter().any(|known| text.starts_with(known)) {
        true => "It did not run: the question ended before it was answered.".to_owned(),
        false => of_result(text, false),
    }
}

/// The words of a message that the program wrote to its model; empty if it has none for a person.
pub(super) fn words(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let text = FOR_THE_MODEL.iter().fold(text.to_owned(), |text, tag| without(&text, tag));
    let text = AROUND_WORDS.iter().fold(text, |text, tag| unwrapped(&text, tag));
    text.trim().to_owned()
}

/// The words of a tool's result. `is_output` says that a command printed it.
pub(super) fn of_result(text: &str, is_output: bool) -> String {
    if text.starts_with(STARTED) {
        return "The subagent was started and works in the background.".to_owned();
    }
    let inside = text.strip_prefix("<tool_use_error>");
    let inside = inside.and_then(|text| text.trim_end().strip_suffix("</tool_use_error>"));
    let mut text = inside.unwrap_or(text);
    while !is_output && let Some(before) = before_reminder(text) {
        text = before;
    }
    text.to_owned()
}

/// What stands before a reminder at the end of a text.
fn before_reminder(text: &str) -> Option<&str> {
    let inside = text.trim_end().strip_suffix("</system-reminder>")?;
    Some(inside[..inside.rfind("<system-reminder>")?].trim_end())
}

/// The text without the blocks of this tag.
fn without(text: &str, tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(&open)
        && let Some(len) = rest[from..].find(&close)
    {
        kept.push_str(rest[..from].trim_end_matches([' ', '\n']));
        let after = rest[from + len + close.len()..].trim_start_matches('\n');
        if !kept.is_empty() && !after.is_empty() {
            kept.push('\n');
        }
        rest = after;
    }
    kept + rest
}

/// The text without this tag around words of it.
fn unwrapped(text: &str, tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    match text.contains(&open) && text.contains(&close) {
        true => text.replace(&open, "").replace(&close, ""),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_the_words_and_not_the_tags() {
        for (text, stated) in [
            ("Go on.", "Go on."),
            ("a <b> c", "a <b> c"),
            (
                "Continued.\n\n<system-reminder>\n<tools-used-before-summary>Read</tools-used-before-summary>\n</system-reminder>\nThe half is written.",
                "Continued.\nThe half is written.",
            ),
            ("<system-reminder>only for it</system-reminder>", ""),
            ("<local-command-stdout>Compacted </local-command-stdout>", "Compacted"),
            ("<local-command-stderr>no such host</local-command-stderr>", "no such host"),
            ("<local-command-stdout></local-command-stdout>", ""),
            (
                "<command-message>review is running</command-message>\n<command-name>/review</command-name>\n<command-args>12</command-args>",
                "/review\n12",
            ),
            (
                "<task-notification>\n<task-id>b1</task-id>\n<output-file>/tmp/x</output-file>\n<status>completed</status>\n<summary>Build completed</summary>\n</task-notification>",
                "completed\nBuild completed",
            ),
            ("<system-reminder>never closed", "<system-reminder>never closed"),
        ] {
            assert_eq!(words(text), stated, "{text}");
        }
    }

    #[test]
    fn of_a_result_only_what_the_program_added_is_changed() {
        let reminded = "1: fn main\n\n<system-reminder>\nBe careful.\n</system-reminder>\n";
        assert_eq!(of_result(reminded, false), "1: fn main");
        assert_eq!(of_result(reminded, true), reminded, "a command printed it");
        let inside = "a <system-reminder>x</system-reminder> b";
        assert_eq!(of_result(inside, false), inside, "a file has it");
        assert_eq!(
            of_result("<tool_use_error>No such tool</tool_use_error>", true),
            "No such tool"
        );
        assert!(
            !of_result("Async agent launched successfully. (internal)", false).contains("Async")
        );
    }
}
