//! `mush verify` compares the store with journal and logs; `mush rebuild` makes it again from them.

use crate::access::{Access, TIMEOUT};
use crate::serve;
use crate::slow;
use crate::text::{self, Out};
use engine::owner::{self, Owner};
use engine::rebuild::{self, Difference};
use engine::{Engine, Opening, StoreAtStart};
use protocol::{ErrorCode, Fault, Request, RunId};
use serde_json::json;
use std::time::{Duration, Instant};

/// The kind of program that makes a store again, for other programs.
const ROLE: &str = "mush rebuild";

/// How long an owner that is asked for the directory may take to begin to listen.
const UNTIL_IT_LISTENS: Duration = Duration::from_millis(500);

/// Compares the store with journal and logs. If another program is reading runs again, it waits for
/// that, at most for `limit`.
pub(crate) fn verify(access: &Access, out: Out, limit: Option<Duration>) -> Result<u8, Fault> {
    access.until_read(limit)?;
    let wait = || "Reads the journal and every log, and compares the store with them.".to_owned();
    let (rebuilt, differences) = slow::saying(wait, || rebuild::verify(&access.dir))?;
    for difference in &differences {
        print_difference(out, difference);
    }
    print_damage(out, &rebuilt.damaged);
    let summary = json!({
        "entries": rebuilt.entries, "runs": rebuilt.runs, "events": rebuilt.events,
        "damaged": rebuilt.damaged.len(), "differences": differences.len()
    });
    out.one(&summary, |_| {
        format!(
            "{} journal entries, {} runs, {} events: {} differences",
            rebuilt.entries,
            rebuilt.runs,
            rebuilt.events,
            differences.len()
        )
    });
    Ok(u8::from(!differences.is_empty() || !rebuilt.damaged.is_empty()))
}

fn print_difference(out: Out, difference: &Difference) {
    let Difference { table, stored, derived } = difference;
    let row = json!({"table": table, "stored": stored, "derived": derived});
    out.one(&row, |_| {
        let (side, row) = match (stored, derived) {
            (Some(row), _) => ("only in the store", row.as_str()),
            (None, row) => ("missing in the store", row.as_deref().unwrap_or_default()),
        };
        format!("{table}: {side}: {row}")
    });
}

/// Makes the store again from the journal, then reads the logs of all runs. If another program asks
/// for the directory meanwhile, it gets it and continues the reading.
pub(crate) fn rebuild(access: &Access, out: Out) -> Result<u8, Fault> {
    let engine = owned(access)?;
    let wait = || "Reads every log again.".to_owned();
    let damaged = match slow::saying(wait, || engine.read_all()) {
        Ok(damaged) => damaged,
        Err(engine::Error::Ended) => {
            text::announce("Another program owns the data directory now; it reads the rest.");
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    engine.close("done");
    print_damage(out, &damaged);
    let (entries, runs) = access.read(|reader| Ok((reader.last_journal()?, reader.runs(None)?)))?;
    let events: u64 = runs.iter().map(|run| run.events).sum();
    let summary = json!({
        "entries": entries, "runs": runs.len(), "events": events, "damaged": damaged.len()
    });
    out.one(&summary, |_| {
        format!(
            "Made again from {} journal entries and {} runs with {events} events.",
            entries.0,
            runs.len()
        )
    });
    Ok(0)
}

/// Owns the directory and makes its store again. `mush serve` is asked for the directory and has it back afterwards;
/// another owner keeps it.
fn owned(access: &Access) -> Result<Engine, Fault> {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let owner = match access.open_with(ROLE, StoreAtStart::Rebuilt)? {
            Opening::Owner(engine) => return Ok(engine),
            Opening::Follower(record) => Owner { record },
        };
        if !serve::is_server(&owner) || Instant::now() > deadline {
            return Err(Fault::new(
                ErrorCode::Busy,
                format!("{owner} owns {}", access.dir.root().display()),
                "Close it first; its agents go on.",
            ));
        }
        let request = Request::Yield { role: ROLE.to_owned() };
        if let Err(error) = owner::ask(&access.dir, &request, UNTIL_IT_LISTENS) {
            tracing::info!(%error, "the owner of the data directory does not answer yet");
        }
    }
}

/// Names the runs whose logs could not be read to their end.
fn print_damage(out: Out, damaged: &[(RunId, String)]) {
    for (run, damage) in damaged {
        let row = json!({"run": run, "damage": damage});
        out.one(&row, |_| format!("run {run} is read up to its damage only: {damage}"));
    }
}
