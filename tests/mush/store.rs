//! If the store's file is damaged or deleted, the next command prints the same bytes as before, and
//! a damaged file is kept under another name. Journal and logs, which cannot be made again, are
//! truncated at an incomplete end and never rewritten.

use crate::support::{World, at_once, until};
use protocol::{Question, Run};
use std::fs;
use std::path::PathBuf;

/// Commands that print from the store.
const QUERIES: &[&[&str]] =
    &[&["stories"], &["runs"], &["questions", "--all"], &["questions"], &["limits"]];

/// Runs stories that fill every part of the store.
pub(crate) fn session(world: &World) {
    let cases: &[(&str, &str, &[&str])] = &[
        ("ask", "[[demo:ask limit_warn]]", &["--gate", "true"]),
        ("deny", "[[demo:ask2]]", &[]),
        ("limit", "[[demo:limit_reject]]", &["--env", "MUSHER_DEMO_ACCOUNT=limited"]),
        ("stop", "[[demo:slow]]", &[]),
        ("follow", "[[demo:tools]] first", &[]),
        ("missing", "hello", &["--bin", "/nonexistent/agent"]),
        ("crash", "[[demo:plain crash=KILL]]", &[]),
    ];
    at_once(cases, |&(name, prompt, more)| {
        let run = world.start(&world.repo(name), prompt, more);
        let story = run.story();
        match name {
            "ask" => answer(world, &story, 1, &["allow"]),
            "deny" => answer(world, &story, 2, &["deny", "--message", "not now"]),
            "stop" => {
                run.until_state("running");
                world.rows(["stop", &story]);
            }
            "follow" => drop(world.rows(["send", &story, "[[demo:echo]] second"])),
            _ => {}
        }
        run.end();
    });
    world.rows(["send", "demo-tools-first", "[[demo:echo]] third"]);
    assert_eq!(world.ask(["wait", "demo-tools-first"]).code, Some(0));
    world.swept();
    world.end_server();
}

/// Answers the questions of one story.
fn answer(world: &World, story: &str, count: usize, words: &[&str]) {
    let open = until("questions", || {
        let rows = world.rows(["questions"]).into_iter();
        let open = rows.map(|row| serde_json::from_value::<Question>(row).unwrap());
        let open: Vec<Question> = open.filter(|it| it.story.as_str() == story).collect();
        (open.len() == count).then_some(open)
    });
    for question in open {
        world.rows([&["answer", question.id.as_str()], words].concat());
    }
}

/// The output of every command and of every run's events.
pub(crate) fn printed(world: &World) -> Vec<(String, Vec<u8>)> {
    let runs = world.rows(["runs"]).into_iter();
    let runs: Vec<Run> = runs.map(|row| serde_json::from_value(row).unwrap()).collect();
    let events = runs.iter().map(|run| vec!["events", run.id.as_str()]);
    let queries = QUERIES.iter().map(|words| words.to_vec()).chain(events);
    let print = |words: Vec<&str>| {
        let said = world.mush(&words).output().unwrap();
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
        (words.join(" "), said.stdout)
    };
    queries.map(print).collect()
}

pub(crate) fn store(world: &World) -> PathBuf {
    world.data().join("store.sqlite")
}

/// How many files were kept under another name.
pub(crate) fn aside(world: &World) -> usize {
    let entries = fs::read_dir(world.data()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let side = |name: &str| name.ends_with("-wal") || name.ends_with("-shm");
    names.filter(|name| name.contains("unusable") && !side(name)).count()
}

/// Pseudo-random bytes, the same every time.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state: u32 = 0x2545_f491;
    let byte = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(byte).take(len).collect()
}

/// A change of the store's bytes; `None` deletes the file.
type Damage = fn(Vec<u8>) -> Option<Vec<u8>>;

/// The size of a page of the store.
const PAGE: usize = 8192;

const DAMAGES: &[(&str, Damage)] = &[
    ("deleted", |_| None),
    ("empty", |_| Some(Vec::new())),
    ("noise", |bytes| Some(noise(bytes.len()))),
    ("half", |bytes| Some(bytes[..bytes.len() / 2].to_vec())),
    ("cut in a page", |bytes| Some(bytes[..bytes.len() - 1000].to_vec())),
    ("header", |mut bytes| {
        bytes[..100].copy_from_slice(&noise(100));
        Some(bytes)
    }),
    ("every fifth page", |mut bytes| {
        for page in bytes.chunks_mut(PAGE).skip(2).step_by(5) {
            let len = page.len();
            page.copy_from_slice(&noise(len));
        }
        Some(bytes)
    }),
    ("last page", |mut bytes| {
        let at = bytes.len() - PAGE;
        bytes[at..].copy_from_slice(&noise(PAGE));
        Some(bytes)
    }),
    ("another version", |mut bytes| {
        bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
        Some(bytes)
    }),
];

fn log(world: &World) -> PathBuf {
    engine::store::with_suffix(&store(world), "-wal")
}

/// Moves SQLite's write-ahead log into the store's file, as happens when a writer closes last. If a
/// reader closes last, the log stays, and SQLite reads pages from it that are damaged in the file.
pub(crate) fn put_log_into_file(world: &World) {
    match engine::store::open(&store(world)).unwrap() {
        engine::store::Opened::Usable(db) => drop(db),
        engine::store::Opened::Unusable(why) => panic!("the store is whole here: {why}"),
    }
    assert!(!log(world).exists(), "nobody else has the store open, so its log is gone");
}

/// Runs a story while a reader has the store open. The reader closes last, so the write-ahead log
/// stays. It must have read something, because SQLite holds its lock until closing only then.
fn leave_a_log(world: &World) {
    put_log_into_file(world);
    let reader = engine::store::read::Reader::open(&store(world)).unwrap();
    assert!(!reader.stories().unwrap().is_empty());
    let said = world.run(&world.repo("logged"), "[[demo:plain]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    drop(reader);
    assert!(fs::metadata(log(world)).unwrap().len() > 0, "the reader leaves the log");
}

#[test]
fn a_damaged_store_prints_the_same_bytes() {
    let world = World::new();
    session(&world);
    world.verified();
    let before = printed(&world);
    for &(name, damage) in DAMAGES {
        put_log_into_file(&world);
        let kept = aside(&world);
        match damage(fs::read(store(&world)).unwrap()) {
            Some(bytes) => fs::write(store(&world), bytes).unwrap(),
            None => fs::remove_file(store(&world)).unwrap(),
        }
        for (after, before) in printed(&world).into_iter().zip(&before) {
            assert_eq!(after.0, before.0);
            assert!(after.1 == before.1, "{name}: `mush {}` prints something else", after.0);
        }
        let expected = kept + usize::from(name != "deleted");
        assert_eq!(aside(&world), expected, "{name}: the damaged file is kept aside");
        world.verified();
    }
}

#[test]
fn a_damaged_store_whose_log_stayed_prints_the_same_bytes() {
    // Most of the time is waited for agents, so each has a world of its own.
    at_once(DAMAGES, |&(name, damage)| {
        let world = World::new();
        world.run(&world.repo("work"), "[[demo:tools]]", &[]);
        leave_a_log(&world);
        let before = printed(&world);
        match damage(fs::read(store(&world)).unwrap()) {
            Some(bytes) => fs::write(store(&world), bytes).unwrap(),
            None => fs::remove_file(store(&world)).unwrap(),
        }
        assert!(printed(&world) == before, "{name}: something else is printed");
        // If the write-ahead log has all pages that these queries read, the damage of other pages
        // was not found.
        world.rows(["rebuild"]);
        world.verified();
    });
}

#[test]
fn a_rebuilt_store_prints_the_same_bytes() {
    let world = World::new();
    session(&world);
    let before = printed(&world);
    let said = world.rows(["rebuild"]);
    assert_eq!(said[0]["runs"].as_u64().unwrap(), world.rows(["runs"]).len() as u64);
    assert!(printed(&world) == before);
    world.verified();
}

#[test]
fn a_torn_end_of_the_journal_is_cut_off_and_kept() {
    let world = World::new();
    assert_eq!(world.run(&world.repo("work"), "[[demo:tools]]", &[]).state(), "done(unchecked)");
    let before = printed(&world);
    let journal = world.data().join("journal/000001.jsonl");
    let whole = fs::read(&journal).unwrap();
    let torn = b"{\"seq\":9999,\"at\":\"2026-01-01T00:00:00.000Z\",\"event\":{\"type\":\"warn";
    fs::write(&journal, [whole.as_slice(), torn].concat()).unwrap();
    assert!(printed(&world) == before);
    assert_eq!(world.run(&world.repo("work"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    assert!(fs::read(&journal).unwrap().starts_with(&whole));
    let kept = world.data().join(format!("journal/000001.torn-{}", whole.len()));
    assert_eq!(fs::read(kept).unwrap(), torn);
    world.verified();
}

#[test]
fn a_journal_that_is_damaged_inside_is_never_guessed_at() {
    let world = World::new();
    assert_eq!(world.run(&world.repo("work"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let journal = world.data().join("journal/000001.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let damaged = text.replacen("{\"seq\":2", "{\"sxq\":2", 1);
    fs::write(&journal, &damaged).unwrap();
    fs::remove_file(store(&world)).unwrap();
    let said = world.ask(["stories"]);
    assert_eq!(said.code, Some(1 + i32::from(said.err.contains("data_dir"))), "{said:#?}");
    assert!(said.err.contains("line 2"), "{}", said.err);
    assert_eq!(fs::read_to_string(&journal).unwrap(), damaged);
}
