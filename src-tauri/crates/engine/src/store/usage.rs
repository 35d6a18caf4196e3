//! The area of usage: what each model used in each turn. This module converts a run's shares to
//! rows and rows to shares. [`crate::run::accounts`] computes the shares, and [`crate::usage`] sums
//! over the rows.

use super::area::{Area, delete_of_run, table};
use crate::record::{Provisional, RunCommit};
use protocol::{Cost, CostBasis, ModelShare, RunId, Seq, Timestamp, Tokens};
use rusqlite::{Connection, Result, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
-- What each model used in each turn, `basis` counted from the strongest. `seq` is the result's event; 0 stands
-- for what was heard of since the last result, and goes when the next one comes. The sum of a run's rows is
-- the run's total in `run_folds`.
CREATE TABLE usage (
    run TEXT NOT NULL, seq INTEGER NOT NULL, model TEXT NOT NULL, at INTEGER NOT NULL, input INTEGER NOT NULL,
    output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL, basis INTEGER NOT NULL,
    PRIMARY KEY (run, seq, model)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_by_time ON usage (at);
",
    tables: &[table("usage", "run, seq, model")],
    commit: settle,
    forget: |db, run| delete_of_run(db, "usage", run),
    values: &[(USAGE, |row| record(row).map(drop))],
    ..Area::NONE
};

/// The columns that [`record`] reads.
pub(crate) const USAGE: &str =
    "SELECT run, seq, model, at, input, output, cache_read, cache_write, cost_micros, basis
     FROM usage";

/// The `seq` of provisional rows, which are replaced when a result comes. Events count from 1, so
/// no result has it.
const STANDS_IN: u64 = 0;

const BASES: [CostBasis; 4] =
    [CostBasis::Reported, CostBasis::Priced, CostBasis::LowerBound, CostBasis::Unpriced];

/// A row of `usage` without its run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The number of the event with the result; `None` in a provisional row.
    pub(crate) seq: Option<Seq>,
    /// When the result came; in a provisional row, when usage was last reported.
    pub(crate) at: Timestamp,
    /// What one model used.
    pub(crate) share: ModelShare,
}

/// Inserts the shares of new results. Rows that are already there are not changed.
fn settle(db: &Connection, commit: &RunCommit) -> Result<()> {
    for result in &commit.settled {
        for share in &result.shares {
            insert(db, &commit.run, result.seq.0, result.at, share)?;
        }
    }
    Ok(())
}

/// Replaces the provisional rows of a run, if they changed.
pub(super) fn stand_in(db: &Connection, run: &RunId, provisional: &Provisional) -> Result<()> {
    let records = provisional.shares.iter().map(|share| Record {
        seq: None,
        at: provisional.at,
        share: share.clone(),
    });
    let mut known =
        db.prepare_cached(&format!("{USAGE} WHERE run = ? AND seq = {STANDS_IN} ORDER BY model"))?;
    let known = known.query_map([run.as_str()], record)?.collect::<Result<Vec<_>>>()?;
    if records.eq(known.iter().cloned()) {
        return Ok(());
    }
    if !known.is_empty() {
        db.prepare_cached(&format!("DELETE FROM usage WHERE run = ? AND seq = {STANDS_IN}"))?
            .execute([run.as_str()])?;
    }
    for share in &provisional.shares {
        insert(db, run, STANDS_IN, provisional.at, share)?;
    }
    Ok(())
}

fn insert(db: &Connection, run: &RunId, seq: u64, at: Timestamp, share: &ModelShare) -> Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO usage
            (run, seq, model, at, input, output, cache_read, cache_write, cost_micros, basis)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        run.as_str(),
        seq,
        share.model,
        at.millis(),
        stored(share.tokens.input),
        stored(share.tokens.output),
        stored(share.tokens.cache_read),
        stored(share.tokens.cache_write),
        stored(share.cost.micros),
        share.cost.basis as i64,
    ])?;
    Ok(())
}

/// A count in SQLite's range, which is `i64`: an agent can print a larger number.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The basis that a number in the column stands for; `None` for any other number.
pub(crate) fn basis(number: i64) -> Option<CostBasis> {
    BASES.get(usize::try_from(number).ok()?).copied()
}

/// Reads a row of [`USAGE`].
pub(crate) fn record(row: &Row<'_>) -> Result<Record> {
    let number: i64 = row.get(9)?;
    let basis = basis(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(9, number))?;
    let tokens = Tokens {
        input: row.get(4)?,
        output: row.get(5)?,
        cache_read: row.get(6)?,
        cache_write: row.get(7)?,
    };
    let cost = Cost { micros: row.get(8)?, basis };
    Ok(Record {
        seq: Some(row.get(1)?).filter(|&seq| seq != STANDS_IN).map(Seq),
        at: Timestamp::from_millis(row.get(3)?),
        share: ModelShare { model: row.get(2)?, tokens, cost },
    })
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;
    use super::*;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("usage", &["model = CAST(x'ff' AS TEXT)", "input = -1", "basis = 4"]);
    }

    #[test]
    fn a_basis_is_stored_by_its_strength() {
        for (number, basis) in BASES.into_iter().enumerate() {
            assert_eq!(basis as usize, number);
            assert_eq!(super::basis(number as i64), Some(basis));
        }
        assert!(BASES.is_sorted());
        assert_eq!((super::basis(4), super::basis(-1)), (None, None));
    }
}
