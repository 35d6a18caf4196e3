//! Rules for Rust sources that clippy has no lint for.

use crate::refuse;
use crate::source::{has_extension, has_word, lines_where, place};

fn rust() -> impl Iterator<Item = &'static String> {
    tests::files().iter().filter(|path| has_extension(path, &["rs"]))
}

#[test]
fn every_module_says_what_it_owns() {
    let found: Vec<String> =
        rust().filter(|path| !tests::text(path).starts_with("//! ")).cloned().collect();
    refuse(
        &found,
        "Begin the file with `//!`: what it owns, what it deliberately does not, who calls it, in two \
         to six sentences.",
    );
}

#[test]
fn errors_have_types() {
    let mut found = Vec::new();
    for path in rust() {
        for (at, line) in tests::text(path).lines().enumerate() {
            if has_string_error(line) {
                found.push(place(path, at + 1, line));
            }
        }
    }
    refuse(&found, "Make an enum with thiserror: callers branch on types, never on text.");
}

/// Whether the line has a `Result` whose error type is a string.
fn has_string_error(line: &str) -> bool {
    line.match_indices("Result<").any(|(at, opening)| {
        let arguments = type_arguments(&line[at + opening.len()..]);
        let texts = ["String", "std::string::String", "&str", "&'static str"];
        arguments.get(1).is_some_and(|error| texts.contains(&error.trim()))
    })
}

/// The arguments up to the closing bracket of the list, split at the commas of the top level.
fn type_arguments(text: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let mut depth = 0_i32;
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if before == '-' => {}
            '>' if depth == 0 => break,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        before = c;
        arguments.last_mut().expect("there is always a last argument").push(c);
    }
    arguments
}

#[test]
fn a_text_as_error_is_found_behind_any_value() {
    let error = "String";
    for value in ["()", "Vec<(u8, u8)>", "Box<dyn Fn(u8) -> u8>", "HashMap<String, String>"] {
        assert!(has_string_error(&format!("fn f() -> Result<{value}, {error}> {{")), "{value}");
    }
    assert!(!has_string_error("fn f() -> Result<String, Failure> {"));
    assert!(!has_string_error("fn f() -> Result<String>, String"));
}

/// Words that must not be part of a type's name. A type that seems to need one does several things.
const VAGUE: &[&str] =
    &["Manager", "Service", "Helper", "Util", "Utils", "Handler", "Processor", "Data", "Info"];

#[test]
fn no_type_has_a_vague_name() {
    let sources = tests::files().iter().filter(|path| has_extension(path, &["rs", "ts", "svelte"]));
    let found = lines_where(sources, |line| declared(line).is_some_and(is_vague));
    refuse(&found, "Name the thing by what it does in the words of the domain.");
}

#[test]
fn no_file_has_a_vague_name() {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.split('.').next().unwrap_or(name).to_lowercase()
    };
    let found: Vec<String> = tests::files()
        .iter()
        .filter(|path| has_extension(path, &["rs", "ts", "svelte"]))
        .filter(|path| VAGUE.iter().any(|word| plural_or(&stem(path), &word.to_lowercase())))
        .cloned()
        .collect();
    refuse(&found, "Name the file by the one idea in it.");
}

fn plural_or(name: &str, word: &str) -> bool {
    name == word || name.strip_suffix('s') == Some(word)
}

/// The name of the type that this line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let keywords = ["struct ", "enum ", "trait ", "type ", "class ", "interface "];
    let at = keywords.iter().find_map(|keyword| {
        let at = line.find(keyword)?;
        let modifiers = ["", "pub ", "pub(crate) ", "pub(super) ", "export "];
        modifiers.contains(&&line[..at]).then_some(at + keyword.len())
    })?;
    line[at..].split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

fn is_vague(name: &str) -> bool {
    VAGUE.iter().any(|word| name.ends_with(word))
}

#[test]
fn vague_names_are_distinguished_from_good_ones() {
    for line in ["pub struct RunManager {", "export class FeedService {", "    enum Info {"] {
        assert!(declared(line).is_some_and(is_vague), "{line}");
    }
    for line in ["struct DataDir;", "pub(crate) struct Handle {", "// the struct Manager"] {
        assert!(!declared(line).is_some_and(is_vague), "{line}");
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Split in two, so that this file does not match itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let macros = [concat!("to", "do!"), concat!("unimple", "mented!")];
    let sources = tests::files().iter().filter(|path| {
        let kinds =
            ["rs", "ts", "svelte", "css", "html", "js", "toml", "md", "py", "sh", "yml", "yaml"];
        has_extension(path, &kinds) && !path.starts_with("tests/fixtures/")
    });
    let found = lines_where(sources, |line| {
        marks.iter().any(|mark| has_word(line, mark))
            || macros.iter().any(|name| line.contains(name))
    });
    refuse(&found, "Do it now, or describe it in an issue and leave the code whole.");
}
