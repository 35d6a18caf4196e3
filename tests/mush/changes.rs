//! What differs in the files of a story: by turn, since its base, since a person looked, what no commit has, in a
//! commit; and whether its agent said so.

use crate::support::{World, git};
use protocol::{ChangePoint, ChangedFile};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The paths that differ, and whether the agent said each.
fn files(world: &World, words: &[&str]) -> Vec<(String, Option<bool>)> {
    let rows = world.rows([&["changes"], words].concat()).into_iter();
    let file = |row: Value| serde_json::from_value::<ChangedFile>(row).unwrap();
    rows.map(file).map(|file| (file.path, file.said)).collect()
}

fn sum(world: &World, words: &[&str]) -> Value {
    world.rows([&["changes", "--stat"], words].concat()).remove(0)
}

fn point(end: &Value) -> ChangePoint {
    serde_json::from_value(end["is"].clone()).unwrap()
}

/// A story with two turns: one in which the agent says what it changes, and one in which it does not.
fn story(world: &World) -> (String, PathBuf, PathBuf) {
    let repo = world.committed("work");
    git(&repo, &["checkout", "-q", "-B", "main"]);
    let prompt = "Make it\n[[demo:tools]]";
    let said = world.run(&repo, prompt, &["--worktree"]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let story = world.story(&said.story());
    let name = story.slug.to_string();
    world.rows(["send", &name, "Show it\n[[demo:image]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    (name, PathBuf::from(story.dir), repo)
}

#[test]
fn what_a_turn_changed_is_said_by_the_agent_or_not() {
    let world = World::without_record();
    let (name, dir, _) = story(&world);
    let said = |path: &str, said: bool| (path.to_owned(), Some(said));
    let (hello, parcel) = (said("hello.txt", true), said("parcel.png", false));
    let both = [hello.clone(), parcel.clone()];
    assert_eq!(files(&world, &[&name]), both);
    assert_eq!(files(&world, &[&name, "--turn", "1"]), [hello]);
    let unsaid = [parcel];
    assert_eq!(files(&world, &[&name, "--turn", "2"]), unsaid);
    assert_eq!(files(&world, &[&name, "--since", "turn"]), unsaid);
    assert_eq!(files(&world, &[&name, "--since", "head"]), both);
    // Who sends a prompt has looked.
    assert_eq!(files(&world, &[&name, "--since", "look"]), unsaid);
    world.rows(["looked", &name]);
    assert_eq!(files(&world, &[&name, "--since", "look"]), []);
    let looked = world.story(&name).looked.unwrap();
    world.rows(["looked", &name]);
    assert_eq!(world.story(&name).looked, Some(looked), "nothing came since");
    fs::write(dir.join("hello.txt"), "changed\n").unwrap();
    let before = sum(&world, &[&name]);
    assert_eq!((&before["files"], &before["unsaid"]), (&2.into(), &1.into()));
    assert_eq!((&before["is_outdated"], &before["added"]), (&true.into(), &2.into()));
    world.rows(["checkpoint", &name]);
    let after = sum(&world, &[&name]);
    assert_eq!((&after["is_outdated"], &after["added"]), (&false.into(), &1.into()));
    // It was measured after the last run, and not for those who look.
    let work = world.story(&name).work.unwrap();
    assert_eq!((work.files, work.added, work.removed), (Some(2), Some(2), Some(0)));
    assert_eq!((work.ahead, work.behind, work.unpushed), (Some(0), Some(0), None));
    assert_eq!(point(&after["from"]), ChangePoint::Base { name: "main".to_owned() });
    let changed = files(&world, &[&name, "--since", "look"]);
    assert_eq!(changed, [said("hello.txt", false)], "a person did that");
    let (printed, code) = world.printed(&["changes", &name]);
    assert_eq!(code, Some(0));
    assert!(printed.contains("parcel.png (not named by a tool call)\n"), "{printed}");
    assert!(printed.contains("2 files, +1 \u{2212}0, from main ("), "{printed}");
    world.refused(["changes", &name, "--turn", "9"], "not_found");
    world.refused(["changes", &name, "--since", "base", "--until", "2"], "bad_input");
    world.refused(["changes", &name, "--commit", "--help"], "not_found");
    world.refused(["changes", &name, "--since", "yesterday"], "bad_input");
    world.verified();
}

#[test]
fn a_patch_makes_of_the_base_what_the_story_has() {
    let world = World::without_record();
    let (name, dir, repo) = story(&world);
    let hostile = ["-rf", "two\nlines", "\"q\" 'x'", "\u{1f980}", "dir/with space"];
    for path in hostile {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "without a newline at its end").unwrap();
    }
    let latin = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"x\xff");
    fs::write(dir.join(latin), "x\n").unwrap();
    git(&dir, &["add", "hello.txt"]);
    git(&dir, &["commit", "-q", "-m", "hello"]);
    world.rows(["checkpoint", &name]);
    assert_eq!(files(&world, &[&name]).len(), 8);
    assert_eq!(files(&world, &[&name, "--since", "head"]).len(), 7);
    let commit = files(&world, &[&name, "--commit", "HEAD"]);
    assert_eq!(commit, [("hello.txt".to_owned(), Some(true))]);
    let patch = Command::new(env!("CARGO_BIN_EXE_mush"))
        .env_clear()
        .envs(world.variables())
        .arg("--data-dir")
        .arg(world.data())
        .args(["changes", &name, "--patch"])
        .output()
        .unwrap();
    assert!(patch.status.success());
    let file = world.path("patch");
    fs::write(&file, patch.stdout).unwrap();
    git(&repo, &["apply", file.to_str().unwrap()]);
    let same =
        |path: &Path| assert_eq!(fs::read(repo.join(path)).ok(), fs::read(dir.join(path)).ok());
    hostile.iter().for_each(|path| same(Path::new(path)));
    for path in [Path::new("hello.txt"), Path::new("parcel.png"), Path::new(latin)] {
        assert!(repo.join(path).exists(), "{path:?}");
        same(path);
    }
    world.refused(["changes", &name, "--patch"], "bad_input");
    // The worktree is gone.
    git(&repo, &["worktree", "remove", "--force", dir.to_str().unwrap()]);
    assert_eq!(files(&world, &[&name]).len(), 8);
    world.verified();
}

#[test]
fn a_story_without_a_base_begins_with_what_its_folder_had() {
    let world = World::without_record();
    let repo = world.committed("work");
    fs::write(repo.join("mine.txt"), "mine\n").unwrap();
    let said = world.run(&repo, "Make it\n[[demo:tools]]", &[]);
    let name = world.story(&said.story()).slug.to_string();
    let whole = sum(&world, &[&name]);
    assert!(matches!(point(&whole["from"]), ChangePoint::Checkpoint { n: 1, .. }), "{whole}");
    let found: Vec<String> = files(&world, &[&name]).into_iter().map(|(path, _)| path).collect();
    assert_eq!(found, ["hello.txt"], "what a person left there is not the story's work");
    let turn: Vec<String> =
        files(&world, &[&name, "--turn", "1"]).into_iter().map(|(path, _)| path).collect();
    assert_eq!(turn, ["hello.txt"]);
    let plain = world.path("plain");
    fs::create_dir(&plain).unwrap();
    let said = world.run(&plain, "Make it\n[[demo:tools]]", &[]);
    world.refused(["changes", &said.story()], "wrong_state");
    world.verified();
}
