//! Puts words and operators together to lists of commands. Loops, conditions, functions and `[[` are not read. Pure.

use super::lex::{Op, Token, Word, tokens};
use super::{DEEPEST, LONGEST, Unreadable};

/// A list: each member, and whether it runs in the background.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) members: Vec<(Chain, bool)>,
}

/// Pipelines with `&&` or `||` between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) pipelines: Vec<Pipeline>,
    pub(super) has_or: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) is_negated: bool,
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Simple(Simple),
    /// `{ …; }`, and where its output goes.
    Group(List, Vec<Word>),
    /// `( … )`, and where its output goes.
    Subshell(List, Vec<Word>),
}

/// A command with its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::claims) struct Simple {
    /// Variables that are set for it.
    pub(in crate::claims) sets: Vec<(String, Word)>,
    pub(in crate::claims) words: Vec<Word>,
    /// Where its output goes.
    pub(in crate::claims) out: Vec<Word>,
}

/// Words that begin what is not read here.
const BEGIN_MORE: &str =
    "if then else elif fi for while until do done case esac select function coproc [[ ((";

/// The list of a text.
pub(super) fn list(text: &str) -> Result<List, Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable);
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), depth: 0 };
    let list = parser.list()?;
    match parser.tokens.next() {
        None => Ok(list),
        Some(_) => Err(Unreadable),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: u32,
}

impl Parser {
    fn list(&mut self) -> Result<List, Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable);
        }
        let mut list = List::default();
        loop {
            self.lines();
            if self.is_end() {
                break;
            }
            let chain = self.chain()?;
            let background = self.op(Op::Background);
            list.members.push((chain, background));
            let is_over = background || self.op(Op::Next) || self.op(Op::Line);
            if !is_over && !self.is_end() {
                return Err(Unreadable);
            }
        }
        self.depth -= 1;
        Ok(list)
    }

    /// Whether a list ends here.
    fn is_end(&mut self) -> bool {
        match self.tokens.peek() {
            None | Some(Token::Op(Op::Close)) => true,
            Some(Token::Word(word)) => is_own(word, "}"),
            _ => false,
        }
    }

    fn op(&mut self, op: Op) -> bool {
        self.tokens.next_if_eq(&Token::Op(op)).is_some()
    }

    fn chain(&mut self) -> Result<Chain, Unreadable> {
        let mut chain = Chain { pipelines: vec![self.pipeline()?], has_or: false };
        loop {
            match self.tokens.peek() {
                Some(Token::Op(Op::And)) => {}
                Some(Token::Op(Op::Or)) => chain.has_or = true,
                _ => return Ok(chain),
            }
            self.tokens.next();
            self.lines();
            chain.pipelines.push(self.pipeline()?);
        }
    }

    fn lines(&mut self) {
        while self.op(Op::Line) {}
    }

    fn pipeline(&mut self) -> Result<Pipeline, Unreadable> {
        let mut is_negated = false;
        let is_before = |token: &Token| matches!(token, Token::Word(word) if is_own(word, "!") || is_own(word, "time"));
        while let Some(Token::Word(word)) = self.tokens.next_if(is_before) {
            is_negated |= word.text == "!";
            if word.text == "time" {
                let is_option =
                    |token: &Token| matches!(token, Token::Word(word) if is_own(word, "-p"));
                self.tokens.next_if(is_option);
            }
        }
        let mut parts = vec![self.part()?];
        while self.op(Op::Pipe) {
            self.lines();
            parts.push(self.part()?);
        }
        Ok(Pipeline { is_negated, parts })
    }

    fn part(&mut self) -> Result<Part, Unreadable> {
        let is_group = match self.tokens.peek() {
            Some(Token::Op(Op::Open)) => false,
            Some(Token::Word(word)) if is_own(word, "{") => true,
            _ => return self.simple().map(Part::Simple),
        };
        self.tokens.next();
        let list = self.list()?;
        let is_close = |token: &Token| match token {
            Token::Op(Op::Close) => !is_group,
            Token::Word(word) => is_group && is_own(word, "}"),
            _ => false,
        };
        self.tokens.next_if(is_close).ok_or(Unreadable)?;
        if list.members.is_empty() {
            return Err(Unreadable);
        }
        let mut out = Vec::new();
        while let Some(token) =
            self.tokens.next_if(|token| matches!(token, Token::In | Token::Out(_)))
        {
            if let Token::Out(word) = token {
                out.push(word);
            }
        }
        Ok(if is_group { Part::Group(list, out) } else { Part::Subshell(list, out) })
    }

    fn simple(&mut self) -> Result<Simple, Unreadable> {
        let mut simple = Simple::default();
        let mut is_empty = true;
        let is_part = |token: &Token| !matches!(token, Token::Op(_));
        while let Some(token) = self.tokens.next_if(is_part) {
            is_empty = false;
            match token {
                Token::Word(word) => match assignment(&word) {
                    Some(set) if simple.words.is_empty() => simple.sets.push(set),
                    _ => {
                        let is_first = simple.words.is_empty();
                        if is_first && BEGIN_MORE.split_whitespace().any(|own| is_own(&word, own)) {
                            return Err(Unreadable);
                        }
                        simple.words.push(word);
                    }
                },
                Token::Out(word) => simple.out.push(word),
                Token::In | Token::Op(_) => {}
            }
        }
        if is_empty { Err(Unreadable) } else { Ok(simple) }
    }
}

/// Whether a word is this one of the shell's own.
fn is_own(word: &Word, own: &str) -> bool {
    !word.is_quoted && word.text == own
}

/// The variable that a word sets, and its value.
pub(in crate::claims) fn assignment(word: &Word) -> Option<(String, Word)> {
    let (name, value) = word.text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let mut chars = name.chars();
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_name =
        chars.next().is_some_and(is_first) && chars.all(|c| is_first(c) || c.is_ascii_digit());
    is_name.then(|| (name.to_owned(), Word { text: value.to_owned(), ..word.clone() }))
}
