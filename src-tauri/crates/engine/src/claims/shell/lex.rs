//! Cuts a command line into words and operators, as a POSIX shell or bash does. What only a running shell could tell
//! (variables, patterns, substitutions) makes a word *not literal*; what is not understood is an error. Pure.

use super::Unreadable;

/// A word of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::claims) struct Word {
    /// Its text without quotes; of what is expanded, the text that stands in the line.
    pub(in crate::claims) text: String,
    /// Whether the text is exactly what the command gets.
    pub(in crate::claims) is_literal: bool,
    /// The commands that are run within it, by `$(…)`, backquotes or `<(…)`.
    pub(in crate::claims) inner: Vec<String>,
    /// Whether a part of it was quoted; then it is no word of the shell's own.
    pub(in crate::claims) is_quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    And,
    Or,
    /// `;`
    Next,
    /// The end of a line.
    Line,
    Background,
    Pipe,
    Open,
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Op(Op),
    /// Output goes to this place.
    Out(Word),
    /// Input comes from this place, from a text, or a stream is led to another one.
    In,
}

struct Lexer<'l> {
    chars: std::iter::Peekable<std::str::Chars<'l>>,
    tokens: Vec<Token>,
    word: Option<Word>,
    /// The ends of the here-documents that begin after this line, and whether tabs before them are ignored.
    documents: Vec<(String, bool)>,
}

/// The tokens of a line.
pub(super) fn tokens(line: &str) -> Result<Vec<Token>, Unreadable> {
    let chars = line.chars().peekable();
    let mut lexer = Lexer { chars, tokens: Vec::new(), word: None, documents: Vec::new() };
    while let Some(c) = lexer.chars.next() {
        lexer.take(c)?;
    }
    lexer.end_word();
    match lexer.documents.is_empty() {
        true => Ok(lexer.tokens),
        false => Err(Unreadable),
    }
}

impl Lexer<'_> {
    fn take(&mut self, c: char) -> Result<(), Unreadable> {
        match c {
            ' ' | '\t' | '\r' => self.end_word(),
            '\n' => {
                self.op(Op::Line);
                self.skip_documents()?;
            }
            '#' if self.word.is_none() => self.comment()?,
            '\\' => match self.chars.next().ok_or(Unreadable)? {
                '\n' => {}
                c => self.quoted(c),
            },
            '\'' => self.single()?,
            '"' => self.double()?,
            '`' => {
                let inner = self.until('`')?;
                self.expanded("`", Some(inner));
            }
            '$' => self.dollar()?,
            '<' | '>' => self.redirect(c)?,
            ';' | '&' | '|' | '(' | ')' => self.operator(c)?,
            '*' | '?' | '[' | ']' | '{' | '}' => self.pattern(c),
            c if c.is_control() => return Err(Unreadable),
            c => self.word().text.push(c),
        }
        Ok(())
    }

    fn word(&mut self) -> &mut Word {
        self.word.get_or_insert_with(|| Word { is_literal: true, ..Word::default() })
    }

    fn end_word(&mut self) {
        self.tokens.extend(self.word.take().map(Token::Word));
    }

    fn op(&mut self, op: Op) {
        self.end_word();
        self.tokens.push(Token::Op(op));
    }

    fn quoted(&mut self, c: char) {
        let word = self.word();
        word.text.push(c);
        word.is_quoted = true;
    }

    fn expanded(&mut self, text: &str, inner: Option<String>) {
        let word = self.word();
        word.text.push_str(text);
        word.is_literal = false;
        word.inner.extend(inner);
    }

    /// A bracket or brace that stands alone is a word; otherwise it is a part of a pattern.
    fn pattern(&mut self, c: char) {
        let ends = self.chars.peek().is_none_or(|next| " \t\r\n;&|<>()".contains(*next));
        let is_alone = self.word.is_none() && ends;
        let word = self.word();
        word.text.push(c);
        word.is_literal &= is_alone && matches!(c, '[' | ']' | '{' | '}');
        // `[[` and `]]` are words, too.
        if matches!(word.text.as_str(), "[[" | "]]") && ends {
            word.is_literal = true;
        }
    }

    /// A comment. One with an operator in it is not passed over: the line may have been put together by somebody who
    /// did not mean it as a comment.
    fn comment(&mut self) -> Result<(), Unreadable> {
        while let Some(c) = self.chars.next_if(|c| *c != '\n') {
            if matches!(c, ';' | '&' | '|') {
                return Err(Unreadable);
            }
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), Unreadable> {
        self.word().is_quoted = true;
        loop {
            match self.chars.next().ok_or(Unreadable)? {
                '\'' => return Ok(()),
                c => self.word().text.push(c),
            }
        }
    }

    fn double(&mut self) -> Result<(), Unreadable> {
        self.word().is_quoted = true;
        loop {
            match self.chars.next().ok_or(Unreadable)? {
                '"' => return Ok(()),
                '\\' => match self.chars.next().ok_or(Unreadable)? {
                    '\n' => {}
                    c @ ('"' | '\\' | '$' | '`') => self.word().text.push(c),
                    c => self.word().text.extend(['\\', c]),
                },
                '`' => {
                    let inner = self.until('`')?;
                    self.expanded("`", Some(inner));
                }
                '$' => self.dollar()?,
                c => self.word().text.push(c),
            }
        }
    }

    fn dollar(&mut self) -> Result<(), Unreadable> {
        match self.chars.peek().copied() {
            Some('(') => {
                self.chars.next();
                let inner = self.nested()?;
                // A second parenthesis begins arithmetic.
                self.expanded("$", Some(inner).filter(|inner| !inner.starts_with('(')));
            }
            Some('{') => {
                let inner = self.until('}')?;
                // What is substituted within is not looked for.
                match inner.contains(['`', '$', '{', '\'', '"']) {
                    true => return Err(Unreadable),
                    false => self.expanded(&format!("${inner}}}"), None),
                }
            }
            Some('\'') if self.word.as_ref().is_none_or(|word| !word.is_quoted) => {
                self.chars.next();
                self.single()?;
                // Its escapes are not read.
                self.word().is_literal = false;
            }
            Some(c) if c.is_alphanumeric() || "_?!$#@*-".contains(c) => {
                self.expanded("$", None);
                self.chars.next();
                self.word().text.push(c);
                while let Some(c) = self.chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    self.word().text.push(c);
                }
            }
            _ => self.word().text.push('$'),
        }
        Ok(())
    }

    fn until(&mut self, end: char) -> Result<String, Unreadable> {
        let mut text = String::new();
        loop {
            match self.chars.next().ok_or(Unreadable)? {
                c if c == end => return Ok(text),
                '\\' => text.push(self.chars.next().ok_or(Unreadable)?),
                c => text.push(c),
            }
        }
    }

    /// What stands within parentheses, of which the first is taken.
    fn nested(&mut self) -> Result<String, Unreadable> {
        let (mut text, mut depth, mut quote) = (String::new(), 1_u32, None);
        loop {
            let c = self.chars.next().ok_or(Unreadable)?;
            match (quote, c) {
                (None | Some('"'), '\\') => {
                    text.push(c);
                    text.push(self.chars.next().ok_or(Unreadable)?);
                    continue;
                }
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(text);
                    }
                }
                _ => {}
            }
            text.push(c);
        }
    }

    fn operator(&mut self, c: char) -> Result<(), Unreadable> {
        let twice = self.chars.next_if_eq(&c).is_some();
        let op = match (c, twice) {
            ('&', true) => Op::And,
            ('|', true) => Op::Or,
            ('&', false) if self.chars.next_if_eq(&'>').is_some() => {
                self.end_word();
                self.chars.next_if_eq(&'>');
                return self.target(true);
            }
            ('&', false) => Op::Background,
            ('|', false) => {
                self.chars.next_if_eq(&'&');
                Op::Pipe
            }
            (';', false) => Op::Next,
            // `a(` begins a function, `((` arithmetic, `;;` a branch of a `case`.
            ('(', false) if self.word.is_none() => Op::Open,
            (')', twice) => {
                self.op(Op::Close);
                if twice {
                    self.op(Op::Close);
                }
                return Ok(());
            }
            _ => return Err(Unreadable),
        };
        self.op(op);
        Ok(())
    }

    fn redirect(&mut self, c: char) -> Result<(), Unreadable> {
        // A number right before it names a stream.
        let is_stream = |word: &Word| {
            !word.is_quoted && word.is_literal && word.text.bytes().all(|b| b.is_ascii_digit())
        };
        if self.word.as_ref().is_some_and(is_stream) {
            self.word = None;
        }
        if self.chars.peek() == Some(&'(') {
            self.chars.next();
            let inner = self.nested()?;
            self.expanded(&c.to_string(), Some(inner));
            return Ok(());
        }
        self.end_word();
        if c == '>' {
            let is_led = self.chars.next_if(|c| matches!(c, '>' | '|' | '&')) == Some('&');
            return match is_led && self.is_stream_next() {
                true => self.target(false),
                false => self.target(true),
            };
        }
        match self.chars.next_if(|c| matches!(c, '<' | '&' | '>')) {
            Some('<') if self.chars.next_if_eq(&'<').is_some() => self.target(false),
            Some('<') => self.document(),
            Some('>') => self.target(true),
            _ => self.target(false),
        }
    }

    fn is_stream_next(&mut self) -> bool {
        self.chars.peek().is_some_and(|c| c.is_ascii_digit() || *c == '-')
    }

    /// The word after a redirection.
    fn target(&mut self, is_out: bool) -> Result<(), Unreadable> {
        let word = self.next_word()?;
        if is_out || !word.inner.is_empty() {
            self.tokens.push(Token::Out(word));
        } else {
            self.tokens.push(Token::In);
        }
        Ok(())
    }

    fn next_word(&mut self) -> Result<Word, Unreadable> {
        while self.chars.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        while let Some(c) = self.chars.peek().copied() {
            let is_inner = matches!(c, '<' | '>') && self.word.is_none() && {
                let mut ahead = self.chars.clone();
                ahead.next();
                ahead.peek() == Some(&'(')
            };
            if !is_inner && " \t\r\n;&|<>()".contains(c) {
                break;
            }
            self.chars.next();
            self.take(c)?;
        }
        self.word.take().ok_or(Unreadable)
    }

    fn document(&mut self) -> Result<(), Unreadable> {
        let strips_tabs = self.chars.next_if_eq(&'-').is_some();
        let end = self.next_word()?;
        self.tokens.push(Token::In);
        // Without quotes the text may run commands.
        self.documents.push((end.text, strips_tabs));
        Ok(())
    }

    fn skip_documents(&mut self) -> Result<(), Unreadable> {
        for (end, strips_tabs) in std::mem::take(&mut self.documents) {
            loop {
                if self.chars.peek().is_none() {
                    return Err(Unreadable);
                }
                let mut line = String::new();
                while let Some(c) = self.chars.next_if(|c| *c != '\n') {
                    line.push(c);
                }
                self.chars.next();
                let line = line.as_str();
                let line = if strips_tabs { line.trim_start_matches('\t') } else { line };
                if line == end {
                    break;
                }
            }
        }
        Ok(())
    }
}
