//! Answers a usage query: selects the rows, their order, and the groups of their runs. [`super::sum`]
//! adds up, and [`super::calendar`] gives the stretches of time.

use super::calendar::Calendar;
use super::scan::scan;
use super::sum::{Grouping, Pass};
use crate::error::{Error, Result};
use crate::store::read::Reader;
use crate::store::rereading;
use protocol::{CostBasis, ErrorCode, Timestamp, UsageGroup, UsageQuery, UsageReport, UsageRow};
use rusqlite::Connection;
use std::collections::HashMap;

impl Reader {
    /// Sums usage. Without a range the sums are from the first usage to the last, in whole stretches; a
    /// range may reach into the future, which has no usage.
    ///
    /// # Errors
    /// If the range does not end after it begins, the zone is unknown, or there are too many stretches.
    /// Each error says what to ask for instead.
    pub fn usage(&self, query: &UsageQuery) -> Result<UsageReport> {
        let calendar = Calendar::of(&query.zone)?;
        let mut by = query.by.clone();
        by.sort_unstable();
        by.dedup();
        let db = self.db();
        // One transaction, so that a row that comes meanwhile is either in the whole answer or not at
        // all.
        let _same = db.unchecked_transaction()?;
        let asked = (query.from.unwrap_or(FIRST), query.to.unwrap_or(LAST));
        let rereading_runs = rereading::between(db, asked.0, asked.1)?;
        let Some((from, to)) = range(db, query)? else {
            return Ok(UsageReport { rereading_runs, ..UsageReport::default() });
        };
        if from >= to {
            return Err(no_range(calendar, from, to)?);
        }
        let (starts, to) = stretches(calendar, query, from, to)?;
        let from = starts.first().copied().unwrap_or(from);
        let most = query.most.map(|most| most as usize);
        let pass = Pass::new(by.clone(), most, &starts, to);
        let groupings = if by.iter().any(is_of_run) { groupings(db)? } else { HashMap::new() };
        let pass = scan(db, (from, to), &by, groupings, pass)?;
        let report = UsageReport { rereading_runs, ..pass.report(from) };
        Ok(if rereading_runs > 0 { at_least(report) } else { report })
    }
}

/// The first and the last instant, for a query without a range.
const FIRST: Timestamp = Timestamp::from_millis(i64::MIN);
const LAST: Timestamp = Timestamp::from_millis(i64::MAX);

/// Makes every sum of the report a lower bound.
fn at_least(mut report: UsageReport) -> UsageReport {
    let of_groups = report.groups.iter_mut().map(|group| &mut group.sum);
    let of_cells = report.cells.iter_mut().map(|cell| &mut cell.sum);
    for sum in of_groups.chain(of_cells) {
        sum.is_partial = true;
        sum.used.cost_basis = sum.used.cost_basis.max(CostBasis::LowerBound);
    }
    report
}

/// The rows of a report, by stretch and then by group. They are disjoint; totals are not among them.
pub fn rows(report: &UsageReport) -> Vec<UsageRow> {
    let end = |step: usize| report.starts.get(step + 1).copied().unwrap_or(report.to);
    let row = |cell: &protocol::UsageCell| {
        let step = cell.step as usize;
        Some(UsageRow {
            from: *report.starts.get(step)?,
            to: end(step),
            by: report.groups.get(cell.group as usize)?.by.clone(),
            used: cell.sum.used,
            is_partial: cell.sum.is_partial,
        })
    };
    report.cells.iter().filter_map(row).collect()
}

/// The requested range, with open ends closed at the first and last usage; `None` if there is no usage.
fn range(db: &Connection, query: &UsageQuery) -> Result<Option<(Timestamp, Timestamp)>> {
    if let (Some(from), Some(to)) = (query.from, query.to) {
        return Ok(Some((from, to)));
    }
    let bound = |which: &str| -> Result<Option<Timestamp>> {
        let sql = format!("SELECT {which}(at) FROM usage");
        let at: Option<i64> = db.query_row(&sql, [], |row| row.get(0))?;
        Ok(at.map(Timestamp::from_millis))
    };
    let (Some(first), Some(last)) = (bound("min")?, bound("max")?) else { return Ok(None) };
    let range = (query.from.unwrap_or(first), query.to.unwrap_or(last.plus_millis(1)));
    // A range after the last usage, or before the first, is empty, which is no mistake of the caller.
    Ok((range.0 < range.1).then_some(range))
}

/// The beginnings of the stretches, and the end of the last one: the end of the requested range, else the
/// end of the stretch with the last usage.
fn stretches(
    calendar: Calendar,
    query: &UsageQuery,
    from: Timestamp,
    to: Timestamp,
) -> Result<(Vec<Timestamp>, Timestamp)> {
    let Some(step) = query.step else { return Ok((vec![from], to)) };
    let mut starts = calendar.starts(step, from, to)?;
    if let (Some(first), Some(_)) = (starts.first_mut(), query.from) {
        *first = (*first).max(from);
    }
    let end = match (query.to, starts.last()) {
        (None, Some(&last)) => calendar.end(step, last)?,
        _ => to,
    };
    Ok((starts, end))
}

/// Makes the error for a range without length; it shows times of the requested zone, as the person sees
/// them.
fn no_range(calendar: Calendar, from: Timestamp, to: Timestamp) -> Result<Error> {
    let what = if from == to { "is empty" } else { "ends before it begins" };
    let (from, to) = (calendar.text(from)?, calendar.text(to)?);
    Ok(Error::refused(
        ErrorCode::BadInput,
        format!("the range from {from} to {to} {what}"),
        "Let it end after it begins.",
    ))
}

fn is_of_run(group: &UsageGroup) -> bool {
    !matches!(group, UsageGroup::Model | UsageGroup::Class)
}

/// Reads the groups that each run belongs to.
fn groupings(db: &Connection) -> Result<HashMap<String, Grouping>> {
    let mut statement = db.prepare_cached(
        "SELECT runs.id, runs.account, s.agent, s.project, s.slug
         FROM runs JOIN stories s ON s.id = runs.story",
    )?;
    let rows = statement.query_map([], |row| {
        let grouping = Grouping {
            account: row.get(1)?,
            agent: row.get(2)?,
            project: row.get(3)?,
            story: row.get(4)?,
        };
        Ok((row.get(0)?, grouping))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
