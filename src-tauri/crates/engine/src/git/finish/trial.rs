//! Real repositories whose branches are committed to, updated, merged and put back: what moves, what is refused, and
//! that a refusal touches nothing.

use super::super::checkpoint::world::{Content, World, content, git, write};
use super::*;
use crate::runtime;
use protocol::{Base, ConflictKind, ErrorCode, MergePreview, ShownBranch};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A repository whose `main` is checked out in `root`, and a worktree `work` of it on the branch `fix`.
struct Trial {
    world: World,
    root: PathBuf,
    work: PathBuf,
    branch: String,
}

/// What a step must not change when it is refused.
#[derive(Debug, PartialEq)]
struct Everything {
    references: String,
    heads: [String; 2],
    index: [String; 2],
    files: [Content; 2],
}

impl Trial {
    fn new() -> Self {
        Self::on("fix")
    }

    fn on(branch: &str) -> Self {
        let world = World::new();
        let root = world.repository("main repo", &["-b", "main"]);
        let work = world.path("work");
        // `git worktree add -b` takes no name that begins with a hyphen.
        git(&root, &["update-ref", &format!("refs/heads/{branch}"), "HEAD"]);
        git(&root, &["worktree", "add", "-q", "--detach", work.to_str().unwrap()]);
        git(&work, &["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]);
        let reference = format!("refs/heads/{branch}");
        Self { world, root, work, branch: reference }
    }

    fn commit(dir: &Path, name: &str, text: &str) -> String {
        write(dir, name, text.as_bytes());
        git(dir, &["add", "-A"]);
        git(dir, &["commit", "-q", "-m", name]);
        git(dir, &["rev-parse", "HEAD"]).trim().to_owned()
    }

    fn rev(&self, name: &str) -> String {
        git(&self.root, &["rev-parse", name]).trim().to_owned()
    }

    fn head(&self) -> Option<String> {
        Some(git(&self.work, &["rev-parse", "HEAD"]).trim().to_owned())
    }

    fn seen(&self) -> look::FinishSeen {
        let (name, commit) = ("main".to_owned(), self.rev("main"));
        let base = Base { name, commit, upstream: None, fetched: false };
        let place = self.world.place(&self.work);
        runtime::wait(self.world.git.finish_seen(&place, Some(&base), None)).unwrap().unwrap()
    }

    /// `main` as it is shown now.
    fn main(&self) -> ShownBranch {
        self.seen().target.unwrap().shown
    }

    fn order(
        &self,
        head: Option<String>,
        step: FinishStep,
        last: Option<&FinishDone>,
    ) -> FinishOrder {
        FinishOrder {
            place: self.world.place(&self.work),
            head,
            step,
            n: 7,
            last: last.cloned(),
            hold: self.world.order(),
        }
    }

    fn try_as(&self, order: &FinishOrder) -> (Result<FinishDone>, String) {
        let (_voice, live) = Live::new(&self.world.path("live.log"));
        let done = runtime::wait(self.world.git.finish(order, &live)).unwrap();
        (done, live.output())
    }

    fn try_step(&self, step: FinishStep) -> Result<FinishDone> {
        self.try_as(&self.order(self.head(), step, None)).0
    }

    fn does(&self, step: FinishStep) -> FinishDone {
        self.try_step(step).unwrap()
    }

    fn undo(&self, done: &FinishDone) -> Result<FinishDone> {
        let step = FinishStep::Undo { n: done.n };
        self.try_as(&self.order(self.head(), step, Some(done))).0
    }

    fn everything(&self) -> Everything {
        let of = |dir: &Path, words: &[&str]| git(dir, words);
        let both = |words: &[&str]| [of(&self.root, words), of(&self.work, words)];
        Everything {
            references: of(&self.root, &["for-each-ref", "refs/heads"]),
            heads: both(&["rev-parse", "HEAD"]),
            index: both(&["ls-files", "--stage"]),
            files: [content(&self.root), content(&self.work)],
        }
    }

    /// Does something that must be refused and change nothing. Returns the refusal.
    fn refused(&self, step: FinishStep) -> protocol::Fault {
        self.refused_as(&self.order(self.head(), step, None))
    }

    fn refused_as(&self, order: &FinishOrder) -> protocol::Fault {
        let before = self.everything();
        let refusal = self.try_as(order).0.unwrap_err();
        assert_eq!(self.everything(), before, "{refusal}");
        protocol::Fault::from(refusal)
    }

    fn hook(&self, name: &str, script: &str) {
        self.script(&self.root.join(".git/hooks"), name, script);
    }

    fn script(&self, dir: &Path, name: &str, script: &str) -> PathBuf {
        fs::create_dir_all(dir).unwrap();
        let path = dir.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

fn commit(message: &str) -> FinishStep {
    FinishStep::Commit { message: message.to_owned(), paths: Vec::new() }
}

#[test]
fn everything_is_committed_with_hooks_and_its_message_as_it_is() {
    let trial = Trial::new();
    trial.hook("pre-commit", "echo from the hook; echo hooked >hooked.txt; git add hooked.txt");
    write(&trial.work, "first.txt", b"changed\n");
    write(&trial.work, "new dir/n\u{202e}w.txt", b"new\n");
    git(&trial.work, &["init", "-q", "inner"]);
    let message = "-m $(touch x) `y`\n\n# no comment\n--amend \u{202e}\n";
    let before = trial.head();
    let (done, output) = trial.try_as(&trial.order(trial.head(), commit(message), None));
    let done = done.unwrap();
    assert!(output.contains("from the hook\n"), "{output}");
    assert_eq!((&done.from, &done.to, &done.dir), (&before, &trial.head(), &None));
    assert_eq!(
        (done.n, done.act, done.reference.as_str()),
        (7, FinishAct::Commit, "refs/heads/fix")
    );
    assert_eq!(git(&trial.work, &["log", "-1", "--format=%B"]).trim_end(), message.trim_end());
    assert_eq!(git(&trial.work, &["log", "-1", "--format=%an"]).trim(), "Ann");
    assert_eq!(git(&trial.work, &["show", "HEAD:hooked.txt"]), "hooked\n");
    // The repository within is left out.
    assert_eq!(git(&trial.work, &["status", "--porcelain"]), "?? inner/\n");
    assert_eq!(trial.refused(commit("again")).code, ErrorCode::WrongState);
    // Undone it leaves files and index as they are.
    let files = content(&trial.work);
    let undone = trial.undo(&done).unwrap();
    assert_eq!((undone.undid, &undone.to), (Some(7), &before));
    assert_eq!((trial.head(), content(&trial.work)), (before, files));
    assert!(git(&trial.work, &["diff", "--cached", "--name-only"]).contains("hooked.txt"));
    // Once more is too late.
    assert_eq!(protocol::Fault::from(trial.undo(&done).unwrap_err()).code, ErrorCode::Moved);
}

#[test]
fn only_the_paths_that_are_named_are_committed() {
    let trial = Trial::new();
    write(&trial.work, "a [b].txt", b"one");
    write(&trial.work, "a b.txt", b"two");
    write(&trial.work, "staged.txt", b"three");
    git(&trial.work, &["add", "staged.txt"]);
    let paths = vec!["a [b].txt".to_owned()];
    trial.does(FinishStep::Commit { message: "one".to_owned(), paths });
    assert_eq!(git(&trial.work, &["show", "--name-only", "--format="]), "a [b].txt\n");
    assert_eq!(git(&trial.work, &["status", "--porcelain"]), "A  staged.txt\n?? \"a b.txt\"\n");
    for path in ["../x", "/etc/passwd", ".git/config"] {
        let paths = vec![path.to_owned()];
        let fault = trial.refused(FinishStep::Commit { message: "x".to_owned(), paths });
        assert_eq!(fault.code, ErrorCode::BadInput, "{path}");
    }
}

#[test]
fn what_a_hook_refuses_is_not_committed_and_stays_staged_as_it_was() {
    let trial = Trial::new();
    write(&trial.work, "first.txt", b"changed\n");
    write(&trial.work, "new.txt", b"new\n");
    git(&trial.work, &["add", "new.txt"]);
    trial.hook("pre-commit", "echo 'lint: 3 errors' >&2; exit 1");
    let fault = trial.refused(commit("x"));
    assert_eq!(fault.message, "nothing was committed: lint: 3 errors");
    trial.hook("pre-commit", "exit 1");
    assert!(trial.refused(commit("x")).message.contains("refused and printed nothing"));
    // Hooks elsewhere are run, too, and the message may be changed by one.
    let hooks = trial.world.path("hooks");
    trial.script(&hooks, "commit-msg", "echo 'of the hook' >>\"$1\"");
    git(&trial.root, &["config", "core.hooksPath", hooks.to_str().unwrap()]);
    trial.does(commit("subject"));
    assert_eq!(git(&trial.work, &["log", "-1", "--format=%B"]).trim(), "subject\nof the hook");
}

#[test]
fn a_hook_that_hangs_is_cancelled_with_all_that_it_started() {
    let trial = Trial::new();
    write(&trial.work, "first.txt", b"changed\n");
    let pipe = trial.world.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Its child holds the pipe open, too.
    trial.hook("pre-commit", &format!("exec 3>'{}'; echo begun >&3; sleep 600", pipe.display()));
    let before = trial.everything();
    let (voice, live) = Live::new(&trial.world.path("live.log"));
    let order = trial.order(trial.head(), commit("x"), None);
    let refusal = std::thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let mut reader = std::io::BufReader::new(fs::File::open(&pipe).unwrap());
            let mut line = String::new();
            std::io::BufRead::read_line(&mut reader, &mut line).unwrap();
            assert_eq!(line, "begun\n");
            voice.cancel();
            // Returns when no process has the pipe open for writing.
            std::io::Read::read(&mut reader, &mut [0]).unwrap()
        });
        let done = runtime::wait(trial.world.git.finish(&order, &live)).unwrap();
        assert_eq!(waits.join().unwrap(), 0);
        protocol::Fault::from(done.unwrap_err())
    });
    assert_eq!(refusal.code, ErrorCode::Stopped);
    assert_eq!(trial.everything(), before);
    assert!(!trial.root.join(".git/worktrees/work/index.lock").exists());
    fs::remove_file(trial.root.join(".git/hooks/pre-commit")).unwrap();
    trial.does(commit("x"));
}

#[test]
fn nothing_is_committed_without_an_identity_or_a_signature() {
    let trial = Trial::new();
    write(&trial.work, "first.txt", b"changed\n");
    let signer = trial.script(&trial.world.path("bin"), "gpg", "echo 'no pinentry' >&2; exit 2");
    for (key, value) in [
        ("gpg.program", signer.to_str().unwrap()),
        ("commit.gpgSign", "true"),
        ("user.signingKey", "A"),
    ] {
        git(&trial.root, &["config", key, value]);
    }
    let fault = trial.refused(commit("x"));
    assert_eq!(fault.hint, refusals::UNSIGNED, "{fault:?}");
    let message = "squashed".to_owned();
    git(&trial.work, &["-c", "commit.gpgSign=false", "commit", "-q", "-a", "-m", "mine"]);
    let squash = FinishStep::Squash { target: trial.main(), message };
    let fault = trial.refused(squash.clone());
    assert_eq!(fault.hint, refusals::UNSIGNED, "{fault:?}");
    git(&trial.root, &["config", "commit.gpgSign", "false"]);
    for key in ["user.name", "user.email"] {
        git(&trial.root, &["config", "--unset", key]);
    }
    git(&trial.root, &["config", "user.useConfigOnly", "true"]);
    let fault = trial.refused(squash);
    assert_eq!(fault.hint, refusals::NAMELESS, "{fault:?}");
    write(&trial.work, "first.txt", b"again\n");
    assert_eq!(trial.refused(commit("x")).hint, refusals::NAMELESS);
}

#[test]
fn nothing_is_done_to_what_moved_or_is_unfinished() {
    let trial = Trial::new();
    Trial::commit(&trial.work, "mine.txt", "mine\n");
    let (head, target) = (trial.head(), trial.main());
    write(&trial.work, "more.txt", b"more\n");
    let ff = |target: &ShownBranch| FinishStep::FastForward { target: target.clone() };
    let steps = [
        commit("x"),
        ff(&target),
        FinishStep::Merge { target: target.clone(), message: String::new() },
        FinishStep::Squash { target: target.clone(), message: "x".to_owned() },
        FinishStep::UpdateByMerge { base: target.clone() },
        FinishStep::UpdateByRebase { base: target.clone() },
    ];
    // Another commit was made in the worktree since.
    Trial::commit(&trial.work, "later.txt", "later\n");
    for step in &steps {
        let order = trial.order(head.clone(), step.clone(), None);
        assert_eq!(trial.refused_as(&order).code, ErrorCode::Moved, "{step:?}");
    }
    // The base moved.
    Trial::commit(&trial.root, "theirs.txt", "theirs\n");
    write(&trial.work, "more.txt", b"more and more\n");
    for step in &steps[1..] {
        assert_eq!(trial.refused(step.clone()).code, ErrorCode::Moved, "{step:?}");
    }
    // The base is not checked out any more, and then in another place.
    let shown = trial.main();
    git(&trial.root, &["checkout", "-q", "--detach"]);
    let merge =
        |target: &ShownBranch| FinishStep::Merge { target: target.clone(), message: String::new() };
    assert_eq!(trial.refused(merge(&shown)).code, ErrorCode::Moved);
    let nowhere = trial.main();
    git(&trial.root, &["checkout", "-q", "main"]);
    assert_eq!(trial.refused(merge(&nowhere)).code, ErrorCode::Moved);
    // Something is unfinished in the worktree.
    let git_dir = trial.root.join(".git/worktrees/work");
    fs::write(git_dir.join("MERGE_HEAD"), trial.rev("main")).unwrap();
    for step in [commit("x"), merge(&trial.main())] {
        let fault = trial.refused(step);
        assert!(
            fault.message.contains("merge") && fault.code == ErrorCode::WrongState,
            "{fault:?}"
        );
    }
}

#[test]
fn a_base_that_is_not_checked_out_moves_by_its_reference_alone() {
    for branch in ["fix", "-x", "a/b;$(touch${IFS}x)", "\u{202e}gnp"] {
        let trial = Trial::on(branch);
        git(&trial.root, &["checkout", "-q", "--detach"]);
        let mine = Trial::commit(&trial.work, "mine.txt", "mine\n");
        let before = trial.rev("main");
        let done = trial.does(FinishStep::FastForward { target: trial.main() });
        let expected = (Some(before.clone()), Some(mine.clone()), None);
        assert_eq!((done.from.clone(), done.to.clone(), done.dir.clone()), expected, "{branch}");
        assert_eq!(trial.rev("main"), mine);
        assert!(!trial.root.join("mine.txt").exists(), "no file follows");
        assert_eq!(trial.undo(&done).unwrap().to, Some(before.clone()));
        assert_eq!(trial.rev("main"), before);
        let message = String::new();
        let done = trial.does(FinishStep::Merge { target: trial.main(), message });
        let parents = git(&trial.root, &["log", "-1", "--format=%P", "main"]);
        assert_eq!(parents.trim(), format!("{before} {mine}"));
        let subject = git(&trial.root, &["log", "-1", "--format=%s", "main"]);
        assert_eq!(subject.trim(), format!("Merge branch '{branch}'"));
        // Somebody moved it since.
        git(&trial.root, &["update-ref", "refs/heads/main", &mine]);
        assert_eq!(protocol::Fault::from(trial.undo(&done).unwrap_err()).code, ErrorCode::Moved);
        assert_eq!(git(&trial.work, &["symbolic-ref", "HEAD"]).trim(), trial.branch);
    }
}

#[test]
fn where_the_base_is_checked_out_its_files_follow_if_it_is_clean() {
    let trial = Trial::new();
    let mine = Trial::commit(&trial.work, "mine.txt", "mine\n");
    Trial::commit(&trial.work, "more.txt", "more\n");
    let before = Trial::commit(&trial.root, "theirs.txt", "theirs\n");
    let squash = || FinishStep::Squash { target: trial.main(), message: "All of it".to_owned() };
    // Something that git knows differs, or would be overwritten.
    write(&trial.root, "first.txt", b"mine, not committed\n");
    assert!(trial.refused(squash()).message.contains("not everything is committed: first.txt"));
    git(&trial.root, &["checkout", "-q", "first.txt"]);
    write(&trial.root, "mine.txt", b"in the way\n");
    assert_eq!(trial.refused(squash()).code, ErrorCode::Git);
    fs::remove_file(trial.root.join("mine.txt")).unwrap();
    // What nobody asked for is left.
    write(&trial.root, "notes.txt", b"notes\n");
    let done = trial.does(squash());
    assert_eq!(done.dir.as_deref(), trial.root.to_str());
    assert_eq!(
        git(&trial.root, &["log", "-1", "--format=%s %P"]).trim(),
        format!("All of it {before}")
    );
    assert_eq!(git(&trial.root, &["status", "--porcelain"]), "?? notes.txt\n");
    assert_eq!(fs::read(trial.root.join("mine.txt")).unwrap(), b"mine\n");
    // Now nothing is left to be squashed, although the branch has commits of its own.
    assert_eq!(trial.seen().target.unwrap().preview, MergePreview::Clean { changes: false });
    assert_eq!(trial.refused(squash()).code, ErrorCode::WrongState);
    let undone = trial.undo(&done).unwrap();
    assert_eq!((undone.to.as_ref(), undone.dir), (Some(&before), done.dir));
    assert!(!trial.root.join("mine.txt").exists() && trial.root.join("notes.txt").exists());
    assert_eq!(git(&trial.root, &["status", "--porcelain"]), "?? notes.txt\n");
    // Only forward, which is not possible.
    let ff = FinishStep::FastForward { target: trial.main() };
    assert!(trial.refused(ff).message.contains("commits that the branch does not have"));
    assert_ne!(trial.rev("main"), mine);
}

#[test]
fn conflicts_are_shown_before_anything_is_touched() {
    let trial = Trial::new();
    let lines = |third: &str| format!("1\n2\n{third}\n4\n5\n");
    for (dir, text) in [(&trial.root, "base"), (&trial.work, "branch")] {
        Trial::commit(dir, "new.txt", &lines(text));
        Trial::commit(dir, "first.txt", &format!("first of the {text}\n"));
    }
    git(&trial.work, &["rm", "-q", "first.txt"]);
    git(&trial.work, &["commit", "-q", "-m", "removed"]);
    let before = trial.everything();
    let objects = git(&trial.root, &["count-objects"]);
    let seen = trial.seen();
    assert_eq!(trial.everything(), before);
    assert_eq!(git(&trial.root, &["count-objects"]), objects, "a look leaves no object");
    let base = seen.base.unwrap();
    assert_eq!((base.ahead, base.behind), (Some(3), Some(2)));
    let MergePreview::Conflicts { files, more: 0 } = base.preview else { panic!("{base:?}") };
    let kinds: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.kind)).collect();
    let expected =
        [("first.txt", ConflictKind::RemovedInBranch), ("new.txt", ConflictKind::BothAdded)];
    assert_eq!(kinds, expected);
    let piece = &files[1].pieces[0];
    assert_eq!(piece.line, 3);
    assert_eq!(piece.text, "<<<<<<< base\nbase\n=======\nbranch\n>>>>>>> branch");
    let (target, base) = (trial.main(), trial.main());
    for step in [
        FinishStep::Merge { target: target.clone(), message: String::new() },
        FinishStep::Squash { target, message: "x".to_owned() },
        FinishStep::UpdateByMerge { base: base.clone() },
        FinishStep::UpdateByRebase { base },
    ] {
        let fault = trial.refused(step.clone());
        assert_eq!(fault.code, ErrorCode::Conflicts, "{step:?} {fault:?}");
        assert!(fault.message.contains("new.txt"), "{fault:?}");
        let git_dir = trial.root.join(".git/worktrees/work");
        assert!(!git_dir.join("rebase-merge").exists() && !git_dir.join("MERGE_HEAD").exists());
    }
}

#[test]
fn a_branch_is_updated_by_a_merge_or_a_rebase() {
    let trial = Trial::new();
    let mine = Trial::commit(&trial.work, "mine.txt", "mine\n");
    let theirs = Trial::commit(&trial.root, "theirs.txt", "theirs\n");
    // What is not committed stays, unless it would be overwritten.
    write(&trial.work, "first.txt", b"not committed\n");
    let fault = trial.refused(FinishStep::UpdateByRebase { base: trial.main() });
    assert!(fault.message.contains("first.txt"), "{fault:?}");
    let done = trial.does(FinishStep::UpdateByMerge { base: trial.main() });
    assert_eq!(git(&trial.work, &["log", "-1", "--format=%P"]).trim(), format!("{mine} {theirs}"));
    assert_eq!(
        git(&trial.work, &["log", "-1", "--format=%s"]).trim(),
        "Merge branch 'main' into fix"
    );
    assert_eq!(fs::read(trial.work.join("theirs.txt")).unwrap(), b"theirs\n");
    assert_eq!(fs::read(trial.work.join("first.txt")).unwrap(), b"not committed\n");
    let again = trial.refused(FinishStep::UpdateByMerge { base: trial.main() });
    assert!(again.message.contains("everything of its base"), "{again:?}");
    trial.undo(&done).unwrap();
    assert_eq!(trial.head(), Some(mine.clone()));
    assert_eq!(fs::read(trial.work.join("first.txt")).unwrap(), b"not committed\n");
    write(&trial.work, "theirs.txt", b"in the way\n");
    assert_eq!(
        trial.refused(FinishStep::UpdateByMerge { base: trial.main() }).code,
        ErrorCode::Git
    );
    fs::remove_file(trial.work.join("theirs.txt")).unwrap();
    git(&trial.work, &["checkout", "-q", "first.txt"]);
    git(&trial.root, &["config", "rebase.autoStash", "true"]);
    let done = trial.does(FinishStep::UpdateByRebase { base: trial.main() });
    assert_eq!(
        git(&trial.work, &["log", "-1", "--format=%s %P"]).trim(),
        format!("mine.txt {theirs}")
    );
    trial.undo(&done).unwrap();
    assert_eq!(trial.head(), Some(mine));
    // Without a commit of its own it only moves forward.
    git(&trial.work, &["reset", "-q", "--hard", "HEAD~1"]);
    let done = trial.does(FinishStep::UpdateByMerge { base: trial.main() });
    assert_eq!(done.to, Some(theirs));
}

#[test]
fn the_local_branch_that_follows_the_base_takes_the_work() {
    let world = World::new();
    let origin = world.repository("origin", &["-b", "main"]);
    let root = world.path("clone");
    git(&origin, &["clone", "-q", ".", root.to_str().unwrap()]);
    git(&root, &["checkout", "-q", "-b", "work", "--no-track"]);
    let place = world.place(&root);
    let named = |name: &str| {
        let base =
            Base { name: name.to_owned(), commit: String::new(), upstream: None, fetched: false };
        let seen =
            runtime::wait(world.git.finish_seen(&place, Some(&base), None)).unwrap().unwrap();
        (seen.base.map(|it| it.shown.reference), seen.target.map(|it| it.shown.reference))
    };
    let some = |name: &str| Some(name.to_owned());
    let (remote, local) = (some("refs/remotes/origin/main"), some("refs/heads/main"));
    assert_eq!(named("origin/main"), (remote.clone(), local.clone()));
    assert_eq!(named("main"), (local.clone(), local.clone()));
    assert_eq!(named("v1"), (None, None));
    git(&root, &["branch", "-q", "other", "--track", "origin/main"]);
    assert_eq!(named("origin/main"), (remote.clone(), local), "the one of the same name");
    git(&root, &["branch", "-q", "-D", "main"]);
    assert_eq!(named("origin/main"), (remote.clone(), some("refs/heads/other")));
    git(&root, &["branch", "-q", "-D", "other"]);
    assert_eq!(named("origin/main"), (remote, None));
}
