//! Commands that run another command and give its status back: `env`, `timeout`, `bash -c` and so on. Pure.

use super::lex::Word;
use super::list::{Simple, assignment};
use crate::claims::has;

/// What a command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// Itself.
    Own,
    /// Another command.
    Other(Simple),
    /// A text, read by a shell with these options.
    Text { text: String, stops_at_errors: bool, pipefail: bool },
    /// Something that is not known.
    NotKnown,
}

/// How a wrapper's own arguments end.
struct Wrapper {
    name: &'static str,
    /// Words that follow its name.
    sub: &'static [&'static str],
    /// Options without a value.
    flags: &'static str,
    /// Options with a value.
    values: &'static str,
    /// How many words stand before the command.
    words: usize,
}

const fn wrapper(name: &'static str, sub: &'static [&'static str]) -> Wrapper {
    Wrapper { name, sub, flags: "", values: "", words: 0 }
}

const WRAPPERS: &[Wrapper] = &[
    Wrapper { flags: "-i -", values: "-u -C", ..wrapper("env", &[]) },
    Wrapper { flags: "--foreground", values: "-k -s", words: 1, ..wrapper("timeout", &[]) },
    Wrapper { flags: "--foreground", values: "-k -s", words: 1, ..wrapper("gtimeout", &[]) },
    Wrapper { values: "-n", ..wrapper("nice", &[]) },
    Wrapper { values: "-c -n -p", ..wrapper("ionice", &[]) },
    Wrapper { flags: "-p -v", values: "-o -f", ..wrapper("time", &[]) },
    wrapper("nohup", &[]),
    Wrapper { values: "-o -e -i", ..wrapper("stdbuf", &[]) },
    Wrapper { flags: "-E -n -H", values: "-u", ..wrapper("sudo", &[]) },
    Wrapper { flags: "-a", values: "-s -n", ..wrapper("xvfb-run", &[]) },
    wrapper("command", &[]),
    wrapper("cross-env", &[]),
    wrapper("corepack", &[]),
    wrapper("unbuffer", &[]),
    Wrapper {
        flags: "--no-sync --locked --frozen -q --quiet --offline",
        values: "--with --extra --group -p --python",
        ..wrapper("uv", &["run"])
    },
    wrapper("poetry", &["run"]),
    wrapper("pipenv", &["run"]),
    wrapper("pdm", &["run"]),
    wrapper("rye", &["run"]),
    wrapper("hatch", &["run"]),
    wrapper("bundle", &["exec"]),
    wrapper("mise", &["exec", "--"]),
    wrapper("direnv", &["exec", "."]),
    Wrapper { flags: "-y --yes --no-install --no", ..wrapper("npx", &[]) },
    wrapper("bunx", &[]),
    wrapper("pnpx", &[]),
    wrapper("npm", &["exec", "--"]),
    wrapper("npm", &["exec"]),
    wrapper("pnpm", &["exec"]),
    wrapper("pnpm", &["dlx"]),
    wrapper("yarn", &["exec"]),
    wrapper("yarn", &["dlx"]),
    wrapper("bun", &["x"]),
];

impl Wrapper {
    /// Whether a word is one of its own options, with its value if it has one.
    fn takes(&self, text: &str) -> bool {
        let short = text.get(..2).filter(|_| !text.starts_with("--"));
        let is_number = || text.bytes().skip(1).all(|byte| byte.is_ascii_digit());
        has(self.flags, text)
            || short.is_some_and(|short| has(self.values, short))
            || (self.name == "nice" && is_number())
    }
}

const SHELLS: &str = "bash sh zsh dash ksh";

/// Programs that run a command in a way that is not read here.
const RUNNERS: &str = "exec eval docker docker-compose podman kubectl ssh xargs parallel watch script find entr nix \
     nix-shell devbox flock setsid chroot dotenv dotenvx doppler op conda micromamba wsl \
     strace valgrind perf hyperfine xcrun arch caffeinate doas chronic retry nodemon tmux \
     screen at su runuser busybox pwsh powershell cmd fish";

/// The last part of a path.
pub(in crate::claims) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a command runs.
pub(super) fn runs(simple: &Simple) -> Runs {
    let Some(name) = simple.words.first() else { return Runs::Own };
    if !name.is_literal {
        return Runs::NotKnown;
    }
    let name = base_name(&name.text);
    if has(RUNNERS, name) {
        return Runs::NotKnown;
    }
    if has(SHELLS, name) {
        return shell(&simple.words[1..]);
    }
    let of_name = |wrapper: &&Wrapper| {
        let sub = simple.words.get(1..=wrapper.sub.len()).unwrap_or_default();
        wrapper.name == name
            && sub.len() == wrapper.sub.len()
            && sub.iter().zip(wrapper.sub).all(|(word, sub)| word.text == *sub)
    };
    let Some(wrapper) = WRAPPERS.iter().find(of_name) else { return Runs::Own };
    after(wrapper, simple)
}

fn after(wrapper: &Wrapper, simple: &Simple) -> Runs {
    let mut words = simple.words.iter().skip(1 + wrapper.sub.len()).peekable();
    let mut other =
        Simple { out: simple.out.clone(), sets: simple.sets.clone(), words: Vec::new() };
    while let Some(word) = words.next_if(|word| word.text.starts_with('-')) {
        let text = word.text.as_str();
        if text == "--" {
            break;
        } else if has(wrapper.values, text) {
            words.next();
        } else if !wrapper.takes(text) {
            return Runs::NotKnown;
        }
    }
    for _ in 0..wrapper.words {
        words.next();
    }
    if matches!(wrapper.name, "env" | "cross-env" | "sudo") {
        while let Some(set) = words.peek().and_then(|word| assignment(word)) {
            other.sets.push(set);
            words.next();
        }
    }
    other.words = words.cloned().collect();
    match other.words.is_empty() {
        true => Runs::Own,
        false => Runs::Other(other),
    }
}

/// What a shell with these arguments runs.
fn shell(arguments: &[Word]) -> Runs {
    let mut words = arguments.iter();
    let (mut stops_at_errors, mut pipefail) = (false, false);
    while let Some(word) = words.next() {
        let Some(options) = word.text.strip_prefix('-').filter(|_| word.is_literal) else {
            return Runs::NotKnown;
        };
        // Of a login shell the files that it reads first are the person's own.
        if !options.chars().all(|c| "celiuxo".contains(c)) || options.is_empty() {
            return Runs::NotKnown;
        }
        stops_at_errors |= options.contains('e');
        if options.contains('o') {
            match words.next().map(|word| word.text.as_str()) {
                Some("pipefail") => pipefail = true,
                Some("errexit") => stops_at_errors = true,
                _ => return Runs::NotKnown,
            }
        }
        if options.contains('c') {
            return match words.next() {
                // Further words are parameters of the text, which are not read.
                Some(text) if text.is_literal && words.as_slice().is_empty() => {
                    Runs::Text { text: text.text.clone(), stops_at_errors, pipefail }
                }
                _ => Runs::NotKnown,
            };
        }
    }
    Runs::NotKnown
}

/// Whether it is a shell.
pub(super) fn is_shell(simple: &Simple) -> bool {
    simple.words.first().is_some_and(|name| has(SHELLS, base_name(&name.text)))
}
