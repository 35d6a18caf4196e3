//! The area of deleted logs: which runs have none any more. What stays of such a run is in the journal, and
//! this module turns it into the same commit that its logs would give, with only the events that stay. No
//! other commit of the run counts from then on, so a store that has the entry is the same whether it had
//! read the logs before or not.

use super::area::{Area, table};
use super::read::Reader;
use super::text::{from_json, from_word};
use super::usage::{Record, USAGE, record};
use crate::error::Result;
use crate::moments::Moments;
use crate::record::{Numbered, Provisional, RunCommit, RunSummary, Settled};
use protocol::{
    AccountId, Cost, CostBasis, DecoderId, Event, JournalEntry, JournalEvent, KeptEvent, KeptRun,
    KeptTurn, ModelShare, Pos, RunId, Seq, SessionId, StoryId, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
-- The runs whose logs were deleted, with the size of the files.
CREATE TABLE deleted_logs (
    run TEXT PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    tables: &[table("deleted_logs", "run")],
    entry,
    ..Area::NONE
};

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::LogsDeleted { runs, .. } = &entry.event else { return Ok(()) };
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO deleted_logs (run, at, bytes) VALUES (?, ?, ?)")?;
    for KeptRun { run, bytes, .. } in runs {
        insert.execute(params![run.as_str(), entry.at.millis(), bytes])?;
    }
    Ok(())
}

/// Whether the logs of a run were deleted.
pub(super) fn is_deleted(db: &Connection, run: &RunId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM deleted_logs WHERE run = ?)")?
        .query_row([run.as_str()], |row| row.get(0))
}

/// What stays of a run as a commit from its beginning to its end; `None` if the store does not know the run.
pub(super) fn commit(db: &Connection, kept: &KeptRun) -> rusqlite::Result<Option<RunCommit>> {
    let of: Option<(String, Option<String>)> = db
        .prepare_cached("SELECT story, account FROM runs WHERE id = ?")?
        .query_row([kept.run.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(of.map(|(story, account)| RunCommit {
        run: kept.run.clone(),
        story: StoryId::new(story),
        account: account.map(AccountId::new),
        decoder: kept.decoder.clone(),
        events: kept.kept.iter().cloned().map(|event| numbered(kept, event)).collect(),
        settled: kept.turns.iter().filter_map(settled).collect(),
        fold: summary(kept),
        output_bytes: kept.output_bytes,
        bytes: 0,
        drafts: Vec::new(),
    }))
}

/// An event that stays. The result of a turn has what the turn used; entries of earlier versions have it beside.
fn numbered(kept: &KeptRun, KeptEvent { seq, at, pos, mut event }: KeptEvent) -> Numbered {
    let turn = kept.turns.iter().position(|turn| turn.seq == Some(seq));
    if let (Event::TurnEnded(end), Some(turn)) = (&mut event, turn)
        && end.number == 0
    {
        end.number = u32::try_from(turn + 1).unwrap_or(u32::MAX);
        end.shares.clone_from(&kept.turns[turn].shares);
    }
    Numbered { seq, at, pos, event }
}

fn settled(turn: &KeptTurn) -> Option<Settled> {
    Some(Settled { seq: turn.seq?, at: turn.at, shares: turn.shares.clone() })
}

fn summary(kept: &KeptRun) -> RunSummary {
    let mut calls = Moments::default();
    kept.calls.iter().for_each(|at| calls.add(*at));
    let last = kept.turns.iter().find(|turn| turn.seq.is_none());
    RunSummary {
        events: kept.events,
        tool_calls: kept.tool_calls,
        calls,
        session: kept.session.clone(),
        spoken: kept.spoken.clone(),
        agent_version: kept.agent_version.clone(),
        model: kept.model.clone(),
        tokens: kept.tokens,
        cost: kept.cost,
        // A lower bound of any turn makes the run's tokens one.
        is_partial: kept.turns.iter().flat_map(|turn| &turn.shares).any(is_bound),
        turns: u32::try_from(kept.turns.len()).unwrap_or(u32::MAX),
        models: kept.models.clone(),
        provisional: Provisional {
            at: last.map(|turn| turn.at).unwrap_or_default(),
            shares: last.map(|turn| turn.shares.clone()).unwrap_or_default(),
        },
        // The run is over, so nothing is in progress.
        activity: None,
        retrying: None,
        tasks_after_turn: None,
    }
}

fn is_bound(share: &ModelShare) -> bool {
    share.cost.basis == CostBasis::LowerBound
}

/// Reads the figures of a run, without turns and events.
fn figures(row: &Row<'_>) -> rusqlite::Result<KeptRun> {
    let calls: Moments = from_json(&row.get::<_, String>("calls")?)?;
    Ok(KeptRun {
        run: RunId::new(row.get::<_, String>("run")?),
        bytes: 0,
        decoder: DecoderId::new(row.get::<_, String>("decoder")?),
        output_bytes: row.get("output_bytes")?,
        events: row.get("events")?,
        tool_calls: row.get("tool_calls")?,
        calls: calls.times().collect(),
        session: row.get::<_, Option<String>>("session")?.map(SessionId::new),
        spoken: row.get::<_, Option<String>>("spoken")?.map(SessionId::new),
        agent_version: row.get("agent_version")?,
        model: row.get("model")?,
        tokens: from_json(&row.get::<_, String>("tokens")?)?,
        cost: Cost { micros: row.get("cost_micros")?, basis: from_word(row.get("cost_basis")?)? },
        models: from_json(&row.get::<_, String>("models")?)?,
        turns: Vec::new(),
        kept: Vec::new(),
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<KeptEvent> {
    Ok(KeptEvent {
        seq: Seq(row.get("seq")?),
        at: Timestamp::from_millis(row.get("at")?),
        pos: Pos {
            stream: from_word(row.get("stream")?)?,
            offset: row.get("offset")?,
            len: row.get("len")?,
            index: row.get("line_index")?,
        },
        event: from_json(&row.get::<_, String>("event")?)?,
    })
}

impl Reader {
    /// What stays of a run if its logs of this size are deleted; `None` if nothing was read from them.
    pub(crate) fn kept(&self, run: &RunId, bytes: u64) -> Result<Option<KeptRun>> {
        let mut statement = self.db().prepare_cached("SELECT * FROM run_folds WHERE run = ?")?;
        let Some(kept) = statement.query_row([run.as_str()], figures).optional()? else {
            return Ok(None);
        };
        Ok(Some(KeptRun {
            bytes,
            turns: self.kept_turns(run)?,
            kept: self.kept_events(run)?,
            ..kept
        }))
    }

    fn kept_turns(&self, run: &RunId) -> Result<Vec<KeptTurn>> {
        let sql = format!("{USAGE} WHERE run = ? ORDER BY seq = 0, seq, model");
        let mut statement = self.db().prepare_cached(&sql)?;
        let mut turns: Vec<KeptTurn> = Vec::new();
        for row in statement.query_map([run.as_str()], record)? {
            let Record { seq, at, share } = row?;
            match turns.last_mut() {
                Some(turn) if turn.seq == seq => turn.shares.push(share),
                _ => turns.push(KeptTurn { seq, at, shares: vec![share] }),
            }
        }
        Ok(turns)
    }

    fn kept_events(&self, run: &RunId) -> Result<Vec<KeptEvent>> {
        let words = KeptEvent::WORDS.map(|word| format!("'{word}'")).join(", ");
        let sql = format!("SELECT * FROM events WHERE run = ? AND type IN ({words}) ORDER BY seq");
        let mut statement = self.db().prepare_cached(&sql)?;
        let rows = statement.query_map([run.as_str()], event)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{assert_found, filled};
    use super::super::{tables, write};
    use super::*;
    use crate::store::read::dump;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("deleted_logs", &["bytes = -1"]);
    }

    /// The rows of all tables, without the journal.
    fn rows(db: &Connection) -> BTreeMap<&'static str, Vec<String>> {
        let others = tables().filter(|table| table.name != "journal");
        others.map(|table| (table.name, dump(db, table.name, table.key).unwrap())).collect()
    }

    /// The entry that deletes the logs of the only run, as its line says it.
    fn deletion(kept: &KeptRun) -> JournalEntry {
        let event = JournalEvent::LogsDeleted { bytes: kept.bytes, runs: vec![kept.clone()] };
        let line =
            json!({"seq": 99, "at": Timestamp::from_millis(5), "story": "s", "event": event});
        serde_json::from_str(&line.to_string()).unwrap()
    }

    #[test]
    fn what_stays_is_what_was_read_without_most_events() {
        let (dir, db) = filled();
        let text =
            json!({"type": "text", "message": "m", "block": 0, "text": "gone", "parent": null});
        db.execute(
            "INSERT INTO events VALUES ('r', 9, 1, 'text', 'stdout', 9, 1, 0, ?)",
            [text.to_string()],
        )
        .unwrap();
        // What was in progress is over when logs are deleted.
        db.execute("UPDATE run_folds SET activity = NULL", []).unwrap();
        let before = rows(&db);
        let reader = Reader::open(&dir.path().join("store")).unwrap();
        let run = RunId::new("r");
        let kept = reader.kept(&run, 7).unwrap().unwrap();
        assert_eq!(reader.kept(&RunId::new("nobody"), 0).unwrap(), None);
        let entry = deletion(&kept);
        write::journal(&db, &entry).unwrap();
        let after = rows(&db);
        for (table, rows) in &before {
            match *table {
                "events" => assert_eq!(after["events"], rows[..2], "a question and a limit stay"),
                "edits" => assert!(after["edits"].is_empty(), "what calls said is gone"),
                "deleted_logs" => assert_eq!(after["deleted_logs"].len(), 1),
                table => assert_eq!(after[table], *rows, "{table}"),
            }
        }
        assert_eq!(reader.kept(&run, 7).unwrap().unwrap(), kept);
        assert_eq!(kept.spoken, Some(SessionId::new("c")));
        assert_eq!(reader.conversation(&StoryId::new("s"), &[]).unwrap(), None);
        let runs = [run.clone()];
        assert_eq!(reader.conversation(&StoryId::new("s"), &runs).unwrap(), kept.spoken);
        let story = reader.story("s").unwrap();
        let (at, bytes) = (Timestamp::from_millis(5), 7);
        assert_eq!(story.logs_deleted, Some(protocol::LogsDeleted { at, bytes }));

        // Neither a late commit nor another reading of the logs changes it.
        let late = RunCommit { output_bytes: 9, ..commit(&db, &kept).unwrap().unwrap() };
        write::run(&db, &late).unwrap();
        assert!(!write::forget_run(&db, &run).unwrap());
        assert_eq!(rows(&db), after);
        let [read] = &reader.journal(&StoryId::new("s"), Seq(98)).unwrap()[..] else { panic!() };
        let read = serde_json::to_value(read).unwrap();
        assert_eq!(read["event"], json!({"type": "logs_deleted", "bytes": 7}), "without the rest");
    }
}
