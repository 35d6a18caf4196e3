//! What an agent changes is held before and after each of its turns, and given back; a person's own work is
//! held before that, too.

use crate::support::{World, git, until};
use protocol::{Checkpoint, CheckpointCause as C};
use std::fs;
use std::path::Path;

fn checkpoints(world: &World, story: &str) -> Vec<Checkpoint> {
    let rows = world.rows(["checkpoints", story]).into_iter();
    rows.map(|row| serde_json::from_value(row).unwrap()).collect()
}

/// A world whose agent keeps no record in `.git`.
fn world() -> World {
    let mut world = World::new();
    world.set("MUSHER_DEMO", "");
    world
}

/// What git says about a repository, beside Musher's references.
fn state(repo: &Path) -> (String, String, String) {
    let head = git(repo, &["rev-parse", "HEAD"]);
    let status = git(repo, &["--no-optional-locks", "status", "--porcelain"]);
    (head, status, git(repo, &["for-each-ref", "refs/heads"]))
}

#[test]
fn each_turn_is_held_and_an_earlier_one_is_given_back() {
    let world = world();
    let repo = world.committed("work");
    let first = world.run(&repo, "One\n[[demo:image]]", &[]);
    assert_eq!(first.state(), "done(unchecked)", "{}", first.err);
    let name = world.story(&first.story()).slug.to_string();
    let made = checkpoints(&world, &name);
    let causes: Vec<C> = made.iter().map(|it| it.because).collect();
    assert_eq!(causes, [C::Prompt, C::Turn, C::End]);
    assert!(made.iter().zip(1..).all(|(it, n)| it.n == n && it.left_out.is_empty()), "{made:?}");
    // What the second turn does.
    fs::write(repo.join("parcel.png"), "changed").unwrap();
    fs::write(repo.join("second.txt"), "second").unwrap();
    world.rows(["send", &name, "Two\n[[demo:plain]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    let changes = world.rows(["changes", &name, "--since", "3"]);
    let paths: Vec<_> = changes.iter().map(|it| (&it["path"], &it["status"])).collect();
    assert_eq!(
        paths,
        [(&"parcel.png".into(), &"changed".into()), (&"second.txt".into(), &"added".into())]
    );
    assert_eq!((&changes[1]["added"], &changes[1]["binary"]), (&1.into(), &false.into()));
    assert!(world.rows(["changes", &name, "--since", "2", "--until", "3"]).is_empty());
    world.refused(["changes", &name, "--since", "99"], "not_found");
    let later = checkpoints(&world, &name);
    assert_eq!(later[..made.len()], made);
    assert_eq!(later.len(), made.len() * 2);
    // A person's own work, which is held when files are restored.
    fs::write(repo.join("mine.txt"), "mine").unwrap();
    let before = state(&repo);
    let restored = world.rows(["restore", &name, "3"]).remove(0);
    assert_eq!(
        (&restored["n"], &restored["written"], &restored["removed"]),
        (&3.into(), &1.into(), &2.into())
    );
    assert!(fs::read(repo.join("parcel.png")).unwrap().starts_with(b"\x89PNG"));
    assert!(!repo.join("second.txt").exists() && !repo.join("mine.txt").exists());
    let after = state(&repo);
    assert_eq!((&after.0, &after.2), (&before.0, &before.2));
    let undo = restored["before"].to_string();
    world.rows(["restore", &name, &undo, "mine.txt"]);
    assert_eq!(fs::read(repo.join("mine.txt")).unwrap(), b"mine");
    assert!(!repo.join("second.txt").exists());
    world.rows(["restore", &name, &undo]);
    assert_eq!(state(&repo), before);
    world.refused(["restore", &name, "99"], "not_found");
    world.refused(["restore", &name, "1", "none"], "not_found");
    world.refused(["restore", &name, "1", "../work"], "bad_input");
    world.verified();
}

#[test]
fn a_checkpoint_is_made_when_a_person_asks_and_nothing_is_restored_under_an_agent_or_a_merge() {
    let world = world();
    let repo = world.committed("work");
    let going = world.start(&repo, "[[demo:ask]]", &["--permission", "ask"]);
    going.until_state("waiting(question)");
    let story = going.story();
    fs::write(repo.join("new"), "new").unwrap();
    let made: Checkpoint =
        serde_json::from_value(world.rows(["checkpoint", &story]).remove(0)).unwrap();
    assert_eq!(made.because, C::Asked);
    let reference = format!("refs/musher/{story}/{}", made.n);
    assert_eq!(git(&repo, &["rev-parse", &reference]).trim(), made.commit);
    assert_eq!(git(&repo, &["show", &format!("{}:new", made.commit)]), "new");
    world.refused(["restore", &story, "1"], "wrong_state");
    world.rows(["stop", &story]);
    assert_eq!(going.end().state(), "stopped(you)");
    fs::write(repo.join(".git/MERGE_HEAD"), git(&repo, &["rev-parse", "HEAD"])).unwrap();
    world.refused(["restore", &story, "1"], "wrong_state");
    assert!(repo.join("new").exists());
    fs::remove_file(repo.join(".git/MERGE_HEAD")).unwrap();
    world.rows(["restore", &story, "1"]);
    assert!(!repo.join("new").exists());
    world.verified();
}

#[test]
fn what_changed_is_held_before_a_call_that_was_allowed() {
    let world = world();
    let repo = world.committed("work");
    let first = world.start(&repo, "[[demo:ask]]", &["--permission", "ask"]);
    first.until_state("waiting(question)");
    let story = first.story();
    world.rows(["answer", &story, "allow"]);
    assert_eq!(first.end().state(), "done(unchecked)");
    let causes = |made: &[Checkpoint]| made.iter().map(|it| it.because).collect::<Vec<C>>();
    let before = checkpoints(&world, &story);
    assert_eq!(causes(&before), [C::Prompt, C::Turn, C::End], "nothing changed while it waited");
    world.rows(["send", &story, "[[demo:ask]]"]);
    let second = world.attach(&story);
    // It also prints that the first question was waited for.
    until("the second question", || world.rows(["questions"]).pop());
    fs::write(repo.join("while.txt"), "it waited").unwrap();
    world.rows(["answer", &story, "allow"]);
    assert_eq!(second.end().state(), "done(unchecked)");
    let made = checkpoints(&world, &story).split_off(before.len());
    assert_eq!(causes(&made), [C::Prompt, C::Allowed, C::Turn, C::End]);
    let held = git(&repo, &["show", &format!("{}:while.txt", made[1].commit)]);
    assert_eq!(held, "it waited");
    world.verified();
}

#[test]
fn no_more_is_kept_than_a_person_wants() {
    let world = world();
    let repo = world.committed("work");
    world.rows(["config", "set", "checkpoints.keep_count", "1", "--yes"]);
    let said = world.run(&repo, "[[demo:image]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let story = said.story();
    let references = || git(&repo, &["for-each-ref", "--format=%(refname)", "refs/musher"]);
    until("one checkpoint", || {
        // Each command that owns the directory finishes what the one before it left.
        world.rows(["checkpoint", &story]);
        let kept = checkpoints(&world, &story);
        let name = format!("refs/musher/{story}/{}", kept.last()?.n);
        (kept.len() == 1 && references().lines().eq([name])).then_some(())
    });
    world.refused(["restore", &story, "1"], "not_found");
    world.refused(["changes", &story, "--since", "1"], "not_found");
    world.verified();
}

#[test]
fn a_story_without_a_repository_has_no_checkpoints_and_says_so() {
    let world = world();
    let dir = world.path("plain");
    fs::create_dir(&dir).unwrap();
    let said = world.run(&dir, "[[demo:plain]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    assert!(checkpoints(&world, &said.story()).is_empty());
    world.refused(["checkpoint", &said.story()], "wrong_state");
    world.verified();
}

#[test]
fn a_checkpoint_that_fails_is_said_and_keeps_no_prompt_back() {
    let world = world();
    let repo = world.committed("work");
    fs::write(repo.join("new"), "new").unwrap();
    // No object can be made where its folder would be.
    for number in 0..256 {
        let folder = repo.join(format!(".git/objects/{number:02x}"));
        if !folder.exists() {
            fs::write(folder, "").unwrap();
        }
    }
    let said = world.run(&repo, "[[demo:plain]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let failed = said.journal().iter().filter(|it| it.word() == "checkpoint_failed").count();
    assert!(failed >= 2, "{failed}");
    assert!(checkpoints(&world, &said.story()).is_empty());
    world.refused(["checkpoint", &said.story()], "git");
    world.verified();
}

#[test]
fn a_story_goes_back_with_its_conversation_and_nothing_of_what_came_between_is_lost() {
    let world = world();
    let repo = world.committed("work");
    let first = world.run(&repo, "One\n[[demo:image]]", &[]);
    let name = world.story(&first.story()).slug.to_string();
    world.rows(["send", &name, "Two\n[[demo:plain]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    fs::write(repo.join("later.txt"), "later").unwrap();
    let session = |n: usize| world.runs()[n].session.clone().unwrap();
    assert_eq!(session(0), session(1));
    // After more was said, the conversation of that time cannot go on.
    let back = world.rows(["back", &name, "2"]).remove(0);
    assert_eq!((&back["n"], &back["goes_on"]), (&2.into(), &false.into()));
    assert!(!repo.join("later.txt").exists());
    world.rows(["send", &name, "Three\n[[demo:plain]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    assert_ne!(session(2), session(0));
    let given = |n: usize| {
        let run = &world.runs()[n];
        fs::read_to_string(world.data().join("runs").join(run.id.as_str()).join("input.log"))
            .unwrap()
    };
    assert!(given(2).contains("is not continued here") && given(2).contains("Three"));
    world.rows(["send", &name, "Four\n[[demo:plain]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    assert_eq!(session(3), session(2));
    assert!(!given(3).contains("is not continued here"), "{}", given(3));
    // What was left behind is there, and goes on as it was.
    let undo = back["before"].to_string();
    let undone = world.rows(["back", &name, &undo]).remove(0);
    assert_eq!(&undone["goes_on"], &true);
    assert_eq!(fs::read(repo.join("later.txt")).unwrap(), b"later");
    world.rows(["send", &name, "Five\n[[demo:plain]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    assert_eq!(session(4), session(0));
    assert!(!given(4).contains("is not continued here"));
    world.refused(["back", &name, "99"], "not_found");
    world.rows(["archive", &name]);
    world.refused(["back", &name, "2"], "wrong_state");
    world.verified();
}
