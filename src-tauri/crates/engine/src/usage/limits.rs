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

#[cfg(test)]
mod tests {
    use super::super::scene::{ACCOUNT, Scene, limit, minute};
    use super::*;
    use serde_json::json;

    fn history(scene: &Scene, from: i64, to: i64) -> Vec<LimitHistory> {
        scene.reader().limit_history(minute(from), minute(to)).unwrap()
    }

    fn held(scene: &mut Scene, from: i64, to: Option<i64>) {
        scene.entry(from, None, json!({"type": "hold_started", "account": ACCOUNT, "until": null}));
        // Said again, because another run met the same limit.
        scene.entry(
            from + 1,
            None,
            json!({"type": "hold_started", "account": ACCOUNT, "until": null}),
        );
        if let Some(to) = to {
            scene.entry(to, None, json!({"type": "hold_ended", "account": ACCOUNT}));
        }
    }

    #[test]
    fn what_was_heard_in_a_range_is_told_with_its_holds() {
        let mut scene = Scene::new();
        let said = [(10, 0.5), (20, 0.75), (90, 0.9)];
        scene.run("r1", 1, said.map(|(at, used)| (at, limit(used, "allowed"))).to_vec());
        held(&mut scene, 2, Some(5));
        held(&mut scene, 15, Some(40));
        held(&mut scene, 60, None);
        let [window] = &history(&scene, 10, 90)[..] else { panic!("one window") };
        assert_eq!((window.account.as_str(), window.window.as_str()), (ACCOUNT, "five_hour"));
        let points: Vec<_> =
            window.points.iter().map(|point| (point.at, point.utilization)).collect();
        assert_eq!(points, [(minute(10), Some(0.5)), (minute(20), Some(0.75))]);
        let spans = [(15, Some(40)), (60, None)];
        let spans = spans.map(|(from, to)| HoldSpan { from: minute(from), to: to.map(minute) });
        assert_eq!(window.holds, spans);
        // A hold is told although nothing was heard meanwhile; before it there is nothing.
        let [quiet] = &history(&scene, 65, 80)[..] else { panic!("one window") };
        assert_eq!(
            (quiet.window.as_str(), quiet.points.len(), quiet.holds.len()),
            ("five_hour", 0, 1)
        );
        assert_eq!(history(&scene, -10, 0), []);
    }

    #[test]
    fn of_many_points_the_refusals_and_the_highest_stay() {
        let mut scene = Scene::new();
        let said = (0..5_000).map(|at| match at {
            1_234 => (at, limit(0.1, "rejected")),
            3_456 => (at, limit(0.99, "warning")),
            _ => (at, limit(0.5, "allowed")),
        });
        scene.run("r1", 0, said.collect());
        let [window] = &history(&scene, 0, 5_000)[..] else { panic!("one window") };
        assert!(window.points.len() <= MOST, "{}", window.points.len());
        let has = |at| window.points.iter().any(|point| point.at == minute(at));
        assert!(has(1_234) && has(3_456) && has(4_999));
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let scene = Scene::new();
        let refused = scene.reader().limit_history(minute(2), minute(1)).unwrap_err();
        assert!(refused.to_string().contains("does not end after it begins"), "{refused}");
    }
}
