//! Which two states a scope compares, and in which time the agent's tool calls count for it. A scope that is not
//! possible is refused with the reason: nothing looks unchanged because it is not known. Pure.

use super::turns::TurnSpan;
use crate::error::{Error, Result};
use crate::git::End;
use crate::store::checkpoints::no_checkpoint;
use protocol::{Base, ChangeScope, Checkpoint, ErrorCode, Looked, RunId, Seq, Timestamp};

/// What is known of a story.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// What its worktree began from, if that was made for it.
    pub(super) base: Option<Base>,
    /// The checkpoints that are kept, oldest first.
    pub(super) checkpoints: Vec<Checkpoint>,
    /// Its turns, oldest first; only if the scope is a turn.
    pub(super) turns: Vec<TurnSpan>,
    /// When the person looked last.
    pub(super) looked: Option<Looked>,
}

/// What a scope stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) turn: Option<u32>,
    pub(super) never_looked: bool,
    pub(super) calls: Calls,
}

/// Which tool calls can say what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Calls {
    All,
    /// Those that went on at some time between these.
    Between(Timestamp, Timestamp),
    /// Those of a turn: the events of a run after one, up to another.
    Turn(RunId, Seq, Option<Seq>),
}

/// The two states of a scope.
///
/// # Errors
/// If the scope is not possible.
pub(super) fn ends(scope: &ChangeScope, known: &Known) -> Result<Ends> {
    let plain = |from, to, calls| {
        let (turn, never_looked) = (None, false);
        Ends { from, to, turn, never_looked, calls }
    };
    let newest = || known.checkpoints.last().cloned().ok_or_else(no_checkpoint_yet);
    let first = || known.checkpoints.first().cloned().ok_or_else(no_checkpoint_yet);
    match scope {
        ChangeScope::Base => {
            let from = match &known.base {
                Some(base) => End::Base(base.clone(), newest()?),
                None => beginning(first()?),
            };
            Ok(plain(from, End::Checkpoint(newest()?), Calls::All))
        }
        ChangeScope::Uncommitted => {
            Ok(plain(End::Head(newest()?), End::Checkpoint(newest()?), Calls::All))
        }
        ChangeScope::Turn { turn } => newest().and_then(|_| of_turn(*turn, known)),
        ChangeScope::Looked => {
            let to = End::Checkpoint(newest()?);
            let looked = known.looked.and_then(|looked| Some((looked.at, looked.checkpoint?)));
            let (from, since) = match looked {
                Some((at, n)) => (kept(known, n)?, at),
                None => (first()?, first()?.at),
            };
            let calls = Calls::Between(since, Timestamp::from_millis(i64::MAX));
            let never_looked = looked.is_none();
            Ok(Ends { never_looked, ..plain(End::Checkpoint(from), to, calls) })
        }
        ChangeScope::Commit { commit } => {
            Ok(plain(End::Parent(commit.clone()), End::Commit(commit.clone()), Calls::All))
        }
        ChangeScope::Checkpoints { since, until } => {
            let from = found(known, *since)?;
            let until = until.map_or_else(newest, |until| found(known, until))?;
            let calls = Calls::Between(from.at, until.at);
            Ok(plain(End::Checkpoint(from), End::Checkpoint(until), calls))
        }
    }
}

/// Where a story without a base began: what was in its worktree before its first prompt. If that checkpoint is not kept
/// any more, the commit that was checked out at the oldest one, which does not have what was not committed then.
fn beginning(oldest: Checkpoint) -> End {
    match oldest.n {
        1 => End::Checkpoint(oldest),
        _ => End::Beginning(oldest),
    }
}

fn of_turn(turn: Option<u32>, known: &Known) -> Result<Ends> {
    // Of two with the same number the first one used nothing.
    let is_it = |span: &&TurnSpan| turn.is_none_or(|number| span.number == number);
    let span = known.turns.iter().rfind(is_it).ok_or_else(|| no_turn(turn))?;
    let (Some(before), Some(after)) = (span.before, span.after) else {
        return Err(not_held(span.number));
    };
    Ok(Ends {
        from: End::Checkpoint(kept(known, before)?),
        to: End::Checkpoint(kept(known, after)?),
        turn: Some(span.number),
        never_looked: false,
        calls: Calls::Turn(span.run.clone(), span.after_event, span.last_event),
    })
}

/// The checkpoint with a number that a person named.
fn found(known: &Known, n: u32) -> Result<Checkpoint> {
    let found = known.checkpoints.iter().find(|checkpoint| checkpoint.n == n);
    found.cloned().ok_or_else(|| no_checkpoint(n))
}

/// The checkpoint with a number that was made.
fn kept(known: &Known, n: u32) -> Result<Checkpoint> {
    found(known, n).map_err(|_| {
        Error::refused(
            ErrorCode::NotFound,
            format!("checkpoint {n}, which this is compared with, is not kept any more"),
            "Look at everything since the base, or compare two checkpoints that are kept.",
        )
        .on_terminal("`mush checkpoints STORY` lists them.")
    })
}

fn no_checkpoint_yet() -> Error {
    Error::refused(
        ErrorCode::WrongState,
        "nothing is held of the story's files yet, so nothing can be compared",
        "They are held from its next prompt on, if its folder is in a git repository.",
    )
    .on_terminal("`mush checkpoint STORY` holds them now.")
}

fn no_turn(turn: Option<u32>) -> Error {
    let message = match turn {
        Some(number) => format!("the story has no turn {number}"),
        None => "the story has no turn yet".to_owned(),
    };
    let hint = "Look at everything since the base.";
    Error::refused(ErrorCode::NotFound, message, hint)
}

fn not_held(turn: u32) -> Error {
    let message = format!("nothing was held of the files before turn {turn}");
    let hint = "Look at everything since the base, or at another turn.";
    Error::refused(ErrorCode::WrongState, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{CheckpointCause, StoryId};

    fn checkpoint(n: u32) -> Checkpoint {
        Checkpoint {
            story: StoryId::new("s"),
            n,
            at: Timestamp::from_seconds(i64::from(n)),
            commit: format!("c{n}"),
            tree: format!("t{n}"),
            because: CheckpointCause::Turn,
            left_out: Vec::new(),
            more_left_out: 0,
        }
    }

    fn span(number: u32, before: Option<u32>, after: Option<u32>) -> TurnSpan {
        let (run, after_event) = (RunId::new("A"), Seq(u64::from(number)));
        TurnSpan { number, run, after_event, last_event: None, before, after }
    }

    fn known() -> Known {
        let base = Base {
            name: "main".to_owned(),
            commit: "b".to_owned(),
            upstream: None,
            fetched: false,
        };
        let turns = vec![
            span(1, None, Some(2)),
            span(2, Some(1), Some(3)),
            span(3, Some(3), Some(4)),
            span(3, Some(4), Some(5)),
        ];
        let checkpoints = [2, 3, 4, 5].map(checkpoint).to_vec();
        Known { base: Some(base), checkpoints, turns, looked: None }
    }

    fn shown(scope: &ChangeScope, known: &Known) -> String {
        let end = |end: &End| match end {
            End::Checkpoint(it) => it.n.to_string(),
            End::Head(it) => format!("head at {}", it.n),
            End::Base(base, it) => format!("{} below {}", base.name, it.n),
            End::Beginning(it) => format!("beginning at {}", it.n),
            End::Commit(name) => name.clone(),
            End::Parent(name) => format!("before {name}"),
        };
        match ends(scope, known) {
            Ok(ends) => {
                let never = if ends.never_looked { ", never looked" } else { "" };
                format!("{} to {}{never}", end(&ends.from), end(&ends.to))
            }
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn a_scope_has_two_states_or_the_reason_why_not() {
        use ChangeScope as S;
        let looked = |checkpoint| Known {
            looked: Some(Looked { at: Timestamp::from_seconds(9), checkpoint }),
            ..known()
        };
        let nothing = Known::default();
        let without = Known { base: None, ..known() };
        let pair = |since, until| S::Checkpoints { since, until };
        let commit = S::Commit { commit: "x".to_owned() };
        let table = [
            (S::Base, known(), "main below 5 to 5"),
            (S::Base, without.clone(), "beginning at 2 to 5"),
            (S::Base, Known { checkpoints: [1, 2].map(checkpoint).to_vec(), ..without }, "1 to 2"),
            (
                S::Base,
                nothing.clone(),
                "nothing is held of the story's files yet, so nothing can be compared",
            ),
            (S::Uncommitted, known(), "head at 5 to 5"),
            (S::Turn { turn: None }, known(), "4 to 5"),
            (S::Turn { turn: Some(3) }, known(), "4 to 5"),
            (S::Turn { turn: Some(1) }, known(), "nothing was held of the files before turn 1"),
            (
                S::Turn { turn: Some(2) },
                known(),
                "checkpoint 1, which this is compared with, is not kept any more",
            ),
            (S::Turn { turn: Some(9) }, known(), "the story has no turn 9"),
            (
                S::Turn { turn: None },
                Known { turns: Vec::new(), ..known() },
                "the story has no turn yet",
            ),
            (S::Looked, known(), "2 to 5, never looked"),
            (S::Looked, looked(None), "2 to 5, never looked"),
            (S::Looked, looked(Some(4)), "4 to 5"),
            (
                S::Looked,
                looked(Some(1)),
                "checkpoint 1, which this is compared with, is not kept any more",
            ),
            (pair(2, None), known(), "2 to 5"),
            (pair(4, Some(3)), known(), "4 to 3"),
            (pair(1, None), known(), "the story has no checkpoint 1"),
            (pair(2, Some(9)), known(), "the story has no checkpoint 9"),
            (commit.clone(), known(), "before x to x"),
            (commit, nothing, "before x to x"),
        ];
        for (scope, known, expected) in table {
            assert_eq!(shown(&scope, &known), expected, "{scope:?}");
        }
    }
}
