//! Makes the store again from journal and logs, and compares the store with them. State changes are
//! taken from the journal and never decided again; events are decoded from the logs, each run with
//! the newest decoder of the family with which it began. When a store is opened, or made again
//! while the owner runs, runs are only marked to be read again; the module `reread` reads them. No
//! run has to be live for this.

use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::journal;
use crate::record::RunCommit;
use crate::run::decoder::read_by;
use crate::run::tail::{Batch, Tail};
use crate::store;
use crate::store::read::dump;
use crate::store::{rereading, write};
use keeper::rundir::RunDir;
use protocol::{DecoderId, JournalEntry, JournalEvent, RunId, RunSpec, StoryId};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// The counts and problems of a rebuild.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Journal entries.
    pub entries: u64,
    /// Runs.
    pub runs: u64,
    /// Run events.
    pub events: u64,
    /// Runs with damaged logs, and the damage. Everything before the damage was read.
    pub damaged: Vec<(RunId, String)>,
}

/// A started run, with what is needed to read it.
#[derive(Clone, Debug)]
pub(crate) struct StartedRun {
    /// The run.
    pub(crate) run: RunId,
    /// Its story.
    pub(crate) story: StoryId,
    /// Its specification at the start.
    pub(crate) spec: RunSpec,
}

/// Sorts runs in the order in which they are read again: the newest story first.
pub(crate) fn newest_first(runs: &mut [StartedRun]) {
    // Ids begin with the time.
    runs.sort_by(|a, b| (&b.story, &b.run).cmp(&(&a.story, &a.run)));
}

/// Applies the entries that the store does not have yet: its last owner may have died after writing
/// the journal and before the store, or a power cut or damage removed the store's last commits but
/// not those of the journal. Marks the runs that are to be read again: those whose end the store
/// did not have (commits are in one order, so only a store with a run's end has all of its events),
/// and those whose events an older decoder made. The latter keep their old values until they are
/// read, unless they are live: then their actors begin from the start.
pub(crate) fn catch_up(db: &Connection, entries: &[JournalEntry]) -> Result<()> {
    let last: u64 =
        db.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0))?;
    let transaction = db.unchecked_transaction()?;
    for entry in entries.iter().filter(|entry| entry.seq.0 > last) {
        write::journal(&transaction, entry)?;
        if let (JournalEvent::RunEnded { .. }, Some(run)) = (&entry.event, &entry.run) {
            rereading::mark(&transaction, run)?;
        }
    }
    let live: BTreeSet<RunId> = live_runs(&transaction)?.into_iter().map(RunId::new).collect();
    for run in stale_runs(&transaction)? {
        if live.contains(&run) {
            write::forget_run(&transaction, &run)?;
        }
        rereading::mark(&transaction, &run)?;
    }
    Ok(transaction.commit()?)
}

/// The runs with logs whose events were made by another decoder than the one that reads them now.
pub(crate) fn stale_runs(db: &Connection) -> Result<Vec<RunId>> {
    let text = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let mut decoders = db.prepare("SELECT DISTINCT decoder FROM run_folds")?;
    let decoders = decoders.query_map([], text)?.collect::<rusqlite::Result<Vec<_>>>()?;
    // Runs without logs cannot be read again.
    let mut of = db.prepare(
        "SELECT run FROM run_folds WHERE decoder = ? AND run NOT IN (SELECT run FROM deleted_logs)",
    )?;
    let mut stale = Vec::new();
    for decoder in decoders.into_iter().map(DecoderId::new) {
        if read_by(&decoder) != decoder {
            let runs = of.query_map([decoder.as_str()], text)?;
            stale.extend(runs.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().map(RunId::new));
        }
    }
    Ok(stale)
}

/// Makes a store at `path` from journal and logs, completely or not at all.
pub fn build(dir: &DataDir, path: &Path) -> Result<Rebuilt> {
    build_with_progress(dir, path, &mut |_, _| {})
}

fn build_with_progress(
    dir: &DataDir,
    path: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilt> {
    made(path, |db| fill(dir, db, progress))
}

/// Who reads the runs that are live according to the journal, if a store is made from the journal
/// alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiveRuns {
    /// Their actors, which are started later and read them from the first byte.
    ByActors,
    /// The rebuild itself, because their actors are in the middle of the logs.
    AtOnce,
}

/// Makes a store at `path` from the journal alone, with its runs marked to be read again, so that
/// it exists long before every log is decoded. Returns the ended runs, the newest story first.
pub(crate) fn build_from_journal(
    dir: &DataDir,
    path: &Path,
    live: LiveRuns,
) -> Result<Vec<StartedRun>> {
    made(path, |db| {
        let transaction = db.unchecked_transaction()?;
        let Applied { runs, ended, .. } = apply_journal(dir, &transaction)?;
        let (mut over, going): (Vec<_>, Vec<_>) =
            runs.into_iter().partition(|run| ended.contains(&run.run));
        let mut take = |commit: RunCommit| Ok(write::run(&transaction, &commit)?);
        for run in &going {
            match live {
                LiveRuns::ByActors => rereading::mark(&transaction, &run.run)?,
                LiveRuns::AtOnce => drop(decode(dir, run, false, &mut take)?),
            }
        }
        for run in &over {
            rereading::mark(&transaction, &run.run)?;
        }
        transaction.commit()?;
        newest_first(&mut over);
        Ok(over)
    })
}

/// Makes a store that appears at `path` only after it was filled.
fn made<T>(path: &Path, fill: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let fresh = store::with_suffix(path, ".new");
    remove(&fresh)?;
    let db = store::create(&fresh)?;
    let filled = fill(&db)?;
    // SQLite's side files are tied to the file's name, and only one file is renamed.
    db.pragma_update(None, "journal_mode", "DELETE")?;
    drop(db);
    remove(path)?;
    std::fs::rename(&fresh, path).map_err(Error::io("move", fresh))?;
    Ok(filled)
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

/// The result of applying the journal.
struct Applied {
    entries: u64,
    /// The started runs that have logs.
    runs: Vec<StartedRun>,
    /// How many runs have none any more; what stays of them is in the journal.
    kept: u64,
    /// Those of them that ended.
    ended: BTreeSet<RunId>,
}

fn apply_journal(dir: &DataDir, db: &Connection) -> Result<Applied> {
    let mut runs: BTreeMap<RunId, StartedRun> = BTreeMap::new();
    let mut ended = BTreeSet::new();
    let (mut entries, mut kept) = (0, 0);
    let mut failed = None;
    journal::read(&dir.journal(), |entry| {
        if failed.is_none() {
            failed = write::journal(db, &entry).err();
        }
        entries += 1;
        match (entry.event, entry.story, entry.run) {
            (JournalEvent::RunStarting(spec), Some(story), Some(run)) => {
                runs.insert(run.clone(), StartedRun { run, story, spec: *spec });
            }
            (JournalEvent::RunEnded { .. }, _, Some(run)) => {
                ended.insert(run);
            }
            (JournalEvent::LogsDeleted { runs: deleted, .. }, ..) => {
                kept += deleted.iter().filter(|it| runs.remove(&it.run).is_some()).count() as u64;
            }
            _ => {}
        }
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(Applied { entries, runs: runs.into_values().collect(), kept, ended }),
    }
}

fn fill(dir: &DataDir, db: &Connection, progress: &mut dyn FnMut(u64, u64)) -> Result<Rebuilt> {
    let transaction = db.unchecked_transaction()?;
    let Applied { entries, runs, kept, ended } = apply_journal(dir, &transaction)?;
    transaction.commit()?;
    let mut rebuilt = Rebuilt { entries, runs: kept, ..Rebuilt::default() };
    let all = kept + runs.len() as u64;
    for run in runs {
        progress(rebuilt.runs, all);
        let transaction = db.unchecked_transaction()?;
        let mut take = |commit: RunCommit| Ok(write::run(&transaction, &commit)?);
        let decoded = decode(dir, &run, ended.contains(&run.run), &mut take)?;
        transaction.commit()?;
        rebuilt.events += decoded.events;
        rebuilt.damaged.extend(decoded.damage.map(|damage| (run.run, damage)));
        rebuilt.runs += 1;
    }
    Ok(rebuilt)
}

/// The result of decoding one run.
#[derive(Default)]
pub(crate) struct DecodedRun {
    events: u64,
    /// The damage in its logs. Everything before it was read.
    pub(crate) damage: Option<String>,
}

/// Decodes one run from its first byte, and passes its events piece by piece to `take`. Damaged
/// logs end where the damage begins, because one run must not prevent the others from being shown.
/// `ended` means that the journal has the run's end; then it is over even if its keeper was killed
/// and left no record.
pub(crate) fn decode(
    dir: &DataDir,
    run: &StartedRun,
    ended: bool,
    take: &mut dyn FnMut(RunCommit) -> Result<()>,
) -> Result<DecodedRun> {
    let mut decoded = DecodedRun::default();
    let logs = dir.run(&run.run);
    if !has_run(&logs) {
        return Ok(decoded);
    }
    let over = ended || logs.read_exit().ok().flatten().is_some();
    let mut tail = Tail::new(logs, &run.spec.decoder, run.spec.usage_baseline.clone());
    let mut commit = |tail: &Tail, batch: Batch| {
        decoded.events += batch.events.len() as u64;
        take(RunCommit {
            run: run.run.clone(),
            story: run.story.clone(),
            account: run.spec.account.clone(),
            decoder: tail.decoder(),
            events: batch.events,
            settled: batch.settled,
            fold: tail.fold().summary(),
            output_bytes: tail.output_bytes(),
            bytes: batch.bytes,
            drafts: Vec::new(),
        })
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
        tracing::warn!(run = %run.run, %damage, "logs are damaged");
    }
    decoded.damage = damage;
    Ok(decoded)
}

/// Whether a process was ever started in the directory of a run, and its logs exist.
pub(crate) fn has_run(logs: &RunDir) -> bool {
    logs.keeper_path().exists()
}

/// A difference between the store and the journal and logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The row in the store, if there is one.
    pub stored: Option<String>,
    /// The row from journal and logs, if there is one.
    pub derived: Option<String>,
}

/// How often a comparison is repeated while the directory's owner writes.
const ATTEMPTS: u32 = 5;

/// How long to wait for the owner before the next attempt.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Compares the store with a new one made from journal and logs. Live runs are left out, because
/// they grow meanwhile, and so are runs that are to be read again; to compare these, wait until
/// they are read ([`crate::Engine::read_all`]). While an owner writes, the two are read at slightly
/// different times, so a difference counts only if nothing was recorded meanwhile.
pub fn verify(dir: &DataDir) -> Result<(Rebuilt, Vec<Difference>)> {
    verify_telling(dir, &mut |_, _| {})
}

/// The same; calls `progress` before each run with the number of runs that were read and of all
/// runs. If the comparison is repeated, the count begins again.
pub fn verify_telling(
    dir: &DataDir,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Rebuilt, Vec<Difference>)> {
    let mut last = verify_once(dir, progress)?;
    for _ in 1..ATTEMPTS {
        let stood_still = journal::last(&dir.journal())?.0 == last.0.entries;
        if last.1.is_empty() || (stood_still && !crate::owner::is_owned(dir)?) {
            break;
        }
        std::thread::sleep(LOOK_AGAIN);
        last = verify_once(dir, progress)?;
    }
    Ok(last)
}

fn verify_once(
    dir: &DataDir,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Rebuilt, Vec<Difference>)> {
    let scratch = store::with_suffix(&dir.store(), ".verify");
    let rebuilt = build_with_progress(dir, &scratch, progress)?;
    let compared = compare(dir, &scratch);
    remove(&scratch)?;
    Ok((rebuilt, compared?))
}

fn compare(dir: &DataDir, scratch: &Path) -> Result<Vec<Difference>> {
    let (stored, derived) = (store::open_reader(&dir.store())?, store::open_reader(scratch)?);
    let mut unsettled = live_runs(&stored)?;
    let to_read = [stale_runs(&stored)?, rereading::all(&stored)?].concat();
    unsettled.extend(to_read.iter().map(|run| run.as_str().to_owned()));
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
