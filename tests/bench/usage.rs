//! Benchmark of a query for a year of usage, against one `SELECT sum` of the same columns over the
//! same range, in CPU time within one process; and of the size of the page's answer. The store has
//! a million rows of twenty thousand runs.

mod figure;
mod measure;
mod median;
mod scale;

use engine::store::read::Reader;
use engine::store::{create, open_reader};
use engine::usage::{MOST_BYTES, packed};
use figure::{less, report};
use measure::cpu;
use median::median;
use protocol::{Timestamp, UsageGroup, UsageQuery, UsageStep};
use scale::scaled;
use std::path::Path;

const RUNS: i64 = 20_000;
const ROWS_OF_A_RUN: i64 = 50;
const ROUNDS: usize = 9;

/// 2026-01-01T00:00Z, and the length of a day, in milliseconds.
const YEAR: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;
const DAYS: i64 = 365;

/// The goal: the cost of a query, divided by that of the plain sum.
const GOAL: f64 = 2.0;

/// The plus prevents SQLite from using the index on the time, which takes much longer here.
const SUM: &str = "SELECT sum(input), sum(output), sum(cache_read), sum(cache_write), sum(cost_micros), max(basis)
     FROM usage WHERE +at >= ? AND +at < ?";

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let path = scratch.path().join("store");
    let (runs, rounds) = scaled((RUNS, ROUNDS), (600, 1));
    fill(&path, runs);
    report(&format!("{} rows, {runs} runs, {rounds} rounds", runs * ROWS_OF_A_RUN));
    use UsageGroup::{Class, Model, Project, Story};
    let queries = [
        ("by day and model", asked(UsageStep::Day, &[Model], None)),
        ("by week and story", asked(UsageStep::Week, &[Story], None)),
        ("by week, 5 stories", asked(UsageStep::Week, &[Story], Some(5))),
        ("by week, 3 models", asked(UsageStep::Week, &[Model], Some(3))),
        ("by week and class", asked(UsageStep::Week, &[Class], Some(5))),
        ("by week, 5 projects", asked(UsageStep::Week, &[Project], Some(5))),
    ];
    for (name, query) in &queries {
        measure_one(&path, name, query, rounds);
    }
    for (name, query) in queries.iter().filter(|(_, query)| query.most.is_some()) {
        let summed = Reader::open(&path).and_then(|reader| reader.usage(query));
        let packed = packed(summed.expect("the store can be read")).expect("it fits");
        let bytes = serde_json::to_vec(&packed).expect("a report is JSON").len();
        report(&format!("{name:20} {bytes:>6} bytes to the page (goal at most {MOST_BYTES})"));
        less(&format!("{name}: bytes to the page"), bytes as f64);
    }
}

fn measure_one(path: &Path, name: &str, query: &UsageQuery, rounds: usize) {
    let plain = open_reader(path).expect("the store opens");
    let reader = Reader::open(path).expect("the store opens");
    let (mut sums, mut queries) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        sums.push(cpu(|| {
            let year = [YEAR, YEAR + DAYS * DAY];
            let cost: i64 = plain.query_row(SUM, year, |row| row.get(4)).expect("it can be summed");
            assert!(cost > 0);
        }));
        queries.push(cpu(|| {
            assert!(!reader.usage(query).expect("it can be asked").cells.is_empty());
        }));
    }
    let ratios = queries.iter().zip(&sums).map(|(query, sum)| query / sum).collect();
    let (ratio, query, sum) = (median(ratios), median(queries), median(sums));
    report(&format!(
        "{name:20} {:>5.0} ms, SELECT sum {:>5.0} ms, ratio {ratio:.2} (goal at most {GOAL})",
        query * 1e3,
        sum * 1e3
    ));
    less(&format!("{name}: ratio to a sum"), ratio);
}

fn asked(step: UsageStep, by: &[UsageGroup], most: Option<u32>) -> UsageQuery {
    UsageQuery {
        step: Some(step),
        by: by.to_vec(),
        from: Some(Timestamp::from_millis(YEAR)),
        to: Some(Timestamp::from_millis(YEAR + DAYS * DAY)),
        zone: "Europe/Berlin".to_owned(),
        most,
    }
}

/// Fills a store with this many runs over the whole year, each of some hours. Nearly every turn has two
/// models, like agents that also use a small model.
fn fill(path: &Path, runs: i64) {
    let db = create(path).expect("a fresh store");
    db.execute_batch(&format!(
        "BEGIN;
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 499)
         INSERT INTO stories (id, slug, created_at, title, project, dir, agent, profile, gates, resume_on_reset,
             state, since, reset, evidence)
             SELECT printf('01a20000-0000-7000-8000-%012x', i), printf('story-of-this-year-%d', i), 0, 'words',
             printf('/home/ada/src/project-%d/.git', i % 20), '/', 'demo', '{{}}', '[]', 0, 'done', 0, 'reported', '{{}}' FROM n;
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {runs} - 1)
         INSERT INTO runs (id, story, ordinal, spec, account, state, started_at)
             SELECT printf('01a2%04x-%04x-7000-9000-%012x', i / 65536, i % 65536, i),
             printf('01a20000-0000-7000-8000-%012x', i % 500), i, '{{}}', printf('demo:default:%d', i % 3), 'ended', 0
             FROM n;
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {runs} * {ROWS_OF_A_RUN} - 1)
         INSERT INTO usage (run, seq, model, at, input, output, cache_read, cache_write, cost_micros, basis) SELECT
             printf('01a2%04x-%04x-7000-9000-%012x', run / 65536, run % 65536, run), 1 + turn * 40,
             printf('claude-model-%d', (run * 7 + turn % 3 * 5 + half * 3) % 6),
             {YEAR} + (run * 7919 % {DAYS}) * {DAY} * 98 / 100 + turn * 600000 + run % 1000, i % 5000, i * 31 % 3000,
             i * 977 % 100000, i * 13 % 9000, i * 101 % 300000, CASE i % 1000 WHEN 0 THEN 2 ELSE 0 END
             FROM (SELECT i, i / {ROWS_OF_A_RUN} AS run, i % {ROWS_OF_A_RUN} / 2 AS turn, i % 2 AS half FROM n);
         COMMIT;"
    ))
    .expect("the store takes it");
}
