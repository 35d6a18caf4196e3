//! Arguments of commands that test, build or lint: whether all of it is done, a part, or nothing. Pure.

use crate::claims::has;
use crate::claims::shell::Word;
use protocol::ClaimWhy;

/// What a command takes, beyond what all take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Takes {
    /// Options that change nothing about what is done.
    pub(super) flags: &'static str,
    /// Options with a value of which the same is true.
    pub(super) values: &'static str,
    /// Options with which only a part is done.
    pub(super) part: &'static str,
    /// Words that stand for all.
    pub(super) all: &'static str,
    /// Options with which nothing is proved.
    pub(super) nothing: &'static str,
    /// Whether one of these options or words has to be there; otherwise it is a part.
    pub(super) needs: &'static str,
    /// What stands after `--`; without it nothing may.
    pub(super) rest: Option<&'static Takes>,
    /// Whether every other word means the same.
    pub(super) any_word: bool,
}

pub(super) const TAKES: Takes = Takes {
    flags: "",
    values: "",
    part: "",
    all: "",
    nothing: "",
    needs: "",
    rest: None,
    any_word: false,
};

/// Options that mean the same to every such command.
const FLAGS: &str = "-q --quiet -v -vv -vvv --verbose --silent --no-color --color --colors --colour \
     --no-colors --ci --coverage --no-coverage --cov --no-cov --debug --release --stacktrace \
     --no-progress --fail-fast --no-fail-fast --failfast --bail --offline --locked --frozen \
     --frozen-lockfile --parallel --no-parallel --trace --no-cache --cache --strict --pretty";

/// Options with a value, also after `=`, of which the same is true.
const VALUES: &str = "--color --colors --jobs --reporter --reporters --test-threads --max-workers --maxWorkers \
     --seed --log-level --loglevel --retries --timeout --testTimeout --test-timeout --format \
     --formatter --target-dir --max-warnings";

/// With these nothing is done that could pass.
const NOTHING: &str = "--help -h help --version -V --dry-run --list --list-tests --listTests --collect-only \
     --co --show-only --no-run --init --print-config --showConfig --just-print --recon \
     --setup-plan --setup-only --fixtures --markers --env-info --no-op";

const WATCH: &str =
    "--watch --watchAll --watch-all --ui --watch=true --auto-watch --continuous --looponfail";

/// What the arguments make of it.
pub(super) enum Found {
    /// All is done.
    All,
    /// It is done, but its success proves nothing.
    Less(ClaimWhy),
    /// Nothing is done.
    Nothing,
}

/// Reads the arguments after the words that name what is done.
pub(super) fn read(takes: &Takes, words: &[Word]) -> Found {
    let mut less: Option<ClaimWhy> = None;
    let mut found = takes.needs.is_empty();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let (name, has_value) = match text.split_once('=') {
            Some((name, _)) if text.starts_with('-') => (name, true),
            _ => (text, false),
        };
        if !word.is_literal {
            less = less.or(Some(ClaimWhy::Arguments));
        } else if text == "--" {
            let rest = match takes.rest {
                Some(rest) => read(rest, words.as_slice()),
                None if words.as_slice().is_empty() => Found::All,
                None => Found::Less(ClaimWhy::Arguments),
            };
            return match rest {
                Found::Nothing => Found::Nothing,
                Found::Less(why) => Found::Less(less.unwrap_or(why)),
                Found::All => end(less, found),
            };
        } else if has(takes.needs, text) {
            found = true;
        } else if has(takes.nothing, name) {
            return Found::Nothing;
        } else if has(takes.part, name) {
            less = less.or(Some(ClaimWhy::Part));
        } else if has(takes.all, text) || has(takes.flags, text) || has(takes.flags, name) {
        } else if has(takes.values, name) {
            if !has_value {
                words.next();
            }
        } else if takes
            .values
            .split_whitespace()
            .any(|it| it.len() == 2 && text.strip_prefix(it).is_some_and(is_number))
        {
        } else if has(NOTHING, name) {
            return Found::Nothing;
        } else if has(WATCH, text) {
            less = Some(ClaimWhy::Watch);
        } else if has(FLAGS, text) || (has_value && has(VALUES, name)) {
        } else if has(VALUES, name) {
            words.next();
        } else if text.starts_with('-') || text.starts_with('+') || text.contains('=') {
            less = less.or(Some(ClaimWhy::Arguments));
        } else if !takes.any_word {
            less = less.or(Some(ClaimWhy::Part));
        }
    }
    end(less, found)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn end(less: Option<ClaimWhy>, found: bool) -> Found {
    match (less, found) {
        (Some(why), _) => Found::Less(why),
        (None, true) => Found::All,
        (None, false) => Found::Less(ClaimWhy::Part),
    }
}
