//! The text of a notification. It names the story, the agent and the reason, in one line of title and one
//! of body. Control and invisible characters are removed, because some of the text is the agent's. Pure.

use crate::clock::clock;
use crate::sentences::{Asked, asks, needs_you};
use chrono::TimeZone;
use engine::StoryNotification;
use engine::programs;
use engine::story::notify::plain;
use protocol::{NotificationKind, Reason, ResetBasis, StateDetail, Timestamp};
use std::fmt::Display;
use words::Message;

/// A notification as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// What happened.
    pub(crate) kind: NotificationKind,
    /// The line in bold: what happened, and to which agent.
    pub(crate) title: String,
    /// The story and its place.
    pub(crate) body: String,
}

impl Notification {
    /// Makes the text for a fact of the engine, for the time `now` in a time zone. `claims` is what the agent claims,
    /// in a line; empty if nothing.
    pub(crate) fn of<Z: TimeZone>(
        about: &StoryNotification,
        claims: &str,
        now: Timestamp,
        zone: &Z,
    ) -> Self
    where
        Z::Offset: Display,
    {
        let agent = programs::name_of(&about.agent);
        let title = title(about, &agent, now, zone);
        let body = match (body(about, &agent), claims) {
            (body, "") => body,
            (body, claims) => [claims, &body].join(". "),
        };
        Self { kind: about.kind, title: plain(&title), body: plain(&body) }
    }
}

fn title<Z: TimeZone>(about: &StoryNotification, agent: &str, now: Timestamp, zone: &Z) -> String
where
    Z::Offset: Display,
{
    let story = &about.title;
    match about.kind {
        NotificationKind::Finished => Message::NotificationDone { story }.text(),
        NotificationKind::Asks => asks(agent, asked(about.about.as_ref())),
        NotificationKind::Limited => {
            let time = about.until.map(|until| clock(until, now, zone));
            match (time, about.reset) {
                (Some(time), ResetBasis::Guessed) => {
                    Message::NotificationLimitedGuessed { agent, time: &time }.text()
                }
                (Some(time), _) => Message::NotificationLimitedUntil { agent, time: &time }.text(),
                (None, _) => Message::NotificationLimited { agent }.text(),
            }
        }
        NotificationKind::Failed => {
            Message::NotificationFailed { state: &needs_you(about.reason), story }.text()
        }
    }
}

fn asked(about: Option<&StateDetail>) -> Option<Asked<'_>> {
    match about? {
        StateDetail::Question { asks, tool, tool_kind, subject, .. } => {
            Some(Asked { kind: *asks, tool, tool_kind: *tool_kind, subject })
        }
        _ => None,
    }
}

fn body(about: &StoryNotification, agent: &str) -> String {
    let (story, place) = (&about.title, &about.place);
    let message = match about.kind {
        NotificationKind::Finished => match about.reason {
            Some(Reason::Checked) => Message::NotificationChecked { agent, place },
            Some(Reason::Recovered) => Message::NotificationRecovered { agent, place },
            _ => Message::NotificationUnchecked { agent, place },
        },
        NotificationKind::Failed => match &about.detail {
            Some(detail) => Message::NotificationDetail { agent, detail, place },
            None => Message::NotificationAgentPlace { agent, place },
        },
        NotificationKind::Asks | NotificationKind::Limited => {
            Message::NotificationPlace { story, place }
        }
    };
    message.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;
    use protocol::{AgentId, QuestionId, QuestionKind, StoryId, ToolKind};

    /// A Sunday, 22:30 where this is tested.
    const NOW: Timestamp = Timestamp::from_millis(1_795_386_600_000);

    fn about(kind: NotificationKind, reason: Option<Reason>) -> StoryNotification {
        StoryNotification {
            story: StoryId::new("story"),
            kind,
            title: "Fix the login".to_owned(),
            agent: AgentId::new("demo"),
            place: "fix/login".to_owned(),
            reason,
            about: None,
            detail: None,
            until: None,
            reset: ResetBasis::default(),
        }
    }

    fn said(about: &StoryNotification) -> (String, String) {
        let Notification { title, body, .. } = Notification::of(about, "", NOW, &Utc);
        (title, body)
    }

    #[test]
    fn titles_say_what_happened_and_bodies_where() {
        let asks = StoryNotification {
            about: Some(StateDetail::Question {
                question: QuestionId::new("question"),
                asks: QuestionKind::Permission,
                tool: "Bash".to_owned(),
                tool_kind: ToolKind::Command,
                subject: "cargo test".to_owned(),
            }),
            ..about(NotificationKind::Asks, Some(Reason::Question))
        };
        let failed = StoryNotification {
            detail: Some("killed by signal 9".to_owned()),
            ..about(NotificationKind::Failed, Some(Reason::Crashed))
        };
        let done = |reason| about(NotificationKind::Finished, Some(reason));
        let table = [
            (asks, "Demo agent asks to run cargo test", "Fix the login, fix/login"),
            (failed, "Crashed: Fix the login", "Demo agent: killed by signal 9 (fix/login)"),
            (
                about(NotificationKind::Failed, Some(Reason::Lost)),
                "Lost: Fix the login",
                "Demo agent, fix/login",
            ),
            (done(Reason::Checked), "Done: Fix the login", "Gates passed, Demo agent, fix/login"),
            (
                done(Reason::Recovered),
                "Done: Fix the login",
                "Recovered, gates passed, Demo agent, fix/login",
            ),
            (
                done(Reason::Unchecked),
                "Done: Fix the login",
                "Not checked by a gate, Demo agent, fix/login",
            ),
            (
                about(NotificationKind::Limited, None),
                "Demo agent is held by a limit",
                "Fix the login, fix/login",
            ),
        ];
        for (about, title, body) in table {
            assert_eq!(said(&about), (title.to_owned(), body.to_owned()));
        }
        let finished = about(NotificationKind::Finished, Some(Reason::Checked));
        let with_claims = Notification::of(&finished, "Tests pass: proved", NOW, &Utc);
        let words = "Tests pass: proved. Gates passed, Demo agent, fix/login";
        assert_eq!(with_claims.body, words);
        let until = Timestamp::from_millis(1_795_383_000_000);
        let held =
            StoryNotification { until: Some(until), ..about(NotificationKind::Limited, None) };
        let until_words =
            |until: Timestamp| said(&StoryNotification { until: Some(until), ..held.clone() }).0;
        let today = "Demo agent is held by a limit until 23:30";
        assert_eq!(until_words(NOW.plus_millis(3_600_000)), today);
        let until = Some(NOW.plus_millis(3_600_000));
        let guess = StoryNotification { until, reset: ResetBasis::Guessed, ..held.clone() };
        let words =
            "Demo agent is held by a limit, its reset is not known, perhaps until 23:30".to_owned();
        assert_eq!(said(&guess).0, words);
        let in_four_days = "Demo agent is held by a limit until Thu 22:30";
        assert_eq!(until_words(NOW.plus_millis(4 * 86_400_000)), in_four_days);
    }
}
