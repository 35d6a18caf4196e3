//! What goes wrong while a checkpoint is made: nothing is left behind, and the next one is whole.

use super::world::{Untouched, World, content, destroy, git, write};
use super::{Limits, Order, Taken};
use std::fs;

#[test]
fn a_number_that_a_killed_owner_used_is_not_used_twice() {
    let world = World::new();
    let root = world.repository("numbers", &[]);
    let first = world.checkpoint(&root);
    let order = Order { n: first.n, ..world.order() };
    let Ok(Taken::Made(second)) = world.take(&root, &order) else { panic!("a checkpoint") };
    assert_eq!(second.n, first.n + 1);
}

#[test]
fn objects_that_are_gone_are_made_again() {
    let world = World::new();
    let root = world.repository("pruned", &[]);
    write(&root, "new", b"only here");
    let before = content(&root);
    let first = world.checkpoint(&root);
    git(&root, &["update-ref", "-d", &format!("refs/musher/story/{}", first.n)]);
    git(&root, &["reflog", "expire", "--expire=now", "--all"]);
    git(&root, &["gc", "-q", "--prune=now"]);
    let second = world.checkpoint(&root);
    destroy(&root);
    world.restore_all(&root, &second);
    assert_eq!(content(&root), before);
}

#[test]
fn a_repository_that_takes_no_objects_is_refused_in_words() {
    let world = World::new();
    let root = world.repository("sealed", &[]);
    let objects = root.join(".git/objects");
    // Not by permissions, which do not bind every user: no folder can be made where a file is.
    for number in 0..256 {
        let folder = objects.join(format!("{number:02x}"));
        drop(fs::remove_dir_all(&folder));
        fs::write(folder, "").unwrap();
    }
    write(&root, "new", b"new");
    let refused = world.take(&root, &world.order()).unwrap_err().to_string();
    assert!(refused.contains("git cannot make or read checkpoints"), "{refused}");
    assert!(refused.contains("Not a directory"), "{refused}");
    let references = git(&root, &["for-each-ref", "refs/musher"]);
    assert_eq!(references, "");
}

#[test]
fn a_checkpoint_that_takes_too_long_is_given_up_without_a_trace() {
    let world = World::new();
    let root = world.repository("slow", &[]);
    let limits = Limits { time: std::time::Duration::ZERO, ..Limits::default() };
    let late = world.take(&root, &Order { limits, ..world.order() }).unwrap_err().to_string();
    assert!(late.contains("took longer than 0 s"), "{late}");
    assert_eq!(git(&root, &["for-each-ref", "refs/musher"]), "");
    let state = Untouched::of(&root);
    world.checkpoint(&root);
    assert_eq!(Untouched::of(&root), state);
}

#[test]
fn musher_s_own_data_directory_is_never_held() {
    let world = World::new();
    let root = world.repository(".", &[]);
    write(&root, ".gitignore", b"home\n");
    world.checkpoint(&root);
    let made = world.checkpoint(&root);
    let names = git(&root, &["ls-tree", "-r", "--name-only", &made.tree]);
    assert_eq!(names, ".gitignore\nfirst.txt\n");
    assert!(world.path("data/checkpoints").is_dir());
}
