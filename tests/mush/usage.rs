//! `mush usage` over real runs: its rows add up to the values of `mush runs` in every grouping,
//! while a run is active and after it was stopped; and invalid queries are refused.

use crate::support::{Following, World, until};
use protocol::{CostBasis, Run, Tokens, UsageRow};
use serde_json::Value;

const GROUPS: [&str; 6] = ["model", "agent", "account", "project", "story", "class"];

/// The rows of a query.
fn rows(world: &World, words: &[&str]) -> Vec<UsageRow> {
    let said = world.rows([&["usage"], words].concat());
    said.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
}

fn sum(parts: impl Iterator<Item = (Tokens, u64, CostBasis)>) -> (Tokens, u64, CostBasis) {
    parts.fold((Tokens::default(), 0, CostBasis::Reported), |mut sum, (tokens, micros, basis)| {
        sum.0 += tokens;
        (sum.0, sum.1 + micros, sum.2.max(basis))
    })
}

fn runs(world: &World) -> Vec<Run> {
    world.rows(["runs"]).into_iter().map(|run| serde_json::from_value(run).unwrap()).collect()
}

/// Asserts that every grouping, every unit of time and distant time zones give the runs' own
/// totals.
pub(crate) fn adds_up(world: &World) {
    let own = sum(runs(world).iter().map(|run| (run.tokens, run.cost_micros, run.cost_basis)));
    assert!(own.0.total() > 0, "there is something to add up");
    let steps = ["hour", "day", "week", "month"];
    let steps = steps.iter().flat_map(|step| GROUPS.map(|group| format!("{step},{group}")));
    let all = [GROUPS.join(","), format!("day,{}", GROUPS.join(","))];
    for by in steps.chain(GROUPS.map(str::to_owned)).chain(all) {
        for zone in ["UTC", "Pacific/Kiritimati", "Asia/Kathmandu"] {
            let rows = rows(world, &["--by", &by, "--tz", zone]);
            let parts = rows.iter().map(|row| {
                (row.used.tokens, row.used.cost_micros.unwrap_or(0), row.used.cost_basis)
            });
            assert_eq!(sum(parts), own, "--by {by} --tz {zone}");
        }
    }
    let whole = rows(world, &[]);
    let [whole] = &whole[..] else { panic!("one sum of everything: {whole:?}") };
    assert_eq!((whole.used.tokens, whole.used.cost_micros), (own.0, Some(own.1)));
}

#[test]
fn usage_is_what_the_runs_say() {
    let world = World::new();
    let repo = world.repo("first");
    assert_eq!(world.run(&repo, "[[demo:tools]] first", &["--gate", "true"]).code, Some(0));
    world.rows(["send", "demo-tools-first", "[[demo:plain]] second"]);
    assert_eq!(world.ask(["wait", "demo-tools-first"]).code, Some(0));
    assert_eq!(world.run(&world.repo("other"), "[[demo:subagent]]", &[]).code, Some(0));
    // A killed run has no result; the usage that was reported stays as a lower bound.
    world.run(&world.repo("crash"), "[[demo:tools crash=KILL]]", &[]);
    adds_up(&world);
    for story in world.rows(["stories"]) {
        let own = |row: &UsageRow| row.by.values().next().cloned().flatten();
        let rows = rows(&world, &["--by", "story"]);
        let row = rows.iter().find(|row| own(row).as_deref() == story["slug"].as_str());
        let row = row.unwrap_or_else(|| panic!("no row of {}", story["slug"]));
        assert_eq!(serde_json::to_value(row.used.tokens).unwrap(), story["tokens"]);
        assert_eq!(Value::from(row.used.cost_micros), story["cost_micros"]);
        assert_eq!(serde_json::to_value(row.used.cost_basis).unwrap(), story["cost_basis"]);
    }
    let today = rows(&world, &["--from", "today", "--to", "today", "--tz", "UTC"]);
    let yesterday = rows(&world, &["--from", "yesterday", "--tz", "UTC"]);
    assert!(today.len() <= 1 && yesterday.len() == 1);
    assert_eq!(rows(&world, &["--from", "2100-01-01"]), []);
    // A deleted store is made again with the same usage. An owner would do that beside the query, which then has only
    // what was read so far.
    world.end_server();
    let before = rows(&world, &["--by", "hour,model,story"]);
    std::fs::remove_file(world.data().join("store.sqlite")).unwrap();
    assert_eq!(rows(&world, &["--by", "hour,model,story"]), before);
    world.verified();
}

/// An agent that goes on with a conversation goes on counting, and nothing is counted twice.
#[test]
fn a_resumed_conversation_counts_what_is_new() {
    let world = World::new();
    let repo = world.repo("work");
    assert_eq!(world.run(&repo, "[[demo:plain]] again", &[]).code, Some(0));
    for more in ["once more", "twice more"] {
        world.rows(["send", "demo-plain-again", &format!("[[demo:plain]] {more}")]);
        assert_eq!(world.ask(["wait", "demo-plain-again"]).code, Some(0));
    }
    let runs = runs(&world);
    assert_eq!(runs.len(), 3);
    let first = &runs[0];
    for run in &runs {
        assert_eq!(
            (run.tokens.input, run.tokens.output),
            (first.tokens.input, first.tokens.output)
        );
        // A longer prompt costs a little more, and each total is rounded to a millionth of a dollar.
        assert!(run.cost_micros.abs_diff(first.cost_micros) < first.cost_micros / 50, "{run:#?}");
    }
    adds_up(&world);
}

#[test]
fn what_a_run_used_so_far_is_a_lower_bound() {
    let world = World::new();
    let run = world.start(&world.repo("slow"), "[[demo:slow]]", &[]);
    let story = run.story();
    let heard = until("tokens before any result", || {
        let rows = rows(&world, &["--by", "story,model"]);
        rows.into_iter().find(|row| row.used.tokens.total() > 0)
    });
    assert_eq!(
        (heard.used.cost_basis, heard.used.cost_micros, heard.used.turns),
        (CostBasis::LowerBound, Some(0), 1),
        "a turn without its result counts, as in the story"
    );
    world.rows(["stop", &story]);
    run.end();
    world.swept();
    adds_up(&world);
    world.verified();
}

#[test]
fn what_cannot_be_summed_is_refused_with_a_way_out() {
    let world = World::new();
    let table: [(&[&str], &str); 13] = [
        (
            &["--from", "today", "--to", "yesterday"],
            "the range ends before it begins: --from today --to yesterday",
        ),
        (
            &["--from", "2026-11-28T10:00Z", "--to", "2026-11-28T11:00+01:00"],
            "the range is empty: --from 2026-11-28T10:00Z --to 2026-11-28T11:00+01:00",
        ),
        (&["--from", "99999999w"], "--from is beyond the calendar"),
        (&["--to", "99999999999999999999d"], "--to is beyond the calendar"),
        (&["--tz", "UTC+3"], "UTC+3 is Etc/GMT-3: names of this form have the opposite sign"),
        (&["--tz", "+05:30"], "Places that keep UTC+5:30 all year: Asia/"),
        (&["--tz", "Europe/Berln"], "Did you mean Europe/Berlin"),
        (&["--by", "modell"], "possible values: hour, day, week, month, model"),
        (&["--by", "day,week"], "Say one of hour, day, week and month."),
        (
            &["--by", "hour", "--from", "2001-01-01", "--to", "2026-01-01"],
            "sum by day, week or month",
        ),
        (&["--from", "soon"], "--from is not a time"),
        (&["--to", "2026-02-30"], "--to is not a time"),
        (&["--csv"], "cannot be used with"),
    ];
    for (words, expected) in table {
        let said = world.ask([&["usage"], words].concat());
        assert_eq!((said.code, said.fault().as_str()), (Some(2), "bad_input"), "{words:?}");
        assert!(said.err.contains(expected), "{words:?}: {}", said.err);
    }
    // Without usage there are no rows: no error, and no rows with zeros.
    assert_eq!(rows(&world, &["--by", "day,model"]), []);
    // An unknown time zone is refused and not replaced by UTC.
    let mut mush = world.mush(["usage", "--by", "day"]);
    mush.env("TZ", "Foo/Bar");
    let said = Following::begin(mush, "").end();
    assert_eq!((said.code, said.fault().as_str()), (Some(2), "bad_input"));
    assert!(
        said.err.contains("the variable TZ names no time zone: \\\"Foo/Bar\\\""),
        "{}",
        said.err
    );
}
