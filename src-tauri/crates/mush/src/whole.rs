//! `mush verify` compares the store with journal and logs; `mush rebuild` makes it again from them.

use crate::access::Access;
use crate::text::{self, Out};
use engine::rebuild::{self, Difference};
use engine::{Opening, StoreAtStart, owner};
use protocol::{ErrorCode, Fault, RunId};
use serde_json::json;
use std::time::Duration;

/// Compares the store with journal and logs. If another program is reading runs again, it waits for
/// that, at most for `limit`.
pub(crate) fn verify(access: &Access, out: Out, limit: Option<Duration>) -> Result<u8, Fault> {
    access.until_read(limit)?;
    let (rebuilt, differences) = rebuild::verify(&access.dir)?;
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
    let engine = match access.open_with("mush rebuild", StoreAtStart::Rebuilt)? {
        Opening::Owner(engine) => engine,
        Opening::Follower(record) => {
            return Err(Fault::new(
                ErrorCode::Busy,
                format!("{} owns {}", owner::Owner { record }, access.dir.root().display()),
                "Close it first; its agents go on.",
            ));
        }
    };
    let damaged = match engine.read_all() {
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

/// Prints the runs whose logs could not be read completely.
fn print_damage(out: Out, damaged: &[(RunId, String)]) {
    for (run, damage) in damaged {
        let row = json!({"run": run, "damage": damage});
        out.one(&row, |_| format!("run {run} is read up to its damage only: {damage}"));
    }
}
