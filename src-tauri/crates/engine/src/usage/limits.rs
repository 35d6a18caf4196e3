//! The history of limit windows in a range: the reports of each, and when each held its account. It is
//! read from the store and reduced to what a chart can show.

use super::thin::thin;
use crate::error::{Error, Result};
use crate::store::read::Reader;
use crate::store::text::{from_json, from_word};
use protocol::{
    AccountId, ErrorCode, HoldSpan, JournalEntry, JournalEvent, LimitHistory, LimitPoint,
    LimitStatus, Outcome, RunId, Timestamp, WindowName,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A window with more points than this is thinned.
const MOST: usize = 200;

/// Selects the journal entries about holds; the store has an index for this condition.
const HOLDS: &str = "type IN ('hold_started', 'hold_ended')";

impl Reader {
    /// The history of every limit window from `from` (included) to `to` (excluded), by account and
    /// window.
    ///
    /// # Errors
    /// If the range does not end after it begins.
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
        for held in holds.keys() {
            // The window held its account, although nothing was reported of it in the range.
            windows.entry(held.clone()).or_default();
        }
        let accounts = self.accounts()?;
        let history = |(key, points): (Window, Vec<LimitPoint>)| {
            let account = accounts.iter().find(|account| account.id == key.0);
            let held = holds.remove(&key).unwrap_or_default();
            Ok(LimitHistory {
                name: name(db, &key, held.name)?,
                holds: held.spans,
                points: thin(&points, MOST, |point| point.at, height),
                agent: account.map(|account| account.agent.clone()),
                account_name: account.map(|account| account.name().to_owned()),
                account: key.0,
                window: key.1,
            })
        };
        windows.into_iter().map(history).collect()
    }
}

/// The order that chooses one of many points: a refusal first, then the most used.
fn height(point: &LimitPoint) -> (bool, Option<f64>) {
    (point.status == LimitStatus::Rejected, point.utilization)
}

/// A window of an account; the id is empty if the window is not known.
type Window = (AccountId, String);

type Windows = BTreeMap<Window, Vec<LimitPoint>>;

/// The holds of one window.
#[derive(Default)]
struct Held {
    spans: Vec<HoldSpan>,
    /// The window's name, as the end of a refused run reports it.
    name: Option<WindowName>,
}

/// The window's name: the newest reported one, else that from the end of a run, else its id. `None` if the
/// window is not known.
fn name(
    db: &Connection,
    (account, window): &Window,
    at_end: Option<WindowName>,
) -> Result<Option<WindowName>> {
    if window.is_empty() {
        return Ok(None);
    }
    let observed: Option<String> = db
        .prepare_cached(
            "SELECT name FROM limits_seen WHERE account = ? AND window = ?
             ORDER BY at DESC, run DESC, seq DESC LIMIT 1",
        )?
        .query_row([account.as_str(), window], |row| row.get(0))
        .optional()?;
    Ok(Some(match observed {
        Some(observed) => from_json(&observed)?,
        None => at_end.unwrap_or_else(|| WindowName::called(window.as_str())),
    }))
}

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

/// Reads the holds of each window that reach into the range. A hold belongs to the window that refused
/// the hold's first run. A hold that is started again continues, and its end ends it for every window of
/// the account.
fn holds(db: &Connection, from: Timestamp, to: Timestamp) -> Result<BTreeMap<Window, Held>> {
    let mut statement =
        db.prepare_cached(&format!("SELECT entry FROM journal WHERE {HOLDS} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut holds: BTreeMap<Window, Held> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let JournalEntry { at, run, event, .. } = from_json(&row.get::<_, String>(0)?)?;
        match event {
            JournalEvent::HoldStarted { account, .. } => {
                let refused = refused_by(db, run.as_ref())?;
                let is_held = holds.iter().any(|((of, window), held)| {
                    *of == account
                        && is_open(&held.spans)
                        && refused.as_ref().is_none_or(|(by, _)| by == window)
                });
                if !is_held {
                    let (window, name) = refused.unwrap_or_default();
                    let held = holds.entry((account, window)).or_default();
                    held.spans.push(HoldSpan { from: at, to: None });
                    held.name = name.or(held.name.take());
                }
            }
            JournalEvent::HoldEnded { account, .. } => {
                let of_account = holds.iter_mut().filter(|((of, _), _)| *of == account);
                for open in of_account.filter_map(|(_, held)| held.spans.last_mut()) {
                    open.to = open.to.or(Some(at));
                }
            }
            _ => {}
        }
    }
    for held in holds.values_mut() {
        held.spans.retain(|span| span.from < to && span.to.is_none_or(|end| end > from));
    }
    holds.retain(|_, held| !held.spans.is_empty());
    Ok(holds)
}

fn is_open(spans: &[HoldSpan]) -> bool {
    spans.last().is_some_and(|last| last.to.is_none())
}

/// Finds the window that refused a run, with the name from the run's outcome: the window that the outcome
/// names, else the only one that the run's output reported as rejected. `None` if neither tells.
fn refused_by(
    db: &Connection,
    run: Option<&RunId>,
) -> Result<Option<(String, Option<WindowName>)>> {
    let Some(run) = run else { return Ok(None) };
    let outcome: Option<Option<String>> = db
        .prepare_cached("SELECT outcome FROM runs WHERE id = ?")?
        .query_row([run.as_str()], |row| row.get(0))
        .optional()?;
    let outcome = outcome.flatten().map(|text| from_json::<Outcome>(&text)).transpose()?;
    if let Some(Outcome::Limited { window: Some(window), name, .. }) = outcome {
        return Ok(Some((window, name)));
    }
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT window FROM limits_seen WHERE run = ? AND status = 'rejected' LIMIT 2",
    )?;
    let rejected = statement.query_map([run.as_str()], |row| row.get(0))?;
    let mut rejected = rejected.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(rejected.pop().filter(|_| rejected.is_empty()).map(|window| (window, None)))
}

#[cfg(test)]
mod tests {
    use super::super::scene::{ACCOUNT, Scene, limit, minute};
    use super::*;
    use serde_json::json;

    fn history(scene: &Scene, from: i64, to: i64) -> Vec<LimitHistory> {
        scene.reader().limit_history(minute(from), minute(to)).unwrap()
    }

    /// Adds a hold that a run began and that is started again, because another run met the same limit.
    fn held(scene: &mut Scene, run: &str, from: i64, to: Option<i64>) {
        for at in [from, from + 1] {
            let started = json!({"type": "hold_started", "account": ACCOUNT, "until": null});
            scene.entry(at, Some(run), started);
        }
        if let Some(to) = to {
            scene.entry(to, None, json!({"type": "hold_ended", "account": ACCOUNT}));
        }
    }

    /// Ends a run that a limit refused, and names the window.
    fn refused(scene: &mut Scene, run: &str, at: i64, window: Option<&str>) {
        let outcome = json!({"kind": "limited", "window": window, "until": null});
        let evidence = json!({"rule": "limit", "summary": "limited"});
        scene.entry(
            at,
            Some(run),
            json!({"type": "run_ended", "outcome": outcome, "evidence": evidence}),
        );
    }

    fn spans(spans: &[(i64, Option<i64>)]) -> Vec<HoldSpan> {
        let span =
            |(from, to): &(i64, Option<i64>)| HoldSpan { from: minute(*from), to: to.map(minute) };
        spans.iter().map(span).collect()
    }

    /// Makes reports of two windows at once, each with its status.
    fn two(five_hour: &str, seven_day: &str) -> serde_json::Value {
        let window = |id: &str, status: &str| {
            json!({"window": id, "name": WindowName::called(format!("of {id}")), "status": status,
            "utilization": 0.6, "resets_at": minute(10_000)})
        };
        json!({"type": "limit", "limit": {"status": "rejected", "window": null, "resets_at": null,
            "windows": [window("five_hour", five_hour), window("seven_day", seven_day)]}})
    }

    fn by_window(history: &[LimitHistory]) -> Vec<(&str, Vec<HoldSpan>)> {
        history.iter().map(|line| (line.window.as_str(), line.holds.clone())).collect()
    }

    #[test]
    fn a_hold_belongs_to_the_window_that_refused() {
        let mut scene = Scene::new();
        scene.run("named", 1, vec![(2, two("rejected", "rejected"))]);
        refused(&mut scene, "named", 3, Some("five_hour"));
        held(&mut scene, "named", 4, Some(8));
        scene.run("only", 10, vec![(11, two("allowed", "rejected"))]);
        refused(&mut scene, "only", 12, None);
        held(&mut scene, "only", 13, Some(18));
        let history = history(&scene, 0, 100);
        assert_eq!(
            by_window(&history),
            [("five_hour", spans(&[(4, Some(8))])), ("seven_day", spans(&[(13, Some(18))]))]
        );
    }

    #[test]
    fn a_window_has_the_name_that_was_reported_last() {
        let mut scene = Scene::new();
        let observation = |at, label: &str| {
            let name = WindowName { label: label.to_owned(), ..WindowName::lasting(60_000) };
            let window = json!({"window": "w", "name": name, "status": "rejected",
                "utilization": null, "resets_at": null});
            let limit = json!({"type": "limit", "limit": {"status": "rejected", "window": "w",
                "resets_at": null, "windows": [window]}});
            (at, limit)
        };
        scene.run("named", 1, vec![observation(2, "old"), observation(30, "new")]);
        let limits = scene.reader().limits().unwrap();
        assert_eq!(limits[0].name.label, "new");
        let names = |scene: &Scene, from, to| -> Vec<Option<WindowName>> {
            history(scene, from, to).into_iter().map(|line| line.name).collect()
        };
        // The newest name is used, even if only the past is shown.
        assert_eq!(names(&scene, 0, 10), [Some(limits[0].name.clone())]);
        // A window without a report has the name from the run's end, or its own.
        for (run, at, window) in [("ended", 50, "at_end"), ("bare", 60, "bare")] {
            scene.run(run, at, vec![]);
            let name = (run == "ended").then(|| WindowName::lasting(120_000));
            let outcome = json!({"kind": "limited", "window": window, "name": name, "until": null});
            let evidence = json!({"rule": "limit", "summary": "limited"});
            let ended = json!({"type": "run_ended", "outcome": outcome, "evidence": evidence});
            scene.entry(at + 1, Some(run), ended);
            held(&mut scene, run, at + 2, Some(at + 4));
        }
        // A hold whose window is not known.
        scene.run("unknown", 70, vec![]);
        held(&mut scene, "unknown", 71, Some(73));
        let expected = [None, Some(WindowName::lasting(120_000)), Some(WindowName::called("bare"))];
        assert_eq!(names(&scene, 40, 100), expected);
    }

    #[test]
    fn a_hold_whose_window_is_not_known_stands_on_none_that_is() {
        let mut scene = Scene::new();
        scene.run("both", 1, vec![(2, two("rejected", "rejected"))]);
        refused(&mut scene, "both", 3, None);
        held(&mut scene, "both", 4, Some(8));
        let history = history(&scene, 0, 100);
        assert_eq!(
            by_window(&history),
            [("", spans(&[(4, Some(8))])), ("five_hour", vec![]), ("seven_day", vec![])]
        );
    }

    #[test]
    fn a_refusal_is_over_after_its_hold_or_a_later_success() {
        let refused = |model: Option<&str>| {
            let mut event = limit(1.0, "rejected");
            event["limit"]["only_model"] = json!(model);
            event
        };
        let ended = |run: &'static str| {
            let event = json!({"type": "run_ended", "outcome": Outcome::Succeeded, "evidence": {}});
            Some((Some(run), event))
        };
        let released = |model: Option<&str>| {
            let event = json!({"type": "hold_ended", "account": ACCOUNT, "model": model});
            Some((None, event))
        };
        let table = [
            ("nothing came since", None, None, false),
            ("a run that began before succeeded", None, ended("before"), false),
            ("a run that began since succeeded", None, ended("since"), true),
            ("the hold of the account ended", None, released(None), true),
            ("the hold of one model ended", None, released(Some("big")), false),
            ("the model's own hold ended", Some("big"), released(Some("big")), true),
            ("a run of any model succeeded", Some("big"), ended("since"), false),
        ];
        for (name, model, entry, is_over) in table {
            let mut scene = Scene::new();
            scene.run("before", 1, vec![]);
            scene.run("refused", 2, vec![(3, refused(model))]);
            scene.run("since", 4, vec![]);
            entry.into_iter().for_each(|(run, event)| scene.entry(9, run, event));
            let limits = scene.reader().limits().unwrap();
            assert_eq!((limits[0].is_over, limits[0].holds()), (is_over, !is_over), "{name}");
        }
    }

    #[test]
    fn a_success_ends_a_refusal_only_if_its_run_began_after_the_refused_run_had_ended() {
        let table = [
            ("it began at the same minute", 2, false),
            ("it began between the report and the end", 5, false),
            ("it began when the refused run ended", 6, false),
            ("it began later", 7, true),
        ];
        for (name, began, is_over) in table {
            let mut scene = Scene::new();
            scene.run("stopped", 2, vec![(3, limit(1.0, "rejected"))]);
            scene.run("served", began, vec![]);
            refused(&mut scene, "stopped", 6, None);
            held(&mut scene, "stopped", 6, None);
            let succeeded =
                json!({"type": "run_ended", "outcome": Outcome::Succeeded, "evidence": {}});
            scene.entry(9, Some("served"), succeeded);
            assert_eq!(scene.reader().limits().unwrap()[0].is_over, is_over, "{name}");
            scene.entry(10, None, json!({"type": "hold_ended", "account": ACCOUNT}));
            assert!(scene.reader().limits().unwrap()[0].is_over, "{name}, and the hold ended");
        }
    }

    #[test]
    fn two_windows_that_refuse_one_after_the_other_are_both_held_until_the_account_goes_on() {
        let mut scene = Scene::new();
        for (run, at, window) in [("r1", 1, "five_hour"), ("r2", 5, "seven_day")] {
            scene.run(run, at, vec![]);
            refused(&mut scene, run, at + 1, Some(window));
            held(&mut scene, run, at + 2, None);
        }
        scene.entry(20, None, json!({"type": "hold_ended", "account": ACCOUNT}));
        let history = history(&scene, 0, 100);
        assert_eq!(
            by_window(&history),
            [("five_hour", spans(&[(3, Some(20))])), ("seven_day", spans(&[(7, Some(20))]))]
        );
    }

    #[test]
    fn the_observations_of_a_range_are_given_with_its_holds() {
        let mut scene = Scene::new();
        let said = [(10, 0.5), (20, 0.75), (90, 0.9)];
        scene.run("r1", 1, said.map(|(at, used)| (at, limit(used, "allowed"))).to_vec());
        refused(&mut scene, "r1", 2, Some("five_hour"));
        held(&mut scene, "r1", 2, Some(5));
        held(&mut scene, "r1", 15, Some(40));
        held(&mut scene, "r1", 60, None);
        let [window] = &history(&scene, 10, 90)[..] else { panic!("one window") };
        assert_eq!((window.account.as_str(), window.window.as_str()), (ACCOUNT, "five_hour"));
        let points: Vec<_> =
            window.points.iter().map(|point| (point.at, point.utilization)).collect();
        assert_eq!(points, [(minute(10), Some(0.5)), (minute(20), Some(0.75))]);
        assert_eq!(window.holds, spans(&[(15, Some(40)), (60, None)]));
        // A hold is listed although no limit was reported meanwhile; before the hold there is nothing.
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
