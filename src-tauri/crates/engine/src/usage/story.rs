//! The usage of one story by turn, and how full its conversation was. It is read from the store and
//! reduced to what a chart over the story's time can show.

use super::thin::thin;
use crate::error::Result;
use crate::store::read::Reader;
use crate::store::text::from_json;
use crate::store::usage::{Record, USAGE, record};
use protocol::{
    ContextUse, Cost, CostBasis, Event, ModelShare, Run, Seq, StoryId, StoryUsage, Timestamp,
    Tokens, TurnUsage, UsageTotals,
};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// More turns, and more points of the conversation's size, than this are merged.
const MOST: usize = 400;

/// Selects the events that show how large the conversation is; the store has an index for this same
/// condition.
const CONVERSATION: &str =
    "(type = 'message_usage' OR type = 'compacted' OR type = 'conversation_reset')";

impl Reader {
    /// The usage of a story.
    pub fn story_usage(&self, story: &StoryId) -> Result<StoryUsage> {
        let db = self.db();
        let _same = db.unchecked_transaction()?;
        // An unknown story is refused, as everywhere.
        let story = self.story(story.as_str())?.id;
        let runs = self.runs(Some(&story))?;
        let (mut turns, mut conversation) = (Vec::new(), Conversation::default());
        for run in &runs {
            turns.extend(turns_of(db, run)?);
            conversation.read(db, run)?;
        }
        let context = thin(&conversation.sizes, MOST, |size| size.at, |size| size.tokens);
        let context_window = conversation.window(db, &runs)?;
        Ok(StoryUsage {
            turns: fold(turns),
            context,
            compacted: conversation.compacted,
            context_window,
        })
    }
}

/// The turns of a run, oldest first; usage without a result yet is the last turn.
fn turns_of(db: &Connection, run: &Run) -> Result<Vec<TurnUsage>> {
    let mut statement =
        db.prepare_cached(&format!("{USAGE} WHERE run = ? ORDER BY seq = 0, seq, model"))?;
    let rows = statement.query_map([run.id.as_str()], record)?;
    let mut turns: Vec<TurnUsage> = Vec::new();
    let mut begins = run.started_at;
    for row in rows {
        let Record { seq, at, share } = row?;
        match turns.last_mut() {
            Some(turn) if turn.seq == seq => turn.models.push(share),
            last => {
                begins = last.map_or(begins, |turn| turn.to);
                turns.push(TurnUsage {
                    run: run.id.clone(),
                    seq,
                    // Clocks can go back.
                    from: begins.min(at),
                    to: at,
                    turns: 1,
                    models: vec![share],
                });
            }
        }
    }
    Ok(turns)
}

/// Merges neighbours until there are at most [`MOST`] turns.
fn fold(turns: Vec<TurnUsage>) -> Vec<TurnUsage> {
    let together = turns.len().div_ceil(MOST).max(1);
    turns.chunks(together).filter_map(joined).collect()
}

fn joined(turns: &[TurnUsage]) -> Option<TurnUsage> {
    let (first, last) = (turns.first()?, turns.last()?);
    let mut models: BTreeMap<&str, (Tokens, Cost)> = BTreeMap::new();
    for share in turns.iter().flat_map(|turn| &turn.models) {
        let (tokens, cost) = models.entry(&share.model).or_default();
        *tokens += share.tokens;
        *cost += share.cost;
    }
    let share =
        |(model, (tokens, cost)): (&str, _)| ModelShare { model: model.to_owned(), tokens, cost };
    if turns.iter().flat_map(|turn| &turn.models).any(is_bound)
        && !models.values().any(|(_, cost)| cost.basis == CostBasis::LowerBound)
    {
        // Its tokens have no price, so their basis does not tell any more that they are a lower bound.
        models.entry("").or_default().1.basis = CostBasis::LowerBound;
    }
    Some(TurnUsage {
        run: first.run.clone(),
        seq: first.seq,
        from: first.from,
        to: last.to.max(first.from),
        turns: turns.iter().map(|turn| turn.turns).sum(),
        models: models.into_iter().map(share).collect(),
    })
}

fn is_bound(share: &ModelShare) -> bool {
    share.cost.basis == CostBasis::LowerBound
}

/// How full the conversation was, read event by event. Tokens that subagents read are not counted.
#[derive(Default)]
struct Conversation {
    sizes: Vec<ContextUse>,
    compacted: Vec<Timestamp>,
    /// The message of the last size, and the model of the conversation.
    message: String,
    model: Option<String>,
}

impl Conversation {
    fn read(&mut self, db: &Connection, run: &Run) -> Result<()> {
        self.message.clear();
        self.model = run.model.clone().or(self.model.take());
        let mut statement = db.prepare_cached(&format!(
            "SELECT at, event FROM events WHERE run = ? AND {CONVERSATION} ORDER BY seq"
        ))?;
        let mut rows = statement.query([run.id.as_str()])?;
        while let Some(row) = rows.next()? {
            let at = Timestamp::from_millis(row.get(0)?);
            match from_json(&row.get::<_, String>(1)?)? {
                Event::MessageUsage { message, model, tokens, parent: None, .. } => {
                    self.size(at, message, tokens);
                    self.model =
                        Some(model).filter(|model| !model.is_empty()).or(self.model.take());
                }
                Event::Compacted { .. } | Event::ConversationReset { .. } => {
                    self.compacted.push(at)
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Sets the size of a message. A message has one size: its first value may be less than its last.
    fn size(&mut self, at: Timestamp, message: String, tokens: Tokens) {
        let size = Tokens { output: 0, ..tokens }.total();
        match self.sizes.last_mut() {
            Some(last) if self.message == message => last.tokens = last.tokens.max(size),
            _ if size == 0 => {}
            _ => {
                self.sizes.push(ContextUse { at, tokens: size });
                self.message = message;
            }
        }
    }

    /// How many tokens fit into the context, by the newest result that reports it.
    fn window(&self, db: &Connection, runs: &[Run]) -> Result<Option<u64>> {
        for run in runs.iter().rev() {
            let results: Vec<Seq> = {
                let mut statement = db.prepare_cached(
                    "SELECT DISTINCT seq FROM usage WHERE run = ? AND seq > 0 ORDER BY seq DESC LIMIT 3",
                )?;
                let rows = statement.query_map([run.id.as_str()], |row| row.get(0).map(Seq))?;
                rows.collect::<rusqlite::Result<_>>()?
            };
            for seq in results {
                if let Some(window) = self.window_at(db, run, seq)? {
                    return Ok(Some(window));
                }
            }
        }
        Ok(None)
    }

    fn window_at(&self, db: &Connection, run: &Run, seq: Seq) -> Result<Option<u64>> {
        let mut statement =
            db.prepare_cached("SELECT event FROM events WHERE run = ? AND seq = ?")?;
        let mut rows = statement.query((run.id.as_str(), seq.0))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let event: Event = from_json(&row.get::<_, String>(0)?)?;
        let Event::TurnEnded(end) = event else { return Ok(None) };
        let models = [run.model.as_deref(), self.model.as_deref()];
        Ok(end.usage.and_then(|usage| window_of(usage.amounts(), models)))
    }
}

/// The context window of the first of these models that has one; if the agent reported only one window,
/// that one.
fn window_of(totals: &UsageTotals, models: [Option<&str>; 2]) -> Option<u64> {
    let reported = |model: &str| totals.models.get(model).and_then(|usage| usage.context_window);
    let mut all = totals.models.values().filter_map(|usage| usage.context_window);
    let only = all.next().filter(|_| all.next().is_none());
    models.into_iter().flatten().find_map(reported).or(only)
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, message, minute, result};
    use super::*;
    use serde_json::json;

    fn usage(scene: &Scene) -> StoryUsage {
        scene.reader().story_usage(&StoryId::new("s")).unwrap()
    }

    #[test]
    fn a_storys_turns_lie_on_its_line_of_time() {
        let mut scene = Scene::new();
        let first = vec![
            (2, message("a", 900, None)),
            (3, result(100, Some(200_000))),
            (4, message("b", 1_500, None)),
            (4, message("sub", 90_000, Some("call"))),
            (
                5,
                json!({"type": "compacted", "trigger": "automatic", "before": null, "after": null}),
            ),
            (6, message("c", 400, None)),
            (6, message("c", 400, None)),
            (7, result(250, Some(200_000))),
        ];
        scene.run("r1", 1, first);
        // The second run was killed before it had a result.
        scene.run("r2", 20, vec![(21, message("d", 600, None))]);
        let StoryUsage { turns, context, compacted, context_window } = usage(&scene);
        let shown = |turn: &TurnUsage| {
            let costs = turn.models.iter().map(|share| (share.cost.micros, share.cost.basis));
            (turn.run.to_string(), turn.seq, turn.from, turn.to, costs.collect::<Vec<_>>())
        };
        let (reported, bound) = (CostBasis::Reported, CostBasis::LowerBound);
        assert_eq!(
            turns.iter().map(shown).collect::<Vec<_>>(),
            [
                ("r1".to_owned(), Some(Seq(2)), minute(1), minute(3), vec![(100, reported)]),
                ("r1".to_owned(), Some(Seq(8)), minute(3), minute(7), vec![(150, reported)]),
                ("r2".to_owned(), None, minute(20), minute(21), vec![(0, bound)]),
            ]
        );
        // One size for each message; tokens that a subagent reads are not the conversation's.
        let sizes: Vec<u64> = context.iter().map(|size| size.tokens).collect();
        assert_eq!(sizes, [900, 1_500, 400, 600]);
        assert_eq!((compacted, context_window), (vec![minute(5)], Some(200_000)));
    }

    #[test]
    fn a_story_of_very_many_turns_is_folded_and_adds_up() {
        let mut scene = Scene::new();
        let many = (1..=2_000).flat_map(|turn| {
            let size = if turn == 777 { 99_999 } else { 100 };
            [(turn, message(&turn.to_string(), size, None)), (turn, result(turn as u64 * 10, None))]
        });
        scene.run("r1", 0, many.collect());
        let StoryUsage { turns, context, context_window, .. } = usage(&scene);
        assert!(turns.len() <= MOST && context.len() <= MOST);
        assert_eq!(turns.iter().map(|turn| turn.turns).sum::<u32>(), 2_000);
        let costs = turns.iter().flat_map(|turn| &turn.models).map(|share| share.cost.micros);
        assert_eq!(costs.sum::<u64>(), 20_000);
        assert!(turns.windows(2).all(|pair| pair[0].to <= pair[1].from));
        assert!(context.iter().any(|size| size.tokens == 99_999), "the peak stays");
        // Only one model has a reported context window.
        assert_eq!(context_window, Some(7));
    }

    #[test]
    fn an_unknown_story_is_refused_and_an_empty_one_is_empty() {
        let scene = Scene::new();
        assert_eq!(usage(&scene), StoryUsage::default());
        let refused = scene.reader().story_usage(&StoryId::new("nobody")).unwrap_err();
        assert!(refused.to_string().contains("nobody"), "{refused}");
    }

    #[test]
    fn the_events_of_a_conversation_are_found_by_their_index() {
        let scene = Scene::new();
        let reader = scene.reader();
        let plan = format!(
            "EXPLAIN QUERY PLAN SELECT at FROM events WHERE run = 'r' AND {CONVERSATION} ORDER BY seq"
        );
        let how: String = reader.db().query_row(&plan, [], |row| row.get(3)).unwrap();
        assert!(how.contains("conversations"), "{how}");
    }
}
