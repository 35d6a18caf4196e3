//! Applying facts to the store: one function for a journal entry, one for new events of a run. Live
//! running and rebuilding call the same two, so they cannot disagree. Nothing is decided here.

use super::text::{json, word};
use super::{about, usage};
use crate::record::{Numbered, RunCommit};
use protocol::{
    Account, AccountId, Actor, Event, JournalEntry, JournalEvent, PromptQueued, QuestionId, RunId,
    RunSpecFacts, RunState, StoryId, StoryState,
};
use rusqlite::{Connection, OptionalExtension, Result, params};

/// Applies one journal entry. Applying it again changes nothing.
pub fn journal(db: &Connection, entry: &JournalEntry) -> Result<()> {
    let inserted = db
        .prepare_cached("INSERT OR IGNORE INTO journal (seq, at, story, run, type, entry) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            entry.seq.0,
            entry.at.millis(),
            entry.story.as_ref().map(StoryId::as_str),
            entry.run.as_ref().map(RunId::as_str),
            entry.event.word(),
            json(entry)
        ])?;
    if inserted == 0 {
        return Ok(());
    }
    match (&entry.event, &entry.story, &entry.run) {
        (JournalEvent::StoryCreated { .. }, Some(story), _) => story_created(db, story, entry),
        (JournalEvent::StateChanged { .. }, Some(story), _) => state_changed(db, story, entry),
        (JournalEvent::PromptQueued(prompt), Some(story), _) => {
            prompt_queued(db, story, entry, prompt)
        }
        (JournalEvent::PromptDropped { id }, ..) => prompt_closed(db, id),
        (JournalEvent::AccountSeen { .. }, ..) => account_seen(db, entry),
        (JournalEvent::RunStarting(facts), Some(story), Some(run)) => {
            run_starting(db, story, run, facts, entry)
        }
        (JournalEvent::RunStarted { pid }, _, Some(run)) => run_started(db, run, *pid),
        (JournalEvent::RunEnded { .. }, _, Some(run)) => run_ended(db, run, entry),
        (JournalEvent::Input { .. }, ..) => input(db, entry),
        // Of one model alone the account is not held.
        (JournalEvent::HoldStarted { account, model: None, until }, ..) => {
            hold(db, account, true, until.map(protocol::Timestamp::millis))
        }
        (JournalEvent::HoldEnded { account, model: None }, ..) => hold(db, account, false, None),
        _ => Ok(()),
    }
}

/// Applies new events of a run. Events that are there already are left as they are.
pub fn run(db: &Connection, commit: &RunCommit) -> Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO events (run, seq, at, type, stream, offset, len, k, event)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for numbered in &commit.events {
        insert.execute(params![
            commit.run.as_str(),
            numbered.seq.0,
            numbered.at.millis(),
            numbered.event.word(),
            numbered.pos.stream.word(),
            numbered.pos.offset,
            numbered.pos.len,
            numbered.pos.k,
            json(&numbered.event)
        ])?;
        event(db, commit, numbered)?;
    }
    usage::settle(db, &commit.run, &commit.settled)?;
    fold(db, commit)
}

/// Takes back everything that a run's events said, so that it can be read anew.
pub fn forget_run(db: &Connection, run: &RunId) -> Result<()> {
    for table in ["events", "run_folds", "questions", "limits_seen", "usage"] {
        // The name is one of these; SQLite takes no parameter there.
        let delete = format!("DELETE FROM {table} WHERE run = ?");
        db.prepare_cached(&delete)?.execute([run.as_str()])?;
    }
    let asked = QuestionId::of(run, "");
    db.prepare_cached("DELETE FROM withdrawals WHERE substr(question, 1, length(?1)) = ?1")?
        .execute([asked.as_str()])?;
    Ok(())
}

fn story_created(db: &Connection, story: &StoryId, entry: &JournalEntry) -> Result<()> {
    let JournalEvent::StoryCreated {
        slug,
        title,
        project,
        dir,
        branch,
        agent,
        profile,
        gates,
        resume_on_reset,
        ..
    } = &entry.event
    else {
        return Ok(());
    };
    db.prepare_cached(
        "INSERT INTO stories (id, slug, created_at, title, project, dir, branch, agent, profile, gates,
            resume_on_reset, state, since, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        story.as_str(),
        slug.as_str(),
        entry.at.millis(),
        title,
        project,
        dir,
        branch,
        agent.as_str(),
        json(profile),
        json(gates),
        resume_on_reset,
        word(StoryState::Draft),
        entry.at.millis(),
        json(protocol::Evidence::default())
    ])?;
    Ok(())
}

fn state_changed(db: &Connection, story: &StoryId, entry: &JournalEntry) -> Result<()> {
    let JournalEvent::StateChanged { state, reason, detail, since, until, evidence, .. } =
        &entry.event
    else {
        return Ok(());
    };
    let about = about::of(db, story, entry)?;
    db.prepare_cached(
        "UPDATE stories SET state = ?, reason = ?, detail = ?, about = ?, since = ?, until = ?, evidence = ?
         WHERE id = ?",
    )?
    .execute(params![
        word(state),
        reason.map(word),
        detail,
        about.map(json),
        since.millis(),
        until.map(protocol::Timestamp::millis),
        json(evidence),
        story.as_str()
    ])?;
    Ok(())
}

fn prompt_queued(
    db: &Connection,
    story: &StoryId,
    entry: &JournalEntry,
    prompt: &PromptQueued,
) -> Result<()> {
    db.prepare_cached(
        "INSERT OR IGNORE INTO prompts (id, story, text, seq, open) VALUES (?, ?, ?, ?, 1)",
    )?
    .execute(params![prompt.id, story.as_str(), prompt.text, entry.seq.0])?;
    Ok(())
}

fn prompt_closed(db: &Connection, id: &str) -> Result<()> {
    db.prepare_cached("UPDATE prompts SET open = 0 WHERE id = ?")?.execute([id])?;
    Ok(())
}

fn account_seen(db: &Connection, entry: &JournalEntry) -> Result<()> {
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

fn run_starting(
    db: &Connection,
    story: &StoryId,
    run: &RunId,
    facts: &RunSpecFacts,
    entry: &JournalEntry,
) -> Result<()> {
    let ordinal: i64 = db
        .prepare_cached("SELECT count(*) FROM runs WHERE story = ?")?
        .query_row([story.as_str()], |row| row.get(0))?;
    db.prepare_cached(
        "INSERT OR IGNORE INTO runs (id, story, ordinal, facts, account, state, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        run.as_str(),
        story.as_str(),
        ordinal + 1,
        json(facts),
        facts.account.as_ref().map(AccountId::as_str),
        word(RunState::Starting),
        entry.at.millis()
    ])?;
    Ok(())
}

fn run_started(db: &Connection, run: &RunId, pid: u32) -> Result<()> {
    db.prepare_cached("UPDATE runs SET state = ?, pid = ? WHERE id = ?")?.execute(params![
        word(RunState::Running),
        pid,
        run.as_str()
    ])?;
    Ok(())
}

fn run_ended(db: &Connection, run: &RunId, entry: &JournalEntry) -> Result<()> {
    let JournalEvent::RunEnded { outcome, evidence, ended_at, .. } = &entry.event else {
        return Ok(());
    };
    db.prepare_cached(
        "UPDATE runs SET state = ?, outcome = ?, evidence = ?, ended_at = ? WHERE id = ?",
    )?
    .execute(params![
        word(RunState::Ended),
        json(outcome),
        json(evidence),
        ended_at.unwrap_or(entry.at).millis(),
        run.as_str()
    ])?;
    Ok(())
}

fn input(db: &Connection, entry: &JournalEntry) -> Result<()> {
    let JournalEvent::Input { id, question, answer, by, .. } = &entry.event else {
        return Ok(());
    };
    if let (Some(question), Some(answer)) = (question, answer) {
        db.prepare_cached(
            "INSERT OR IGNORE INTO answers (question, answer, answered_by, at) VALUES (?, ?, ?, ?)",
        )?
        .execute(params![
            question.as_str(),
            json(answer),
            by.unwrap_or(Actor::You).word(),
            entry.at.millis()
        ])?;
    }
    prompt_closed(db, id)
}

fn hold(db: &Connection, account: &AccountId, held: bool, until: Option<i64>) -> Result<()> {
    db.prepare_cached("UPDATE accounts SET held = ?, held_until = ? WHERE id = ?")?
        .execute(params![held, until, account.as_str()])?;
    Ok(())
}

/// What an event says beside standing in the timeline.
fn event(db: &Connection, commit: &RunCommit, numbered: &Numbered) -> Result<()> {
    match &numbered.event {
        Event::Question {
            request,
            kind,
            tool,
            tool_kind,
            title,
            description,
            subject,
            beside,
            options,
            input,
            ..
        } => {
            let id = QuestionId::of(&commit.run, request);
            db.prepare_cached(
                "INSERT OR IGNORE INTO questions
                    (id, story, run, kind, tool, tool_kind, title, description, subject, beside,
                     options, request, request_id, at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                id.as_str(),
                commit.story.as_str(),
                commit.run.as_str(),
                word(kind),
                tool,
                word(tool_kind),
                title,
                description,
                json(subject),
                json(beside),
                json(options),
                json(input),
                request,
                numbered.at.millis()
            ])?;
        }
        Event::QuestionWithdrawn { request } => {
            db.prepare_cached("INSERT OR IGNORE INTO withdrawals (question, at) VALUES (?, ?)")?
                .execute(params![
                    QuestionId::of(&commit.run, request).as_str(),
                    numbered.at.millis()
                ])?;
        }
        Event::Limit { limit } => limits(db, commit, numbered, limit)?,
        _ => {}
    }
    Ok(())
}

fn limits(
    db: &Connection,
    commit: &RunCommit,
    numbered: &Numbered,
    limit: &protocol::LimitObservation,
) -> Result<()> {
    let Some(account) = &commit.account else { return Ok(()) };
    for window in &limit.windows {
        db.prepare_cached(
            "INSERT OR IGNORE INTO limits_seen (account, window, at, run, seq, name, status, utilization,
                resets_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            account.as_str(),
            window.window,
            numbered.at.millis(),
            commit.run.as_str(),
            numbered.seq.0,
            json(&window.name),
            word(window.status),
            window.utilization,
            window.resets_at.map(protocol::Timestamp::millis)
        ])?;
    }
    Ok(())
}

fn fold(db: &Connection, commit: &RunCommit) -> Result<()> {
    let fold = &commit.fold;
    let known: Option<i64> = db
        .prepare_cached("SELECT events FROM run_folds WHERE run = ?")?
        .query_row([commit.run.as_str()], |row| row.get(0))
        .optional()?;
    // A reader that began again at the run's start must not take back what is known.
    if known.is_some_and(|events| events > i64::try_from(fold.events).unwrap_or(i64::MAX)) {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT OR REPLACE INTO run_folds (run, events, tool_calls, session, agent_version, model, tokens,
            cost_micros, cost_basis, models, activity, retrying, output_bytes, decoder)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        commit.run.as_str(),
        fold.events,
        fold.tool_calls,
        fold.session.as_ref().map(protocol::SessionId::as_str),
        fold.agent_version,
        fold.model,
        json(fold.tokens),
        usage::stored(fold.cost.micros),
        word(fold.cost.basis),
        json(&fold.models),
        fold.activity.as_ref().map(json),
        fold.retrying.as_ref().map(json),
        commit.output_bytes,
        commit.decoder.as_str()
    ])?;
    usage::stand_in(db, &commit.run, &fold.provisional)
}
