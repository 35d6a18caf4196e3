//! Unusual damage of the data directory: something else in place of a file, foreign side files of
//! the store, a store that is older than the journal, a path that is too long. What can be made
//! again is made again; for the rest a command is refused with a hint.

use crate::store::{aside, noise, printed, put_log_into_file, session, store};
use crate::support::{Following, World};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// A function that damages a path.
type Damage = fn(&Path);

const DAMAGES: &[(&str, &str, Damage)] = &[
    ("a folder", "", |path| {
        fs::create_dir(path).unwrap();
        fs::write(path.join("something"), "of somebody").unwrap();
    }),
    ("a link that leads nowhere", "", |path| {
        std::os::unix::fs::symlink("/nonexistent/store", path).unwrap();
    }),
    ("a pipe", "", |path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
    ("another's log", "-wal", |path| fs::write(path, noise(100_000)).unwrap()),
    ("a folder for its log", "-wal", |path| fs::create_dir(path).unwrap()),
    ("another's index", "-shm", |path| fs::write(path, noise(32_768)).unwrap()),
];

#[test]
fn anything_in_the_place_of_the_store_prints_the_same_bytes() {
    let world = World::new();
    session(&world);
    world.verified();
    let before = printed(&world);
    for &(name, suffix, damage) in DAMAGES {
        let place = beside(&store(&world), suffix);
        remove(&place);
        damage(&place);
        assert!(printed(&world) == before, "{name}: something else is printed");
        world.verified();
    }
    assert!(aside(&world) >= 3, "what was there is kept");
    let kept = fs::read_dir(world.data()).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.filter(|path| path.is_dir()).map(|path| path.join("something"));
    assert_eq!(kept.filter_map(|file| fs::read(file).ok()).collect::<Vec<_>>(), [b"of somebody"]);
}

#[test]
fn a_store_that_is_older_than_the_journal_catches_up() {
    let world = World::new();
    assert_eq!(world.run(&world.repo("old"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let files = ["", "-wal"].map(|suffix| beside(&store(&world), suffix));
    let old = files.each_ref().map(|file| fs::read(file).unwrap_or_default());
    let only_errors = world.run(&world.repo("new"), "hello", &["--arg", "--no-such-flag"]);
    assert_eq!(only_errors.state(), "needs_you(start_failed)");
    world.run(&world.repo("newer"), "[[demo:tools]]", &[]);
    let before = printed(&world);
    remove(&beside(&store(&world), "-shm"));
    for (file, bytes) in files.iter().zip(old) {
        fs::write(file, bytes).unwrap();
    }
    assert!(printed(&world) == before);
    world.verified();
}

#[test]
fn a_place_that_cannot_hold_it_is_reported_with_a_next_step() {
    let world = World::new();
    let file = world.path("file");
    fs::write(&file, "text").unwrap();
    let long = world.path(&["x".repeat(200), "y".repeat(200), "z".repeat(100)].join("/"));
    let cases: [(&Path, &str, &str); 3] = [
        (&file, "Something else is at", "File exists"),
        (&file.join("below"), "Something else is at", "Not a directory"),
        (&long, "Name a shorter one", "bytes"),
    ];
    for (place, hint, words) in cases {
        let mut mush = Command::new(env!("CARGO_BIN_EXE_mush"));
        mush.env_clear().envs(world.variables()).arg("--data-dir").arg(place);
        mush.args(["--json", "run", "--agent", "demo", "--dir", "/", "--prompt", "hi"]);
        let said = Following::begin(mush, "").end();
        assert_eq!(said.fault(), "data_dir", "{}", said.err);
        assert!(said.err.contains(hint) && said.err.contains(words), "{}", said.err);
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "text");
    assert!(!long.exists());
}

/// The directory of a story's only run.
fn run_dir(world: &World, story: &str) -> PathBuf {
    let run = world.story(story).runs[0].to_string();
    world.data().join("runs").join(run)
}

#[test]
fn damaged_logs_of_one_run_hide_no_other() {
    let world = World::new();
    let damages: &[(&str, Damage)] = &[
        ("cut", |dir| {
            let log = fs::read(dir.join("output.log")).unwrap();
            fs::write(dir.join("output.log"), &log[..log.len() / 2]).unwrap();
        }),
        ("noise", |dir| fs::write(dir.join("index"), noise(240)).unwrap()),
        ("gone", |dir| fs::remove_file(dir.join("output.log")).unwrap()),
    ];
    let sound = world.run(&world.repo("sound"), "[[demo:tools]]", &[]);
    for &(name, damage) in damages {
        let said = world.run(&world.repo(name), "[[demo:tools]]", &[]);
        damage(&run_dir(&world, &said.story()));
    }
    let events = |story: &str| {
        let run = world.story(story).runs[0].to_string();
        world.rows(["events", &run]).len()
    };
    let (before, stories) = (events(&sound.story()), world.rows(["stories"]).len());
    fs::remove_file(store(&world)).unwrap();
    assert_eq!(world.rows(["stories"]).len(), stories);
    assert_eq!(events(&sound.story()), before);
    let verified = world.ask(["verify"]);
    assert_eq!(verified.code, Some(1), "damage is reported");
    assert_eq!(verified.out.last().unwrap()["damaged"], 3);
    assert_eq!(verified.out.last().unwrap()["differences"], 0);
    assert_eq!(world.rows(["rebuild"]).last().unwrap()["damaged"], 3);
    assert_eq!(world.run(&world.repo("next"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
}

#[test]
fn a_journal_that_lost_its_end_never_replaces_what_the_store_knows() {
    let world = World::new();
    world.run(&world.repo("work"), "[[demo:plain]]", &[]);
    let journal = world.data().join("journal/000001.jsonl");
    let whole = fs::read_to_string(&journal).unwrap();
    let shorter: String = whole.split_inclusive('\n').take(4).collect();
    put_log_into_file(&world);
    let stored = fs::read(store(&world)).unwrap();
    for left in [String::new(), shorter] {
        fs::write(&journal, &left).unwrap();
        for words in [&["stories"][..], &["rebuild"], &["stop", "--all"]] {
            let said = world.ask(words);
            assert_eq!(said.fault(), "data_dir", "{words:?}: {}", said.err);
            assert!(said.err.contains("part of it is missing"), "{}", said.err);
        }
        assert!(fs::read(store(&world)).unwrap() == stored);
        assert_eq!(fs::read_to_string(&journal).unwrap(), left);
    }
    fs::remove_file(&journal).unwrap();
    fs::rename(store(&world), world.path("store")).unwrap();
    for side in ["-wal", "-shm"] {
        remove(&beside(&store(&world), side));
    }
    assert_eq!(world.ask(["stories"]).fault(), "data_dir", "runs without a journal");
    fs::write(&journal, whole).unwrap();
    assert_eq!(world.rows(["stories"]).len(), 1);
    world.verified();
}
