//! What an agent says that it did, beside what ran and what git has.

use crate::support::{World, git};
use protocol::{Claim, ClaimKind, ClaimWhy, Verdict};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const AGENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/fixtures/speaking-agent/speaking_agent.py"
);

/// Plays turns to their end in a repository; returns the story's name.
fn played(world: &World, repo: &Path, turns: &[Value], more: &[&str]) -> String {
    let place = world.path("agent");
    std::fs::create_dir_all(&place).unwrap();
    let program = place.join("claude");
    std::fs::copy(AGENT, &program).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(place.join("turns.json"), json!(turns).to_string()).unwrap();
    let bin = program.to_str().unwrap();
    let words = [&["--agent", "claude", "--bin", bin], more].concat();
    let said = world.run(repo, "Go on", &words);
    world.story(&said.story()).slug.to_string()
}

fn claims(world: &World, name: &str) -> Vec<Claim> {
    let rows = world.rows(["claims", name]).into_iter();
    rows.map(|row| serde_json::from_value(row).unwrap()).collect()
}

fn verdicts(claims: &[Claim]) -> Vec<(ClaimKind, Verdict, Option<ClaimWhy>)> {
    claims.iter().map(|claim| (claim.kind, claim.verdict, claim.why)).collect()
}

fn turn(steps: &[Value], says: &str) -> Value {
    json!([steps, &[json!({"says": says}), json!({"ends": true})]].concat())
}

fn runs(line: &str, exit: i32) -> Value {
    json!({"runs": line, "output": "some words\n", "exit": exit})
}

#[test]
fn what_passed_after_the_last_edit_is_proved_with_its_step() {
    let world = World::without_record();
    let repo = world.committed("work");
    let steps = [json!({"edits": "a.ts"}), runs("npm test", 0), runs("npm run lint | tail", 0)];
    let says =
        "Done. All tests pass, the linter is clean. `npm run build` I did not run. It compiles.";
    let name = played(&world, &repo, &[turn(&steps, says)], &[]);
    let found = claims(&world, &name);
    let expected = [
        (ClaimKind::Tests, Verdict::Proved, None),
        (ClaimKind::Lint, Verdict::ResultUnknown, Some(ClaimWhy::Pipe)),
        (ClaimKind::Build, Verdict::NotRun, None),
    ];
    assert_eq!(verdicts(&found), expected);
    let proved = &found[0];
    assert_eq!(proved.command.as_deref(), Some("npm test"));
    assert_eq!(proved.exit_code, Some(0));
    // Its place is that of the call in the log.
    let (run, pos) = (proved.run.clone().unwrap(), proved.pos.unwrap());
    let log = world.path("data/runs").join(run.as_str()).join("output.log");
    let bytes = std::fs::read(log).unwrap();
    let from = usize::try_from(pos.offset).unwrap();
    let line = &bytes[from..from + usize::try_from(pos.len).unwrap()];
    let line: Value = serde_json::from_slice(line).unwrap();
    assert_eq!(line["message"]["content"][0]["input"]["command"], "npm test");
    assert_eq!(world.story(&name).state, protocol::StoryState::Done, "claims change no state");
    let (printed, code) = world.printed(&["claims", &name]);
    assert_eq!(code, Some(0));
    assert!(printed.contains("tests pass   proved\n"), "{printed}");
    assert!(printed.contains("    command: npm test (exit 0)\n"), "{printed}");
    world.refused(["claims", "nobody"], "not_found");
    world.verified();
}

#[test]
fn what_ran_before_an_edit_or_failed_proves_nothing() {
    let world = World::without_record();
    let repo = world.committed("work");
    let before = turn(&[runs("npm test", 0), json!({"edits": "a.ts"})], "All tests pass.");
    let failed = turn(&[runs("npm test", 1)], "All tests pass.");
    let silent = turn(&[runs("npm test", 1)], "I looked at the tests.");
    let name = played(&world, &repo, &[before, failed, silent], &[]);
    let now = || verdicts(&claims(&world, &name));
    assert_eq!(now(), [(ClaimKind::Tests, Verdict::BeforeEdit, Some(ClaimWhy::Edited))]);
    // Each run of the agent begins with its first turn again, so the next ones are said by other files.
    let next = |steps: &[Value], says: &str| {
        std::fs::write(world.path("agent/turns.json"), json!([turn(steps, says)]).to_string())
            .unwrap();
        world.rows(["send", &name, "go on"]);
        world.attach(&name).end();
    };
    next(&[runs("cd . && npm test", 1)], "All tests pass.");
    let found = claims(&world, &name);
    assert_eq!(verdicts(&found), [(ClaimKind::Tests, Verdict::Failed, None)]);
    assert_eq!(found[0].exit_code, Some(1));
    next(&[runs("npm test; true", 0)], "All tests pass.");
    assert_eq!(now(), [(ClaimKind::Tests, Verdict::ResultUnknown, Some(ClaimWhy::Sequence))]);
    next(&[], "I am not sure whether the tests pass.");
    assert_eq!(now(), []);
    let (printed, _) = world.printed(&["claims", &name]);
    assert!(printed.contains("claims nothing that can be looked up"), "{printed}");
}

#[test]
fn a_gate_that_passed_on_the_same_files_is_named_first() {
    let world = World::without_record();
    let repo = world.committed("work");
    std::fs::write(repo.join("Makefile"), "test:\n\t@true\n").unwrap();
    let steps = [json!({"edits": "a.ts"}), runs("npm test", 1)];
    let name = played(&world, &repo, &[turn(&steps, "All tests pass.")], &["--gate", "make test"]);
    let found = claims(&world, &name).remove(0);
    assert_eq!((found.verdict, found.gate, found.pos), (Verdict::Proved, true, None));
    assert_eq!(found.command.as_deref(), Some("make test"));
    std::fs::write(repo.join("Makefile"), "test:\n\t@false\n").unwrap();
    world.rows(["checkpoint", &name]);
    let found = claims(&world, &name).remove(0);
    assert_ne!(found.verdict, Verdict::Proved, "files changed since");
}

#[test]
fn commits_pushes_and_files_are_shown_by_git_and_not_by_words() {
    let world = World::without_record();
    let repo = world.committed("work");
    let says = "I wrote `notes.md` and `gone.md`. I committed everything and pushed it to origin.";
    let nothing = turn(&[runs("git commit -m x && git push", 0)], says);
    let name = played(&world, &repo, &[nothing], &["--worktree"]);
    let now = || verdicts(&claims(&world, &name));
    let file = |verdict, why| (ClaimKind::File, verdict, why);
    let expected = [
        file(Verdict::NotFound, Some(ClaimWhy::Unchanged)),
        (ClaimKind::Committed, Verdict::NotFound, Some(ClaimWhy::NoCommit)),
        (ClaimKind::Pushed, Verdict::NotFound, Some(ClaimWhy::NoRemote)),
    ];
    assert_eq!(now(), expected);
    // Now it is so, although the agent only says it.
    let dir = std::path::PathBuf::from(world.story(&name).dir);
    let origin = world.path("origin.git");
    git(&repo, &["init", "-q", "--bare", origin.to_str().unwrap()]);
    git(&repo, &["remote", "add", "origin", origin.to_str().unwrap()]);
    std::fs::write(dir.join("notes.md"), "notes\n").unwrap();
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "notes"]);
    git(&dir, &["push", "-q", "origin", "HEAD:refs/heads/other"]);
    std::fs::write(dir.join("later.md"), "later\n").unwrap();
    world.rows(["checkpoint", &name]);
    let found = claims(&world, &name);
    let expected = [
        file(Verdict::Proved, None),
        (ClaimKind::Committed, Verdict::BeforeEdit, Some(ClaimWhy::Uncommitted)),
        (ClaimKind::Pushed, Verdict::Proved, None),
    ];
    assert_eq!(verdicts(&found), expected);
    assert_eq!(found[0].object.clone().unwrap(), git(&dir, &["rev-parse", "HEAD:notes.md"]).trim());
    assert_eq!(found[1].count, Some(1));
    std::fs::remove_file(dir.join("later.md")).unwrap();
    world.rows(["checkpoint", &name]);
    let found = claims(&world, &name);
    assert_eq!(verdicts(&found)[1], (ClaimKind::Committed, Verdict::Proved, None));
    assert_eq!(found[1].object.clone().unwrap(), git(&dir, &["rev-parse", "HEAD"]).trim());
    git(&dir, &["commit", "-q", "--allow-empty", "-m", "more"]);
    world.rows(["checkpoint", &name]);
    let found = claims(&world, &name);
    assert_eq!(found[2].why, Some(ClaimWhy::NotOnRemote));
    assert_eq!(found[2].count, Some(1));
}
