//! What happened in the runs of a story, as far as claims rest on it: commands that test, build or lint, with their
//! results, and edits. Pure.
//!
//! An *edit* is a tool call that changes files and did not fail, or a command line that certainly does (`sed -i`, `>`
//! into the worktree, `git checkout`). Every command and tool that is not known to only read *may have edited*. A
//! commit is no edit; what its hooks change is seen by checkpoints.

use super::command::{Effect, act, effect, is_below, sways};
use super::shell::{Ran, read};
use protocol::{ClaimKind, ClaimWhy, Pos, RunId, Subject, Timestamp, ToolKind};

/// A tool call, with its result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    pub(super) run: RunId,
    /// The run's place among those of the story.
    pub(super) run_at: usize,
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) pos: Pos,
    pub(super) kind: ToolKind,
    pub(super) subject: Subject,
    /// What its result says; `None` if none came, or it was cut.
    pub(super) result: Option<CallEnd>,
}

/// The end of a tool call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CallEnd {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    /// It was refused, so that nothing was done.
    pub(super) is_denied: bool,
    pub(super) is_ok: bool,
    pub(super) status: Status,
}

/// The exit status of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Exit(i32),
    NotKnown(ClaimWhy),
}

/// Where something stands in the order of all runs: run, event, and command of its line.
pub(super) type Order = (usize, u64, usize);

/// A command that tests, builds or lints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    pub(super) kinds: &'static [ClaimKind],
    pub(super) run: RunId,
    pub(super) pos: Option<Pos>,
    /// The line in which it stands.
    pub(super) line: String,
    pub(super) order: Order,
    pub(super) began: Timestamp,
    pub(super) ended: Option<Timestamp>,
    pub(super) result: Outcome,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed(i32),
    NotKnown(ClaimWhy),
}

/// Something that changed files, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Whether it certainly did.
    pub(super) is_sure: bool,
    /// Where it began.
    pub(super) start: Order,
    /// Where it ended; the end of its run if that is not known.
    pub(super) end: Order,
    pub(super) began: Timestamp,
    pub(super) ended: Option<Timestamp>,
}

impl Edit {
    /// Whether it ended after a command began. Within a line commands follow on each other, except in the background.
    pub(super) fn is_after(&self, attempt: &Attempt) -> bool {
        let (run, seq, part) = attempt.order;
        match (self.start.0, self.start.1) == (run, seq) && self.end.1 != u64::MAX {
            true => self.start.2 > part,
            false => self.end > attempt.order,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) attempts: Vec<Attempt>,
    pub(super) edits: Vec<Edit>,
}

/// What happened in these calls; `roots` are the folders of the worktree, by all its names.
pub(super) fn steps(calls: &[Call], roots: &[String]) -> Steps {
    let mut steps = Steps::default();
    for call in calls.iter().filter(|call| !call.result.as_ref().is_some_and(|end| end.is_denied)) {
        match (&call.subject, call.kind) {
            (Subject::Command { text, cwd }, _) => steps.command(call, text, cwd.as_deref(), roots),
            // A change that failed changed nothing.
            (Subject::Change { .. }, _) | (_, ToolKind::Edit)
                if call.result.as_ref().is_none_or(|end| end.is_ok) =>
            {
                steps.edits.push(edit(call, true, 0));
            }
            (_, ToolKind::Mcp | ToolKind::Other) => steps.edits.push(edit(call, false, 0)),
            _ => {}
        }
    }
    steps
}

fn edit(call: &Call, is_sure: bool, part: usize) -> Edit {
    let end = call.result.as_ref();
    // What runs on in the background has no end that is known.
    let is_over = end.is_some_and(|end| end.status != Status::NotKnown(ClaimWhy::Background));
    let seq = end.filter(|_| is_over).map_or(u64::MAX, |end| end.seq);
    Edit {
        is_sure,
        start: (call.run_at, call.seq, part),
        end: (call.run_at, seq, part),
        began: call.at,
        ended: end.filter(|_| is_over).map(|end| end.at),
    }
}

impl Steps {
    fn command(&mut self, call: &Call, line: &str, cwd: Option<&str>, roots: &[String]) {
        let ran = read(line);
        let status =
            call.result.as_ref().map_or(Status::NotKnown(ClaimWhy::CutShort), |end| end.status);
        let is_sole =
            |of: usize| ran.iter().enumerate().all(|(at, one)| at == of || is_before(one));
        let mut is_elsewhere = cwd.is_some_and(|cwd| is_outside(cwd, roots));
        let mut is_swayed = false;
        for (at, one) in ran.iter().enumerate() {
            is_swayed |= sways(&one.simple);
            if let Some(dir) = goes_to(one) {
                is_elsewhere = is_outside(dir, roots);
            }
            if let Some(act) = act(&one.simple) {
                let elsewhere = is_elsewhere.then_some(ClaimWhy::Part);
                let swayed = is_swayed.then_some(ClaimWhy::Arguments);
                let unproven = act.unproven.or(elsewhere).or(swayed);
                self.attempts.push(Attempt {
                    kinds: act.kinds,
                    run: call.run.clone(),
                    pos: Some(call.pos),
                    line: line.to_owned(),
                    order: (call.run_at, call.seq, at),
                    began: call.at,
                    ended: call.result.as_ref().map(|end| end.at),
                    result: outcome(status, one.loose, unproven, is_sole(at)),
                });
            }
            let effect = effect(one, roots);
            if effect != Effect::Reads && !one.is_within {
                let mut edit = edit(call, effect == Effect::Edits, at);
                if one.loose == Some(ClaimWhy::Background) {
                    edit.end.1 = u64::MAX;
                }
                self.edits.push(edit);
            }
        }
    }
}

/// The result of a command, by that of its line.
pub(super) fn outcome(
    status: Status,
    loose: Option<ClaimWhy>,
    unproven: Option<ClaimWhy>,
    is_sole: bool,
) -> Outcome {
    match (status, loose, unproven) {
        (Status::NotKnown(why), None, _) => Outcome::NotKnown(why),
        (_, Some(why), _) => Outcome::NotKnown(why),
        (Status::Exit(0), None, Some(why)) => Outcome::NotKnown(why),
        (Status::Exit(0), None, None) => Outcome::Passed,
        (Status::Exit(code), None, _) if is_sole => Outcome::Failed(code),
        (Status::Exit(_), None, _) => Outcome::NotKnown(ClaimWhy::OneOfSeveral),
    }
}

/// Whether a command only prepares another one, and does not fail in its place.
fn is_before(ran: &Ran) -> bool {
    let name = ran.simple.words.first().map_or("", |word| word.text.as_str());
    matches!(name, "" | "cd" | "export" | "set" | "echo" | "source" | "." | "true" | ":")
}

/// The folder to which a command goes.
fn goes_to(ran: &Ran) -> Option<&str> {
    match ran.simple.words.as_slice() {
        [cd, dir, ..] if matches!(cd.text.as_str(), "cd" | "pushd") => Some(&dir.text),
        _ => None,
    }
}

/// Whether a folder is known to be outside of the worktree.
fn is_outside(dir: &str, roots: &[String]) -> bool {
    (dir.starts_with('/') || dir.starts_with('~')) && !is_below(dir, roots)
}

/// A gate as an attempt.
pub(super) fn of_gate(
    run: &RunId,
    line: &str,
    began: Timestamp,
    ended: Timestamp,
    code: Option<i32>,
) -> Vec<Attempt> {
    let ran = read(line);
    let status = code.map_or(Status::NotKnown(ClaimWhy::NoStatus), Status::Exit);
    let is_sole = |of: usize| ran.iter().enumerate().all(|(at, one)| at == of || is_before(one));
    let attempt = |(at, one): (usize, &Ran)| {
        let act = act(&one.simple)?;
        Some(Attempt {
            kinds: act.kinds,
            run: run.clone(),
            pos: None,
            line: line.to_owned(),
            order: (0, 0, at),
            began,
            ended: Some(ended),
            result: outcome(status, one.loose, act.unproven, is_sole(at)),
        })
    };
    ran.iter().enumerate().filter_map(attempt).collect()
}
