//! The command line of the demo agent: the flags of Claude Code that a two-way conversation uses.
//! It only parses; `session` decides whether a session exists. An unknown flag is refused with the
//! text of the real program, so that a mistake in a launch is found with the demo agent, too.

use std::ffi::OsString;

use thiserror::Error;

/// The permission mode, from `--permission-mode` and related flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PermissionMode {
    Default,
    AcceptEdits,
    Plan,
    DontAsk,
    Bypass,
}

impl PermissionMode {
    /// The word on the wire (`permissionMode` of `system/init`).
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::AcceptEdits => "acceptEdits",
            Self::Plan => "plan",
            Self::DontAsk => "dontAsk",
            Self::Bypass => "bypassPermissions",
        }
    }

    /// The mode for a word; `None` for a word that the real program does not know.
    pub(crate) fn of(word: &str) -> Option<Self> {
        [Self::Default, Self::AcceptEdits, Self::Plan, Self::DontAsk, Self::Bypass]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}

/// Which conversation a process takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SessionChoice {
    /// No flag: a new conversation with a new id.
    Fresh,
    /// `--session-id`: a new conversation with this id.
    Named(String),
    /// `--resume`: an existing one.
    Resumed(String),
}

/// The settings of a conversation, from the command line.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) session: SessionChoice,
    pub(crate) model: Option<String>,
    pub(crate) mode: PermissionMode,
    pub(crate) allowed_tools: Vec<String>,
    /// Questions are asked on the streams (`--permission-prompt-tool stdio`).
    pub(crate) asks: bool,
    /// Prompts come as JSON lines on stdin; otherwise `prompt` is the only prompt.
    pub(crate) two_way: bool,
    pub(crate) partial: bool,
    pub(crate) prompt: Option<String>,
    pub(crate) max_turns: Option<u32>,
    pub(crate) max_budget: Option<String>,
}

/// What the command line requests.
#[derive(Debug)]
pub(crate) enum Wanted {
    Version,
    AuthStatus,
    Talk(Box<Settings>),
}

/// Why a command line is refused; printed on stderr, with exit code 1.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Refused {
    #[error("error: unknown option '{0}'")]
    Unknown(String),
    #[error("error: option '{0}' argument missing")]
    Missing(String),
    #[error("error: option '{flag}' argument '{value}' is invalid")]
    Invalid { flag: String, value: String },
    #[error("The demo agent has no terminal interface; it runs with -p and stream-json only")]
    Interactive,
    #[error("Error: When using --print, --output-format=stream-json requires --verbose")]
    Quiet,
    #[error(
        "Error: Input must be provided either through stdin or as a prompt argument when using --print"
    )]
    NoPrompt,
}

/// Parses the arguments after the program's name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Wanted, Refused> {
    let words: Vec<String> = args.map(|word| word.to_string_lossy().into_owned()).collect();
    if words.iter().any(|word| word == "--version" || word == "-v") {
        return Ok(Wanted::Version);
    }
    if words.first().is_some_and(|word| word == "auth") {
        return Ok(Wanted::AuthStatus);
    }
    let mut reading = Reading::new(words);
    while let Some(word) = reading.words.next() {
        reading.take(&word)?;
    }
    reading.finish().map(|settings| Wanted::Talk(Box::new(settings)))
}

/// The state of the parser.
struct Reading {
    words: std::iter::Peekable<std::vec::IntoIter<String>>,
    settings: Settings,
    print: bool,
    verbose: bool,
    output: String,
}

impl Reading {
    fn new(words: Vec<String>) -> Self {
        let settings = Settings {
            session: SessionChoice::Fresh,
            model: None,
            mode: PermissionMode::Default,
            allowed_tools: Vec::new(),
            asks: false,
            two_way: false,
            partial: false,
            prompt: None,
            max_turns: None,
            max_budget: None,
        };
        let words = words.into_iter().peekable();
        Self { words, settings, print: false, verbose: false, output: "text".into() }
    }

    fn take(&mut self, word: &str) -> Result<(), Refused> {
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (word, None),
        };
        match flag {
            "-p" | "--print" => self.print = true,
            "--verbose" => self.verbose = true,
            "--include-partial-messages" => self.settings.partial = true,
            "--dangerously-skip-permissions" => self.settings.mode = PermissionMode::Bypass,
            _ if flag.starts_with('-') => return self.take_valued(flag, inline),
            _ => self.settings.prompt = Some(word.to_owned()),
        }
        Ok(())
    }

    fn take_valued(&mut self, flag: &str, inline: Option<String>) -> Result<(), Refused> {
        if matches!(flag, "--allowedTools" | "--allowed-tools") {
            return self.take_tools(flag, inline);
        }
        let known = [
            "--input-format",
            "--output-format",
            "--permission-prompt-tool",
            "--session-id",
            "--resume",
            "-r",
            "--model",
            "--permission-mode",
            "--max-turns",
            "--max-budget-usd",
            "--append-system-prompt",
        ];
        if !known.contains(&flag) {
            return Err(Refused::Unknown(flag.to_owned()));
        }
        let value = inline.or_else(|| self.words.next());
        let value = value.ok_or_else(|| Refused::Missing(flag.to_owned()))?;
        self.set(flag, value)
    }

    fn set(&mut self, flag: &str, value: String) -> Result<(), Refused> {
        let invalid = || Refused::Invalid { flag: flag.to_owned(), value: value.clone() };
        match flag {
            "--input-format" => self.settings.two_way = value == "stream-json",
            "--output-format" => self.output = value,
            "--permission-prompt-tool" if value == "stdio" => self.settings.asks = true,
            "--permission-prompt-tool" => return Err(invalid()),
            "--session-id" => self.settings.session = SessionChoice::Named(value),
            "--resume" | "-r" => self.settings.session = SessionChoice::Resumed(value),
            "--model" => self.settings.model = Some(value),
            "--permission-mode" => {
                self.settings.mode = PermissionMode::of(&value).ok_or_else(invalid)?;
            }
            "--max-turns" => {
                self.settings.max_turns = Some(value.parse().map_err(|_| invalid())?);
            }
            "--max-budget-usd" => self.settings.max_budget = Some(value),
            // Ignored: the demo agent behaves the same for every system prompt.
            _ => {}
        }
        Ok(())
    }

    /// `--allowedTools` takes all following words that are not flags, split at commas and spaces
    /// outside of parentheses.
    fn take_tools(&mut self, flag: &str, inline: Option<String>) -> Result<(), Refused> {
        let mut values: Vec<String> = inline.into_iter().collect();
        while let Some(word) = self.words.next_if(|word| !word.starts_with('-')) {
            values.push(word);
        }
        if values.is_empty() {
            return Err(Refused::Missing(flag.to_owned()));
        }
        for value in values {
            self.settings.allowed_tools.extend(split_rules(&value));
        }
        Ok(())
    }

    fn finish(self) -> Result<Settings, Refused> {
        if !self.print || self.output != "stream-json" {
            return Err(Refused::Interactive);
        }
        if !self.verbose {
            return Err(Refused::Quiet);
        }
        if !self.settings.two_way && self.settings.prompt.is_none() {
            return Err(Refused::NoPrompt);
        }
        Ok(self.settings)
    }
}

fn split_rules(value: &str) -> Vec<String> {
    let mut rules = vec![String::new()];
    let mut depth = 0_u32;
    for letter in value.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ' ' if depth == 0 => {
                rules.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(rule) = rules.last_mut() {
            rule.push(letter);
        }
    }
    rules.retain(|rule| !rule.is_empty());
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Wanted, Refused> {
        parse(line.split_whitespace().map(OsString::from))
    }

    const TALK: &str = "-p --input-format stream-json --output-format stream-json --verbose";

    #[test]
    fn a_two_way_launch_is_understood() {
        let line = format!("{TALK} --session-id S --permission-mode plan --allowedTools Read,Bash");
        let Ok(Wanted::Talk(settings)) = read(&line) else { panic!("a conversation") };
        assert_eq!(settings.session, SessionChoice::Named("S".into()));
        assert_eq!(settings.mode, PermissionMode::Plan);
        assert_eq!(settings.allowed_tools, ["Read", "Bash"]);
        assert!(settings.two_way && !settings.asks);
    }

    #[test]
    fn rules_keep_the_spaces_in_their_parentheses() {
        assert_eq!(split_rules("Bash(git commit:*) Edit"), ["Bash(git commit:*)", "Edit"]);
    }

    #[test]
    fn what_is_not_known_is_refused_in_the_words_of_the_real_program() {
        let refused = read(&format!("{TALK} --no-such-flag")).err();
        assert_eq!(
            refused.map(|error| error.to_string()).as_deref(),
            Some("error: unknown option '--no-such-flag'")
        );
        assert_eq!(read("--resume").err(), Some(Refused::Missing("--resume".into())));
        assert_eq!(read("hello").err(), Some(Refused::Interactive));
        assert_eq!(read("-p --output-format stream-json --verbose").err(), Some(Refused::NoPrompt));
    }
}
