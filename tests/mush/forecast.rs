//! Two stories of a repository change the same lines: that is found out when a checkpoint came, told once to both, and
//! goes away; in which order to merge; and what is not known.

use crate::finish::{repository, story};
use crate::support::{World, git};
use protocol::{
    Forecast, ForecastStands, Overlap, OverlapUnknown, SharedFile, SharedFiles, SharedKind,
};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn forecast(world: &World, dir: &Path) -> Forecast {
    let found = world.rows(["forecast", dir.to_str().unwrap()]).remove(0);
    serde_json::from_value(found).unwrap()
}

/// How a story stands in the forecast.
fn stands(found: &Forecast, name: &str) -> ForecastStands {
    let story = found.stories.iter().find(|story| story.slug.as_str() == name);
    story.unwrap_or_else(|| panic!("{found:#?}")).stands.clone()
}

/// What was found of every pair of which something is to be said.
fn overlaps(found: &Forecast) -> Vec<&Overlap> {
    found.pairs.iter().map(|pair| &pair.overlap).collect()
}

fn lines_of(path: &str) -> Overlap {
    let file = SharedFile { kind: SharedKind::Lines, path: path.to_owned() };
    Overlap::Conflicts { files: SharedFiles { some: vec![file], more: 0 } }
}

/// The order of merging, by name, each with the names of those before it that it conflicts with.
fn order(found: &Forecast) -> Vec<(String, Vec<String>)> {
    let name = |id: &protocol::StoryId| {
        found.stories.iter().find(|story| story.story == *id).unwrap().slug.to_string()
    };
    let steps = found.order.steps.iter();
    steps.map(|step| (name(&step.story), step.conflicts_with.iter().map(name).collect())).collect()
}

/// How often a story was told that it conflicts.
fn reports(world: &World) -> usize {
    let journal = fs::read_to_string(world.path("data/journal/000001.jsonl")).unwrap();
    journal.matches("\"type\":\"collision_found\"").count()
}

fn write_and_hold(world: &World, (name, dir): &(String, std::path::PathBuf), text: &str) {
    fs::write(dir.join("shop.txt"), text).unwrap();
    world.rows(["checkpoint", name]);
}

#[test]
fn two_stories_on_the_same_lines_are_told_once_and_again_when_it_came_back() {
    let world = World::without_record();
    let repo = repository(&world);
    let (a, b) = (story(&world, &repo), story(&world, &repo));
    let found = forecast(&world, &repo);
    assert!(matches!(stands(&found, &b.0), ForecastStands::NothingNew { .. }), "{found:#?}");
    assert_eq!((overlaps(&found).len(), reports(&world)), (0, 0));

    write_and_hold(&world, &a, "of a\n");
    write_and_hold(&world, &b, "of b\n");
    // The worktrees of a repository have one forecast.
    let found = forecast(&world, &a.1);
    assert_eq!(found, forecast(&world, &repo));
    assert_eq!(overlaps(&found), [&lines_of("shop.txt")], "{found:#?}");
    assert_eq!(order(&found), [(a.0.clone(), vec![]), (b.0.clone(), vec![a.0.clone()])]);
    assert!(found.order.is_best);
    assert_eq!(reports(&world), 2, "each once");
    let (printed, code) = world.printed(&["forecast", repo.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    let (first, second) = (&a.0, &b.0);
    assert!(printed.contains(&format!("{first} and {second} conflict\n")), "{printed}");
    assert!(printed.contains("    shop.txt  (the same lines)\n"), "{printed}");
    let last = format!("  2. {second}  conflicts with {first}\n");
    assert!(printed.contains(&last), "{printed}");
    let followed = world.attach(first).end();
    assert_eq!(followed.state(), "done(unchecked)", "it changes no state");

    // A person reads it in what is printed of the story.
    let events = world.printed(&["attach", second]).0;
    let line = format!("! its work came to conflict with that of {}", world.story(first).title);
    assert!(events.contains(&line), "{events}");

    write_and_hold(&world, &b, "of b, and more\n");
    assert_eq!(reports(&world), 2, "not for each checkpoint");
    write_and_hold(&world, &b, "open\n");
    assert_eq!(overlaps(&forecast(&world, &repo)).len(), 0);
    write_and_hold(&world, &b, "of b\n");
    assert_eq!((overlaps(&forecast(&world, &repo)).len(), reports(&world)), (1, 4));

    // What does not count any more: a worktree that is gone, and a story in the archive.
    fs::rename(&b.1, b.1.with_extension("away")).unwrap();
    let found = forecast(&world, &repo);
    assert_eq!(stands(&found, &b.0), ForecastStands::NoWorktree);
    assert_eq!(overlaps(&found).len(), 0, "{found:#?}");
    fs::rename(b.1.with_extension("away"), &b.1).unwrap();
    assert_eq!(overlaps(&forecast(&world, &repo)).len(), 1);
    world.rows(["archive", &b.0]);
    let found = forecast(&world, &repo);
    assert_eq!((found.stories.len(), overlaps(&found).len()), (1, 0));
    world.refused(["forecast", world.path("data").to_str().unwrap()], "bad_input");
    world.verified();
}

#[test]
fn what_was_merged_or_is_in_the_same_worktree_is_not_compared() {
    let world = World::without_record();
    let repo = repository(&world);
    let (a, b) = (story(&world, &repo), story(&world, &repo));
    write_and_hold(&world, &a, "of a\n");
    write_and_hold(&world, &b, "of b\n");
    let beside = world.run(&a.1, "Look on\n[[demo:plain]]", &[]);
    let beside = world.story(&beside.story());
    let found = forecast(&world, &repo);
    assert_eq!(overlaps(&found), [&lines_of("shop.txt")], "once for the worktree: {found:#?}");
    let same = ForecastStands::SameWorktree { with: world.story(&a.0).id };
    assert_eq!(stands(&found, beside.slug.as_str()), same, "it changed nothing itself");
    world.rows(["archive", beside.slug.as_str()]);

    world.rows(["commit", &a.0, "-m", "Of a"]);
    world.rows(["merge", &a.0]);
    let found = forecast(&world, &repo);
    assert!(matches!(stands(&found, &a.0), ForecastStands::NothingNew { .. }), "{found:#?}");
    assert_eq!((overlaps(&found).len(), order(&found).len()), (0, 1));
    assert_eq!(git(&repo, &["status", "--porcelain"]), "");
    world.verified();
}

#[test]
fn a_git_that_cannot_say_it_leaves_it_unknown_with_what_is_needed() {
    let mut world = World::without_record();
    let repo = repository(&world);
    let stories = [story(&world, &repo), story(&world, &repo)];
    let real = std::env::var("PATH").unwrap();
    let place = world.path("old");
    fs::create_dir_all(&place).unwrap();
    let script = format!(
        "#!/bin/sh\nfor word; do [ \"$word\" = version ] && echo 'git version 2.37.2' && exit; done\n\
         PATH='{real}' exec git \"$@\"\n"
    );
    fs::write(place.join("git"), script).unwrap();
    fs::set_permissions(place.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    world.set("PATH", format!("{}:{real}", place.display()));
    for story in &stories {
        write_and_hold(&world, story, &story.0);
    }
    let found = forecast(&world, &repo);
    let why = OverlapUnknown::GitTooOld { version: "2.37.2".to_owned() };
    for (name, _) in &stories {
        assert_eq!(stands(&found, name), ForecastStands::Unknown { why: why.clone() });
    }
    assert_eq!((overlaps(&found).len(), order(&found).len(), reports(&world)), (0, 0, 0));
    let (printed, _) = world.printed(&["forecast", repo.to_str().unwrap()]);
    assert!(printed.contains("git 2.37.2 cannot say whether files conflict: 2.38"), "{printed}");
}
