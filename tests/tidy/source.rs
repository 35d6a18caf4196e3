//! Text functions of the rules: lines with their places, code without comments and tests, whole
//! words. There is deliberately no parser: a rule that needs one should be a lint.

/// The place of a finding, in the form that editors can open.
pub(crate) fn place(path: &str, line: usize, text: &str) -> String {
    format!("{path}:{line}: {}", text.trim())
}

/// The places of all lines in these files that `wrong` matches.
pub(crate) fn lines_where<'a>(
    paths: impl IntoIterator<Item = &'a String>,
    wrong: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths {
        for (at, line) in tests::text(path).lines().enumerate() {
            if wrong(line) {
                found.push(place(path, at + 1, line));
            }
        }
    }
    found
}

/// The places of all lines of code, without unit tests and comments, that `wrong` matches.
pub(crate) fn code_where<'a>(
    paths: impl IntoIterator<Item = &'a String>,
    wrong: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths {
        for (at, line) in before_tests(&tests::text(path)).enumerate() {
            if !is_comment(line) && wrong(line) {
                found.push(place(path, at + 1, line));
            }
        }
    }
    found
}

/// The lines before the unit tests at the end of a Rust file.
pub(crate) fn before_tests(text: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = text.lines().collect();
    let opens_tests = |at: usize| {
        lines[at].starts_with("#[cfg(")
            && lines[at].contains("test")
            && lines.get(at + 1).is_some_and(|next| next.starts_with("mod tests"))
    };
    let end = (0..lines.len()).find(|at| opens_tests(*at)).unwrap_or(lines.len());
    lines.into_iter().take(end)
}

/// Whether a line is only a comment, in Rust or TypeScript.
pub(crate) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "* ", "*/", "<!--"].iter().any(|opening| line.starts_with(opening))
}

/// Whether the word is in the line without a letter, digit or underscore beside it.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_a_word)
            && !line[at + word.len()..].starts_with(part_of_a_word)
    })
}

/// Whether the path ends with one of these extensions.
pub(crate) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

#[test]
fn words_are_whole_words() {
    assert!(has_word("let x: any;", "any"));
    assert!(has_word("any", "any"));
    assert!(!has_word("company any_of many", "any"));
}

#[test]
fn code_ends_where_unit_tests_begin() {
    let text = "fn a() {}\n#[cfg(test)]\nfn b() {}\n#[cfg(all(test, unix))]\nmod tests {\n}\n";
    assert_eq!(before_tests(text).count(), 3);
}
