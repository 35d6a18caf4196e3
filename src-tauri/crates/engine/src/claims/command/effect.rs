//! Whether a command may change files of the worktree. What is not known to only read may. Pure.

use super::act;
use crate::claims::has;
use crate::claims::shell::{Ran, Word, base_name};
use protocol::ClaimWhy;

/// What a command may do to files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::claims) enum Effect {
    /// It only reads, or writes outside of the worktree.
    Reads,
    /// It may change files.
    MayEdit,
    /// It changes files.
    Edits,
}

/// Commands that change no file, whatever their arguments are.
const READ: &str = "exit return trap break continue for case select in ls cat head tail grep rg egrep fgrep ag wc uniq cut echo printf pwd cd pushd popd which \
     type true false : test [ date sleep printenv export set unset ps kill pkill uname whoami \
     id hostname stat file du df diff cmp comm tree xxd od strings md5sum sha1sum sha256sum \
     shasum tr rev nl less more column basename dirname realpath readlink seq expr lsof ss \
     netstat uptime free nproc wait jobs ulimit umask hash history gh fold paste jq bat env \
     tokei cloc read local declare source command";

/// Commands that change the files that they name.
const WRITE: &str = "rm mv cp mkdir rmdir touch ln chmod chown truncate install tee dd patch rsync unzip tar \
     shred";

/// Further programs whose words say nothing of tests.
const OTHER: &str = "git sed awk perl ruby php find sort curl wget pip pip3 apt apt-get brew vim nano code open ssh";

const GIT_READS: &str = "status diff log show branch rev-parse ls-files blame remote fetch add commit push tag \
     config describe shortlog reflog cat-file ls-tree ls-remote for-each-ref rev-list \
     merge-base grep show-ref symbolic-ref name-rev check-ignore diff-tree diff-index var \
     version help --version whatchanged range-diff cherry count-objects fsck notes";

const GIT_WRITES: &str = "checkout switch restore reset clean stash merge rebase pull cherry-pick revert apply am \
     mv rm read-tree sparse-checkout";

/// What a command that ran may have done to the files below `roots`.
pub(in crate::claims) fn effect(ran: &Ran, roots: &[String]) -> Effect {
    let simple = &ran.simple;
    let of_words = of_words(ran, roots);
    // What a test prints into a file is its own output, and no edit.
    let is_output = act(simple).is_some();
    let writes = |word: &Word| !is_outside(word, roots);
    match simple.out.iter().any(writes) && !is_output {
        true => Effect::Edits,
        false => of_words,
    }
}

fn of_words(ran: &Ran, roots: &[String]) -> Effect {
    let simple = &ran.simple;
    let Some(name) = simple.words.first() else { return Effect::Reads };
    let name = base_name(&name.text);
    let rest = &simple.words[1..];
    let takes = |options: &[&str]| {
        rest.iter().any(|word| {
            options.iter().any(|it| word.text == *it || word.text.starts_with(&format!("{it}=")))
        })
    };
    match name {
        _ if fixes(rest) => Effect::MayEdit,
        _ if act(simple).is_some_and(|act| act.unproven != Some(ClaimWhy::Script)) => Effect::Reads,
        _ if has(READ, name) => Effect::Reads,
        // What `tee` writes of a pipeline is output, as long as it is a log.
        "tee"
            if ran.is_piped && rest.iter().all(|word| is_outside(word, roots) || is_log(word)) =>
        {
            Effect::Reads
        }
        _ if has(WRITE, name) => match rest
            .iter()
            .filter(|word| !word.text.starts_with('-'))
            .all(|word| is_outside(word, roots))
        {
            true => Effect::Reads,
            false => Effect::Edits,
        },
        "sed" | "perl"
            if rest.iter().any(|word| {
                word.text.starts_with("-i")
                    || word.text.starts_with("--in-place")
                    || word.text.starts_with("-pi")
            }) =>
        {
            Effect::Edits
        }
        "sed"
            if rest.first().is_some_and(|word| word.text == "-n")
                && rest.get(1).is_some_and(is_printed) =>
        {
            Effect::Reads
        }
        "find"
            if !takes(&[
                "-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fls", "-fprintf",
            ]) =>
        {
            Effect::Reads
        }
        "sort" if !takes(&["-o", "--output"]) => Effect::Reads,
        "curl" if !takes(&["-o", "-O", "--output", "--remote-name"]) => Effect::Reads,
        "git" => git(rest),
        _ if simple.words.len() == 2
            && matches!(rest[0].text.as_str(), "--version" | "-V" | "--help" | "-h") =>
        {
            Effect::Reads
        }
        _ => Effect::MayEdit,
    }
}

/// `12,20p`: lines that are printed.
fn is_printed(word: &Word) -> bool {
    let text = word.text.as_str();
    text.strip_suffix('p')
        .is_some_and(|lines| lines.chars().all(|c| c.is_ascii_digit() || ",$".contains(c)))
}

fn is_log(word: &Word) -> bool {
    word.text.starts_with('-') || [".log", ".txt", ".out"].iter().any(|it| word.text.ends_with(it))
}

/// Whether arguments make a test or a lint change files.
fn fixes(arguments: &[Word]) -> bool {
    const FIX: &str = "--fix --write -u --updateSnapshot --update --update-snapshots --apply \
         --snapshot-update --bless --accept";
    arguments.iter().any(|word| has(FIX, word.text.as_str()))
}

fn git(arguments: &[Word]) -> Effect {
    let mut words = arguments.iter().map(|word| word.text.as_str());
    let mut next = words.next();
    while let Some(option) = next.filter(|word| word.starts_with('-') && *word != "--version") {
        if matches!(option, "-C" | "-c") {
            words.next();
        }
        next = words.next();
    }
    match next {
        Some("stash") if words.next().is_some_and(|sub| matches!(sub, "list" | "show")) => {
            Effect::Reads
        }
        Some(sub) if has(GIT_READS, sub) => Effect::Reads,
        Some(sub) if has(GIT_WRITES, sub) => Effect::Edits,
        _ => Effect::MayEdit,
    }
}

/// Whether a path certainly is outside of the worktree.
fn is_outside(word: &Word, roots: &[String]) -> bool {
    let text = word.text.as_str();
    let is_device = text.starts_with("/dev/") || text.is_empty();
    let is_temporary = text.starts_with("/tmp/") || text.starts_with("/var/tmp/");
    (word.is_literal || is_temporary || is_device)
        && text.starts_with('/')
        && !is_below(text, roots)
        && !text.contains("..")
}

/// Whether a path is one of these folders or below it.
pub(in crate::claims) fn is_below(path: &str, roots: &[String]) -> bool {
    roots.iter().any(|root| {
        let rest = path.strip_prefix(root.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether a program is one of the system's own, git or a package manager, which neither tests nor builds by a word.
pub(super) fn is_tool(name: &str) -> bool {
    has(READ, name) || has(WRITE, name) || has(OTHER, name)
}
