//! The area of limits: the accounts that runs spend from, what agents said of their limits over time, and up
//! to when what was said is known to be over. The history of limits is read by [`crate::usage`].

use super::area::{Area, delete_of_run, table};
use super::read::Reader;
use super::text::{from_json, from_word, json, word};
use crate::error::Result;
use crate::record::{Numbered, RunCommit};
use protocol::{
    Account, AccountId, Event, JournalEntry, JournalEvent, Limit, LimitObservation, Outcome, RunId,
    Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(super) const AREA: Area = Area {
    schema: "
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, account TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- A refusal that was known before this time holds no more; the model is empty for the whole account.
CREATE TABLE limits_over (
    account TEXT NOT NULL, model TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, model)
) STRICT, WITHOUT ROWID;
CREATE TABLE limits_seen (
    account TEXT NOT NULL, window TEXT NOT NULL, at INTEGER NOT NULL, run TEXT NOT NULL, seq INTEGER NOT NULL,
    name TEXT NOT NULL, status TEXT NOT NULL, utilization REAL, resets_at INTEGER, model TEXT NOT NULL,
    PRIMARY KEY (account, window, at, run, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX limits_by_run ON limits_seen (run);
CREATE INDEX limits_used ON limits_seen (account, window, at, run, seq) WHERE utilization IS NOT NULL;
",
    tables: &[
        table("accounts", "id"),
        table("limits_over", "account, model"),
        table("limits_seen", "account, window, at, run, seq"),
    ],
    entry,
    commit,
    forget: |db, run| delete_of_run(db, "limits_seen", run),
    values: &[
        ("SELECT account FROM accounts", |row| account(row).map(drop)),
        (
            "SELECT account, window, status, resets_at, at, run, utilization, NULL, name, NULL, NULL,
                NULL
             FROM limits_seen",
            |row| limit(row).map(drop),
        ),
    ],
};

/// The newest row of each window in the columns of [`limit`], with the newest utilization that was
/// ever reported for the window. The recursive queries jump from one account and window to the next
/// by the index, so the other rows of the history are not read.
const LIMITS: &str = "
    WITH RECURSIVE spenders (account) AS (
        SELECT min(account) FROM limits_seen
        UNION ALL
        SELECT (SELECT min(n.account) FROM limits_seen n WHERE n.account > s.account)
        FROM spenders s WHERE s.account IS NOT NULL
    ), windows (account, window) AS (
        SELECT s.account, (SELECT min(n.window) FROM limits_seen n WHERE n.account = s.account)
        FROM spenders s WHERE s.account IS NOT NULL
        UNION ALL
        SELECT w.account, (SELECT min(n.window) FROM limits_seen n
            WHERE n.account = w.account AND n.window > w.window)
        FROM windows w WHERE w.window IS NOT NULL
    )
    SELECT l.account, l.window, l.status, l.resets_at, l.at, l.run,
        (SELECT u.utilization FROM limits_seen u INDEXED BY limits_used
         WHERE u.account = w.account AND u.window = w.window AND u.utilization IS NOT NULL
         ORDER BY u.at DESC, u.run DESC, u.seq DESC LIMIT 1),
        (SELECT account FROM accounts WHERE id = w.account), l.name,
        (SELECT o.at FROM limits_over o WHERE o.account = w.account AND o.model = l.model),
        r.outcome, r.ended_at
    FROM windows w CROSS JOIN limits_seen l ON l.account = w.account AND l.window = w.window
        AND (l.at, l.run, l.seq) = (SELECT n.at, n.run, n.seq FROM limits_seen n
            WHERE n.account = w.account AND n.window = w.window
            ORDER BY n.at DESC, n.run DESC, n.seq DESC LIMIT 1)
        LEFT JOIN runs r ON r.id = l.run
    ORDER BY l.account, l.window";

fn entry(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    match &entry.event {
        JournalEvent::AccountSeen { .. } => account_seen(db, entry),
        JournalEvent::HoldEnded { account, model } => {
            over(db, account.as_str(), model.as_deref(), entry.at)
        }
        JournalEvent::RunEnded { outcome: Outcome::Succeeded, .. } => served(db, entry),
        _ => Ok(()),
    }
}

fn account_seen(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    let JournalEvent::AccountSeen { account, agent, config_dir, method, credential_variable } =
        &entry.event
    else {
        return Ok(());
    };
    let facts = Account {
        id: account.clone(),
        agent: agent.clone(),
        config_dir: config_dir.clone(),
        method: method.clone(),
        credential_variable: credential_variable.clone(),
        first_seen: entry.at,
    };
    db.prepare_cached("INSERT OR IGNORE INTO accounts (id, account) VALUES (?, ?)")?
        .execute(params![account.as_str(), json(facts)])?;
    Ok(())
}

/// What was known to be refused before this run began is over: it was served.
fn served(db: &Connection, entry: &JournalEntry) -> rusqlite::Result<()> {
    let began: Option<(Option<String>, i64)> = db
        .prepare_cached("SELECT account, started_at FROM runs WHERE id = ?")?
        .query_row([entry.run.as_ref().map(RunId::as_str)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match began {
        Some((Some(account), at)) => over(db, &account, None, Timestamp::from_millis(at)),
        _ => Ok(()),
    }
}

/// What was known to be refused to the account, or to one model of it, before this time is over.
fn over(
    db: &Connection,
    account: &str,
    model: Option<&str>,
    at: Timestamp,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO limits_over (account, model, at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    )?
    .execute(params![account, model.unwrap_or_default(), at.millis()])?;
    Ok(())
}

fn commit(db: &Connection, commit: &RunCommit) -> rusqlite::Result<()> {
    let Some(account) = &commit.account else { return Ok(()) };
    commit.events.iter().try_for_each(|numbered| match &numbered.event {
        Event::Limit { limit } => seen(db, account, &commit.run, numbered, limit),
        _ => Ok(()),
    })
}

fn seen(
    db: &Connection,
    account: &AccountId,
    run: &RunId,
    numbered: &Numbered,
    limit: &LimitObservation,
) -> rusqlite::Result<()> {
    for window in &limit.windows {
        // The model that alone is refused, if it is about this window.
        let is_of_model =
            window.name.model.is_some() || limit.window.as_ref() == Some(&window.window);
        let model = limit.only_model.as_deref().filter(|_| is_of_model);
        db.prepare_cached(
            "INSERT OR IGNORE INTO limits_seen (account, window, at, run, seq, name, status, utilization,
                resets_at, model)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            account.as_str(),
            window.window,
            numbered.at.millis(),
            run.as_str(),
            numbered.seq.0,
            json(&window.name),
            word(window.status),
            window.utilization,
            window.resets_at.map(Timestamp::millis),
            model.unwrap_or_default()
        ])?;
    }
    Ok(())
}

/// `account, window, status, resets_at, at, run, utilization` of a limit, the `accounts.account` of its
/// account, if that is known, its `name`, up to when its refusals are over, and the `runs.outcome` and
/// `runs.ended_at` of its run.
fn limit(row: &Row<'_>) -> rusqlite::Result<Limit> {
    let account: Option<Account> =
        row.get::<_, Option<String>>(7)?.map(|text| from_json(&text)).transpose()?;
    let known = known_at(row)?;
    Ok(Limit {
        account: AccountId::new(row.get::<_, String>(0)?),
        account_name: account.as_ref().map(|account| account.name().to_owned()),
        agent: account.map(|account| account.agent),
        window: row.get(1)?,
        name: from_json(&row.get::<_, String>(8)?)?,
        status: from_word(row.get(2)?)?,
        resets_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
        seen_at: Timestamp::from_millis(row.get(4)?),
        source: RunId::new(row.get::<_, String>(5)?),
        utilization: row.get(6)?,
        is_over: row.get::<_, Option<i64>>(9)?.is_some_and(|over| over > known),
    })
}

/// When the report of a limit was known to refuse. If it stopped its run, that is when the run ended, as for the
/// hold that begins then (`Hold::known`): the success of a run that began before says nothing of it.
fn known_at(row: &Row<'_>) -> rusqlite::Result<i64> {
    let outcome = row.get::<_, Option<String>>(10)?.map(|text| from_json(&text)).transpose()?;
    let ended: Option<i64> = row.get(11)?;
    let seen: i64 = row.get(4)?;
    Ok(match outcome {
        Some(Outcome::Limited { .. }) => ended.map_or(seen, |ended| ended.max(seen)),
        _ => seen,
    })
}

/// Reads the column `account` of `accounts`.
fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    from_json(&row.get::<_, String>(0)?)
}

impl Reader {
    /// The newest state of every window of every account, ordered by account and window.
    pub fn limits(&self) -> Result<Vec<Limit>> {
        let mut statement = self.db().prepare_cached(LIMITS)?;
        let rows = statement.query_map([], limit)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Every account, ordered by id.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let mut statement = self.db().prepare_cached("SELECT account FROM accounts ORDER BY id")?;
        let rows = statement.query_map([], account)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::assert_found;

    #[test]
    fn a_value_that_cannot_be_read_is_found_wherever_it_stands() {
        assert_found("accounts", &["account = '{'"]);
        assert_found("limits_seen", &["status = 'x'", "name = '{'"]);
    }
}
