//! Paths as people write and paste them: with `~`, quotes, a backslash before a space, or as a
//! `file:` address. If a file with exactly this name exists, the name is used unchanged. Pure.

use std::path::{Path, PathBuf};

/// The possible meanings of a written path, the likeliest first: unchanged, then without what
/// shells and file managers add.
pub fn readings(text: &str, home: Option<&Path>) -> Vec<PathBuf> {
    let trimmed = text.trim();
    let plain = match (quoted(trimmed), address(trimmed)) {
        (Some(inside), _) => inside.to_owned(),
        (None, Some(path)) => path,
        (None, None) => unescaped(trimmed),
    };
    let below_home = home.and_then(|home| Some(home.join(below_home(&plain)?)));
    let mut readings = vec![PathBuf::from(text), PathBuf::from(trimmed), PathBuf::from(&plain)];
    readings.extend(below_home);
    readings.dedup();
    readings
}

/// The text between two quotes of the same kind.
fn quoted(text: &str) -> Option<&str> {
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// The path of a `file:` address of this machine.
fn address(text: &str) -> Option<String> {
    let rest = text.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = percent_decoded(path)?;
    // file:///C:/src
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    Some(path.strip_prefix('/').filter(|_| is_drive).unwrap_or(&path).to_owned())
}

/// Decodes `%20` and other percent escapes; `None` if the result is not valid text.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Removes the backslashes that a shell needs before spaces and quotes. On Windows, backslashes
/// separate folders and are kept.
fn unescaped(text: &str) -> String {
    if cfg!(windows) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            _ => plain.push(character),
        }
    }
    plain
}

/// The path relative to the home directory, if it is written for a shell.
fn below_home(text: &str) -> Option<&str> {
    let rest = ["~", "$HOME", "${HOME}"].iter().find_map(|home| text.strip_prefix(home))?;
    match rest {
        "" => Some(rest),
        _ => rest.strip_prefix('/'),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_is_understood() {
        let table = [
            ("/src/shop", "/src/shop"),
            ("  /src/shop\n", "/src/shop"),
            ("~", "/home/ann/"),
            ("~/shop", "/home/ann/shop"),
            ("$HOME/shop", "/home/ann/shop"),
            ("${HOME}/shop", "/home/ann/shop"),
            ("'~/my shop'", "/home/ann/my shop"),
            ("\"/src/my shop\"", "/src/my shop"),
            ("'/src/my shop'", "/src/my shop"),
            (r"/src/my\ shop", "/src/my shop"),
            (r"~/it\'s", "/home/ann/it's"),
            ("file:///src/my%20shop", "/src/my shop"),
            ("file://localhost/src/caf%C3%A9", "/src/café"),
            ("file:///src/100%", "/src/100%"),
            ("file:///C:/src", "C:/src"),
            ("shop", "shop"),
            ("~bob/shop", "~bob/shop"),
        ];
        for (written, meant) in table {
            let last = readings(written, Some(Path::new("/home/ann"))).pop();
            assert_eq!(last.as_deref(), Some(Path::new(meant)), "{written}");
        }
        assert_eq!(readings("~/x", None), [Path::new("~/x")]);
    }

    #[test]
    fn a_name_is_kept_as_it_is_first() {
        for name in ["/tmp/proj ", r"/tmp/a\b", "/tmp/'x'", "file:///x", "~/x"] {
            let first = readings(name, Some(Path::new("/home/ann"))).swap_remove(0);
            assert_eq!(first.as_os_str(), name);
        }
    }
}
