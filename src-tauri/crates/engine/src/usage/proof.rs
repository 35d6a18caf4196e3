//! Sums random runs in every way, and compares with the runs' own totals and with a count that is as
//! simple as possible. Test code only.

use super::calendar::Calendar;
use super::rows;
use crate::record::Numbered;
use crate::record::RunCommit;
use crate::record::Settled;
use crate::run::fold::RunFold;
use crate::store::read::{Reader, dump};
use crate::store::usage::{Record, USAGE, record};
use crate::store::write;
use crate::store::{Table, create, tables};
use proptest::prelude::*;
use protocol::{
    AccountId, Cost, CostBasis, Event, JournalEntry, Pos, Run, RunId, Seq, StoryId, Stream,
    Timestamp, Tokens, UsageBasis, UsageGroup, UsageQuery, UsageReport, UsageStep, UsageSum,
    UsageTotals, UsageWhole,
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const MODELS: [&str; 4] = ["opus", "haiku", "a model nobody knows", ""];
const GROUPS: [UsageGroup; 6] = [
    UsageGroup::Model,
    UsageGroup::Agent,
    UsageGroup::Account,
    UsageGroup::Project,
    UsageGroup::Story,
    UsageGroup::Class,
];
const STEPS: [Option<UsageStep>; 5] = [
    None,
    Some(UsageStep::Hour),
    Some(UsageStep::Day),
    Some(UsageStep::Week),
    Some(UsageStep::Month),
];
/// Zones with odd offsets, and zones whose clocks change on the days of the runs.
const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
];

/// 2026-10-24T20:00Z, the evening before clocks change in Europe.
const NIGHT: i64 = 1_792_872_000_000;

/// An output of an agent that concerns usage.
#[derive(Clone, Debug)]
enum Step {
    Message {
        message: u8,
        model: usize,
        tokens: Tokens,
    },
    /// A result with what each model used since the last one, and the difference between the total and
    /// the sum of the models' figures.
    Result {
        used: Vec<(usize, Tokens, u64)>,
        off: i64,
        unknown_price: bool,
        no_figures: bool,
    },
    /// A result without usage totals.
    NoAccount,
    /// The agent counts from zero from now on, whether it reports that or not.
    Restart {
        is_reported: bool,
    },
    Subagent {
        task: u8,
        begins: bool,
    },
    /// Other output, while time passes.
    Text {
        minutes: i64,
    },
}

#[derive(Clone, Debug)]
struct RunPlan {
    story: usize,
    account: Option<usize>,
    begins: i64,
    resumed: bool,
    steps: Vec<Step>,
    /// The steps after which the events so far are committed.
    cuts: BTreeSet<usize>,
}

fn tokens() -> impl Strategy<Value = Tokens> {
    let count = prop_oneof![Just(0_u64), 0_u64..100_000];
    (count.clone(), count.clone(), count.clone(), count).prop_map(
        |(input, output, cache_read, cache_write)| Tokens {
            input,
            output,
            cache_read,
            cache_write,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let used = prop::collection::vec((0..MODELS.len(), tokens(), 0_u64..900_000), 0..4);
    let off = prop_oneof![3 => Just(0_i64), 2 => -3_i64..4, 1 => -50_000_i64..50_000];
    prop_oneof![
        4 => (0_u8..4, 0..MODELS.len(), tokens())
            .prop_map(|(message, model, tokens)| Step::Message { message, model, tokens }),
        4 => (used, off, prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(
            |(used, off, unknown_price, no_figures)| Step::Result { used, off, unknown_price, no_figures }
        ),
        1 => Just(Step::NoAccount),
        1 => any::<bool>().prop_map(|is_reported| Step::Restart { is_reported }),
        1 => (0_u8..2, any::<bool>()).prop_map(|(task, begins)| Step::Subagent { task, begins }),
        3 => (0_i64..600).prop_map(|minutes| Step::Text { minutes }),
    ]
}

fn run_plan() -> impl Strategy<Value = RunPlan> {
    (
        0_usize..3,
        prop::option::of(0_usize..2),
        -30_000_i64..60_000,
        any::<bool>(),
        prop::collection::vec(step(), 0..14),
        prop::collection::btree_set(0_usize..14, 0..5),
    )
        .prop_map(|(story, account, begins, resumed, steps, cuts)| RunPlan {
            story,
            account,
            begins: NIGHT + begins * 60_000,
            resumed,
            steps,
            cuts,
        })
}

fn event(value: Value) -> Event {
    serde_json::from_value(value).unwrap()
}

/// The agent's usage totals, as its results report them.
fn totals(counted: &BTreeMap<usize, (Tokens, u64)>, micros: u64, of: &Step) -> Value {
    let Step::Result { unknown_price, no_figures, .. } = of else { return Value::Null };
    let model = |(&model, (tokens, micros)): (&usize, &(Tokens, u64))| {
        let cost = (!no_figures).then_some(*micros);
        let usage = json!({"tokens": tokens, "cost_micros": cost, "price_unknown": unknown_price});
        (MODELS[model].to_owned(), usage)
    };
    let models: serde_json::Map<String, Value> = counted.iter().map(model).collect();
    json!({"totals": {"models": models, "cost_micros": micros}, "since_last": null})
}

/// The events of a plan, with their times.
fn events(plan: &RunPlan) -> Vec<(i64, Event)> {
    let (mut at, mut counted, mut micros) = (plan.begins, BTreeMap::new(), 0_u64);
    let mut said = vec![(at, event(json!({"type": "status", "busy": {"is": "requesting"}})))];
    for step in &plan.steps {
        at += 61_001;
        let next = match step {
            Step::Message { message, model, tokens } => json!({"type": "message_usage",
                "message": message.to_string(), "model": MODELS[*model], "tokens": tokens, "last": true}),
            Step::Result { used, off, .. } => {
                let mut turn = 0_u64;
                for (model, tokens, cost) in used {
                    let (sum, of_model) =
                        counted.entry(*model).or_insert((Tokens::default(), 0_u64));
                    *sum += *tokens;
                    *of_model += cost;
                    turn += cost;
                }
                micros += turn.saturating_add_signed(*off);
                turn_ended(totals(&counted, micros, step))
            }
            Step::NoAccount => turn_ended(Value::Null),
            Step::Restart { is_reported } => {
                counted.clear();
                micros = 0;
                match is_reported {
                    true => json!({"type": "conversation_reset", "trigger": null}),
                    false => continue,
                }
            }
            Step::Subagent { task, begins: true } => json!({"type": "task_started",
                "task": task.to_string(), "call": null, "kind": "agent", "description": "",
                "background": true}),
            Step::Subagent { task, begins: false } => json!({"type": "task_ended",
                "task": task.to_string(), "status": "completed", "summary": ""}),
            Step::Text { minutes } => {
                at += minutes * 60_000;
                json!({"type": "notice", "level": "info", "text": "words"})
            }
        };
        said.push((at, event(next)));
    }
    said
}

fn turn_ended(usage: Value) -> Value {
    json!({"type": "turn_ended", "turn": "completed", "said": "", "text": "", "usage": usage,
        "index": null, "queued": 0, "from_task": false, "denials": [], "duration_ms": null,
        "api_ms": null, "login_expires_at": null})
}

fn journal(db: &Connection, plans: &[RunPlan]) {
    let mut seq = 0;
    let mut write = |story: &str, run: Option<&str>, event: Value| {
        seq += 1;
        let entry: JournalEntry = serde_json::from_value(json!({"seq": seq,
            "at": Timestamp::from_millis(NIGHT), "story": story, "run": run, "event": event}))
        .unwrap();
        write::journal(db, &entry).unwrap();
    };
    for story in 0..3 {
        // Two stories share a project; all stories share an agent.
        let facts = json!({"type": "story_created", "slug": format!("story-{story}"), "title": "words",
            "project": format!("/p{}", story / 2), "dir": "/p", "branch": null, "agent": "demo",
            "profile": {}, "gates": []});
        write(&format!("s{story}"), None, facts);
    }
    for (number, plan) in plans.iter().enumerate() {
        let facts = json!({"type": "run_starting", "slug": format!("x.{number}"), "kind": "agent",
            "agent": "demo", "decoder": "claude/1", "account": plan.account.map(|one| format!("a{one}")),
            "session": null, "resumes": false, "argv": [], "usage_baseline": UsageTotals::default()});
        write(&format!("s{}", plan.story), Some(&format!("r{number}")), facts);
    }
}

fn baseline(plan: &RunPlan) -> UsageTotals {
    let tokens = Tokens { input: 1_000, output: 10, cache_read: 0, cache_write: 7 };
    let model = json!({"tokens": tokens, "cost_micros": 3_000, "price_unknown": false});
    let saved = json!({"models": {"opus": model}, "cost_micros": 3_001});
    match plan.resumed {
        true => serde_json::from_value(saved).unwrap(),
        false => UsageTotals::default(),
    }
}

/// Writes a run as an actor does that begins after event `stored`, cut where `cuts` says.
fn write_run(db: &Connection, number: usize, plan: &RunPlan, cuts: &BTreeSet<usize>, stored: u64) {
    let mut fold = RunFold::new(baseline(plan));
    let mut batch: (Vec<Numbered>, Vec<Settled>) = Default::default();
    let events = events(plan);
    let last = events.len();
    for (index, (at, event)) in events.into_iter().enumerate() {
        let seq = Seq(index as u64 + 1);
        let pos = Pos { stream: Stream::Stdout, offset: seq.0, len: 1, index: 0 };
        let at = Timestamp::from_millis(at);
        fold.apply(at, pos, &event);
        let settled = fold.take_settled().into_iter().filter(|settled| settled.seq.0 > stored);
        batch.1.extend(settled);
        if seq.0 > stored {
            batch.0.push(Numbered { seq, at, pos, event });
        }
        if cuts.contains(&index) || index + 1 == last {
            let (events, settled) = std::mem::take(&mut batch);
            let commit = RunCommit {
                run: RunId::new(format!("r{number}")),
                story: StoryId::new(format!("s{}", plan.story)),
                account: plan.account.map(|one| AccountId::new(format!("a{one}"))),
                decoder: protocol::DecoderId::new("claude/3"),
                events,
                settled,
                fold: fold.summary(),
                output_bytes: 1,
                bytes: 1,
                drafts: Vec::new(),
            };
            write::run(db, &commit).unwrap();
        }
    }
}

fn store_of(plans: &[RunPlan]) -> (tempfile::TempDir, Connection, Reader) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let db = create(&path).unwrap();
    journal(&db, plans);
    for (number, plan) in plans.iter().enumerate() {
        write_run(&db, number, plan, &plan.cuts, 0);
    }
    let reader = Reader::open(&path).unwrap();
    (dir, db, reader)
}

/// A row with the groups that it belongs to.
struct Known {
    run: String,
    record: Record,
    facts: BTreeMap<UsageGroup, Option<String>>,
}

fn known(db: &Connection, plans: &[RunPlan]) -> Vec<Known> {
    let mut statement = db.prepare(&format!("{USAGE} ORDER BY at DESC")).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, record(row)?))).unwrap();
    let known = |row: rusqlite::Result<(String, Record)>| {
        let (run, record) = row.unwrap();
        let plan = &plans[run[1..].parse::<usize>().unwrap()];
        let model = Some(record.share.model.clone()).filter(|model| !model.is_empty());
        let facts = BTreeMap::from([
            (UsageGroup::Model, model),
            (UsageGroup::Agent, Some("demo".to_owned())),
            (UsageGroup::Account, plan.account.map(|one| format!("a{one}"))),
            (UsageGroup::Project, Some(format!("/p{}", plan.story / 2))),
            (UsageGroup::Story, Some(format!("story-{}", plan.story))),
        ]);
        Known { run, record, facts }
    };
    rows.map(known).collect()
}

/// Sums during counting, with their runs and turns.
type Counting<'a> =
    (Tokens, u64, BTreeMap<CostBasis, u64>, BTreeSet<&'a str>, BTreeSet<(&'a str, Option<Seq>)>);

/// Tokens, micro-dollars, the weakest basis, unpriced tokens, whether partial, runs, turns.
type Sums = (Tokens, u64, CostBasis, u64, bool, usize, usize);

/// Counts the cells of a report the simple way: by stretch and group; a name of `None` is the rest.
fn counted(
    rows: &[Known],
    query: &UsageQuery,
    report: &UsageReport,
) -> BTreeMap<(usize, usize), Sums> {
    let mut cells: BTreeMap<(usize, usize), Counting<'_>> = BTreeMap::new();
    for Known { run, record, facts } in rows {
        let outside = query.from.is_some_and(|from| record.at < from)
            || query.to.is_some_and(|to| record.at >= to);
        if outside {
            continue;
        }
        let tokens = record.share.tokens;
        let none = Tokens::default();
        let classes = [
            ("input", Tokens { input: tokens.input, ..none }),
            ("output", Tokens { output: tokens.output, ..none }),
            ("cache_read", Tokens { cache_read: tokens.cache_read, ..none }),
            ("cache_write", Tokens { cache_write: tokens.cache_write, ..none }),
        ];
        let parts: Vec<(Option<String>, Tokens, u64)> = match query.by.contains(&UsageGroup::Class)
        {
            false => vec![(None, tokens, record.share.cost.micros)],
            true => {
                let classes = classes.into_iter().filter(|(_, tokens)| tokens.total() > 0);
                let classes = classes.map(|(name, tokens)| (Some(name.to_owned()), tokens, 0));
                classes.chain([(None, none, record.share.cost.micros)]).collect()
            }
        };
        for (class, tokens, micros) in parts {
            let mut key = facts.clone();
            key.insert(UsageGroup::Class, class);
            key.retain(|group, _| query.by.contains(group));
            let own = report.groups.iter().position(|group| group.rest_of == 0 && group.by == key);
            let group = own.unwrap_or(report.groups.len() - 1);
            let step = report.starts.iter().rposition(|&start| start <= record.at).unwrap();
            let cell = cells.entry((step, group)).or_insert((
                none,
                0,
                BTreeMap::new(),
                BTreeSet::new(),
                BTreeSet::new(),
            ));
            cell.0 += tokens;
            cell.1 += micros;
            *cell.2.entry(record.share.cost.basis).or_default() += tokens.total();
            cell.3.insert(run);
            cell.4.insert((run.as_str(), record.seq));
        }
    }
    let sums = |(place, (tokens, micros, bases, runs, turns)): (_, Counting<'_>)| {
        let weakest = bases.last_key_value().map_or(CostBasis::Reported, |(basis, _)| *basis);
        let unpriced = bases.get(&CostBasis::Unpriced).copied().unwrap_or(0);
        let is_partial = bases.contains_key(&CostBasis::LowerBound);
        (place, (tokens, micros, weakest, unpriced, is_partial, runs.len(), turns.len()))
    };
    cells.into_iter().map(sums).collect()
}

/// Counts the whole range the simple way.
fn whole_of(rows: &[Known], query: &UsageQuery) -> UsageWhole {
    let inside = |known: &&Known| {
        query.from.is_none_or(|from| known.record.at >= from)
            && query.to.is_none_or(|to| known.record.at < to)
    };
    let mut bases: BTreeMap<CostBasis, UsageBasis> = BTreeMap::new();
    let (mut runs, mut turns) = (BTreeSet::new(), BTreeSet::new());
    for Known { run, record, .. } in rows.iter().filter(inside) {
        let Cost { micros, basis } = record.share.cost;
        let part = bases.entry(basis).or_insert(UsageBasis {
            basis,
            tokens: Tokens::default(),
            cost_micros: 0,
        });
        part.tokens += record.share.tokens;
        part.cost_micros += micros;
        runs.insert(run);
        turns.insert((run, record.seq));
    }
    let (runs, turns) = (runs.len() as u64, turns.len() as u64);
    UsageWhole { bases: bases.into_values().collect(), runs, turns }
}

fn check(reader: &Reader, rows_known: &[Known], runs: &[Run], query: &UsageQuery) {
    let report = reader.usage(query).unwrap();
    let shown: BTreeMap<(usize, usize), Sums> = report
        .cells
        .iter()
        .map(|cell| {
            let UsageSum { used, unpriced_tokens, is_partial } = cell.sum;
            let sums = (
                used.tokens,
                used.cost_micros.unwrap_or(0),
                used.cost_basis,
                unpriced_tokens,
                is_partial,
                used.runs as usize,
                used.turns as usize,
            );
            ((cell.step as usize, cell.group as usize), sums)
        })
        .collect();
    assert_eq!(shown.len(), report.cells.len(), "a cell stands once");
    assert_eq!(shown, counted(rows_known, query, &report), "{query:?}");
    assert!(report.starts.is_sorted_by(|a, b| a < b));
    let rows = rows(&report);
    for row in &rows {
        assert!(row.from < row.to && row.from >= report.from && row.to <= report.to, "{row:?}");
        if let (None, Some(step)) = (query.from, query.step) {
            let calendar = Calendar::of(&query.zone).unwrap();
            assert_eq!(calendar.end(step, row.from).unwrap(), row.to, "whole stretches: {row:?}");
        }
    }
    let mut all = (Tokens::default(), 0, CostBasis::Reported);
    for row in &rows {
        all.0 += row.used.tokens;
        all.1 += row.used.cost_micros.unwrap_or(0);
        all.2 = all.2.max(row.used.cost_basis);
    }
    let mut groups = (Tokens::default(), 0, CostBasis::Reported);
    for group in &report.groups {
        groups.0 += group.sum.used.tokens;
        groups.1 += group.sum.used.cost_micros.unwrap_or(0);
        groups.2 = groups.2.max(group.sum.used.cost_basis);
    }
    assert_eq!(all, groups, "rows and groups: {query:?}");
    assert_eq!(report.whole, whole_of(rows_known, query), "{query:?}");
    let unpriced: u64 = report.cells.iter().map(|cell| cell.sum.unpriced_tokens).sum();
    let of_groups: u64 = report.groups.iter().map(|group| group.sum.unpriced_tokens).sum();
    let of_whole = report.whole.bases.iter().filter(|part| part.basis == CostBasis::Unpriced);
    assert_eq!(unpriced, of_whole.map(|part| part.tokens.total()).sum::<u64>(), "{query:?}");
    assert_eq!(unpriced, of_groups, "{query:?}");
    assert!(report.groups.iter().all(|group| group.rest_of != 1), "a rest of one is itself");
    if query.from.is_none() && query.to.is_none() {
        let mut own = (Tokens::default(), 0, CostBasis::Reported);
        for run in runs {
            own.0 += run.tokens;
            own.1 += run.cost_micros;
            own.2 = own.2.max(run.cost_basis);
        }
        assert_eq!(all, own, "the runs' own totals: {query:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_grouping_adds_up_to_the_runs_own_totals(
        plans in prop::collection::vec(run_plan(), 1..7),
        groupings in prop::collection::vec(prop::sample::subsequence(GROUPS.to_vec(), 0..=6), 6),
        most in prop::option::of(0_u32..4),
        cut in prop::option::of((-40_000_i64..40_000, 1_i64..40_000)),
    ) {
        let (_dir, db, reader) = store_of(&plans);
        let runs = reader.runs(None).unwrap();
        let rows = known(&db, &plans);
        // First each run by itself: its rows add up to its totals.
        for run in &runs {
            let (mut tokens, mut micros, mut basis) = (Tokens::default(), 0, CostBasis::Reported);
            for row in rows.iter().filter(|row| row.run == run.id.as_str()) {
                tokens += row.record.share.tokens;
                micros += row.record.share.cost.micros;
                basis = basis.max(row.record.share.cost.basis);
            }
            prop_assert_eq!((tokens, micros, basis), (run.tokens, run.cost_micros, run.cost_basis));
            let mut own = rows.iter().filter(|row| row.run == run.id.as_str());
            let is_partial = own.any(|row| row.record.share.cost.basis == CostBasis::LowerBound);
            prop_assert_eq!(run.is_partial, is_partial, "{:?}", run.id);
            let own = rows.iter().filter(|row| row.run == run.id.as_str());
            let turns: BTreeSet<_> = own.map(|row| row.record.seq).collect();
            prop_assert_eq!(run.turns as usize, turns.len(), "{:?}", run.id);
        }
        for (number, by) in groupings.into_iter().enumerate() {
            for step in STEPS {
                let zone = ZONES[number % ZONES.len()].to_owned();
                let whole = UsageQuery { step, by: by.clone(), from: None, to: None, zone, most };
                check(&reader, &rows, &runs, &whole);
                if let Some((from, minutes)) = cut {
                    let from = NIGHT + from * 60_000;
                    let to = Timestamp::from_millis(from + minutes * 60_000);
                    let part = UsageQuery { from: Some(Timestamp::from_millis(from)), to: Some(to), ..whole };
                    check(&reader, &rows, &runs, &part);
                }
            }
        }
    }

    #[test]
    fn a_store_is_the_same_however_a_run_was_read(
        plan in run_plan(), other in prop::collection::btree_set(0_usize..14, 0..5), stored in 0_usize..16,
    ) {
        let plans = [plan];
        let [plan] = &plans;
        let (_one, at_once, _) = store_of(&[RunPlan { cuts: BTreeSet::new(), ..plan.clone() }]);
        let (_two, in_parts, _) = store_of(&plans);
        // An owner that died after some events; the next one reads from the beginning.
        let (_three, adopted, _) = store_of(&[]);
        journal(&adopted, &plans);
        let first = RunPlan { steps: plan.steps.iter().take(stored).cloned().collect(), ..plan.clone() };
        write_run(&adopted, 0, &first, &plan.cuts, 0);
        let events = events(&first).len() as u64;
        write_run(&adopted, 0, plan, &other, events);
        for Table { name: table, key } in tables() {
            let expected = dump(&at_once, table, key).unwrap();
            prop_assert_eq!(&dump(&in_parts, table, key).unwrap(), &expected, "{}", table);
            prop_assert_eq!(&dump(&adopted, table, key).unwrap(), &expected, "adopted: {}", table);
        }
    }
}
