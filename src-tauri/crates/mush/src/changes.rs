//! `mush changes`: what differs in the files of a story, since its base, in a turn, since a person looked, and so on;
//! as a list of files, as their sum, or as a patch.

use crate::access::Access;
use crate::text::{Out, bytes, clean, exact_path, say_bytes, word};
use crate::zone::clock;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use engine::changes;
use engine::env::Environment;
use engine::git::Git;
use engine::runtime;
use protocol::{
    ChangeEnd, ChangePoint, ChangeScope, ChangeStatus, ChangedFile, Changes, ErrorCode, Fault,
    FileReview, FoldedWhy, LeftOut,
};
use serde::Serialize;

/// How many digits of an object are shown.
const DIGITS: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct ChangesArgs {
    /// The story's id or name.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    story: String,
    /// Since when: base, turn (the last one), look, head (what no commit has), or the number of a checkpoint.
    #[arg(long, value_name = "WHAT", default_value = "base", value_parser = since)]
    since: Since,
    /// In this turn.
    #[arg(long, value_name = "N", conflicts_with_all = ["since", "commit"])]
    turn: Option<u32>,
    /// Up to this checkpoint, since another one; otherwise up to the newest.
    #[arg(long, value_name = "N", conflicts_with_all = ["turn", "commit"])]
    until: Option<u32>,
    /// In this commit.
    #[arg(long, value_name = "REV", conflicts_with = "since", allow_hyphen_values = true, value_parser = NonEmptyStringValueParser::new())]
    commit: Option<String>,
    /// Print the sum only.
    #[arg(long)]
    stat: bool,
    /// Print a patch that `git apply` takes.
    #[arg(long, conflicts_with = "stat")]
    patch: bool,
}

/// Where changes begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    Base,
    Turn,
    Looked,
    Head,
    Checkpoint(u32),
}

#[derive(Debug, thiserror::Error)]
#[error("name base, turn, look, head, or the number of a checkpoint")]
struct NotSince;

fn since(text: &str) -> Result<Since, NotSince> {
    match text {
        "base" => Ok(Since::Base),
        "turn" => Ok(Since::Turn),
        "look" => Ok(Since::Looked),
        "head" => Ok(Since::Head),
        number => number.parse().map(Since::Checkpoint).map_err(|_| NotSince),
    }
}

impl ChangesArgs {
    fn scope(&self) -> Result<ChangeScope, Fault> {
        if let Some(commit) = &self.commit {
            return Ok(ChangeScope::Commit { commit: commit.clone() });
        }
        match (self.turn, self.since, self.until) {
            (turn @ Some(_), _, _) => Ok(ChangeScope::Turn { turn }),
            (None, Since::Checkpoint(since), until) => {
                Ok(ChangeScope::Checkpoints { since, until })
            }
            (None, _, Some(_)) => Err(Fault::new(
                ErrorCode::BadInput,
                "a later checkpoint needs an earlier one to be compared with",
                "Name both: --since N --until M.",
            )),
            (None, Since::Base, None) => Ok(ChangeScope::Base),
            (None, Since::Turn, None) => Ok(ChangeScope::Turn { turn: None }),
            (None, Since::Looked, None) => Ok(ChangeScope::Looked),
            (None, Since::Head, None) => Ok(ChangeScope::Uncommitted),
        }
    }
}

/// The sum of changes, as one line of JSON.
#[derive(Serialize)]
struct Sum {
    from: ChangeEnd,
    to: ChangeEnd,
    turn: Option<u32>,
    never_looked: bool,
    is_outdated: bool,
    files: usize,
    added: u32,
    removed: u32,
    /// How many files the later state lacks because no checkpoint has them.
    #[serde(skip_serializing_if = "is_zero")]
    not_held: usize,
    /// How many of the files no tool call of the agent names; `None` if that is not known.
    unsaid: Option<usize>,
}

pub(crate) fn changes(access: &Access, out: Out, args: &ChangesArgs) -> Result<u8, Fault> {
    let scope = args.scope()?;
    if args.patch && out.json {
        let hint = "Leave one of --patch and --json out.";
        return Err(Fault::new(ErrorCode::BadInput, "a patch is no JSON", hint));
    }
    let plan = access.read(|reader| reader.changes_plan(&args.story, &scope))?;
    let git = Git::of(&Environment::of_this_process());
    if args.patch {
        let patch = runtime::wait(changes::patch(&git, &access.dir, &plan));
        say_bytes(&patch.map_err(engine::Error::Thread).flatten()?);
        return Ok(0);
    }
    let found = runtime::wait(changes::changes(&git, &access.dir, &plan));
    let found = found.map_err(engine::Error::Thread).flatten()?;
    if args.stat {
        out.one(&sum(&found), |sum| sentences(&args.story, &found, sum).join("\n"));
        return Ok(0);
    }
    let lines = |files: &[ChangedFile]| {
        let files = files.iter().map(in_line);
        files.chain(sentences(&args.story, &found, &sum(&found))).collect()
    };
    let none = format!("Nothing differs {}.", ends(&found));
    out.list(&found.files, lines, &none);
    if found.files.is_empty() && found.is_outdated {
        out.note(&outdated(&args.story));
    }
    Ok(0)
}

fn sum(found: &Changes) -> Sum {
    let files = &found.files;
    let unsaid = files.iter().filter(|file| file.said == Some(false)).count();
    Sum {
        from: found.from.clone(),
        to: found.to.clone(),
        turn: found.turn,
        never_looked: found.never_looked,
        is_outdated: found.is_outdated,
        files: files.len() + usize::try_from(found.more_files).unwrap_or(usize::MAX),
        added: found.added,
        removed: found.removed,
        not_held: found.left_out.len() + usize::try_from(found.more_left_out).unwrap_or(usize::MAX),
        unsaid: files.iter().all(|file| file.said.is_some()).then_some(unsaid),
    }
}

/// What is said below the files.
fn sentences(name: &str, found: &Changes, sum: &Sum) -> Vec<String> {
    let files = if sum.files == 1 { "file" } else { "files" };
    let Sum { files: count, added, removed, .. } = sum;
    let mut said = vec![format!("{count} {files}, +{added} \u{2212}{removed}, {}.", ends(found))];
    if found.more_files > 0 {
        said.push(format!("{} more are not listed.", found.more_files));
    }
    if found.never_looked {
        said.push("Nobody looked yet, so it is since the beginning.".to_owned());
    }
    said.extend(found.left_out.iter().map(not_held));
    if found.more_left_out > 0 {
        let more = found.more_left_out;
        said.push(format!(
            "In no checkpoint: {more} more, which the commit of the checkpoint names."
        ));
    }
    if found.renames_by_content_only {
        said.push(
            "So many files are new or gone that only those moved unchanged are known as renamed."
                .to_owned(),
        );
    }
    if found.is_outdated {
        said.push(outdated(name));
    }
    said
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A file that no checkpoint has, with the reason.
fn not_held(left_out: &LeftOut) -> String {
    let size = left_out.size.map(|size| format!("{}, ", bytes(size))).unwrap_or_default();
    let why = word(left_out.why).replace('_', " ");
    format!("In no checkpoint: {} ({size}{why}).", exact_path(&left_out.path))
}

fn outdated(name: &str) -> String {
    format!("Files changed since that checkpoint; `mush checkpoint {name}` holds them now.")
}

fn ends(found: &Changes) -> String {
    format!("from {} to {}", end(&found.from), end(&found.to))
}

fn end(end: &ChangeEnd) -> String {
    let id = end.object.get(..DIGITS).unwrap_or(&end.object);
    match &end.is {
        ChangePoint::Base { name } => format!("{} ({id})", clean(name)),
        ChangePoint::Beginning { n, .. } => {
            format!("{id}, which was checked out at checkpoint {n},")
        }
        ChangePoint::Checkpoint { n, at, .. } => format!("checkpoint {n} ({})", clock(*at)),
        ChangePoint::Head { branch, .. } => {
            let branch = branch.as_deref().map(|branch| format!(" ({})", clean(branch)));
            let branch = branch.unwrap_or_default();
            format!("{id}{branch}, which was checked out then,")
        }
        ChangePoint::Commit { subject, .. } => format!("{id} ({})", clean(subject)),
        ChangePoint::Parent => format!("{id} before it"),
        ChangePoint::Nothing => "nothing".to_owned(),
    }
}

fn in_line(change: &ChangedFile) -> String {
    let what = match change.status {
        ChangeStatus::Added => "added",
        ChangeStatus::Removed => "removed",
        ChangeStatus::Changed => "changed",
        ChangeStatus::Renamed => "renamed",
        ChangeStatus::OtherKind => "other kind",
    };
    let lines = match (change.binary, change.is_repository()) {
        (_, true) => "submodule".to_owned(),
        (true, false) => "binary".to_owned(),
        (false, false) => format!("+{} \u{2212}{}", change.added, change.removed),
    };
    let marks: Vec<String> = [
        change.old_path.as_ref().map(|old| format!("was {}", exact_path(old))),
        modes(change),
        change.folded.filter(|why| *why != FoldedWhy::Binary).map(word),
        (change.said == Some(false)).then(|| "not named by a tool call".to_owned()),
        match change.reviewed {
            FileReview::No => None,
            FileReview::Yes => Some("reviewed".to_owned()),
            FileReview::ChangedSince => Some("changed since you reviewed it".to_owned()),
        },
    ]
    .into_iter()
    .flatten()
    .collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    format!("{what:<10}  {lines:>12}  {}{marks}", exact_path(&change.path))
}

/// How the kind or the permissions changed of a file that was there and is.
fn modes(change: &ChangedFile) -> Option<String> {
    let (old, new) = (change.old.as_ref()?, change.new.as_ref()?);
    if old.kind != new.kind {
        return Some(format!("{} to {}", word(old.kind), word(new.kind)));
    }
    let usual = || "usual".to_owned();
    let permissions = [&old.permissions, &new.permissions];
    let [before, after] = permissions.map(|it| it.clone().unwrap_or_else(usual));
    (before != after).then(|| format!("permissions {before} to {after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{FileKind, FileSide};

    #[test]
    fn a_file_is_one_line_with_what_is_to_be_known() {
        let side = |kind, permissions: Option<&str>| {
            let permissions = permissions.map(str::to_owned);
            Some(FileSide { kind, object: None, size: None, permissions })
        };
        let plain = ChangedFile {
            path: "a\nb".to_owned(),
            old_path: None,
            status: ChangeStatus::Changed,
            old: side(FileKind::File, None),
            new: side(FileKind::Executable, None),
            added: 2,
            removed: 1,
            binary: false,
            folded: None,
            said: Some(true),
            reviewed: FileReview::No,
        };
        assert_eq!(
            in_line(&plain),
            "changed            +2 \u{2212}1  a<U+000A>b (file to executable)"
        );
        let renamed = ChangedFile {
            old_path: Some("old".to_owned()),
            status: ChangeStatus::Renamed,
            new: side(FileKind::File, Some("600")),
            folded: Some(FoldedWhy::Generated),
            said: Some(false),
            ..plain.clone()
        };
        assert_eq!(
            in_line(&renamed),
            "renamed            +2 \u{2212}1  a<U+000A>b (was old, permissions usual to 600, generated, not named by a tool call)"
        );
        let binary = ChangedFile { binary: true, new: None, said: None, ..plain };
        assert_eq!(in_line(&binary), "changed           binary  a<U+000A>b");
    }

    #[test]
    fn where_changes_begin_is_a_word_or_a_number() {
        assert_eq!(since("head").ok(), Some(Since::Head));
        assert_eq!(since("12").ok(), Some(Since::Checkpoint(12)));
        assert!(since("HEAD").is_err() && since("-1").is_err() && since("").is_err());
    }
}
