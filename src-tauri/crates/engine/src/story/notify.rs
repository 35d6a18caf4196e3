//! The words of notifications. Each names the story, the agent and the reason, in one line of title
//! and one of body; control and invisible characters are taken out because the text is the agent's.

use crate::record::OpenQuestion;
use protocol::{
    Notification, NotificationKind, QuestionKind, Reason, StoryId, StoryState, Timestamp, ToolKind,
};
use tokio::sync::broadcast;

/// Longest title and body, in characters; desktops cut at about this length anyway.
const LONGEST: usize = 180;

/// A notification and the story that it is about.
pub type StoryNotification = (StoryId, Notification);

/// Sends notifications to subscribers. It keeps the newest [`KEPT`] for each; one that is further behind gets
/// the number that it missed.
pub(crate) type Subscribers = broadcast::Sender<StoryNotification>;

/// Notifications that wait for a slow subscriber.
pub(crate) const KEPT: usize = 256;

/// What a notification is made of.
pub struct Subject<'a> {
    /// The agent's name for people.
    pub agent: &'a str,
    /// The story's title.
    pub story: &'a str,
    /// The branch, or the directory's name where there is none.
    pub place: &'a str,
}

/// What a question asks for, as the rest of a sentence about its agent: `asks to run cargo test`.
pub(crate) fn asks(open: &OpenQuestion) -> String {
    asks_for(open.kind, &open.tool, open.tool_kind, &open.title)
}

/// The same of a question whose parts are known; without a `title` only the tool is named.
pub fn asks_for(kind: QuestionKind, tool: &str, tool_kind: ToolKind, title: &str) -> String {
    match kind {
        QuestionKind::Choice if title.is_empty() => "asks a question".to_owned(),
        QuestionKind::Choice => format!("asks: {title}"),
        // The server's name is in the place of a tool's.
        QuestionKind::Form if title.is_empty() => format!("hands on a question of {tool}"),
        QuestionKind::Form => format!("hands on a question of {tool}: {title}"),
        QuestionKind::Plan if title.is_empty() => "has a plan".to_owned(),
        // The words of a heading, without the marks before them.
        QuestionKind::Plan => format!("has a plan: {}", title.trim_start_matches(['#', ' '])),
        QuestionKind::Permission if title.is_empty() => format!("asks to use {tool}"),
        QuestionKind::Permission => match verb(tool_kind, title) {
            Some(verb) => format!("asks to {verb} {title}"),
            None => format!("asks to use {tool}: {title}"),
        },
    }
}

/// The verb for what a tool of this kind does to its subject.
fn verb(kind: ToolKind, about: &str) -> Option<&'static str> {
    match kind {
        ToolKind::Command => Some("run"),
        ToolKind::Read => Some("read"),
        ToolKind::Search => Some("search for"),
        ToolKind::Edit => Some("write"),
        ToolKind::Web if about.contains("://") => Some("open"),
        ToolKind::Web => Some("search the web for"),
        ToolKind::Agent | ToolKind::Plan | ToolKind::Ask | ToolKind::Mcp | ToolKind::Other => None,
    }
}

/// The notification that a change to `state` for `reason` calls for.
pub fn notification(
    kind: NotificationKind,
    subject: &Subject<'_>,
    state: (StoryState, Option<Reason>),
    detail: Option<&str>,
    until: Option<Timestamp>,
) -> Notification {
    let title = match kind {
        NotificationKind::Finished => format!("Done: {}", subject.story),
        NotificationKind::Asks => {
            format!("{} {}", subject.agent, detail.unwrap_or("asks a question"))
        }
        NotificationKind::Limited => match until {
            Some(until) => format!("{} is held by a limit until {}", subject.agent, clock(until)),
            None => format!("{} is held by a limit", subject.agent),
        },
        NotificationKind::Failed => {
            format!("{}: {}", Reason::needs_you_words(state.1), subject.story)
        }
    };
    let body = match kind {
        NotificationKind::Finished => {
            format!("{}, {}, {}", checked_words(state.1), subject.agent, subject.place)
        }
        NotificationKind::Failed => match detail {
            Some(detail) => format!("{}: {detail} ({})", subject.agent, subject.place),
            None => format!("{}, {}", subject.agent, subject.place),
        },
        NotificationKind::Asks | NotificationKind::Limited => {
            format!("{}, {}", subject.story, subject.place)
        }
    };
    Notification { kind, title: plain(&title), body: plain(&body) }
}

fn clock(at: Timestamp) -> String {
    use chrono::{Local, TimeZone};
    match Local.timestamp_millis_opt(at.millis()).single() {
        Some(time) => time.format("%H:%M").to_string(),
        None => at.to_string(),
    }
}

fn checked_words(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::Checked) => "Gates passed",
        Some(Reason::Recovered) => "Recovered, gates passed",
        _ => "Not checked by a gate",
    }
}

/// `text` in one line, without characters that do not show, cut to a length that shows.
pub fn plain(text: &str) -> String {
    let mut line = String::new();
    for character in text.chars() {
        match character {
            _ if line.chars().count() >= LONGEST => {
                line.push('…');
                break;
            }
            '\n' | '\t' | '\r' => line.push(' '),
            _ if is_invisible(character) => {}
            _ => line.push(character),
        }
    }
    line
}

/// Whether a character shows nothing or turns the direction of what follows.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'static> =
        Subject { agent: "Claude Code", story: "Fix the login", place: "fix/login" };

    #[test]
    fn titles_say_what_happened_and_bodies_where() {
        let asks = notification(
            NotificationKind::Asks,
            &SUBJECT,
            (StoryState::Waiting, Some(Reason::Question)),
            Some("asks to run cargo test"),
            None,
        );
        assert_eq!(asks.title, "Claude Code asks to run cargo test");
        assert_eq!(asks.body, "Fix the login, fix/login");
        let failed = notification(
            NotificationKind::Failed,
            &SUBJECT,
            (StoryState::NeedsYou, Some(Reason::Crashed)),
            Some("killed by signal 9"),
            None,
        );
        assert_eq!(failed.title, "Crashed: Fix the login");
        assert_eq!(failed.body, "Claude Code: killed by signal 9 (fix/login)");
    }

    #[test]
    fn a_question_is_shown_as_a_sentence() {
        let sentence = |kind, tool: &str, tool_kind, title: &str| {
            asks(&OpenQuestion {
                request: "r".to_owned(),
                kind,
                tool: tool.to_owned(),
                tool_kind,
                call: None,
                title: title.to_owned(),
                subject: protocol::Subject::default(),
                options: Vec::new(),
                input: serde_json::Value::Null,
                at: Timestamp::default(),
            })
        };
        let permission = |tool, kind, title| sentence(QuestionKind::Permission, tool, kind, title);
        assert_eq!(permission("Bash", ToolKind::Command, "cargo test"), "asks to run cargo test");
        assert_eq!(permission("Read", ToolKind::Read, "/etc/hosts"), "asks to read /etc/hosts");
        assert_eq!(permission("Grep", ToolKind::Search, "x in a"), "asks to search for x in a");
        assert_eq!(permission("Write", ToolKind::Edit, "a.rs"), "asks to write a.rs");
        assert_eq!(permission("WebFetch", ToolKind::Web, "https://a"), "asks to open https://a");
        assert_eq!(permission("WebSearch", ToolKind::Web, "a"), "asks to search the web for a");
        assert_eq!(permission("x y", ToolKind::Mcp, "1"), "asks to use x y: 1");
        assert_eq!(permission("Bash", ToolKind::Command, ""), "asks to use Bash");
        let plan = sentence(QuestionKind::Plan, "ExitPlanMode", ToolKind::Plan, "# Move it");
        assert_eq!(plan, "has a plan: Move it");
        let choice = sentence(QuestionKind::Choice, "AskUserQuestion", ToolKind::Ask, "Which one?");
        assert_eq!(choice, "asks: Which one?");
    }

    #[test]
    fn text_that_hides_or_turns_is_made_plain() {
        assert_eq!(plain("rm\u{202e}fdp\u{200b} \u{1b}[31mx\ny"), "rmfdp [31mx y");
        assert_eq!(plain(&"a".repeat(500)).chars().count(), LONGEST + 1);
    }
}
