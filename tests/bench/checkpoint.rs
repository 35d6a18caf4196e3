//! Benchmark of a checkpoint of a worktree with 10,000 files of which 10 changed, against `git status`
//! of the same worktree. Wall time, in turn, because both are mostly other processes.

mod figure;
mod median;

use engine::CheckpointTrial;
use figure::{less, report};
use median::median;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const FOLDERS: usize = 200;
const FILES: usize = 50;
const CHANGED: usize = 10;
const ROUNDS: usize = 41;

/// The goal: how much longer a checkpoint may take.
const RATIO: f64 = 1.5;

fn main() {
    // `cargo test --benches` only checks that benches start; a measurement would mean nothing
    // there.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let dir = fs::canonicalize(dir.path()).expect("a folder");
    let (root, data) = (dir.join("work"), dir.join("data"));
    make(&root);
    let mut trial = CheckpointTrial::of(root.clone(), data);
    trial.make().expect("the first checkpoint");
    let (mut checkpoints, mut statuses) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        change(&root, round);
        let status = || git(&root, &["--no-optional-locks", "status", "--porcelain"]);
        if round % 2 == 0 {
            statuses.push(seconds(status));
        }
        checkpoints.push(seconds(|| trial.make().expect("a checkpoint")));
        if round % 2 == 1 {
            statuses.push(seconds(status));
        }
    }
    let ratios = checkpoints.iter().zip(&statuses).map(|(one, other)| one / other);
    let ratio = median(ratios.collect());
    let (checkpoint, status) = (median(checkpoints) * 1e3, median(statuses) * 1e3);
    report(&format!(
        "{CHANGED} of {} files changed: checkpoint {checkpoint:.1} ms, git status {status:.1} ms, ratio {ratio:.2} (goal at most {RATIO})",
        FOLDERS * FILES
    ));
    less("ratio of a checkpoint to git status", ratio);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}

fn make(root: &Path) {
    for folder in 0..FOLDERS {
        let folder = root.join(format!("folder-{folder}/inner"));
        fs::create_dir_all(&folder).expect("a folder");
        for file in 0..FILES {
            let text = format!("{} {file}\n", folder.display()).repeat(20);
            fs::write(folder.join(format!("file-{file}.txt")), text).expect("a file");
        }
    }
    git(root, &["init", "-q"]);
    git(root, &["add", "-A"]);
    let named = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];
    git(root, &[&named[..], &["commit", "-q", "-m", "first"]].concat());
}

fn change(root: &Path, round: usize) {
    for number in 0..CHANGED {
        let folder = (round * CHANGED + number) % FOLDERS;
        let file = root.join(format!("folder-{folder}/inner/file-0.txt"));
        fs::write(file, format!("round {round}, {number}\n")).expect("a file");
    }
}

fn git(root: &Path, words: &[&str]) {
    let said = Command::new("git").arg("-C").arg(root).args(words).output().expect("git");
    assert!(said.status.success(), "git {words:?}");
}
