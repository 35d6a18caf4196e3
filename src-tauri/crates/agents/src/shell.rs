//! Quotes commands that a person copies into a POSIX shell, and splits commands that an agent shows
//! quoted. Musher itself never builds a command as text; it passes argument lists.

/// Quotes `word` so that a POSIX shell takes it as one argument, unchanged.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Splits a command line of plain and quoted words; `None` if a quote is not closed. Nothing is expanded.
pub(crate) fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            _ if c.is_whitespace() => words.extend(word.take()),
            '\'' => single(&mut chars, word.get_or_insert_default())?,
            '"' => double(&mut chars, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(chars.next()?),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

fn single(chars: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '\'' => return Some(()),
            c => word.push(c),
        }
    }
}

fn double(chars: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '"' => return Some(()),
            '\\' => match chars.next()? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                '\n' => {}
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        assert_eq!(quote("/a/b-c.d"), "/a/b-c.d");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quote("~/x"), "'~/x'");
    }

    #[test]
    fn words_are_what_was_quoted() {
        for word in ["plain", "", "it's $HOME", "a \"b\" \\ c", "line\nbreak", "-x=1"] {
            let line = format!("first {}  last", quote(word));
            let expected = ["first", word, "last"].map(str::to_owned).to_vec();
            assert_eq!(words(&line), Some(expected), "{word}");
        }
        let script = r#"/bin/bash -lc "printf 'tab\\tend\\n' \$x; echo \"y\"""#;
        let expected = ["/bin/bash", "-lc", r#"printf 'tab\tend\n' $x; echo "y""#];
        assert_eq!(words(script), Some(expected.map(str::to_owned).to_vec()));
        assert_eq!(words("open 'quote"), None);
        assert_eq!(words("end\\"), None);
    }
}
