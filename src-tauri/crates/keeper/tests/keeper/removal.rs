//! Logs are removed all or not at all, of a run that is over only, and a removal that was interrupted is
//! finished by the next one.

use crate::disk::Disk;
use crate::support::{LONG, Run};
use keeper::removal::RemovalError;
use keeper::{RunDir, Stream};
use std::fs;

/// A run that is over.
fn over() -> Run {
    let run = Run::shell("echo one; echo two >&2");
    run.start();
    run.exit(LONG);
    run
}

fn names(dir: &RunDir) -> Vec<String> {
    let entries = fs::read_dir(dir.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "c" && name != "flowing").collect();
    names.sort();
    names
}

#[test]
fn the_logs_go_and_the_facts_stay() {
    let run = over();
    let bytes = run.dir.check_removal().unwrap();
    assert_eq!(bytes, run.dir.log_bytes());
    // Two lines, and at least one record of the index for each.
    assert!(bytes >= 4 + 4 + 48, "{bytes}");
    run.dir.remove_logs().unwrap();
    assert_eq!(names(&run.dir), ["exit.json", "keeper.json", "lock", "spec.json"]);
    assert_eq!(run.dir.log_bytes(), 0);
    run.dir.remove_logs().unwrap();
}

#[test]
fn a_removal_that_was_interrupted_is_finished() {
    let run = over();
    fs::remove_file(run.dir.log_path(Stream::Stdout)).unwrap();
    run.dir.remove_logs().unwrap();
    assert_eq!(names(&run.dir), ["exit.json", "keeper.json", "lock", "spec.json"]);
}

#[test]
fn a_live_run_and_one_with_a_missing_log_keep_all_of_them() {
    let live = Run::shell("read line");
    live.start();
    assert!(matches!(live.dir.check_removal(), Err(RemovalError::Kept(_))));

    let run = over();
    fs::remove_file(run.dir.index_path()).unwrap();
    let error = run.dir.check_removal().unwrap_err();
    assert_eq!(error.to_string(), format!("{} is missing", run.dir.index_path().display()));
    fs::remove_file(run.dir.lock_path()).unwrap();
    assert!(matches!(run.dir.check_removal(), Err(RemovalError::Unknown(_))));
    assert!(run.dir.log_path(Stream::Stdout).exists());
}

#[test]
fn a_disk_that_is_read_only_keeps_all_of_them() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("disk");
    let Some(disk) = Disk::of(&place, "1m") else { return };
    let run = Run::at(home, RunDir::new(place.join("run")), &["/bin/sh", "-c", "echo one"]);
    run.start();
    run.exit(LONG);
    let before = names(&run.dir);
    disk.make_read_only();
    let error = run.dir.check_removal().unwrap_err();
    assert!(error.to_string().ends_with("Read-only file system"), "{error}");
    assert_eq!(names(&run.dir), before);
}

#[test]
fn a_start_that_was_refused_has_no_logs() {
    let home = tempfile::tempdir().unwrap();
    let dir = RunDir::new(home.path().join("never"));
    assert_eq!(dir.check_removal().unwrap(), 0);
    dir.remove_logs().unwrap();
    assert!(!dir.path().exists());
}
