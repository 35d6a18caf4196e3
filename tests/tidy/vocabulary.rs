//! One name for one thing. The tables have names that were replaced by clearer ones; a source that
//! uses an old name is refused, with the name to use instead.

use crate::refuse;
use crate::source::{has_extension, has_word, is_comment, place};

/// Old names and their replacements, for Rust and the page including comments. A name that the page
/// still uses belongs in [`GONE_FROM_RUST`]; it is moved here when the page does not use it any
/// more.
const GONE: &[(&str, &str)] = &[
    ("AboutFacts", "AboutProgram"),
    ("AccountFacts", "AccountIdentity"),
    ("AgentFacts", "AgentStatus"),
    ("DataFacts", "DiskUse"),
    ("DesktopFacts", "DesktopSupport"),
    ("FolderFacts", "FolderSummary"),
    ("KeeperFacts", "KeeperRecord"),
    ("NotifierFacts", "NotifierProgram"),
    ("OwnerFacts", "OwnerRecord"),
    ("RunSpecFacts", "RunSpec"),
    ("data_facts", "disk_use"),
    ("dataFacts", "diskUse"),
    ("Founded", "PlaceFound"),
    ("Founding", "PendingStory"),
    ("Kin", "RunProcesses"),
    ("kin", "processes"),
    ("Bells", "Watchers"),
    ("Doorbell", "Watcher"),
    ("doorbell", "watcher"),
    ("Rung", "Wake"),
    ("Rang", "Changed"),
    ("excuse", "stop_waiting_for"),
    ("excused", "held_reported"),
    ("barred", "forbidden"),
    ("has_room", "has_capacity, or has_space of a disk"),
    ("give_back", "release"),
    ("HandedOver", "StoryEnvironment"),
    ("handed_over", "from_variables, or environments"),
    ("Unrecorded", "a decision that is asked for again"),
    ("Situation", "RunStatus"),
    ("StoryOnBoard", "StoryRecord"),
    ("on_board", "story"),
    ("hurried", "is_urgent"),
    ("is_kind", "is_graceful"),
    ("patience", "timeout"),
    ("PATIENCE", "TIMEOUT"),
    ("take_up", "what it does: add_to_tray"),
    ("when_shown", "after_commit"),
    ("make_again", "recover"),
    ("MadeAgain", "Recovered"),
    ("mended", "recovered"),
    ("mending", "with_recovery"),
    ("Nudge", "InjectedMessage"),
    ("HaveDraft", "HeldDraft"),
];

/// Old names that must not occur in Rust. The page still uses them, or they are ordinary words, so
/// only code is checked, without comments and strings.
const GONE_FROM_RUST: &[(&str, &str)] = &[
    ("Told", "what happens: AlreadyEmitted, Announced"),
    ("told", "what happens: subscribers, last_reported, notify, emitted, shown"),
    ("untold", "is_unreported"),
    ("Cockpit", "AppState"),
    ("cockpit", "app_state"),
    ("apart", "blocking, or what it holds: extra"),
    ("Wish", "SignalRequest"),
    ("wish", "what it is: a directive, a request"),
    ("wishes", "directives, requests"),
    ("rests", "tails"),
    ("upto", "end"),
];

#[test]
fn an_old_word_does_not_come_back() {
    let found = uses(&["rs", "ts", "svelte"], GONE, str::to_owned);
    refuse(&found, "Use the word behind the arrow: one thing has one name.");
}

#[test]
fn an_old_word_does_not_come_back_in_rust() {
    let found = uses(&["rs"], GONE_FROM_RUST, code_alone);
    refuse(&found, "Use the word behind the arrow: one thing has one name.");
}

/// The places where one of these names occurs in what `seen` leaves of a line, with its
/// replacement.
fn uses(extensions: &[&str], gone: &[(&str, &str)], seen: impl Fn(&str) -> String) -> Vec<String> {
    let sources = tests::files().iter().filter(|path| {
        ["src-tauri/", "tests/", "ui/src/"].iter().any(|folder| path.starts_with(folder))
            && has_extension(path, extensions)
            && !path.starts_with("tests/fixtures/")
            && *path != "tests/tidy/vocabulary.rs"
    });
    let mut found = Vec::new();
    for path in sources {
        for (at, line) in tests::text(path).lines().enumerate() {
            let text = seen(line);
            for (old, new) in gone.iter().filter(|(old, _)| has_word(&text, old)) {
                found.push(format!("{}  [{old} -> {new}]", place(path, at + 1, line)));
            }
        }
    }
    found
}

/// A line without its comment and without its strings.
fn code_alone(line: &str) -> String {
    if is_comment(line) {
        return String::new();
    }
    let code = line.split(" // ").next().unwrap_or_default();
    code.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn comments_and_texts_are_no_code() {
    assert_eq!(code_alone("    /// It is told."), "");
    assert!(!has_word(&code_alone("let a = \"it is told\"; // and told"), "told"));
    assert!(has_word(&code_alone("let told = \"a\";"), "told"));
}
