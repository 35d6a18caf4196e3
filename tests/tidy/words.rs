//! Texts that Rust shows are in `ui/messages/en.json`: the code of notifications and the tray has
//! no texts, and every message in the list of the crate `words` is used. The page's texts are
//! checked by a rule of eslint (`ui/eslint/catalogue.js`).

use crate::refuse;
use crate::source::{before_tests, has_extension, has_word, place};

/// Folders whose code shows text only through messages.
const SHOWN: &[&str] = &["src-tauri/src/notify/", "src-tauri/src/tray/"];

/// Exempt files in these folders, each with the reason.
const ALLOWED: &[(&str, &str)] =
    &[("src-tauri/src/notify/not_shown.rs", "a fault, whose words stay in code")];

/// The list of the messages that Rust shows.
const LIST: &str = "src-tauri/crates/words/src/messages.rs";

fn rust_below(folder: &str) -> impl Iterator<Item = &'static String> {
    tests::files()
        .iter()
        .filter(move |path| path.starts_with(folder) && has_extension(path, &["rs"]))
}

fn code(path: &str) -> String {
    before_tests(&tests::text(path)).collect::<Vec<_>>().join("\n")
}

#[test]
fn notifications_and_the_tray_take_their_words_from_the_catalogue() {
    let mut found = Vec::new();
    for path in SHOWN.iter().flat_map(|folder| rust_below(folder)) {
        if ALLOWED.iter().all(|(allowed, _)| path != allowed) {
            let read = literals(&code(path)).into_iter().filter(|(_, text)| looks_read(text));
            found.extend(read.map(|(line, text)| place(path, line, &text)));
        }
    }
    refuse(
        &found,
        "Put the text into ui/messages/en.json, list its key in src-tauri/crates/words/src/messages.rs, and \
         show Message::NAME.text(). An exception with its reason goes into ALLOWED in tests/tidy/words.rs.",
    );
}

#[test]
fn every_listed_message_is_shown() {
    let list = tests::text(LIST);
    let listed: Vec<&str> = list.lines().filter_map(listed).collect();
    assert!(listed.len() > 10, "the list is not found any more");
    let sources: Vec<String> = rust_below("src-tauri/src/").map(|path| code(path)).collect();
    let found: Vec<String> = unused(&listed, &sources).into_iter().map(String::from).collect();
    refuse(&found, "Take its line out of src-tauri/crates/words/src/messages.rs.");
}

/// What is shown in the window, too: errors, details of states, ways to get a program.
const IN_WINDOW: &[&str] =
    &["src-tauri/crates/engine/src/", "src-tauri/crates/agents/src/", "src-tauri/src/"];

#[test]
fn what_the_window_shows_names_no_command_line() {
    let mut found = Vec::new();
    for path in IN_WINDOW.iter().flat_map(|folder| rust_below(folder)) {
        let read = literals(&without_advice(&code(path))).into_iter();
        let named = read.filter(|(_, text)| names_command_line(text));
        found.extend(named.map(|(line, text)| place(path, line, &text)));
    }
    let catalogue = tests::text("ui/messages/en.json");
    let lines = catalogue.lines().zip(1..).filter(|(line, _)| has_word(line, "mush"));
    found.extend(lines.map(|(line, number)| place("ui/messages/en.json", number, line)));
    refuse(
        &found,
        "Say what to do wherever it is shown, and give the command to Fault::on_terminal or \
         Error::on_terminal, which only mush shows.",
    );
}

/// Code without what is given to `on_terminal`; lines stay.
fn without_advice(code: &str) -> String {
    let mut kept = String::new();
    let mut parts = code.split("on_terminal(");
    kept.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut depth = 1;
        let end = part.find(|sign| {
            depth += i32::from(sign == '(') - i32::from(sign == ')');
            depth == 0
        });
        let (advice, rest) = part.split_at(end.unwrap_or(part.len()));
        kept.extend(advice.matches('\n'));
        kept.push_str(rest);
    }
    kept
}

/// Whether a text is a sentence with a command of `mush` or an option.
fn names_command_line(text: &str) -> bool {
    let begins_word = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_lowercase());
    let mut commands = text.match_indices("mush ");
    // A path to the program is no command.
    let is_command = |at: usize| !text[..at].ends_with('/') && begins_word(&text[at + 5..]);
    // Options of git are the repository's business.
    let is_sentence = text.starts_with(|letter: char| letter.is_ascii_uppercase());
    let mut options = text.split(" --").skip(1).filter(|_| is_sentence && !text.contains("git "));
    commands.any(|(at, _)| is_command(at)) || options.any(begins_word)
}

#[test]
fn commands_are_found_in_sentences() {
    let code = "let a = \"Run `mush doctor`.\";\nfault(\"\").on_terminal(f(\n\"mush stories\"));\nlet b = \"--resume\";";
    let found = literals(&without_advice(code));
    let lines: Vec<usize> =
        found.iter().filter(|(_, text)| names_command_line(text)).map(|(line, _)| *line).collect();
    assert_eq!(lines, [1]);
    assert_eq!(found.last().map(|(line, _)| *line), Some(4));
    assert!(names_command_line("Give it a worktree: --worktree."));
    assert!(!names_command_line("/opt/mush is missing"));
}

/// The message that a line of the list names.
fn listed(line: &str) -> Option<&str> {
    let (_, name) = line.strip_prefix("    \"")?.split_once("\" => ")?;
    name.split(|c: char| !c.is_alphanumeric()).next()
}

fn unused<'a>(listed: &[&'a str], sources: &[String]) -> Vec<&'a str> {
    let is_used =
        |name: &str| sources.iter().any(|source| has_word(source, &format!("Message::{name}")));
    listed.iter().copied().filter(|name| !is_used(name)).collect()
}

/// The strings in code with their line numbers, without those for programmers: in comments,
/// attributes, logs, and arguments of `expect`.
fn literals(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // For every open bracket, whether its contents are for programmers.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(next) = code[at..].chars().next() {
        let rest = &code[at..];
        let end = match next {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' => character(rest),
            '"' => {
                let hashes = hashes_before(&code[..at]);
                let (text, end) = hashes.map_or_else(|| quoted(rest), |marks| raw(rest, marks));
                if !open.last().copied().unwrap_or(false) {
                    found.push((code[..at].matches('\n').count() + 1, text));
                }
                end
            }
            '(' | '[' | '{' => {
                let is_inside = open.last().copied().unwrap_or(false);
                open.push(is_inside || is_for_programmers(&code[..at]));
                1
            }
            ')' | ']' | '}' => {
                open.pop();
                1
            }
            _ => next.len_utf8(),
        };
        at += end;
    }
    found
}

/// Whether the bracket after this opens an attribute, a log macro or an `expect`.
fn is_for_programmers(before: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let is_log = || {
        let call = before.strip_suffix('!').unwrap_or_default();
        call[call.trim_end_matches(is_name).len()..].starts_with("tracing::")
    };
    before.ends_with('#') || before.ends_with("#!") || before.ends_with(".expect") || is_log()
}

/// The length of a character literal, or of the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match (inside.next(), inside.next()) {
        // The closing quote is not the escaped one.
        (Some('\\'), Some(escaped)) => {
            let from = 2 + escaped.len_utf8();
            rest[from..].find('\'').map_or(rest.len(), |end| from + end + 1)
        }
        (Some(character), Some('\'')) => character.len_utf8() + 2,
        _ => 1,
    }
}

/// The number signs before the quote of a raw string; `None` if the string is not raw.
fn hashes_before(before: &str) -> Option<usize> {
    let name = before.trim_end_matches('#');
    let prefix = name.strip_suffix('r')?;
    let prefix = prefix.strip_suffix('b').unwrap_or(prefix);
    let is_prefix = !prefix.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    is_prefix.then_some(before.len() - name.len())
}

fn raw(rest: &str, hashes: usize) -> (String, usize) {
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = rest[1..].find(&closing).map_or(rest.len() - 1, |end| end);
    (rest[1..=end].to_owned(), (1 + end + closing.len()).min(rest.len()))
}

/// A string with its escapes resolved: a line break becomes a space, an escaped one nothing, a
/// number no letter.
fn quoted(rest: &str) -> (String, usize) {
    let mut text = String::new();
    let mut inside = rest.char_indices().skip(1).peekable();
    while let Some((at, next)) = inside.next() {
        match next {
            '"' => return (text, at + 1),
            '\\' => match inside.next().map(|(_, escaped)| escaped) {
                Some('\n') => while inside.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some('n' | 't' | 'r') => text.push(' '),
                Some('u') => {
                    inside.by_ref().find(|(_, c)| *c == '}');
                    text.push('.');
                }
                Some(escaped) => text.push(escaped),
                None => {}
            },
            _ => text.push(next),
        }
    }
    (text, rest.len())
}

/// Stands for `{a parameter}` while a text is examined.
const HOLE: char = '\0';

/// Whether a text looks like prose: it has a space with a letter on one side and a letter or a
/// parameter on the other.
fn looks_read(text: &str) -> bool {
    let mut seen: Vec<char> = Vec::new();
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        if next == '{' {
            rest.by_ref().find(|c| *c == '}');
            seen.push(HOLE);
        } else {
            seen.push(next);
        }
    }
    let is_word = |c: char| c.is_alphabetic() || c == HOLE;
    seen.windows(3).any(|three| {
        let [before, between, after] = [three[0], three[1], three[2]];
        let is_read = between == ' ' && is_word(before) && is_word(after);
        is_read && (before != HOLE || after != HOLE)
    })
}

#[test]
fn a_text_is_found_where_it_is_shown() {
    let shown = [
        "let a = \"Needs you\".to_owned();",
        "format!(\"{count} working\")",
        "format!(\"in {}\", long(left))",
        "Entry::Line(\n    \"Open \\\n     Musher\".to_owned(),\n    Does::Show,\n)",
        "tracing::warn!(\"the bus is gone\"); let a = \"Held back\";",
        "let quote = '\"'; let a = r#\"Quit \"now\" and go\"#;",
        "fn a<'a>(b: &'a str) { c('\\'', \"Waits for you\") }",
    ];
    for code in shown {
        let found = literals(code);
        assert!(found.iter().any(|(_, text)| looks_read(text)), "{code}: {found:?}");
    }
    let lines: Vec<usize> = literals("a(\"x\");\n\nb(\"y\");").iter().map(|(at, _)| *at).collect();
    assert_eq!(lines, [1, 3]);
}

#[test]
fn what_only_programmers_read_is_none() {
    let others = [
        "// It says \"Needs you\".\n/* \"Needs you\" */",
        "#[error(\"it does not answer\")]\nenum A {}",
        "#![doc = \"a b\"]",
        "tracing::debug!(%error, \"a notification {} was gone\", gone(\"for a while\"));",
        "lock.expect(\"nobody panics with it\");",
        "let name = \"tray-host\"; let form = \"%a %H:%M\";",
        "format!(\"{title} – {}\", parts.join(\", \")); format!(\"{} {name}\", agent)",
        "format!(\"{}\\u{202f}min\", minutes)",
    ];
    for code in others {
        let found: Vec<_> =
            literals(code).into_iter().filter(|(_, text)| looks_read(text)).collect();
        assert!(found.is_empty(), "{code}: {found:?}");
    }
}

#[test]
fn a_message_that_nobody_shows_is_found() {
    let list =
        ["    \"tray_gate\" => TrayGate,", "    \"time_in\" => TimeIn { time: &'a str },", "}"];
    let listed: Vec<&str> = list.iter().filter_map(|line| listed(line)).collect();
    assert_eq!(listed, ["TrayGate", "TimeIn"]);
    let sources = ["Message::TimeIn { time }.text(); Message::TrayGateway".to_owned()];
    assert_eq!(unused(&listed, &sources), ["TrayGate"]);
}
