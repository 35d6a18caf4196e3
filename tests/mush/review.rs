//! A person reviews what a story changed: comments on lines and files are carried along, go to the agent as its next
//! prompt, and are addressed when their lines change after that; files that were reviewed are open again when they
//! change.

use crate::support::{World, git};
use protocol::{
    Comment, CommentPlace, CommentState, Event, FileReview, Review, SinceLooked, Source,
};
use std::fs;
use std::path::{Path, PathBuf};

fn comments(world: &World, words: &[&str]) -> Vec<Comment> {
    let rows = world.rows([&["comments"], words].concat()).into_iter();
    rows.map(|row| serde_json::from_value(row).unwrap()).collect()
}

/// Each comment: its number, state, first line and what became of it.
fn standing(world: &World, name: &str) -> Vec<(u32, CommentState, Option<u32>, CommentPlace)> {
    let all = comments(world, &[name, "--all"]).into_iter();
    all.map(|it| (it.n, it.state, it.line, it.place)).collect()
}

fn comment(world: &World, words: &[&str]) -> Comment {
    let mut rows = world.rows([&["comment"], words].concat());
    serde_json::from_value(rows.remove(0)).unwrap()
}

/// A story that is done, with a list of ten lines in its worktree.
fn story(world: &World) -> (String, PathBuf) {
    let repo = world.committed("work");
    fs::write(repo.join("kept.txt"), "first\nsecond\nthird\n").unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "kept"]);
    let said = world.run(&repo, "Make it\n[[demo:image]]", &["--worktree"]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let story = world.story(&said.story());
    let dir = PathBuf::from(story.dir);
    write(&dir, &(1..=10).map(|n| format!("line {n}")).collect::<Vec<_>>());
    fs::write(dir.join("kept.txt"), "first\nthird\n").unwrap();
    let name = story.slug.to_string();
    world.rows(["checkpoint", &name]);
    (name, dir)
}

fn write(dir: &Path, lines: &[String]) {
    fs::write(dir.join("list.txt"), lines.join("\n") + "\n").unwrap();
}

fn read(dir: &Path) -> Vec<String> {
    fs::read_to_string(dir.join("list.txt")).unwrap().lines().map(str::to_owned).collect()
}

/// The last prompt that the agent got.
fn last_prompt(world: &World) -> String {
    let run = world.runs().pop().unwrap();
    let mut prompts = world.events(&run).into_iter().filter_map(|line| match line.source {
        Source::Run(Event::Prompt { text }) => Some(text),
        _ => None,
    });
    prompts.next_back().unwrap()
}

#[test]
fn comments_follow_their_lines_and_are_addressed_when_these_change_after_they_were_sent() {
    use CommentPlace as P;
    use CommentState as S;
    let world = World::without_record();
    let (name, dir) = story(&world);
    let name = name.as_str();
    let first = comment(&world, &[name, "list.txt:3", "Why three?"]);
    assert_eq!((first.n, first.state, first.anchor.quote.as_str()), (1, S::Open, "line 3"));
    comment(&world, &[name, "list.txt:5-6", "Merge these"]);
    comment(&world, &[name, "list.txt", "Sort it"]);
    comment(&world, &[name, "kept.txt:2", "Why is it gone?", "--before"]);
    // Two lines come before, and the second comment's lines change before it is sent.
    let mut lines = read(&dir);
    lines[4] = "line five".to_owned();
    lines.splice(0..0, ["a".to_owned(), "b".to_owned()]);
    write(&dir, &lines);
    world.rows(["checkpoint", name]);
    let open = [
        (1, S::Open, Some(5), P::Moved),
        (2, S::Open, Some(7), P::Changed),
        (3, S::Open, None, P::Changed),
        (4, S::Open, Some(2), P::Same),
    ];
    assert_eq!(standing(&world, name), open);
    let looked = world.story(name).looked.unwrap();
    let shown: Review =
        serde_json::from_value(world.rows(["review", name, "--show"]).remove(0)).unwrap();
    assert_eq!(standing(&world, name), open, "nothing was sent");
    world.rows(["review", name]);
    assert_eq!(world.attach(name).end().state(), "done(unchecked)");
    assert_eq!(last_prompt(&world), shown.prompt);
    let expected = "I reviewed your changes and have 4 comments.";
    assert!(shown.prompt.starts_with(expected), "{}", shown.prompt);
    let line = "list.txt, line 5:\n```\nline 3\n```\nWhy three?";
    assert!(shown.prompt.contains(line), "{}", shown.prompt);
    assert!(world.story(name).looked.unwrap().at > looked.at, "who sends a review has looked");
    let sent = [
        (1, S::Sent, Some(5), P::Moved),
        (2, S::Sent, Some(7), P::Changed),
        (3, S::Sent, None, P::Changed),
        (4, S::Sent, Some(2), P::Same),
    ];
    assert_eq!(standing(&world, name), sent);
    world.refused(["review", name], "wrong_state");
    // The first and the removed line are addressed, and with the first the file.
    let mut lines = read(&dir);
    lines[4] = "line three".to_owned();
    write(&dir, &lines);
    fs::write(dir.join("kept.txt"), "first\nsecond\nthird\nfourth\n").unwrap();
    world.rows(["checkpoint", name]);
    let addressed = [
        (1, S::Addressed, Some(5), P::Changed),
        (2, S::Sent, Some(7), P::Changed),
        (3, S::Addressed, None, P::Changed),
        (4, S::Addressed, Some(2), P::Changed),
    ];
    assert_eq!(standing(&world, name), addressed);
    // A renamed file takes its comments along.
    fs::rename(dir.join("list.txt"), dir.join("renamed.txt")).unwrap();
    world.rows(["checkpoint", name]);
    let found = comments(&world, &[name]);
    assert_eq!((found[1].path.as_str(), found[1].line), ("renamed.txt", Some(7)));
    fs::remove_file(dir.join("renamed.txt")).unwrap();
    world.rows(["checkpoint", name]);
    assert_eq!(standing(&world, name)[1], (2, S::Addressed, None, P::Gone));
    world.rows(["resolve", name, "1", "3"]);
    assert_eq!(comments(&world, &[name]).len(), 2);
    world.rows(["reopen", name, "1"]);
    world.rows(["remove-comment", name, "3"]);
    assert_eq!(standing(&world, name)[0], (1, S::Open, None, P::Gone));
    world.refused(["resolve", name, "3"], "not_found");
    let (printed, _) = world.printed(&["comments", name]);
    assert!(
        printed.contains("  1  open       list.txt  (the file is not there any more)\n"),
        "{printed}"
    );
    world.verified();
}

#[test]
fn what_is_no_place_for_a_comment_is_refused() {
    let world = World::without_record();
    let (name, dir) = story(&world);
    let name = name.as_str();
    for (words, code) in [
        (["list.txt:11", "x"], "bad_input"),
        (["list.txt:0", "x"], "bad_input"),
        (["list.txt:4-3", "x"], "bad_input"),
        (["list.txt:1-5000", "x"], "bad_input"),
        (["parcel.png:1", "x"], "bad_input"),
        (["other.txt:1", "x"], "not_found"),
        (["list.txt:x", "x"], "not_found"),
        (["list.txt:1", "  "], "bad_input"),
    ] {
        world.refused([&["comment", name][..], &words].concat(), code);
    }
    world.refused(["comment", name, "list.txt:1", "x", "--before"], "bad_input");
    fs::remove_file(dir.join("kept.txt")).unwrap();
    world.rows(["checkpoint", name]);
    world.refused(["comment", name, "kept.txt:1", "x"], "bad_input");
    world.refused(["review", name], "wrong_state");
    comment(&world, &[name, "kept.txt", "Why?", "--before"]);
    comment(&world, &[name, "parcel.png", "Smaller"]);
    fs::write(dir.join("odd:7"), "x\n").unwrap();
    world.rows(["checkpoint", name]);
    assert_eq!(comment(&world, &[name, "odd:7", "A name"]).line, None);
    assert_eq!(comment(&world, &[name, "odd:7:1", "A line"]).line, Some(1));
    world.verified();
}

#[test]
fn a_review_that_waits_can_be_taken_back() {
    let world = World::new();
    let repo = world.committed("work");
    let run = world.start(&repo, "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    let name = run.story();
    fs::write(repo.join("mine.txt"), "one\ntwo\n").unwrap();
    world.rows(["checkpoint", name.as_str()]);
    comment(&world, &[&name, "mine.txt:2", "[[demo:plain]] Why two?"]);
    world.rows(["review", name.as_str()]);
    let state = || standing(&world, &name)[0].1;
    assert_eq!(state(), CommentState::Queued);
    world.refused(["edit-comment", &name, "1", "No"], "wrong_state");
    world.refused(["review", name.as_str()], "wrong_state");
    let prompt = world.rows(["prompts", name.as_str()]).remove(0);
    world.rows(["unsend", prompt["id"].as_str().unwrap()]);
    assert_eq!(state(), CommentState::Open);
    world.rows(["edit-comment", &name, "1", "[[demo:plain]] Why not one?"]);
    world.rows(["review", name.as_str()]);
    let question = world.rows(["questions"]).remove(0);
    world.rows(["answer", question["id"].as_str().unwrap(), "allow"]);
    assert_eq!(run.end().state(), "done(unchecked)");
    assert_eq!(state(), CommentState::Sent);
    assert!(last_prompt(&world).contains("Why not one?"));
    world.refused(["edit-comment", &name, "1", "No"], "wrong_state");
    world.rows(["reopen", name.as_str(), "1"]);
    assert_eq!(state(), CommentState::Open);
    world.rows(["archive", name.as_str()]);
    world.refused(["review", name.as_str()], "wrong_state");
    world.verified();
}

#[test]
fn a_file_that_was_reviewed_is_open_again_when_it_changes() {
    let world = World::without_record();
    let (name, dir) = story(&world);
    let name = name.as_str();
    let reviewed = |path: &str| {
        let rows = world.rows(["changes", name]).into_iter();
        let files = rows.map(|row| serde_json::from_value::<protocol::ChangedFile>(row).unwrap());
        files.filter(|file| file.path == path).map(|file| file.reviewed).next().unwrap()
    };
    world.refused(["reviewed", name, "list.txt", "other.txt"], "not_found");
    assert_eq!(reviewed("list.txt"), FileReview::No);
    world.rows(["reviewed", name, "list.txt", "kept.txt"]);
    assert_eq!([reviewed("list.txt"), reviewed("kept.txt")], [FileReview::Yes; 2]);
    let before = read(&dir);
    write(&dir, &[&before[..], &["more".to_owned()]].concat());
    fs::remove_file(dir.join("kept.txt")).unwrap();
    world.rows(["checkpoint", name]);
    assert_eq!([reviewed("list.txt"), reviewed("kept.txt")], [FileReview::ChangedSince; 2]);
    let (printed, _) = world.printed(&["changes", name]);
    assert!(printed.contains("changed since you reviewed it"), "{printed}");
    write(&dir, &before);
    world.rows(["checkpoint", name]);
    assert_eq!(reviewed("list.txt"), FileReview::Yes, "it is what was reviewed");
    world.rows(["reviewed", name, "list.txt", "--undo"]);
    assert_eq!(reviewed("list.txt"), FileReview::No);
    world.verified();
}

#[test]
fn what_came_since_a_person_looked_is_summed_up() {
    let world = World::without_record();
    let repo = world.committed("work");
    let said = world.run(&repo, "Make it\n[[demo:tools]]", &["--worktree", "--gate", "true"]);
    assert_eq!(said.state(), "done(checked)", "{}", said.err);
    let story = world.story(&said.story());
    let name = story.slug.to_string();
    let since = || -> SinceLooked {
        serde_json::from_value(world.rows(["since", name.as_str()]).remove(0)).unwrap()
    };
    // Who made the story looked then.
    let first = since();
    assert_eq!(first.looked, story.looked.map(|looked| looked.at));
    assert_eq!((first.files, first.gates_passed, first.gates_failed), (Some(1), 1, 0));
    assert_eq!((first.tokens, first.cost.micros), (story.tokens, story.cost_micros));
    let commands = first.commands.unwrap();
    assert!(commands > 0, "{first:?}");
    world.rows(["looked", name.as_str()]);
    assert!(since().is_nothing(), "{:?}", since());
    fs::write(PathBuf::from(&story.dir).join("mine.txt"), "mine\n").unwrap();
    world.rows(["checkpoint", name.as_str()]);
    let after = since();
    assert_eq!((after.files, after.commands, after.gates_passed), (Some(1), Some(0), 0));
    let (printed, _) = world.printed(&["since", &name]);
    assert!(printed.trim_end().ends_with(": 1 file."), "{printed}");
    // What was deleted is not known, and not nothing.
    world.rows(["delete-logs", &name, "--yes"]);
    world.rows(["send", &name, "Show it\n[[demo:image]]"]);
    assert_eq!(world.attach(&name).end().state(), "done(checked)");
    world.rows(["delete-logs", &name, "--yes"]);
    assert_eq!((since().commands, since().questions), (None, None));
    world.verified();
}
