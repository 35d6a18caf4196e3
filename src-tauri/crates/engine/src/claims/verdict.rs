//! What is known about a claim that something passes, by the commands and gates that ran and the edits after them.
//! Pure.

use super::steps::{Attempt, Edit, Outcome, Steps};
use protocol::{ClaimKind, ClaimWhy, Timestamp, Verdict};

/// What is known of a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) steps: Steps,
    /// The gates that ran, as commands.
    pub(super) gates: Vec<Attempt>,
    /// The checkpoints, oldest first: when each was made, and its tree.
    pub(super) trees: Vec<(Timestamp, String)>,
    /// Whether the worktree is known to have changed since the newest checkpoint.
    pub(super) is_outdated: bool,
    /// Whether everything that ran is known.
    pub(super) is_whole: bool,
}

/// A verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'k> {
    pub(super) verdict: Verdict,
    pub(super) why: Option<ClaimWhy>,
    pub(super) attempt: Option<&'k Attempt>,
    pub(super) is_gate: bool,
}

/// Judges a claim that something passes.
pub(super) fn judge(kind: ClaimKind, known: &Known) -> Found<'_> {
    let of_kind = |attempts: &'_ [Attempt]| -> Vec<usize> {
        let mut of: Vec<usize> =
            (0..attempts.len()).filter(|at| attempts[*at].kinds.contains(&kind)).collect();
        of.reverse();
        of
    };
    let gates: Vec<&Attempt> =
        of_kind(&known.gates).into_iter().map(|at| &known.gates[at]).collect();
    let same = gates.iter().find(|gate| known.is_same_since(gate));
    let same = same.map(|gate| (*gate, gate.result));
    match same {
        Some((gate, Outcome::Passed)) => return of_gate(Verdict::Proved, None, gate),
        Some((gate, Outcome::Failed(_))) => return of_gate(Verdict::Failed, None, gate),
        _ => {}
    }
    let attempts: Vec<&Attempt> =
        of_kind(&known.steps.attempts).into_iter().map(|at| &known.steps.attempts[at]).collect();
    let (fresh, stale): (Vec<_>, Vec<_>) =
        attempts.into_iter().partition(|it| known.stale(it).is_none());
    let found =
        |verdict, why, attempt| Found { verdict, why, attempt: Some(attempt), is_gate: false };
    let newest_unknown = fresh.iter().find_map(|it| match it.result {
        Outcome::NotKnown(why) => Some((*it, why)),
        _ => None,
    });
    let decided = fresh.iter().find(|it| !matches!(it.result, Outcome::NotKnown(_)));
    match (decided, newest_unknown) {
        (Some(passed), _) if passed.result == Outcome::Passed && known.is_whole => {
            found(Verdict::Proved, None, passed)
        }
        (Some(passed), _) if passed.result == Outcome::Passed => {
            found(Verdict::Unknown, Some(ClaimWhy::NoEvidence), passed)
        }
        (Some(failed), Some((later, why))) if later.order > failed.order => {
            found(Verdict::ResultUnknown, Some(why), later)
        }
        (Some(failed), _) => found(Verdict::Failed, None, failed),
        (None, Some((unknown, why))) => found(Verdict::ResultUnknown, Some(why), unknown),
        (None, None) => match (same, stale.first(), gates.first()) {
            (Some((gate, Outcome::NotKnown(why))), ..) => {
                of_gate(Verdict::ResultUnknown, Some(why), gate)
            }
            _ if !known.is_whole => nothing(Verdict::Unknown, Some(ClaimWhy::NoEvidence)),
            (_, Some(stale), _) => found(Verdict::BeforeEdit, known.stale(stale), stale),
            (_, None, Some(gate)) if known.trees.is_empty() => {
                of_gate(Verdict::Unknown, Some(ClaimWhy::NoEvidence), gate)
            }
            (_, None, Some(gate)) => {
                of_gate(Verdict::BeforeEdit, Some(ClaimWhy::ChangedSince), gate)
            }
            (_, None, None) => nothing(Verdict::NotRun, None),
        },
    }
}

fn of_gate(verdict: Verdict, why: Option<ClaimWhy>, gate: &Attempt) -> Found<'_> {
    Found { verdict, why, attempt: Some(gate), is_gate: true }
}

fn nothing<'k>(verdict: Verdict, why: Option<ClaimWhy>) -> Found<'k> {
    Found { verdict, why, attempt: None, is_gate: false }
}

impl Known {
    /// Why a command says nothing of the files as they are now; `None` if it does.
    fn stale(&self, attempt: &Attempt) -> Option<ClaimWhy> {
        if self.steps.edits.iter().any(|edit| edit.is_sure && edit.is_after(attempt)) {
            return Some(ClaimWhy::Edited);
        }
        if self.is_outdated || !self.is_alike_after(attempt.ended) {
            return Some(ClaimWhy::ChangedSince);
        }
        let may_have = self.steps.edits.iter().any(|edit| edit.is_after(attempt));
        (may_have && !self.is_alike_around(attempt)).then_some(ClaimWhy::MayHaveEdited)
    }

    /// Whether all checkpoints after a time hold the same files.
    fn is_alike_after(&self, ended: Option<Timestamp>) -> bool {
        let Some(ended) = ended else { return true };
        let mut after = self.trees.iter().filter(|(at, _)| *at >= ended).map(|(_, tree)| tree);
        after.next().is_none_or(|first| after.all(|tree| tree == first))
    }

    /// Whether a checkpoint from before a command holds the same files as the newest one, and nothing can have changed
    /// them between it and the command.
    fn is_alike_around(&self, attempt: &Attempt) -> bool {
        let Some((_, newest)) = self.trees.last() else { return false };
        let before = self.trees.iter().rev().find(|(at, _)| *at <= attempt.began);
        let Some((held, tree)) = before else { return false };
        let is_between = |edit: &Edit| {
            edit.began <= attempt.began
                && edit.ended.is_none_or(|ended| ended >= *held)
                && !edit.is_after(attempt)
        };
        let is_newest_later = self
            .trees
            .last()
            .is_some_and(|(at, _)| attempt.ended.is_some_and(|ended| *at >= ended));
        tree == newest && is_newest_later && !self.steps.edits.iter().any(is_between)
    }

    /// Whether the files are those on which a gate ran.
    fn is_same_since(&self, gate: &Attempt) -> bool {
        let before = self.trees.iter().rev().find(|(at, _)| *at <= gate.began);
        let (Some((held, before)), Some((_, newest))) = (before, self.trees.last()) else {
            return false;
        };
        let is_later =
            |edit: &Edit| edit.ended.is_none_or(|ended| ended > *held) && edit.began > *held;
        before == newest && !self.is_outdated && !self.steps.edits.iter().any(is_later)
    }
}

#[cfg(test)]
mod tests;
