//! The title of the window while it is hidden, when its page gets no updates and could not keep the title
//! up to date. It has the most urgent state in few characters, in the words of the page
//! (`ui/src/domain/title.ts`). Pure; `tray`, which has the values, sets it once a second.

use super::words::countdown;
use engine::programs;
use protocol::{Story, StoryState, Timestamp};
use std::collections::BTreeSet;
use words::Message;

const PROGRAM: &str = "Musher";

/// Makes the title: `2 need you · Claude limited, resets in 43 min · Musher`.
pub(super) fn title(stories: &[Story], now: Timestamp) -> String {
    let urgent: Vec<String> = needs(stories).into_iter().chain(limits(stories, now)).collect();
    let parts = if urgent.is_empty() { Vec::from_iter(working(stories)) } else { urgent };
    parts.into_iter().chain([PROGRAM.to_owned()]).collect::<Vec<_>>().join(" · ")
}

fn needs(stories: &[Story]) -> Option<String> {
    let wanted = |story: &&Story| matches!(story.state, StoryState::Waiting | StoryState::NeedsYou);
    match stories.iter().filter(wanted).count() {
        0 => None,
        count => Some(Message::TitleNeedsYou { count: count as u64 }.text()),
    }
}

/// Which agents a limit holds, and how long until the first limit resets.
fn limits(stories: &[Story], now: Timestamp) -> Option<String> {
    let held = stories.iter().filter(|story| story.state == StoryState::Limited);
    let agents: BTreeSet<_> = held.clone().map(|story| &story.agent).collect();
    let first = held.min_by_key(|story| (story.until.is_none(), story.until))?;
    let (agent, count) = (programs::name_of(&first.agent), agents.len().to_string());
    let left = first.until.map(|until| until.since(now));
    let time = left.map(countdown).unwrap_or_default();
    let message = match (left, agents.len()) {
        (None, 1) => Message::TitleAgentLimited { agent: &agent },
        (None, _) => Message::TitleAgentsLimited { agents: &count },
        (Some(..=0), _) => Message::TitleResetPassed { agent: &agent },
        (Some(_), 1) => Message::TitleAgentResets { agent: &agent, time: &time },
        (Some(_), _) => Message::TitleAgentsReset { agents: &count, time: &time },
    };
    Some(message.text())
}

fn working(stories: &[Story]) -> Option<String> {
    let count = stories.iter().filter(|story| super::menu::goes_on(story.state)).count();
    (count > 0).then(|| Message::TitleWorking { stories: &count.to_string() }.text())
}

#[cfg(test)]
mod tests {
    use super::super::scene::{at, story};
    use super::*;

    #[test]
    fn the_title_says_what_is_most_urgent() {
        use StoryState::{Done, Gating, Limited, NeedsYou, Running, Waiting};
        let of = |states: &[StoryState]| {
            let stories: Vec<Story> =
                states.iter().map(|state| story("A", *state, None, 0)).collect();
            title(&stories, at(0))
        };
        for (states, words) in [
            (&[][..], "Musher"),
            (&[Done], "Musher"),
            (&[Running, Gating, Done], "2 working · Musher"),
            (&[Running, Waiting], "1 needs you · Musher"),
            (&[NeedsYou, Waiting, Limited], "2 need you · Demo agent limited · Musher"),
        ] {
            assert_eq!(of(states), words);
        }
    }

    #[test]
    fn the_title_counts_down_to_the_first_reset() {
        let held = |agent: &str, until: Option<i64>| Story {
            agent: protocol::AgentId::new(agent),
            until: until.map(at),
            ..story("A", StoryState::Limited, None, 0)
        };
        let one = [held("demo", None), held("demo", Some(90)), held("demo", Some(50))];
        assert_eq!(title(&one, at(10)), "Demo agent limited, resets in 40\u{202f}min · Musher");
        assert_eq!(title(&one, at(60)), "Demo agent reset passed · Musher");
        let two = [held("demo", Some(90)), held("claude", Some(50))];
        assert_eq!(
            title(&two, at(10)),
            "2 agents limited, the first resets in 40\u{202f}min · Musher"
        );
    }
}
