//! The history of limit windows: what was heard of each in a range, and when its account was held. Read
//! from the store, thinned to what a chart can show.

use super::thin::thin;
use crate::error::{Error, Result};
use crate::store::read::Reader;
use crate::store::text::{from_json, from_word};
use protocol::{
    AccountId, ErrorCode, HoldSpan, JournalEntry, JournalEvent, LimitHistory, LimitPoint,
    LimitStatus, Timestamp,
};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// More points of a window are thinned.
const MOST: usize = 200;

/// The entries of the journal that holds are made of; the store has an index of these.
const HOLDS: &str = "type IN ('hold_started', 'hold_ended')";

impl Reader {
    /// What was heard of every limit window from `from` (included) to `to` (excluded), by account and
    /// window.
    ///
    /// # Errors
    /// A range that does not end after it begins.
    pub fn limit_history(&self, from: Timestamp, to: Timestamp) -> Result<Vec<LimitHistory>> {
        if from >= to {
            return Err(Error::refused(
                ErrorCode::BadInput,
                format!("the range from {from} to {to} does not end after it begins"),
                "Let it end after it begins.",
            ));
        }
        let db = self.db();
        let _same = db.unchecked_transaction()?;
        let mut windows = points(db, from, to)?;
        let mut holds = holds(db, from, to)?;
        for account in holds.keys() {
            // Its windows, although nothing was heard of them in the range; one without a name if no
            // report ever named one.
            if !windows.keys().any(|(of, _)| of == account) {
                let named = named(db, account)?;
                let named = if named.is_empty() { vec![String::new()] } else { named };
                windows.extend(named.into_iter().map(|name| ((account.clone(), name), Vec::new())));
            }
        }
        let history =
            |((account, window), points): ((AccountId, String), Vec<LimitPoint>)| LimitHistory {
                holds: holds.entry(account.clone()).or_default().clone(),
                points: thin(&points, MOST, |point| point.at, height),
                account,
                window,
            };
        Ok(windows.into_iter().map(history).collect())
    }
}

/// What is seen first when many are shown as one: a refusal, then how much is used.
fn height(point: &LimitPoint) -> (bool, Option<f64>) {
    (point.status == LimitStatus::Rejected, point.utilization)
}

type Windows = BTreeMap<(AccountId, String), Vec<LimitPoint>>;

fn points(db: &Connection, from: Timestamp, to: Timestamp) -> Result<Windows> {
    let mut statement = db.prepare_cached(
        "SELECT account, window, at, status, utilization, resets_at FROM limits_seen
         WHERE at >= ? AND at < ? ORDER BY account, window, at, run, seq",
    )?;
    let mut rows = statement.query(params![from.millis(), to.millis()])?;
    let mut windows = Windows::new();
    while let Some(row) = rows.next()? {
        let window = (AccountId::new(row.get::<_, String>(0)?), row.get(1)?);
        windows.entry(window).or_default().push(LimitPoint {
            at: Timestamp::from_millis(row.get(2)?),
            status: from_word(row.get(3)?)?,
            utilization: row.get(4)?,
            resets_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_millis),
        });
    }
    Ok(windows)
}

fn named(db: &Connection, account: &AccountId) -> Result<Vec<String>> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT window FROM limits_seen WHERE account = ?")?;
    let rows = statement.query_map([account.as_str()], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The holds of each account that reach into the range. A hold that is started again goes on.
fn holds(
    db: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<BTreeMap<AccountId, Vec<HoldSpan>>> {
    let mut statement =
        db.prepare_cached(&format!("SELECT entry FROM journal WHERE {HOLDS} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut spans: BTreeMap<AccountId, Vec<HoldSpan>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let JournalEntry { at, event, .. } = from_json(&row.get::<_, String>(0)?)?;
        match event {
            JournalEvent::HoldStarted { account, .. } => {
                let spans = spans.entry(account).or_default();
                if spans.last().is_none_or(|last| last.to.is_some()) {
                    spans.push(HoldSpan { from: at, to: None });
                }
            }
            JournalEvent::HoldEnded { account } => {
                let open = spans.get_mut(&account).and_then(|spans| spans.last_mut());
                if let Some(span) = open.filter(|span| span.to.is_none()) {
                    span.to = Some(at);
                }
            }
            _ => {}
        }
    }
    for spans in spans.values_mut() {
        spans.retain(|span| span.from < to && span.to.is_none_or(|end| end > from));
    }
    spans.retain(|_, spans| !spans.is_empty());
    Ok(spans)
}
