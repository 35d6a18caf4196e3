//! Making the store again from journal and runs, and proving that it says the same. State changes are
//! taken from the journal, never decided again; events are decoded from the logs, each run with the newest
//! decoder of the family that it began with. A run that an older one read is read again when a store is opened.
//! Nothing here needs a run to be alive.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::journal;
use crate::record::RunCommit;
use crate::run::decoder::read_by;
use crate::run::tail::{Batch, Tail};
use crate::store;
use crate::store::read::dump;
use crate::store::write;
use keeper::rundir::RunDir;
use protocol::{DecoderId, JournalEntry, JournalEvent, RunId, RunSpecFacts, StoryId};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a rebuild went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Journal entries.
    pub entries: u64,
    /// Runs.
    pub runs: u64,
    /// Run events.
    pub events: u64,
    /// Runs whose logs are damaged, with what is wrong. What stands before the damage was read.
    pub damaged: Vec<(RunId, String)>,
}

/// Applies the entries that the store does not have yet: its last owner may have died between the
/// journal and the store, or a power cut or damage took the store's last commits but not the
/// journal's. What those held of runs that ended since is decoded again: everything is committed in
/// one order, so only a store that knows of a run's end has all of its events.
pub fn catch_up(dir: &DataDir, db: &Connection, entries: &[JournalEntry]) -> Result<()> {
    let last: u64 =
        db.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0))?;
    let news = || entries.iter().filter(|entry| entry.seq.0 > last);
    let transaction = db.unchecked_transaction()?;
    for entry in news() {
        write::journal(&transaction, entry)?;
    }
    transaction.commit()?;
    let runs = started(entries);
    reread(dir, db, entries, &runs)?;
    for entry in news().filter(|entry| matches!(entry.event, JournalEvent::RunEnded { .. })) {
        if let Some(run) = &entry.run
            && let Some((story, facts)) = runs.get(run)
        {
            decode(db, dir.run(run), run, story, facts, true)?;
        }
    }
    Ok(())
}

/// Reads every run again, from its first byte, whose events an older decoder made. Each is replaced in one
/// transaction, so that whoever reads meanwhile has the old figures or the new ones. A run whose logs are gone
/// keeps what is known of it.
fn reread(
    dir: &DataDir,
    db: &Connection,
    entries: &[JournalEntry],
    runs: &BTreeMap<&RunId, (&StoryId, &RunSpecFacts)>,
) -> Result<()> {
    for run in stale_runs(db)? {
        let Some((story, facts)) = runs.get(&run) else { continue };
        let logs = dir.run(&run);
        if !logs.keeper_path().exists() {
            continue;
        }
        let is_end = |entry: &JournalEntry| {
            entry.run.as_ref() == Some(&run) && matches!(entry.event, JournalEvent::RunEnded { .. })
        };
        let transaction = db.unchecked_transaction()?;
        write::forget_run(&transaction, &run)?;
        decode_in(&transaction, logs, &run, story, facts, entries.iter().any(is_end))?;
        transaction.commit()?;
    }
    Ok(())
}

/// The runs whose events in the store another decoder made than the one that reads them now.
pub(crate) fn stale_runs(db: &Connection) -> Result<Vec<RunId>> {
    let text = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let mut decoders = db.prepare("SELECT DISTINCT decoder FROM run_folds")?;
    let decoders = decoders.query_map([], text)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut of = db.prepare("SELECT run FROM run_folds WHERE decoder = ?")?;
    let mut stale = Vec::new();
    for decoder in decoders.into_iter().map(DecoderId::new) {
        if read_by(&decoder) != decoder {
            let runs = of.query_map([decoder.as_str()], text)?;
            stale.extend(runs.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().map(RunId::new));
        }
    }
    Ok(stale)
}

/// The runs that were started, with what they are.
fn started(entries: &[JournalEntry]) -> BTreeMap<&RunId, (&StoryId, &RunSpecFacts)> {
    let mut runs = BTreeMap::new();
    for entry in entries {
        if let JournalEntry {
            event: JournalEvent::RunStarting(facts),
            story: Some(story),
            run: Some(run),
            ..
        } = entry
        {
            runs.insert(run, (story, &**facts));
        }
    }
    runs
}

/// Makes a store at `path` from journal and runs. It appears there whole or not at all.
pub fn build(dir: &DataDir, path: &Path) -> Result<Rebuilt> {
    build_telling(dir, path, &mut |_, _| {})
}

fn build_telling(dir: &DataDir, path: &Path, tell: &mut dyn FnMut(u64, u64)) -> Result<Rebuilt> {
    let fresh = store::with_suffix(path, ".new");
    remove(&fresh)?;
    let db = store::create(&fresh)?;
    let rebuilt = fill(dir, &db, tell)?;
    // The side files belong to the name; one file alone is renamed.
    db.pragma_update(None, "journal_mode", "DELETE")?;
    drop(db);
    remove(path)?;
    std::fs::rename(&fresh, path).map_err(Error::io("move", fresh))?;
    Ok(rebuilt)
}

fn remove(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let path = store::with_suffix(path, suffix);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn fill(dir: &DataDir, db: &Connection, tell: &mut dyn FnMut(u64, u64)) -> Result<Rebuilt> {
    let mut rebuilt = Rebuilt::default();
    let mut runs: BTreeMap<RunId, (StoryId, RunSpecFacts)> = BTreeMap::new();
    let transaction = db.unchecked_transaction()?;
    let mut ended = BTreeSet::new();
    let mut failed = None;
    journal::read(&dir.journal(), |entry| {
        if failed.is_none() {
            failed = write::journal(&transaction, &entry).err();
        }
        rebuilt.entries += 1;
        match (entry.event, entry.story, entry.run) {
            (JournalEvent::RunStarting(facts), Some(story), Some(run)) => {
                runs.insert(run, (story, *facts));
            }
            (JournalEvent::RunEnded { .. }, _, Some(run)) => {
                ended.insert(run);
            }
            _ => {}
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    transaction.commit()?;
    let all = runs.len() as u64;
    for (run, (story, facts)) in runs {
        tell(rebuilt.runs, all);
        let ended = ended.contains(&run);
        let decoded = decode(db, dir.run(&run), &run, &story, &facts, ended)?;
        rebuilt.events += decoded.events;
        rebuilt.damaged.extend(decoded.damage.map(|damage| (run.clone(), damage)));
        rebuilt.runs += 1;
    }
    Ok(rebuilt)
}

/// What decoding one run gave.
#[derive(Default)]
struct DecodedRun {
    events: u64,
    damage: Option<String>,
}

/// Decodes one run into the store. Logs that are damaged end where the damage begins: one run must
/// not keep every other from being shown. One that `ended` by the journal is over, also if its keeper
/// was killed and left no word.
fn decode(
    db: &Connection,
    dir: RunDir,
    run: &RunId,
    story: &StoryId,
    facts: &RunSpecFacts,
    ended: bool,
) -> Result<DecodedRun> {
    let transaction = db.unchecked_transaction()?;
    let decoded = decode_in(&transaction, dir, run, story, facts, ended)?;
    transaction.commit()?;
    Ok(decoded)
}

/// The same inside a transaction that the caller ends.
fn decode_in(
    transaction: &Connection,
    dir: RunDir,
    run: &RunId,
    story: &StoryId,
    facts: &RunSpecFacts,
    ended: bool,
) -> Result<DecodedRun> {
    let mut decoded = DecodedRun::default();
    if !dir.keeper_path().exists() {
        // Nothing ever ran there.
        return Ok(decoded);
    }
    let over = ended || dir.read_exit().ok().flatten().is_some();
    let mut tail = Tail::new(dir, &facts.decoder, facts.usage_baseline.clone());
    let mut commit = |tail: &Tail, batch: Batch| {
        decoded.events += batch.events.len() as u64;
        let commit = RunCommit {
            run: run.clone(),
            story: story.clone(),
            account: facts.account.clone(),
            decoder: tail.decoder(),
            events: batch.events,
            settled: batch.settled,
            fold: tail.fold().summary(),
            output_bytes: tail.output_bytes(),
            bytes: batch.bytes,
            drafts: Vec::new(),
        };
        write::run(transaction, &commit)
    };
    let damage = loop {
        match tail.read() {
            Ok(batch) if batch.bytes == 0 => break None,
            Ok(batch) => commit(&tail, batch)?,
            Err(Error::DataDir { doing, path, source }) => {
                break Some(Error::DataDir { doing, path, source }.to_string());
            }
            Err(error) => return Err(error),
        }
    };
    let mut damage = damage;
    if over && damage.is_none() {
        match tail.finish() {
            Ok(last) => commit(&tail, last)?,
            Err(error) => damage = Some(error.to_string()),
        }
    }
    if let Some(damage) = &damage {
        tracing::warn!(%run, %damage, "logs are damaged");
    }
    decoded.damage = damage;
    Ok(decoded)
}

/// A place where the store and what it is made from disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The row in the store, if it has one there.
    pub stored: Option<String>,
    /// The row that journal and runs give, if they give one.
    pub derived: Option<String>,
}

/// How often a comparison is repeated while the directory's owner writes.
const ATTEMPTS: u32 = 5;

/// Compares the store with one made anew beside it. Runs that go on are left out, because they grow while
/// they are compared, and runs that an older decoder read, which are read again when the directory is owned. Beside an owner that writes, the two are taken at slightly different moments, so
/// a difference counts only if it is there when nothing was recorded meanwhile.
pub fn verify(dir: &DataDir) -> Result<(Rebuilt, Vec<Difference>)> {
    verify_telling(dir, &mut |_, _| {})
}

/// The same, telling before each run how many were read, and of how many. A comparison that is
/// repeated begins to count anew.
pub fn verify_telling(
    dir: &DataDir,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<(Rebuilt, Vec<Difference>)> {
    let mut last = verify_once(dir, tell)?;
    for _ in 1..ATTEMPTS {
        let stood_still = journal::last(&dir.journal())?.0 == last.0.entries;
        if last.1.is_empty() || (stood_still && !crate::owner::is_owned(dir)?) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
        last = verify_once(dir, tell)?;
    }
    Ok(last)
}

fn verify_once(
    dir: &DataDir,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<(Rebuilt, Vec<Difference>)> {
    let scratch = store::with_suffix(&dir.store(), ".verify");
    let rebuilt = build_telling(dir, &scratch, tell)?;
    let compared = compare(dir, &scratch);
    remove(&scratch)?;
    Ok((rebuilt, compared?))
}

fn compare(dir: &DataDir, scratch: &Path) -> Result<Vec<Difference>> {
    let (stored, derived) = (store::open_reader(&dir.store())?, store::open_reader(scratch)?);
    let mut unsettled = live_runs(&stored)?;
    unsettled.extend(stale_runs(&stored)?.iter().map(|run| run.as_str().to_owned()));
    let mut differences = Vec::new();
    for store::Table { name: table, key } in store::tables() {
        let settled = |row: &String| !unsettled.iter().any(|run| row.contains(run.as_str()));
        let left: Vec<String> = dump(&stored, table, key)?.into_iter().filter(settled).collect();
        let right: Vec<String> = dump(&derived, table, key)?.into_iter().filter(settled).collect();
        differences.extend(diff(table, left, right));
    }
    Ok(differences)
}

fn live_runs(db: &Connection) -> Result<Vec<String>> {
    let mut statement = db.prepare("SELECT id FROM runs WHERE state != 'ended'")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

fn diff(table: &str, stored: Vec<String>, derived: Vec<String>) -> Vec<Difference> {
    use std::collections::BTreeSet;
    let (stored, derived): (BTreeSet<_>, BTreeSet<_>) =
        (stored.into_iter().collect(), derived.into_iter().collect());
    let only_stored = stored.difference(&derived).map(|row| Difference {
        table: table.to_owned(),
        stored: Some(row.clone()),
        derived: None,
    });
    let only_derived = derived.difference(&stored).map(|row| Difference {
        table: table.to_owned(),
        stored: None,
        derived: Some(row.clone()),
    });
    only_stored.chain(only_derived).collect()
}
