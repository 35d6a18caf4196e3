//! `mush claims`: what an agent said at the end of its last turn that it did, beside what shows whether it is so.

use crate::access::Access;
use crate::text::{Out, clean, exact_path};
use engine::claims;
use engine::env::Environment;
use engine::git::Git;
use engine::runtime;
use protocol::{Claim, ClaimKind, ClaimWhy, Fault, Verdict};

/// How many digits of an object are shown.
const DIGITS: usize = 12;

pub(crate) fn claims(access: &Access, out: Out, name: &str) -> Result<u8, Fault> {
    let plan = access.read(|reader| reader.claims_plan(name))?;
    let git = Git::of(&Environment::of_this_process());
    let found = runtime::wait(claims::claims(&git, &access.dir, plan));
    let found = found.map_err(engine::Error::Thread).flatten()?;
    let lines = |found: &[Claim]| found.iter().map(in_lines).collect();
    out.list(&found, lines, "The last message claims nothing that can be looked up.");
    Ok(0)
}

/// A claim with its verdict, below it the agent's words and the evidence.
fn in_lines(claim: &Claim) -> String {
    let first = format!("{:<12} {}", kind(claim), verdict(claim));
    let said = format!("    said: {}", one_line(&claim.words));
    let why = claim.why.map(|why| format!("    {}", why_words(why, claim.count)));
    let command = claim.command.as_ref().map(|line| {
        let status = claim.exit_code.map(|code| format!(" (exit {code})")).unwrap_or_default();
        let what = if claim.gate { "gate" } else { "command" };
        format!("    {what}: {}{status}", one_line(line))
    });
    let place = claim.run.as_ref().zip(claim.pos).map(|(run, pos)| {
        let stream = pos.stream.word();
        format!("    step: {run} {stream}, bytes {}-{}", pos.offset, pos.offset + pos.len)
    });
    let object = claim.object.as_ref().map(|object| {
        let what = if claim.kind == ClaimKind::File { "blob" } else { "commit" };
        format!("    {what}: {}", object.get(..DIGITS).unwrap_or(object))
    });
    let rest = [Some(said), why, command, place, object].into_iter().flatten();
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
}

fn kind(claim: &Claim) -> String {
    match claim.kind {
        ClaimKind::Tests => "tests pass".to_owned(),
        ClaimKind::Build => "builds".to_owned(),
        ClaimKind::Lint => "checks pass".to_owned(),
        ClaimKind::Committed => "committed".to_owned(),
        ClaimKind::Pushed => "pushed".to_owned(),
        ClaimKind::File => exact_path(claim.path.as_deref().unwrap_or_default()),
    }
}

fn verdict(claim: &Claim) -> &'static str {
    match (claim.verdict, claim.kind) {
        (Verdict::Proved, _) => "proved",
        (Verdict::BeforeEdit, ClaimKind::Committed) => "committed, but not everything",
        (Verdict::BeforeEdit, _) => "ran before the last edit",
        (Verdict::ResultUnknown, _) => "ran, result not known",
        (Verdict::Failed, _) => "ran and failed",
        (Verdict::NotRun, _) => "claimed, not run",
        (Verdict::NotFound, _) => "claimed, not found",
        (Verdict::Unknown, _) => "not known",
    }
}

/// Why the verdict is not better.
fn why_words(why: ClaimWhy, count: Option<u32>) -> String {
    let several = |one: &str, more: &str| match count {
        Some(1) => format!("1 {one}"),
        Some(count) => format!("{count} {more}"),
        None => more.to_owned(),
    };
    let words = match why {
        ClaimWhy::Pipe => "the exit status is that of the command after `|`",
        ClaimWhy::OrElse => "`||` hides a failure",
        ClaimWhy::Sequence => "the exit status is that of a later command of the line",
        ClaimWhy::Background => "it ran in the background",
        ClaimWhy::Negated => "`!` turns the exit status around",
        ClaimWhy::Part => "only a part was run, named by arguments",
        ClaimWhy::Watch => "it watches files and does not end by itself",
        ClaimWhy::Script => "a script ran it, which may hide a failure",
        ClaimWhy::Substitution => "its output was substituted, which hides its exit status",
        ClaimWhy::Arguments => "it was run with arguments or variables whose effect is not known",
        ClaimWhy::Unreadable => "the command line is more than a list of commands",
        ClaimWhy::NoStatus => "the agent's program reported no exit status",
        ClaimWhy::CutShort => "the call was cut short",
        ClaimWhy::OneOfSeveral => "one of several commands of the line failed",
        ClaimWhy::Edited => "files were edited after it",
        ClaimWhy::MayHaveEdited => "a command or tool that may have edited files came after it",
        ClaimWhy::ChangedSince => "files differ from what they were right after it",
        ClaimWhy::Uncommitted => {
            return format!("{} from the commit", several("file differs", "files differ"));
        }
        ClaimWhy::NoCommit => "there is no new commit",
        ClaimWhy::NotOnRemote => {
            return format!("the remote lacks {}", several("commit", "commits"));
        }
        ClaimWhy::NoRemote => "no remote is known",
        ClaimWhy::NoFile => "the file is not there",
        ClaimWhy::Unchanged => "no such file differs since the story began",
        ClaimWhy::NoEvidence => "the logs, checkpoints or files that would show it cannot be read",
    };
    words.to_owned()
}

fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
