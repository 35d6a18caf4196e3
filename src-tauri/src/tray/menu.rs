//! The content of the tray's menu and tooltip as plain data: which stories, limits and actions, in which
//! words, and what a click on each does. Pure, with the time and the zone as arguments; `tray` reads the
//! values and draws the menu.

use super::limits;
use super::words::{countdown, elapsed, line, long};
use crate::clock::clock;
use crate::sentences::{Asked, asks, needs_you};
use crate::settings::next_morning;
use chrono::TimeZone;
use engine::programs;
use protocol::{
    Limit, PauseFor, Question, Reason, ResetBasis, Story, StoryId, StoryState, Timestamp,
};
use std::collections::HashMap;
use std::fmt::Display;
use words::Message;

/// The most stories of a group that are listed; one line has the number of the others.
const MOST: usize = 8;

/// The widest question and the widest title, in columns.
const ASKED: usize = 46;
const TITLE: usize = 36;

/// The values that the menu shows.
#[derive(Clone, Debug, Default)]
pub(super) struct MenuContent {
    /// All stories; only those that wait, run or are held are shown.
    pub(super) stories: Vec<Story>,
    /// The open questions, oldest first.
    pub(super) questions: Vec<Question>,
    /// The newest state of every limit window.
    pub(super) limits: Vec<Limit>,
    /// What is known beside its state of each story at work.
    pub(super) at_work: HashMap<StoryId, AtWork>,
}

/// What is known of a story at work.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AtWork {
    /// When its first run was started.
    pub(super) started: Option<Timestamp>,
    /// Since when nothing came from its program, if that is long ago.
    pub(super) silent_since: Option<Timestamp>,
}

/// The effect of a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Shows a story in the window.
    Open(StoryId),
    /// Shows the board.
    Board,
    /// Pauses notifications, or ends the pause.
    Pause(PauseFor),
    /// Shows the form for a new story.
    NewStory,
    /// Brings the window to the front as it is.
    Show,
    /// Ends the program; agents continue.
    Quit,
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The heading of the entries after it; it cannot be clicked.
    Head(String),
    /// An entry that can be clicked.
    Line(String, Does),
    /// A submenu.
    Group(String, Vec<(String, Does)>),
    /// A line between groups.
    Separator,
}

/// Builds the menu. Without content (no data directory is open) it has only the entries that still work.
pub(super) fn menu<Z: TimeZone>(
    content: Option<&MenuContent>,
    paused_until: Option<Timestamp>,
    now: Timestamp,
    zone: &Z,
) -> Vec<Entry>
where
    Z::Offset: Display,
{
    let mut entries = Vec::new();
    if let Some(content) = content {
        let named = |stories: &str| Message::TrayNeedsYou { stories }.text();
        group(&mut entries, named, needs(content));
        let named = |stories: &str| Message::TrayRunning { stories }.text();
        group(&mut entries, named, running(content, now));
        let named = |stories: &str| Message::TrayHeld { stories }.text();
        group(&mut entries, named, held(content, now));
        let windows = limits::lines(&content.limits, now);
        if !windows.is_empty() {
            entries.push(Entry::Head(Message::Limits.text()));
            entries.extend(windows.into_iter().map(|window| Entry::Line(window, Does::Board)));
            entries.push(Entry::Separator);
        }
    }
    entries.push(pause(paused_until, now, zone));
    entries.push(Entry::Line(Message::TrayNewStory.text(), Does::NewStory));
    entries.push(Entry::Line(Message::TrayOpen.text(), Does::Show));
    entries.push(Entry::Line(Message::TrayQuit.text(), Does::Quit));
    entries
}

/// Adds a group under a heading with the number of stories in it.
fn group(entries: &mut Vec<Entry>, named: impl Fn(&str) -> String, lines: Vec<(String, StoryId)>) {
    if lines.is_empty() {
        return;
    }
    let all = lines.len();
    entries.push(Entry::Head(named(&all.to_string())));
    // A single further story takes no more space than the line with the number.
    let shown = if all == MOST + 1 { all } else { MOST };
    let stories = lines.into_iter().take(shown);
    entries.extend(stories.map(|(text, story)| Entry::Line(text, Does::Open(story))));
    if all > shown {
        let more = (all - shown).to_string();
        entries.push(Entry::Line(Message::TrayMore { stories: &more }.text(), Does::Board));
    }
    entries.push(Entry::Separator);
}

/// Stories that wait for a person, the longest wait first.
fn needs(content: &MenuContent) -> Vec<(String, StoryId)> {
    let wanted = [StoryState::Waiting, StoryState::NeedsYou];
    let mut stories: Vec<&Story> =
        content.stories.iter().filter(|story| wanted.contains(&story.state)).collect();
    stories.sort_by_key(|story| (story.since, story.id.clone()));
    let named = |story: &&Story| {
        let what = line(&wanted_of(story, &content.questions), ASKED);
        (format!("{what} – {}", line(&story.title, TITLE)), story.id.clone())
    };
    stories.iter().map(named).collect()
}

/// What a waiting story needs: `Claude Code asks to run cargo test`, `Gate failed`.
fn wanted_of(story: &Story, questions: &[Question]) -> String {
    if story.state == StoryState::NeedsYou {
        return needs_you(story.reason);
    }
    let agent = programs::name_of(&story.agent);
    if story.reason == Some(Reason::Prompt) {
        return Message::TrayWaitsForWords { agent: &agent }.text();
    }
    let open = questions.iter().find(|question| question.story == story.id);
    let asked = open.map(|Question { content, .. }| Asked {
        kind: content.kind,
        tool: &content.tool,
        tool_kind: content.tool_kind,
        subject: &content.title,
    });
    asks(&agent, asked)
}

/// Stories at work, the one that was started last at the end.
fn running(content: &MenuContent, now: Timestamp) -> Vec<(String, StoryId)> {
    let mut stories: Vec<&Story> =
        content.stories.iter().filter(|story| goes_on(story.state)).collect();
    stories.sort_by_key(|story| (story.created_at, story.id.clone()));
    let named = |story: &&Story| {
        let AtWork { started, silent_since } =
            content.at_work.get(&story.id).copied().unwrap_or_default();
        let past = started.map(|at| elapsed(now.since(at)));
        let silence = silent_since.map(|at| {
            let time = long(now.since(at));
            Message::StateSilent { time: &time }.text()
        });
        let tasks = story.tasks_after_turn.filter(|count| *count > 0);
        let after_turn = tasks.map(|count| Message::StateTurnOver { count: count.into() }.text());
        let word = match story.state {
            StoryState::Starting => Some(Message::TrayStarting.text()),
            StoryState::Gating => Some(Message::TrayGate.text()),
            _ => None,
        };
        let rest: Vec<String> =
            word.into_iter().chain(past).chain(silence).chain(after_turn).collect();
        let title = line(&story.title, TITLE);
        let text = match rest.is_empty() {
            true => title,
            false => format!("{title} – {}", rest.join(", ")),
        };
        (text, story.id.clone())
    };
    stories.iter().map(named).collect()
}

/// Whether an agent or a gate of the story works now.
pub(super) fn goes_on(state: StoryState) -> bool {
    matches!(state, StoryState::Starting | StoryState::Running | StoryState::Gating)
}

/// Stories that a limit holds, those that resume first at the beginning.
fn held(content: &MenuContent, now: Timestamp) -> Vec<(String, StoryId)> {
    let mut stories: Vec<&Story> =
        content.stories.iter().filter(|story| story.state == StoryState::Limited).collect();
    stories.sort_by_key(|story| (story.until.is_none(), story.until, story.id.clone()));
    let named = |story: &&Story| {
        let title = line(&story.title, TITLE);
        (format!("{title} – {}", until_words(story, now)), story.id.clone())
    };
    stories.iter().map(named).collect()
}

fn until_words(story: &Story, now: Timestamp) -> String {
    let Some(until) = story.until.filter(|_| story.reset != ResetBasis::Guessed) else {
        return Message::LimitResetNotKnown.text();
    };
    if until <= now {
        return Message::LimitResetPassed.text();
    }
    let left = countdown(until.since(now));
    match story.resume_on_reset {
        true => Message::TrayResumes { time: &left }.text(),
        false => Message::TrayLimitResets { time: &left }.text(),
    }
}

fn pause<Z: TimeZone>(until: Option<Timestamp>, now: Timestamp, zone: &Z) -> Entry
where
    Z::Offset: Display,
{
    match until.filter(|until| *until > now) {
        Some(until) => {
            let text = Message::TrayPausedUntil { time: &clock(until, now, zone) }.text();
            Entry::Line(text, Does::Pause(PauseFor::Off))
        }
        None => {
            let morning = next_morning(now, zone).map(|morning| {
                let text = Message::NotifyUntil { time: &clock(morning, now, zone) }.text();
                (text, Does::Pause(PauseFor::Morning))
            });
            let hour = (Message::NotifyForAnHour.text(), Does::Pause(PauseFor::Hour));
            let spans = std::iter::once(hour).chain(morning).collect();
            Entry::Group(Message::TrayPause.text(), spans)
        }
    }
}

/// When the first story that a limit holds resumes, for the tooltip; empty if there is none.
pub(super) fn next_reset(stories: &[Story], now: Timestamp) -> String {
    let held = stories
        .iter()
        .filter(|story| story.state == StoryState::Limited && story.reset != ResetBasis::Guessed);
    match held.filter_map(|story| story.until).filter(|until| *until > now).min() {
        Some(until) => {
            let time = countdown(until.since(now));
            format!(", {}", Message::TrayNextReset { time: &time }.text())
        }
        None => String::new(),
    }
}

impl Does {
    /// The id of the action in the desktop's menu.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Open(story) => format!("{STORY}{story}"),
            Self::Board => "board".to_owned(),
            Self::Pause(PauseFor::Hour) => "pause-hour".to_owned(),
            Self::Pause(PauseFor::Morning) => "pause-morning".to_owned(),
            Self::Pause(PauseFor::Off) => "pause-off".to_owned(),
            Self::NewStory => "new-story".to_owned(),
            Self::Show => "show".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// Finds the action with this id; `None` for the id of another menu.
    pub(super) fn of(id: &str) -> Option<Self> {
        if let Some(story) = id.strip_prefix(STORY) {
            return Some(Self::Open(StoryId::new(story)));
        }
        let plain = [
            Self::Board,
            Self::Pause(PauseFor::Hour),
            Self::Pause(PauseFor::Morning),
            Self::Pause(PauseFor::Off),
            Self::NewStory,
            Self::Show,
            Self::Quit,
        ];
        plain.into_iter().find(|does| does.id() == id)
    }
}

const STORY: &str = "story:";

#[cfg(test)]
mod tests {
    use super::super::scene::{at, question, story};
    use super::*;
    use chrono::Utc;

    /// Draws the menu as lines: headings in brackets, separators as dashes, groups with their entries.
    fn drawn(content: &MenuContent, now: i64) -> Vec<String> {
        let entries = menu(Some(content), None, at(now), &Utc);
        let drawn = entries.into_iter().map(|entry| match entry {
            Entry::Head(text) => format!("[{text}]"),
            Entry::Line(text, does) => format!("{text} -> {}", does.id()),
            Entry::Group(text, lines) => {
                let lines: Vec<String> = lines.into_iter().map(|(text, _)| text).collect();
                format!("{text}: {}", lines.join(" | "))
            }
            Entry::Separator => "---".to_owned(),
        });
        drawn.collect()
    }

    fn started(minutes: i64) -> AtWork {
        AtWork { started: Some(at(minutes)), ..AtWork::default() }
    }

    const ACTIONS: [&str; 4] = [
        "Pause notifications: For 1 hour | Until 08:00",
        "New story… -> new-story",
        "Open Musher -> show",
        "Quit, agents go on -> quit",
    ];

    #[test]
    fn what_needs_a_person_comes_first_and_the_oldest_of_it_first() {
        let asks = story("Fix the login", StoryState::Waiting, Some(Reason::Question), 5);
        let mut limited = story("Held", StoryState::Limited, None, 1);
        (limited.until, limited.resume_on_reset) = (Some(at(70)), true);
        let content = MenuContent {
            stories: vec![
                story("Runs", StoryState::Running, None, 8),
                limited,
                asks,
                story("Broken", StoryState::NeedsYou, Some(Reason::Crashed), 2),
                story("Over", StoryState::Done, None, 0),
                story("Checks", StoryState::Gating, None, 7),
                story("Idle", StoryState::Waiting, Some(Reason::Prompt), 6),
            ],
            questions: vec![question("Fix the login", "cargo test")],
            limits: Vec::new(),
            at_work: HashMap::from([(StoryId::new("Runs"), started(10))]),
        };
        let expected = [
            "[Needs you, 3]",
            "Crashed – Broken -> story:Broken",
            "Demo agent asks to run cargo test – Fix the login -> story:Fix the login",
            "Demo agent waits for your words – Idle -> story:Idle",
            "---",
            "[Running, 2]",
            "Checks – gate -> story:Checks",
            "Runs – 30\u{202f}min -> story:Runs",
            "---",
            "[Held by a limit, 1]",
            "Held – resumes in 30\u{202f}min -> story:Held",
            "---",
        ];
        assert_eq!(drawn(&content, 40), [&expected[..], &ACTIONS].concat());
    }

    #[test]
    fn a_story_at_work_says_its_silence_and_what_it_waits_for_after_its_turn() {
        let mut waits = story("Waits", StoryState::Running, None, 2);
        waits.tasks_after_turn = Some(2);
        let mut turns = story("Turns", StoryState::Running, None, 3);
        turns.tasks_after_turn = Some(0);
        let silent = AtWork { silent_since: Some(at(33)), ..started(10) };
        let content = MenuContent {
            stories: vec![story("Silent", StoryState::Running, None, 1), waits, turns],
            at_work: HashMap::from([
                (StoryId::new("Silent"), silent),
                (StoryId::new("Waits"), AtWork { silent_since: Some(at(30)), ..started(20) }),
                (StoryId::new("Turns"), started(39)),
            ]),
            ..MenuContent::default()
        };
        let expected = [
            "Silent – 30\u{202f}min, nothing for 7\u{202f}min -> story:Silent",
            "Waits – 20\u{202f}min, nothing for 10\u{202f}min, turn over, 2 background tasks -> story:Waits",
            "Turns – 1\u{202f}min -> story:Turns",
        ];
        assert_eq!(drawn(&content, 40)[1..4], expected);
    }

    #[test]
    fn the_question_that_is_open_is_said_and_not_the_one_that_the_state_began_with() {
        let mut asks = story("A", StoryState::Waiting, Some(Reason::Question), 5);
        asks.detail = Some("Bash rm -r build".to_owned());
        let said = |title: &str| {
            let questions = vec![question("A", title)];
            let content =
                MenuContent { stories: vec![asks.clone()], questions, ..MenuContent::default() };
            drawn(&content, 40)[1].clone()
        };
        assert_eq!(said("ls"), "Demo agent asks to run ls – A -> story:A");
        assert_eq!(said(""), "Demo agent asks to use Bash – A -> story:A");
    }

    #[test]
    fn many_stories_are_bounded_and_none_make_no_group() {
        let many = |count: usize| MenuContent {
            stories: (0..count)
                .map(|n| story(&format!("{n:02}"), StoryState::Running, None, 0))
                .collect(),
            ..MenuContent::default()
        };
        assert_eq!(drawn(&many(0), 0), ACTIONS);
        let nine = drawn(&many(9), 0);
        assert_eq!((nine[0].as_str(), nine.len()), ("[Running, 9]", 1 + 9 + 1 + 4));
        let twenty = drawn(&many(20), 0);
        assert_eq!((twenty[9].as_str(), twenty.len()), ("and 12 more -> board", 1 + 8 + 2 + 4));
    }

    #[test]
    fn long_and_hostile_titles_stay_one_line() {
        let title = "rm\u{202e}fdp\n".repeat(40);
        let content = MenuContent {
            stories: vec![story(&title, StoryState::Running, None, 0)],
            ..MenuContent::default()
        };
        let shown = drawn(&content, 0)[1].clone();
        let label = shown.split(" -> ").next().unwrap_or_default();
        assert!(label.chars().count() <= TITLE && label.ends_with('…'), "{label}");
        assert!(!label.contains(['\u{202e}', '\n']), "{label:?}");
    }

    #[test]
    fn without_a_data_directory_nothing_is_said_of_stories() {
        let entries = menu(None, None, at(0), &Utc);
        assert!(entries.iter().all(|entry| !matches!(entry, Entry::Head(_))), "{entries:?}");
        assert_eq!(entries.len(), ACTIONS.len());
    }

    #[test]
    fn a_pause_ends_on_the_coming_morning_and_says_its_day() {
        let text = |now| match menu(None, None, at(now), &Utc).remove(0) {
            Entry::Group(_, lines) => lines.into_iter().map(|(text, _)| text).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(8 * 60 - 1), ["For 1 hour", "Until 08:00"]);
        assert_eq!(text(8 * 60), ["For 1 hour", "Until tomorrow 08:00"]);
    }

    #[test]
    fn a_pause_says_its_end_and_is_over_after_it() {
        let entry = |now| menu(None, Some(at(60)), at(now), &Utc).remove(0);
        let text = "Notifications paused until 01:00, turn on again".to_owned();
        assert_eq!(entry(59), Entry::Line(text, Does::Pause(PauseFor::Off)));
        assert!(matches!(entry(60), Entry::Group(..)));
    }

    #[test]
    fn every_action_is_known_by_its_word() {
        let all = [
            Does::Open(StoryId::new("a:b")),
            Does::Board,
            Does::Pause(PauseFor::Hour),
            Does::Pause(PauseFor::Morning),
            Does::Pause(PauseFor::Off),
            Does::NewStory,
            Does::Show,
            Does::Quit,
        ];
        for does in all {
            assert_eq!(Does::of(&does.id()), Some(does));
        }
        assert_eq!(Does::of("copy"), None);
    }

    #[test]
    fn a_reset_that_has_passed_counts_down_to_nothing() {
        let mut limited = story("A", StoryState::Limited, None, 0);
        limited.until = Some(at(60));
        assert_eq!(until_words(&limited, at(10)), "limit resets in 50\u{202f}min");
        assert_eq!(until_words(&limited, at(60)), "reset passed");
        limited.reset = ResetBasis::Guessed;
        assert_eq!(until_words(&limited, at(10)), "reset not known");
        assert_eq!(next_reset(&[limited], at(10)), "");
    }

    #[test]
    fn the_tooltip_counts_down_to_the_first_reset() {
        let mut held = story("A", StoryState::Limited, None, 0);
        held.until = Some(at(60));
        assert_eq!(next_reset(&[held.clone()], at(10)), ", next reset in 50\u{202f}min");
        assert_eq!(next_reset(&[held], at(60)), "");
    }
}
