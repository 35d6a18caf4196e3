//! Facts are passed as values: no code extracts one from a sentence or takes an id apart.

use crate::refuse;
use crate::source::{code_where, has_extension};

/// Fields with text for people, which may change at any time.
const SENTENCES: &[&str] = &["activity", "detail", "hint", "summary", "words"];

/// Fields with ids, whose structure only the code that makes them may use.
const IDS: &[&str] =
    &["account", "account_id", "id", "question", "question_id", "run_id", "session", "story_id"];

/// Calls that extract something from a text.
const TAKES_APART: &[&str] = &[
    "contains",
    "ends_with",
    "endsWith",
    "exec",
    "find",
    "match",
    "matches",
    "replace",
    "replaceAll",
    "rsplit",
    "rsplit_once",
    "slice",
    "split",
    "split_once",
    "starts_with",
    "startsWith",
    "strip_prefix",
    "strip_suffix",
    "substring",
    "test",
];

/// Calls that return the same text.
const SAME_TEXT: &[&str] = &[
    "as_deref",
    "as_ref",
    "as_str",
    "clone",
    "to_lowercase",
    "to_owned",
    "to_string",
    "toLowerCase",
    "toString",
    "trim",
    "unwrap_or",
    "unwrap_or_default",
];

/// Files and folders that are exempt, each with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("src-tauri/crates/agents/", "makes facts of what the agents' programs print"),
    ("src-tauri/crates/protocol/src/earlier.rs", "reads what earlier versions recorded as words"),
    (
        "src-tauri/crates/mush/src/args.rs",
        "shortens what the library for arguments says to one sentence",
    ),
    ("src-tauri/src/tray/menu.rs", "makes the ids of the menu's lines, and reads them back"),
    ("ui/src/ipc/fake/shape.ts", "makes the ids of the fake"),
    ("ui/src/views/story/StoryHead.svelte", "shows the beginning of a conversation's id"),
];

#[test]
fn no_fact_is_read_from_a_sentence_or_an_id() {
    let found = code_where(sources(), |line| takes_apart(line).is_some());
    refuse(
        &found,
        "Let whoever knows the fact give it as a field of its own in `protocol`. An exception with its \
         reason goes into ALLOWED in tests/tidy/facts.rs.",
    );
}

#[test]
fn no_sentence_is_compared() {
    let found = code_where(sources(), |line| {
        [" == ", " === ", " != ", " !== "].iter().any(|compares| {
            line.match_indices(compares).any(|(at, _)| {
                let other = line[at + compares.len()..].trim_start();
                let is_empty =
                    ["\"\"", "null", "undefined", "None"].iter().any(|no| other.starts_with(no));
                let names = |text: &str| named(text).is_some_and(|name| SENTENCES.contains(&name));
                !is_empty && names(&line[..at])
            })
        })
    });
    refuse(&found, "Compare the facts that the sentences were made of.");
}

fn sources() -> impl Iterator<Item = &'static String> {
    tests::files().iter().filter(|path| {
        ["src-tauri/", "ui/src/"].iter().any(|folder| path.starts_with(folder))
            && has_extension(path, &["rs", "ts", "svelte"])
            && ![".test.ts", "protocol.ts"].iter().any(|end| path.ends_with(end))
            && ["/tests/", "/demo-agent/", "/xtask/"].iter().all(|folder| !path.contains(folder))
            && ALLOWED.iter().all(|(allowed, _)| !path.starts_with(allowed))
    })
}

/// The text or id in a line from which something is extracted.
fn takes_apart(line: &str) -> Option<&str> {
    TAKES_APART.iter().find_map(|how| {
        let call = format!(".{how}(");
        line.match_indices(&call).find_map(|(at, _)| {
            // For a regular expression, the examined text is the argument.
            let looked_at = match *how {
                "test" | "exec" => line[at + call.len()..].split(')').next()?,
                _ => &line[..at],
            };
            named(looked_at).filter(|name| SENTENCES.contains(name) || IDS.contains(name))
        })
    })
}

/// The field at the end of an expression, before all calls that return the same text.
fn named(expression: &str) -> Option<&str> {
    let mut rest = expression.trim_end_matches(['?', '!', ' ']);
    while rest.ends_with(')') {
        let opens = opening(rest)?;
        let method = last_word(&rest[..opens])?;
        if !SAME_TEXT.contains(&method) {
            return None;
        }
        rest = rest[..opens - method.len()].trim_end_matches(['?', '!', '.']);
    }
    last_word(rest)
}

/// The position of the bracket that matches the one at the end.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().rev().find_map(|(at, character)| {
        match character {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

fn last_word(text: &str) -> Option<&str> {
    let begin = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    Some(&text[begin..]).filter(|word| !word.is_empty())
}

#[test]
fn the_rule_sees_what_it_is_for() {
    let bad = [
        "detail?.replace(/^gate \\d+: /, \"\") ?? null;",
        "(story.detail ?? said).replace(a); story.detail?.startsWith(b)",
        "const by = /^(resume|gate)-/.test(id) ? 1 : 2;",
        "const parts = id.split(\":\");",
        "let parts: Vec<&str> = account.as_str().split(':').collect();",
        "detail.and_then(|detail| detail.strip_prefix(&question.tool))",
        "if ending.evidence.summary.trim().contains(NOTHING)",
        "const [tool = \"\", ...rest] = activity.split(\" \");",
    ];
    for line in bad {
        assert!(takes_apart(line).is_some(), "{line}");
    }
    let good = [
        "facts.root.split(/x/)",
        "text.split(\"\\n\")",
        "ids.contains(&id)",
        "seen.find(|id| id == a)",
    ];
    for line in good {
        assert_eq!(takes_apart(line), None, "{line}");
    }
}
