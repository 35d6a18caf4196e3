//! What one story used, turn by turn, and how full its conversation was. Read from the store; folded to
//! what a chart along the story's line of time can show.

use super::thin::thin;
use crate::error::Result;
use crate::store::read::Reader;
use crate::store::text::from_json;
use crate::store::usage::{Record, USAGE, record};
use protocol::{
    ContextUse, Cost, Event, ModelShare, Run, Seq, StoryId, StoryUsage, Timestamp, Tokens,
    TurnUsage, UsageTotals,
};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// More turns, and more points of the conversation's size, are folded together.
const MOST: usize = 400;

/// The events that tell of the conversation's size; the store has an index of these.
const CONVERSATION: &str = "type IN ('message_usage', 'compacted', 'conversation_reset')";

impl Reader {
    /// What a story used.
    pub fn story_usage(&self, story: &StoryId) -> Result<StoryUsage> {
        let db = self.db();
        let _same = db.unchecked_transaction()?;
        // An unknown story is refused as everywhere.
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

/// The turns of a run, oldest first; what has no result yet is the last one.
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
                    // Clocks go back.
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

/// At most [`MOST`] turns: neighbours are added up.
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
    Some(TurnUsage {
        run: first.run.clone(),
        seq: first.seq,
        from: first.from,
        to: last.to.max(first.from),
        turns: turns.iter().map(|turn| turn.turns).sum(),
        models: models.into_iter().map(share).collect(),
    })
}

/// How full the conversation was, read event by event. What subagents read is theirs.
#[derive(Default)]
struct Conversation {
    sizes: Vec<ContextUse>,
    compacted: Vec<Timestamp>,
    /// The message of the last size, and the model that the conversation is held with.
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

    /// A message has one size: its first word may be less than its last.
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

    /// How many tokens fit, by the newest result that says it.
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
        Ok(end.usage.and_then(|usage| window_of(&usage.totals, models)))
    }
}

/// The window of the first of these models that has one. Where only one window is told, it is that.
fn window_of(totals: &UsageTotals, models: [Option<&str>; 2]) -> Option<u64> {
    let told = |model: &str| totals.models.get(model).and_then(|usage| usage.context_window);
    let mut all = totals.models.values().filter_map(|usage| usage.context_window);
    let only = all.next().filter(|_| all.next().is_none());
    models.into_iter().flatten().find_map(told).or(only)
}
