//! Says of each command of a line whether it has succeeded when the line has: then it is *tied* to the line's exit
//! status, otherwise there is a reason why it is not. Pure.

use super::DEEPEST;
use super::lex::Word;
use super::list::{List, Part, Pipeline, Simple, list};
use super::loose::commands;
use super::wrap::{Runs, base_name, is_shell, runs};
use crate::claims::has;
use protocol::ClaimWhy;

/// A command of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::claims) struct Ran {
    /// The command, without what only runs it.
    pub(in crate::claims) simple: Simple,
    /// Why the line's status says nothing about it; `None` if it is tied.
    pub(in crate::claims) loose: Option<ClaimWhy>,
    /// Whether it writes what another command of its pipeline gives it.
    pub(in crate::claims) is_piped: bool,
    /// Whether it was found among the words of another command, which runs it.
    pub(in crate::claims) is_within: bool,
}

/// Commands after which nothing is as it is read here.
const TURN: &str = "trap exit return eval exec alias unalias source . shopt enable builtin break continue \
     logout disown setopt unsetopt emulate";

/// How many words of a command are looked at for another command.
const MOST_WORDS: usize = 12;

/// Reads a line.
pub(in crate::claims) fn read(line: &str) -> Vec<Ran> {
    let mut reader = Reader { whole: line, ran: Vec::new(), depth: 0, turns: false };
    reader.text(line, None, Options::default());
    let turns = reader.turns;
    let mut ran = reader.ran;
    if turns {
        for one in &mut ran {
            one.loose.get_or_insert(ClaimWhy::Unreadable);
        }
    }
    ran
}

/// What a shell was told by `set`.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    stops_at_errors: bool,
    pipefail: bool,
}

struct Reader<'l> {
    /// The whole line.
    whole: &'l str,
    ran: Vec<Ran>,
    depth: u32,
    turns: bool,
}

impl Reader<'_> {
    fn text(&mut self, text: &str, loose: Option<ClaimWhy>, options: Options) {
        self.depth += 1;
        match list(text) {
            Ok(list) if self.depth <= DEEPEST => drop(self.list(&list, loose, options)),
            _ => {
                let loose = Some(loose.unwrap_or(ClaimWhy::Unreadable));
                let found = commands(text);
                self.ran.extend(found.into_iter().map(|simple| Ran {
                    simple,
                    loose,
                    is_piped: false,
                    is_within: false,
                }));
                self.turns = true;
            }
        }
        self.depth -= 1;
    }

    fn list(&mut self, list: &List, loose: Option<ClaimWhy>, mut options: Options) -> Options {
        let last = list.members.len().saturating_sub(1);
        for (at, (chain, background)) in list.members.iter().enumerate() {
            let is_alone = chain.pipelines.len() == 1;
            let because = match () {
                () if *background => Some(ClaimWhy::Background),
                () if chain.has_or => Some(ClaimWhy::OrElse),
                () if at == last || (options.stops_at_errors && is_alone) => None,
                () => Some(ClaimWhy::Sequence),
            };
            let loose = loose.or(because);
            for pipeline in &chain.pipelines {
                let heard = self.pipeline(pipeline, loose, options);
                if !*background && !chain.has_or {
                    options = heard;
                }
            }
        }
        options
    }

    fn pipeline(
        &mut self,
        pipeline: &Pipeline,
        loose: Option<ClaimWhy>,
        options: Options,
    ) -> Options {
        let loose = loose.or(pipeline.is_negated.then_some(ClaimWhy::Negated));
        let last = pipeline.parts.len().saturating_sub(1);
        let mut heard = options;
        for (at, part) in pipeline.parts.iter().enumerate() {
            let piped = (at != last && !options.pipefail).then_some(ClaimWhy::Pipe);
            let loose = loose.or(piped);
            let first = self.ran.len();
            let after = match part {
                Part::Group(list, out) => {
                    let heard = self.list(list, loose, options);
                    self.written(out, loose);
                    heard
                }
                Part::Subshell(list, out) => {
                    self.list(list, loose, options);
                    self.written(out, loose);
                    options
                }
                Part::Simple(simple) => self.simple(simple, loose, options),
            };
            if last == 0 {
                heard = after;
            }
            if at > 0 {
                self.ran.iter_mut().skip(first).for_each(|ran| ran.is_piped = true);
            }
        }
        heard
    }

    fn simple(&mut self, simple: &Simple, loose: Option<ClaimWhy>, options: Options) -> Options {
        let values = simple.sets.iter().map(|(_, value)| value);
        let inner = values.chain(&simple.words).chain(&simple.out).flat_map(|word| &word.inner);
        for text in inner {
            self.text(text, Some(loose.unwrap_or(ClaimWhy::Substitution)), Options::default());
        }
        self.turns |= turns(simple);
        match runs(simple) {
            Runs::Own => return self.own(simple, loose, options),
            Runs::Other(other) if self.depth < DEEPEST => {
                self.depth += 1;
                self.simple(
                    &Simple { sets: other.sets, words: other.words, out: other.out },
                    loose,
                    options,
                );
                self.depth -= 1;
            }
            Runs::Text { text, stops_at_errors, pipefail } => {
                self.text(&text, loose, Options { stops_at_errors, pipefail });
            }
            Runs::Other(_) | Runs::NotKnown => self.somewhere(simple, loose),
        }
        options
    }

    /// Takes a command that runs something which stands in its words, or in what it is given.
    fn somewhere(&mut self, simple: &Simple, loose: Option<ClaimWhy>) {
        let loose = Some(loose.unwrap_or(ClaimWhy::Script));
        let whole = simple.clone();
        self.ran.push(Ran { simple: whole, loose, is_piped: false, is_within: false });
        let mut push =
            |simple: Simple| self.ran.push(Ran { simple, loose, is_piped: false, is_within: true });
        for first in 1..simple.words.len().min(MOST_WORDS) {
            let words = simple.words[first..].to_vec();
            for word in &words {
                commands(&word.text)
                    .into_iter()
                    .filter(|it| it.words.len() > 1)
                    .for_each(&mut push);
            }
            push(Simple { words, ..Simple::default() });
        }
        if is_shell(simple) {
            commands(self.whole).into_iter().for_each(push);
        }
    }

    /// Takes where the output of several commands goes.
    fn written(&mut self, out: &[Word], loose: Option<ClaimWhy>) {
        if !out.is_empty() {
            let simple = Simple { out: out.to_vec(), ..Simple::default() };
            self.ran.push(Ran { simple, loose, is_piped: false, is_within: false });
        }
    }

    fn own(&mut self, simple: &Simple, loose: Option<ClaimWhy>, options: Options) -> Options {
        self.ran.push(Ran { simple: simple.clone(), loose, is_piped: false, is_within: false });
        let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            ["set", arguments @ ..] => self.set(arguments, options),
            _ => options,
        }
    }

    /// What `set` with these arguments makes of the options.
    fn set(&mut self, arguments: &[&str], mut options: Options) -> Options {
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Some(letters) = word.strip_prefix('-') else {
                self.turns = true;
                break;
            };
            for letter in letters.chars() {
                match letter {
                    'e' => options.stops_at_errors = true,
                    'u' | 'x' | 'v' => {}
                    'o' => match words.next() {
                        Some(&"pipefail") => options.pipefail = true,
                        Some(&"errexit") => options.stops_at_errors = true,
                        Some(&("nounset" | "xtrace" | "verbose")) => {}
                        _ => self.turns = true,
                    },
                    _ => self.turns = true,
                }
            }
        }
        options
    }
}

/// Whether nothing after a command is as it is read here.
fn turns(simple: &Simple) -> bool {
    let mut words = simple.words.iter().map(|word| word.text.as_str());
    match (words.next(), words.next()) {
        // It only sets variables.
        (Some("source" | "."), Some(path)) => base_name(path) != "activate",
        (Some(name), _) => has(TURN, name),
        (None, _) => false,
    }
}
