//! Printed text as a terminal shows it: what was overwritten or erased is gone, colours are left out, and nothing of
//! it reaches the terminal that reads it. Pure.

/// The widest stop of a tab.
const TAB: usize = 8;

/// What a terminal shows of `text`, line by line.
pub(crate) fn shown(text: &str) -> String {
    let is_plain = |character: char| !character.is_control() || character == '\n';
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut screen = Screen::default();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        screen.takes(character, &mut characters);
    }
    screen.end_line();
    screen.lines.join("\n")
}

/// The lines so far, and the one that is written on.
#[derive(Default)]
struct Screen {
    lines: Vec<String>,
    line: Vec<char>,
    column: usize,
}

impl Screen {
    fn takes(&mut self, character: char, rest: &mut std::str::Chars<'_>) {
        match character {
            '\n' | '\u{85}' | '\u{b}' | '\u{c}' => self.end_line(),
            '\r' => self.column = 0,
            '\u{8}' => self.column = self.column.saturating_sub(1),
            '\t' => self.tab(),
            '\u{1b}' => self.escape(rest),
            '\u{9b}' => self.control_sequence(rest),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(rest),
            _ if character.is_control() => {}
            _ => self.put(character),
        }
    }

    fn put(&mut self, character: char) {
        match self.line.get_mut(self.column) {
            Some(place) => *place = character,
            None => {
                self.line.resize(self.column, ' ');
                self.line.push(character);
            }
        }
        self.column += 1;
    }

    /// A tab moves and erases nothing; at the end of a line it stays what it is.
    fn tab(&mut self) {
        match self.column >= self.line.len() {
            true => self.put('\t'),
            false => self.column += TAB - self.column % TAB,
        }
    }

    fn end_line(&mut self) {
        self.lines.push(self.line.drain(..).collect());
        self.column = 0;
    }

    fn escape(&mut self, rest: &mut std::str::Chars<'_>) {
        match rest.next() {
            Some('[') => self.control_sequence(rest),
            Some(']' | 'P' | 'X' | '^' | '_') => skip_string(rest),
            Some('E') => self.end_line(),
            // Intermediate bytes (`ESC ( B`) precede one final byte.
            Some(' '..='/') => {
                let _final_byte = rest.find(|character| !(' '..='/').contains(character));
            }
            _ => {}
        }
    }

    /// Erasing in a line and moving in it is done, all else (colours, modes) is left out.
    fn control_sequence(&mut self, rest: &mut std::str::Chars<'_>) {
        let mut number = String::new();
        let end = rest.find(|character| {
            if !('@'..='~').contains(character) {
                number.push(*character);
                return false;
            }
            true
        });
        let count = || number.parse::<usize>().unwrap_or(1).clamp(1, self.line.len().max(1));
        match (end, number.as_str()) {
            (Some('K'), "" | "0") => self.line.truncate(self.column),
            (Some('K'), "1") => {
                let until = self.line.len().min(self.column + 1);
                self.line[..until].fill(' ');
            }
            (Some('K'), "2") => self.line.clear(),
            (Some('G'), _) => self.column = count() - 1,
            (Some('D'), _) => self.column = self.column.saturating_sub(count()),
            _ => {}
        }
    }
}

/// Skips a string for the terminal (a title, a link), up to its end.
fn skip_string(rest: &mut std::str::Chars<'_>) {
    let mut before = '\0';
    for character in rest.by_ref() {
        if character == '\u{7}'
            || character == '\u{9c}'
            || (before == '\u{1b}' && character == '\\')
        {
            return;
        }
        before = character;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_text_is_what_a_terminal_shows() {
        let table = [
            ("one\ntwo", "one\ntwo"),
            ("one\r\ntwo\r\n", "one\ntwo\n"),
            ("10 %\r 50 %\r100 %\ndone", "100 %\ndone"),
            // What is shorter leaves the end of what was there.
            ("abcdef\rXY", "XYcdef"),
            ("abcdef\r\u{1b}[KXY", "XY"),
            ("abcdef\u{1b}[2K\rXY", "XY"),
            ("abc\r\r\ndef", "abc\ndef"),
            ("one\u{85}two", "one\ntwo"),
            ("one\u{1b}Etwo", "one\ntwo"),
            ("passwort\u{8}d", "password"),
            ("\u{1b}[1;31mred\u{1b}[0m \u{9b}32mgreen\u{9b}m", "red green"),
            ("\u{1b}]0;title\u{7}\u{1b}]8;;https://x\u{1b}\\link\u{1b}(B", "link"),
            ("a\tb", "a\tb"),
            ("12345678901\r\tX", "12345678X01"),
            ("\u{7}bell\u{0}", "bell"),
            ("日本\r月", "月本"),
            ("cut \u{1b}[12", "cut "),
            ("3\u{1b}[999999999999999999999Gx", "x"),
        ];
        for (printed, expected) in table {
            assert_eq!(shown(printed), expected, "{printed:?}");
        }
    }
}
