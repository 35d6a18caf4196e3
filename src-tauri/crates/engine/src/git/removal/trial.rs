//! Real worktrees that are removed and come back: every byte is as it was, and what speaks against a removal leaves
//! everything as it is.

use super::super::checkpoint::world::{Content, World, content, git, set_mode, write};
use super::super::checkpoint::{Limits, Order};
use super::*;
use crate::git::finish::{FinishOrder, Live};
use crate::runtime;
use protocol::{ErrorCode, Fault, FinishAct, FinishDone, FinishStep};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A repository, and a worktree of it on the branch `fix`.
struct Trial {
    world: World,
    root: PathBuf,
    work: PathBuf,
}

impl Trial {
    fn new() -> Self {
        Self::at("work")
    }

    fn at(name: &str) -> Self {
        let world = World::new();
        let root = world.repository("main repo", &["-b", "main"]);
        write(&root, ".gitignore", b"*.o\n.env\n");
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-q", "-m", "ignore"]);
        let work = world.path(name);
        git(&root, &["worktree", "add", "-q", "-b", "fix", "--", work.to_str().unwrap()]);
        Self { world, root, work }
    }

    fn head(&self) -> Option<String> {
        Some(git(&self.work, &["rev-parse", "HEAD"]).trim().to_owned())
    }

    fn branch(&self) -> String {
        git(&self.root, &["for-each-ref", "--format=%(objectname)", "refs/heads/fix"])
    }

    fn hold(&self) -> Order {
        Order { only_changed: true, limits: Limits::default(), ..self.world.order() }
    }

    fn does(&self, order: &FinishOrder) -> Result<FinishDone> {
        let (_voice, live) = Live::new(&self.world.path("live.log"));
        runtime::wait(self.world.git.finish(order, &live)).unwrap()
    }

    fn removal(&self, ignored: u32, delete_branch: bool) -> FinishOrder {
        let n = self.world.checkpoint(&self.work).n;
        let step = FinishStep::Remove { ignored, delete_branch };
        let place = self.world.place(&self.work);
        FinishOrder { place, head: self.head(), step, n, last: None, hold: self.hold() }
    }

    fn remove(&self, delete_branch: bool) -> FinishDone {
        let done = self.does(&self.removal(0, delete_branch)).unwrap();
        assert!(!self.work.exists());
        assert_eq!(done.act, FinishAct::Remove);
        done
    }

    fn undo(&self, done: &FinishDone) -> Result<FinishDone> {
        let (place, step) = (self.world.place(&self.work), FinishStep::Undo { n: done.n });
        let last = Some(done.clone());
        self.does(&FinishOrder { place, head: None, step, n: done.n, last, hold: self.hold() })
    }

    fn state(&self) -> (Content, String, String) {
        let status = git(&self.work, &["status", "--porcelain", "-z"]);
        (content(&self.work), status, self.branch())
    }

    /// Tries a removal that must be refused, and leave everything as it is.
    fn refused(&self, order: &FinishOrder) -> Fault {
        let before = self.state();
        let refusal = Fault::from(self.does(order).unwrap_err());
        assert_eq!(self.state(), before, "{refusal:?}");
        refusal
    }
}

#[test]
fn every_byte_comes_back_with_the_branch() {
    for name in ["work", "-a 'b' \"c\"", "ä ✂ %s"] {
        for delete_branch in [false, true] {
            let trial = Trial::at(name);
            let work = &trial.work;
            write(work, "first.txt", b"changed\r\n");
            write(work, "new/a.bin", b"\0\xff");
            write(work, "new/run", b"#!/bin/sh\n");
            set_mode(work, "new/run", 0o700);
            symlink("nowhere", work.join("link")).unwrap();
            std::fs::create_dir(work.join("empty")).unwrap();
            let before = trial.state();
            let done = trial.remove(delete_branch);
            assert_eq!(trial.branch().is_empty(), delete_branch);
            let back = trial.undo(&done).unwrap();
            assert_eq!((back.undid, back.reference.as_str()), (Some(done.n), "refs/heads/fix"));
            assert_eq!(trial.state(), before, "{name:?}");
            assert_eq!(git(work, &["symbolic-ref", "HEAD"]).trim(), "refs/heads/fix");
            assert!(trial.undo(&done).is_err(), "it is there");
        }
    }
}

#[test]
fn a_branch_that_moved_on_is_left_where_it_is() {
    let trial = Trial::new();
    write(&trial.work, "new", b"new");
    let (before, head) = (content(&trial.work), trial.head());
    let done = trial.remove(false);
    git(&trial.root, &["commit", "-q", "--allow-empty", "-m", "more"]);
    git(&trial.root, &["branch", "-q", "-f", "fix", "main"]);
    let moved = trial.branch();
    let back = trial.undo(&done).unwrap();
    assert_eq!(back.reference, "HEAD");
    assert_eq!((content(&trial.work), trial.head(), trial.branch()), (before, head, moved));
}

#[test]
fn a_worktree_with_some_of_its_files_comes_back_with_those() {
    let trial = Trial::new();
    for name in ["a/x", "b/y"] {
        write(&trial.work, name, b"text");
    }
    git(&trial.work, &["add", "-A"]);
    git(&trial.work, &["commit", "-q", "-m", "two"]);
    git(&trial.work, &["sparse-checkout", "set", "--cone", "a"]);
    assert!(!trial.work.join("b").exists());
    let before = trial.state();
    let done = trial.remove(false);
    trial.undo(&done).unwrap();
    assert_eq!(trial.state(), before);
    assert_eq!(git(&trial.work, &["sparse-checkout", "list"]), "a\n");
}

#[test]
fn what_speaks_against_it_leaves_everything() {
    let trial = Trial::new();
    write(&trial.work, ".env", b"secret");
    let unseen = trial.refused(&trial.removal(0, true));
    assert_eq!(unseen.code, ErrorCode::Moved, "{unseen:?}");
    let order = trial.removal(1, true);
    let elsewhere = FinishOrder { head: Some("1".repeat(40)), ..order.clone() };
    assert_eq!(trial.refused(&elsewhere).code, ErrorCode::Moved);
    write(&trial.work, "later", b"written after the checkpoint");
    assert_eq!(trial.refused(&order).code, ErrorCode::Moved);
    let order = trial.removal(1, true);
    let mut shell = Command::new("sleep");
    let mut shell = shell.arg("60").current_dir(&trial.work).stdin(Stdio::null()).spawn().unwrap();
    let works = trial.refused(&order);
    shell.kill().unwrap();
    shell.wait().unwrap();
    assert!(works.message.contains("processes work there"), "{works:?}");
    git(&trial.root, &["worktree", "lock", trial.work.to_str().unwrap()]);
    assert!(trial.refused(&order).message.contains("it is locked"));
    git(&trial.root, &["worktree", "unlock", trial.work.to_str().unwrap()]);
    trial.does(&order).unwrap();
    assert!(!trial.work.exists());
}

#[test]
fn the_main_worktree_and_one_with_a_submodule_are_kept() {
    let trial = Trial::new();
    let main = Trial { work: trial.root.clone(), root: trial.root.clone(), world: World::new() };
    assert!(main.refused(&main.removal(0, false)).message.contains("main worktree"));
    let library = trial.world.repository("library", &["-b", "main"]);
    let url = library.to_str().unwrap();
    let add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, "lib"];
    git(&trial.work, &add);
    let order = FinishOrder { head: trial.head(), ..trial.removal(0, false) };
    assert!(trial.refused(&order).message.contains("submodules"));
}

#[test]
fn nothing_is_put_over_what_is_at_the_place_now() {
    let trial = Trial::new();
    let done = trial.remove(true);
    write(&trial.work, "mine", b"mine");
    let refusal = Fault::from(trial.undo(&done).unwrap_err());
    assert!(refusal.message.contains("something is at"), "{refusal:?}");
    assert_eq!(content(&trial.work).len(), 1);
    assert!(trial.branch().is_empty(), "nothing was made");
    std::fs::remove_file(trial.work.join("mine")).unwrap();
    trial.undo(&done).unwrap();
}

#[test]
fn what_git_says_of_a_worktree_is_what_would_go() {
    let trial = Trial::new();
    let work = &trial.work;
    write(work, "x.o", b"o");
    write(work, "first.txt", b"first, changed\n");
    git(work, &["stash", "-q"]);
    write(work, "first.txt", b"changed\n");
    write(work, "new", b"new");
    git(work, &["commit", "-q", "--allow-empty", "-m", "own"]);
    let place = trial.world.place(work);
    let project = trial.root.join(".git");
    let found = runtime::wait(trial.world.git.leaving(&place, &project)).unwrap().unwrap().unwrap();
    let names = |few: &protocol::FewPaths| few.names.join(" ");
    assert_eq!(names(&found.changed), "first.txt");
    assert_eq!(names(&found.untracked), "new");
    assert_eq!(names(&found.ignored), "x.o");
    assert_eq!((found.stashes, found.unmerged, found.unpushed), (1, 1, None));
    assert_eq!((found.is_main, found.locked, found.operation), (false, false, None));
    let other = trial.world.repository("other", &[]);
    let other = other.join(".git");
    let asked = trial.world.git.leaving(&place, &other);
    assert_eq!(runtime::wait(asked).unwrap().unwrap(), None);
}
