//! Rules for the page: its types are real ones, and Tauri is known in one folder only.

use crate::refuse;
use crate::source::{code_where, has_extension, has_word, lines_where};

fn page() -> impl Iterator<Item = &'static String> {
    tests::files()
        .iter()
        .filter(|path| path.starts_with("ui/") && has_extension(path, &["ts", "svelte", "js"]))
}

#[test]
fn types_are_not_escaped() {
    let untyped = |line: &str| {
        has_word(line, "any")
            && [": any", "as any", "<any", ", any", "| any"].iter().any(|form| line.contains(form))
    };
    let found = code_where(page(), untyped);
    refuse(&found, "Name the type, or take `unknown` and narrow it where it is read.");
}

#[test]
fn type_errors_are_not_silenced() {
    let found =
        lines_where(page(), |line| line.contains("@ts-ignore") || line.contains("@ts-nocheck"));
    refuse(&found, "Mend the type that is wrong.");
}

#[test]
fn one_folder_is_the_door_to_tauri() {
    let sources =
        page().filter(|path| path.starts_with("ui/src/") && !path.starts_with("ui/src/ipc/"));
    let found = code_where(sources, |line| line.contains("@tauri-apps"));
    refuse(&found, "Add it to the interface in ui/src/ipc/backend.ts; the fake needs it too.");
}

#[test]
fn a_reason_has_the_same_word_in_a_notification_and_on_screen() {
    let engine = tests::text("src-tauri/crates/engine/src/story/notify.rs");
    let page = tests::text("ui/src/domain/states.ts");
    let told: Vec<(String, &str)> = engine.lines().flat_map(words_of_reasons).collect();
    assert!(told.len() > 15, "the words of the reasons are found: {told:?}");
    let found: Vec<String> = told
        .into_iter()
        .filter(|(reason, words)| !page.contains(&format!("{reason}: \"{words}\"")))
        .map(|(reason, words)| format!("{reason}: {words:?}"))
        .collect();
    refuse(&found, "Say the same in `failed_words` of the engine and in `NEEDS` of the page.");
}

/// `Some(Reason::MaxTurns) => "Turn limit reached",` is `max_turns` with its words.
fn words_of_reasons(line: &str) -> Vec<(String, &str)> {
    let Some((reasons, words)) = line.split_once(") => \"") else { return Vec::new() };
    let Some((_, reasons)) = reasons.split_once("Some(") else { return Vec::new() };
    let words = words.trim_end_matches(['"', ',']);
    let names = reasons.split('|').filter_map(|name| name.trim().strip_prefix("Reason::"));
    // The reasons of what is done have sentences of their own.
    let failed = names.filter(|name| !["Checked", "Recovered"].contains(name));
    failed.map(|name| (snake(name), words)).collect()
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, character) in name.chars().enumerate() {
        if character.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
