-- A projection of journal and runs, nothing else. Columns of one table come either from the journal
-- or from run events, never from both, so the order in which the two are applied does not matter.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- From the journal.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, story TEXT, run TEXT, type TEXT NOT NULL, entry TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_story ON journal (story, seq);
CREATE INDEX holds ON journal (seq) WHERE type IN ('hold_started', 'hold_ended');
CREATE TABLE stories (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, title TEXT NOT NULL,
    project TEXT NOT NULL, dir TEXT NOT NULL, branch TEXT, agent TEXT NOT NULL, profile TEXT NOT NULL,
    gates TEXT NOT NULL, resume_on_reset INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, detail TEXT, about TEXT,
    since INTEGER NOT NULL, until INTEGER, evidence TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, ordinal INTEGER NOT NULL, facts TEXT NOT NULL, account TEXT,
    state TEXT NOT NULL, pid INTEGER, outcome TEXT, evidence TEXT, started_at INTEGER NOT NULL, ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_story ON runs (story, ordinal);
CREATE TABLE prompts (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, text TEXT NOT NULL, seq INTEGER NOT NULL, open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
    question TEXT PRIMARY KEY, answer TEXT NOT NULL, answered_by TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, held INTEGER NOT NULL DEFAULT 0, held_until INTEGER
) STRICT, WITHOUT ROWID;

-- From run events.
CREATE TABLE run_folds (
    run TEXT PRIMARY KEY, events INTEGER NOT NULL, tool_calls INTEGER NOT NULL, session TEXT, agent_version TEXT,
    model TEXT, tokens TEXT NOT NULL, cost_micros INTEGER NOT NULL, cost_basis TEXT NOT NULL, models TEXT NOT NULL,
    activity TEXT, retrying TEXT, output_bytes INTEGER NOT NULL, decoder TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_folds_by_decoder ON run_folds (decoder);
-- With rowids, because only in such a table does a row of some kilobytes lie on one page.
CREATE TABLE events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, stream TEXT NOT NULL,
    offset INTEGER NOT NULL, len INTEGER NOT NULL, k INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT;
CREATE INDEX tool_calls ON events (run, at) WHERE type = 'tool_call';
-- Not `IN`: for a list of more than two words every insert into the table would make a table of them.
CREATE INDEX conversations ON events (run, seq)
    WHERE type = 'message_usage' OR type = 'compacted' OR type = 'conversation_reset';
CREATE INDEX incomplete ON events (run) WHERE type = 'conversation_incomplete';
CREATE TABLE questions (
    id TEXT PRIMARY KEY, story TEXT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL, tool TEXT NOT NULL,
    tool_kind TEXT NOT NULL, title TEXT NOT NULL, description TEXT, subject TEXT NOT NULL, beside TEXT NOT NULL,
    options TEXT NOT NULL, request TEXT NOT NULL, request_id TEXT NOT NULL, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawals (question TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE limits_seen (
    account TEXT NOT NULL, window TEXT NOT NULL, at INTEGER NOT NULL, run TEXT NOT NULL, seq INTEGER NOT NULL,
    name TEXT NOT NULL, status TEXT NOT NULL, utilization REAL, resets_at INTEGER,
    PRIMARY KEY (account, window, at, run, seq)
) STRICT, WITHOUT ROWID;
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
