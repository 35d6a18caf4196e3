//! Repositories within a worktree whose folders are there, and what led to the repository is not.

use super::world::{World, content, destroy, git, write};
use protocol::NotRestoredWhy;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A repository with a submodule that has work of its own.
fn with_submodule(world: &World) -> PathBuf {
    let lib = world.repository("lib", &[]);
    let root = world.repository("outer", &[]);
    git(&root, &["submodule", "--quiet", "add", lib.to_str().unwrap(), "deps/lib"]);
    git(&root, &["commit", "-q", "-m", "lib"]);
    write(&root, "deps/lib/mine", b"work in a submodule");
    write(&root, "deps/lib/first.txt", b"changed\n");
    root
}

#[test]
fn a_submodule_that_lost_what_leads_to_it_comes_back() {
    for (all, paths) in [(true, &[][..]), (false, &["deps"][..])] {
        let world = World::new();
        let root = with_submodule(&world);
        let before = content(&root);
        let link = fs::read(root.join("deps/lib/.git")).unwrap();
        let made = world.checkpoint(&root);
        assert_eq!(made.left_out, []);
        fs::remove_file(root.join("deps/lib/.git")).unwrap();
        write(&root, "deps/lib/mine", b"something else");
        write(&root, "deps/lib/later", b"later");
        let unlinked = content(&root);
        let without = world.checkpoint(&root);
        if all {
            destroy(&root);
        }
        let restored = world.restore(&root, &made, paths).unwrap();
        assert_eq!(restored.kept, []);
        assert_eq!(content(&root), before);
        assert_eq!(fs::read(root.join("deps/lib/.git")).unwrap(), link);
        // What was there instead is held by the checkpoint without it.
        fs::remove_file(root.join("deps/lib/.git")).unwrap();
        world.restore_all(&root, &without);
        assert_eq!(content(&root), unlinked);
    }
}

#[test]
fn a_submodule_whose_repository_is_gone_is_named_and_left_alone() {
    let world = World::new();
    let root = with_submodule(&world);
    let made = world.checkpoint(&root);
    fs::remove_file(root.join("deps/lib/.git")).unwrap();
    fs::remove_dir_all(root.join(".git/modules")).unwrap();
    let restored = world.restore(&root, &made, &[]).unwrap();
    let kept: Vec<_> = restored.kept.iter().map(|it| (it.path.as_str(), it.why)).collect();
    assert_eq!(kept, [("deps/lib", NotRestoredWhy::RepositoryGone)]);
    assert!(!root.join("deps/lib/.git").exists());
}

#[test]
fn no_repository_is_linked_through_a_link() {
    let world = World::new();
    let root = with_submodule(&world);
    let made = world.checkpoint(&root);
    let outside = world.path("outside");
    fs::create_dir_all(outside.join("lib")).unwrap();
    fs::remove_dir_all(root.join("deps")).unwrap();
    symlink(&outside, root.join("deps")).unwrap();
    let restored = world.restore(&root, &made, &["deps/lib"]).unwrap();
    let kept: Vec<_> = restored.kept.iter().map(|it| (it.path.as_str(), it.why)).collect();
    assert_eq!(kept, [("deps/lib", NotRestoredWhy::RepositoryGone)]);
    assert_eq!(fs::read_dir(outside.join("lib")).unwrap().count(), 0);
}
