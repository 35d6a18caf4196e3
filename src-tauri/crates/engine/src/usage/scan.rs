//! Feeds rows of usage to a [`Pass`], a million in some tenths of a second. During one query the pass is
//! an aggregate function of SQLite, so a row is read in place and never copied into a result. This module
//! decides how the rows are found, and ensures the order that a pass needs.

use super::line::Line;
use super::sum::{Grouping, Pass};
use crate::error::Result;
use crate::store::usage::basis;
use protocol::{Timestamp, Tokens, UsageGroup};
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Up to this many rows are looked up by their time and sorted by run. If there are more, the whole table
/// is read in its order, and rows outside the range are skipped.
const FEW: i64 = 20_000;

const FOLD: &str = "fold_usage";

/// Feeds the rows of a range to `pass` and returns it. `groupings` has the groups of each run by its id;
/// a run that is not in it belongs to no known group.
pub(super) fn scan(
    db: &Connection,
    (from, to): (Timestamp, Timestamp),
    by: &[UsageGroup],
    groupings: HashMap<String, Grouping>,
    pass: Pass,
) -> Result<Pass> {
    let shared = Shared::default();
    shared.with(|place| place.pass = Some(pass));
    let range = from.millis()..to.millis();
    let fold =
        Fold { range: range.clone(), groupings: Arc::new(groupings), shared: shared.clone() };
    db.create_aggregate_function(FOLD, 10, FunctionFlags::SQLITE_UTF8, fold)?;
    let read = read(db, &range, by);
    db.remove_function(FOLD, 10)?;
    // SQLite itself only reports that the function failed, not why.
    if let Some(error) = shared.with(|place| place.failed.take()) {
        return Err(error.into());
    }
    read?;
    Ok(shared.with(|place| place.pass.take()).ok_or(Error::QueryReturnedNoRows)?)
}

fn read(db: &Connection, range: &Range<i64>, by: &[UsageGroup]) -> rusqlite::Result<()> {
    let few: i64 = db
        .prepare_cached(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM usage INDEXED BY usage_by_time
             WHERE at >= ? AND at < ? LIMIT {FEW})"
        ))?
        .query_row([range.start, range.end], |row| row.get(0))?;
    let rows = match few < FEW {
        // With a limit SQLite keeps the subquery's order in the outer query.
        true => format!(
            "(SELECT * FROM usage INDEXED BY usage_by_time WHERE at >= {} AND at < {}
             ORDER BY run, seq, model LIMIT -1)",
            range.start, range.end
        ),
        // Without a condition, because testing each row here costs more than the function.
        false => "usage".to_owned(),
    };
    // A name that is not needed is not read.
    let model = if by.contains(&UsageGroup::Model) { "model" } else { "''" };
    let sql = format!(
        "SELECT {FOLD}(run, seq, {model}, at, input, output, cache_read, cache_write, cost_micros, basis)
         FROM {rows}"
    );
    db.prepare(&sql)?.query_row([], |row| row.get::<_, i64>(0)).map(|_| ())
}

/// Holds the pass before and after the query, and the error that ended it.
#[derive(Default)]
struct Place {
    pass: Option<Pass>,
    failed: Option<Error>,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Place>>);

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut Place) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The aggregate function.
struct Fold {
    /// Rows outside this range are skipped (milliseconds).
    range: Range<i64>,
    groupings: Arc<HashMap<String, Grouping>>,
    shared: Shared,
}

/// The pass during the query, with the current run.
struct Folding {
    pass: Pass,
    run: String,
}

impl Aggregate<Option<Folding>, i64> for Fold {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Option<Folding>> {
        let pass = self.shared.with(|place| place.pass.take());
        Ok(pass.map(|pass| Folding { pass, run: String::new() }))
    }

    fn step(&self, row: &mut Context<'_>, on: &mut Option<Folding>) -> rusqlite::Result<()> {
        let Some(folding) = on else { return Err(Error::QueryReturnedNoRows) };
        self.add(row, folding).map_err(|error| {
            let wrapped = Error::UserFunctionError(error.to_string().into());
            self.shared.with(|place| place.failed = Some(error));
            wrapped
        })
    }

    fn finalize(&self, _: &mut Context<'_>, on: Option<Option<Folding>>) -> rusqlite::Result<i64> {
        if let Some(folding) = on.flatten() {
            self.shared.with(|place| place.pass = Some(folding.pass));
        }
        Ok(0)
    }
}

impl Fold {
    fn add(&self, row: &Context<'_>, folding: &mut Folding) -> rusqlite::Result<()> {
        let run = bytes(row, 0)?;
        if run != folding.run.as_bytes() {
            let run = std::str::from_utf8(run).map_err(|error| Error::Utf8Error(0, error))?;
            if *run < *folding.run {
                let why = "rows of usage came out of order";
                return Err(Error::UserFunctionError(why.into()));
            }
            run.clone_into(&mut folding.run);
            match self.groupings.get(run) {
                Some(grouping) => folding.pass.run(grouping),
                None => folding.pass.run(&Grouping::default()),
            }
        }
        let at = integer(row, 3)?;
        if !self.range.contains(&at) {
            return Ok(());
        }
        let mut counts = [0; 6];
        for (count, column) in counts.iter_mut().zip([1, 4, 5, 6, 7, 8]) {
            *count = integer(row, column)?;
        }
        // Tests all counts at once: none is negative unless the file is damaged.
        if counts.iter().fold(0, |signs, count| signs | count) < 0 {
            return Err(Error::IntegralValueOutOfRange(
                4,
                counts.iter().copied().min().unwrap_or(0),
            ));
        }
        let [seq, input, output, cache_read, cache_write, micros] = counts.map(i64::unsigned_abs);
        let number = integer(row, 9)?;
        let line = Line {
            seq,
            model: bytes(row, 2)?,
            at,
            tokens: Tokens { input, output, cache_read, cache_write },
            micros,
            basis: basis(number).ok_or(Error::IntegralValueOutOfRange(9, number))?,
        };
        folding.pass.add(&line).map_err(|error| Error::Utf8Error(2, error))
    }
}

#[inline]
fn bytes<'row>(row: &'row Context<'_>, column: usize) -> rusqlite::Result<&'row [u8]> {
    match row.get_raw(column) {
        ValueRef::Text(text) => Ok(text),
        other => Err(Error::InvalidColumnType(column, "text".to_owned(), other.data_type())),
    }
}

#[inline]
fn integer(row: &Context<'_>, column: usize) -> rusqlite::Result<i64> {
    match row.get_raw(column) {
        ValueRef::Integer(number) => Ok(number),
        other => Err(Error::InvalidColumnType(column, "integer".to_owned(), other.data_type())),
    }
}
