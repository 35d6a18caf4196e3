//! The worktree of a story is removed by `mush`, after it was said what goes with it, and comes back with every byte;
//! nothing is removed that is in use or that nobody was shown.

use crate::finish::{done, finish, repository, story, why_not};
use crate::support::{World, git};
use protocol::FinishAct;
use serde_json::json;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn a_worktree_is_removed_after_it_was_said_what_goes_and_comes_back_with_every_byte() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    fs::write(dir.join("login.txt"), b"not committed\r\n\xff").unwrap();
    fs::write(dir.join("shop.txt"), "closed\n").unwrap();
    fs::write(repo.join(".git/info/exclude"), ".env\n").unwrap();
    fs::write(dir.join(".env"), "KEY=1\n").unwrap();
    let found = world.rows(["remove", &name, "--dry-run"]).remove(0);
    assert_eq!(found["kept_because"], json!([]), "{found:#}");
    assert_eq!(found["git"]["changed"]["names"], json!(["shop.txt"]));
    assert_eq!(found["git"]["untracked"]["names"], json!(["login.txt"]));
    assert_eq!(found["git"]["ignored"]["names"], json!([".env"]));
    let listed = world.rows(["worktrees"]);
    assert_eq!(listed, std::slice::from_ref(&found), "the same of all of them");
    world.refused(["remove", &name], "bad_input");
    assert!(dir.exists(), "nobody could be asked");
    let status = git(&dir, &["status", "--porcelain"]);
    let removed = done(world.rows(["remove", &name, "--delete-branch", "--yes"]));
    assert_eq!(removed.act, FinishAct::Remove);
    assert!(!dir.exists());
    let left = git(&repo, &["for-each-ref", "refs/heads", "--format=%(refname)"]);
    assert_eq!(left, "refs/heads/main\n");
    assert_eq!(git(&repo, &["worktree", "list"]).lines().count(), 1);
    for words in [["send", &name, "more"].as_slice(), &["resume", &name], &["commit", &name]] {
        let said = world.ask(words);
        assert!(said.fault() == "wrong_state" && said.err.contains("was removed"), "{}", said.err);
    }
    let found = finish(&world, &name);
    assert_eq!(
        (why_not(&found, "commit").as_deref(), why_not(&found, "undo")),
        (Some("removed"), None)
    );
    let (printed, code) = world.printed(&["undo", &name]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("is at") && printed.contains("again, with its files"), "{printed}");
    assert_eq!(fs::read(dir.join("login.txt")).unwrap(), b"not committed\r\n\xff");
    assert_eq!(git(&dir, &["status", "--porcelain"]), status);
    assert!(!dir.join(".env").exists(), "that was said before");
    let said = world.ask(["send", &name, "[[demo:text]]"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    world.verified();
}

#[test]
fn a_worktree_in_which_somebody_works_is_kept() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    let mut server = Command::new("sleep");
    let server = server.arg("60").current_dir(&dir).stdin(Stdio::null()).spawn();
    let mut server = server.unwrap();
    let found = world.rows(["remove", &name, "--dry-run"]).remove(0);
    assert_eq!(found["processes"][0]["pid"], json!(server.id()), "{found:#}");
    let refused = world.ask(["remove", &name, "--yes"]).err;
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(refused.contains("processes work there"), "{refused}");
    git(&repo, &["worktree", "lock", dir.to_str().unwrap()]);
    let refused = world.ask(["remove", &name, "--yes"]).err;
    assert!(refused.contains("locked"), "{refused}");
    git(&repo, &["worktree", "unlock", dir.to_str().unwrap()]);
    fs::remove_dir_all(&dir).unwrap();
    let found = world.rows(["remove", &name, "--dry-run"]).remove(0);
    assert_eq!(found["kept_because"], json!([{ "is": "gone" }]));
    world.refused(["remove", &name, "--yes"], "wrong_state");
    // A story in the repository's own folder has no worktree that could go.
    let said = world.run(&repo, "hello", &[]);
    let found = world.rows(["remove", &said.story(), "--dry-run"]).remove(0);
    assert_eq!(found["kept_because"], json!([{ "is": "main" }]), "{found:#}");
}
