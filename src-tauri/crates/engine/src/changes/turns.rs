//! The turns of a story with the checkpoints around each. A turn begins with a prompt, before which a checkpoint was
//! made, and after its end another one was. Where one failed the nearest stands for it. Pure.

use protocol::{CheckpointCause, RunId, Seq};

/// A fact of a story, in the order of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    Checkpoint {
        n: u32,
        because: CheckpointCause,
    },
    /// A prompt was written to a run.
    Prompt {
        run: RunId,
    },
}

/// What a run's events say of its turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Prompt,
    End,
}

/// A run of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunTurns {
    pub(super) run: RunId,
    /// How many turns it has in every sum.
    pub(super) turns: u32,
    /// In the order of its events.
    pub(super) marks: Vec<(Seq, Mark)>,
}

/// A turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TurnSpan {
    /// Its number in the story, as the timeline and every sum have it.
    pub(super) number: u32,
    pub(super) run: RunId,
    /// Its events are those after this one,
    pub(super) after_event: Seq,
    /// up to this one, if it has ended.
    pub(super) last_event: Option<Seq>,
    /// The checkpoint before it.
    pub(super) before: Option<u32>,
    /// The checkpoint after it, or the newest one.
    pub(super) after: Option<u32>,
}

/// The turns of all runs, which are in the order in which they were started.
pub(super) fn turns(facts: &[Fact], runs: &[RunTurns]) -> Vec<TurnSpan> {
    let mut spans: Vec<TurnSpan> = Vec::new();
    let mut earlier = 0;
    for of in runs {
        let prompts = positions(facts, &of.run);
        for (turn, number) in local_turns(of).into_iter().zip(1_u32..) {
            let at = prompts.get(turn.prompts.clone()).unwrap_or_default();
            let known = spans.last().filter(|span| span.run == of.run).and_then(|span| span.after);
            let (before, after) = match (at.first(), at.last()) {
                (Some(first), Some(last)) => (before(facts, *first), after(facts, *last)),
                // A background task began it: it follows on the turn before.
                _ => (known, known.and_then(|n| next(facts, n))),
            };
            spans.push(TurnSpan {
                number: earlier + number,
                run: of.run.clone(),
                after_event: turn.after_event,
                last_event: turn.last_event,
                before,
                after,
            });
        }
        earlier += of.turns;
    }
    spans
}

/// A turn within its run.
struct LocalTurn {
    /// Its prompts, by their places among those of the run.
    prompts: std::ops::Range<usize>,
    after_event: Seq,
    last_event: Option<Seq>,
}

fn local_turns(of: &RunTurns) -> Vec<LocalTurn> {
    let mut turns = Vec::new();
    let (mut prompts, mut after_event) = (0..0, Seq(0));
    for (seq, mark) in &of.marks {
        match mark {
            Mark::Prompt => prompts.end += 1,
            Mark::End => {
                let last_event = Some(*seq);
                turns.push(LocalTurn { prompts: prompts.clone(), after_event, last_event });
                (prompts, after_event) = (prompts.end..prompts.end, *seq);
            }
        }
    }
    let has_ended = usize::try_from(of.turns).is_ok_and(|count| count <= turns.len());
    if !prompts.is_empty() || !has_ended {
        turns.push(LocalTurn { prompts, after_event, last_event: None });
    }
    turns
}

/// Where the prompts of a run stand among the facts.
fn positions(facts: &[Fact], of: &RunId) -> Vec<usize> {
    let is_of = |fact: &Fact| matches!(fact, Fact::Prompt { run } if run == of);
    facts.iter().enumerate().filter(|(_, fact)| is_of(fact)).map(|(at, _)| at).collect()
}

/// The last checkpoint before a place.
fn before(facts: &[Fact], at: usize) -> Option<u32> {
    facts.get(..at)?.iter().rev().find_map(number)
}

/// The checkpoint that was made at the end of the turn of a prompt; without one the last before the next prompt, or
/// the newest of all.
fn after(facts: &[Fact], at: usize) -> Option<u32> {
    let rest = facts.get(at + 1..)?;
    let until_next = rest.split(|fact| matches!(fact, Fact::Prompt { .. })).next()?;
    let is_end = |fact: &&Fact| {
        use CheckpointCause as C;
        matches!(fact, Fact::Checkpoint { because: C::Turn | C::End, .. })
    };
    let end = until_next.iter().find(is_end).and_then(number);
    end.or_else(|| until_next.iter().rev().find_map(number)).or_else(|| before(facts, at))
}

/// The checkpoint after the one with a number; that one if it is the newest.
fn next(facts: &[Fact], n: u32) -> Option<u32> {
    let numbers = facts.iter().filter_map(number);
    numbers.skip_while(|found| *found != n).nth(1).or(Some(n))
}

fn number(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::Checkpoint { n, .. } => Some(*n),
        Fact::Prompt { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts in words: `1p` is checkpoint 1 before a prompt, `2t` after a turn, `3e` at the end of a run, `4w` during
    /// a turn; `A` a prompt to run A.
    fn facts(words: &str) -> Vec<Fact> {
        let fact = |word: &str| match word.split_at(word.len() - 1) {
            ("", run) => Fact::Prompt { run: RunId::new(run) },
            (n, because) => Fact::Checkpoint {
                n: n.parse().unwrap(),
                because: match because {
                    "p" => CheckpointCause::Prompt,
                    "t" => CheckpointCause::Turn,
                    "e" => CheckpointCause::End,
                    _ => CheckpointCause::Working,
                },
            },
        };
        words.split_whitespace().map(fact).collect()
    }

    /// A run in words: `A 2 p.p..` has two turns; `p` is a prompt and `.` the end of a turn.
    fn run(words: &str) -> RunTurns {
        let mut parts = words.split(' ');
        let (run, turns) = (parts.next().unwrap(), parts.next().unwrap().parse().unwrap());
        let mark = |(at, mark)| (Seq(at), if mark == 'p' { Mark::Prompt } else { Mark::End });
        let marks = (1..).zip(parts.next().unwrap_or_default().chars()).map(mark).collect();
        RunTurns { run: RunId::new(run), turns, marks }
    }

    #[test]
    fn each_turn_lies_between_its_checkpoints() {
        let table: [(&str, &[&str], &str); 13] = [
            ("1p A 2t 3e", &["A 1 p."], "1: 1-2"),
            ("1p A 2t 3p A 4t 5e", &["A 2 p.p."], "1: 1-2, 2: 3-4"),
            // It runs.
            ("1p A", &["A 0 p"], "1: 1-1"),
            ("1p A 2w 3w", &["A 1 p"], "1: 1-3"),
            ("1p A 2t 3p A 4w", &["A 2 p.p"], "1: 1-2, 2: 3-4"),
            // It was killed.
            ("1p A 2e 3p B 4t", &["A 1 p", "B 1 p."], "1: 1-2, 2: 3-4"),
            // A prompt that the run was given before it was killed used nothing.
            ("1p A 2e 3p B 4t", &["A 0 p", "B 1 p."], "1: 1-2, 1: 3-4"),
            // Checkpoints that could not be made.
            ("1p A A 2t 3e", &["A 2 p.p."], "1: 1-1, 2: 1-2"),
            ("A 1t", &["A 1 p."], "1: none-1"),
            ("1p A 2w 3p A", &["A 2 p.p."], "1: 1-3, 2: 3-3"),
            // A prompt joined a turn, and a background task began one.
            ("1p A 2p A 3t 4e", &["A 1 pp."], "1: 1-3"),
            ("1p A 2t 3e", &["A 2 p.."], "1: 1-2, 2: 2-3"),
            ("", &["A 0"], ""),
        ];
        for (words, runs, expected) in table {
            let runs: Vec<RunTurns> = runs.iter().map(|words| run(words)).collect();
            let n = |n: Option<u32>| n.map_or("none".to_owned(), |n| n.to_string());
            let shown =
                |span: &TurnSpan| format!("{}: {}-{}", span.number, n(span.before), n(span.after));
            let found: Vec<String> = turns(&facts(words), &runs).iter().map(shown).collect();
            assert_eq!(found.join(", "), expected, "{words} {runs:?}");
        }
    }

    #[test]
    fn a_turn_has_the_events_after_the_one_before() {
        let spans = turns(&facts("1p A 2t 3p A 4t"), &[run("A 3 p.p.p")]);
        let events: Vec<_> = spans.iter().map(|it| (it.after_event.0, it.last_event)).collect();
        assert_eq!(events, [(0, Some(Seq(2))), (2, Some(Seq(4))), (4, None)]);
    }
}
