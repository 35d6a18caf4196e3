//! A property test over random steps of a person, an agent and other programs in a worktree: making a
//! checkpoint changes nothing there, and each checkpoint gives back every byte after all later steps.

use super::Made;
use super::world::{Content, Untouched, World, content, destroy, git, set_mode, write};
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Paths that collide as files, folders and links, in their names and in ignoring.
const PATHS: [&str; 9] = ["a", "a/b", "a/b/c", "d.txt", "d.txt/e", "-f", "g h\n", "i/j.o", "i/k"];

#[derive(Clone, Debug)]
enum Step {
    Write { path: usize, size: usize, byte: u8 },
    Remove { path: usize },
    Folder { path: usize },
    Link { path: usize, to: usize },
    Rename { from: usize, to: usize },
    Mode { path: usize, mode: u32 },
    Git(&'static [&'static str]),
    Attributes(&'static str),
    RemoveAll,
    Checkpoint,
    Restore { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let path = || 0..PATHS.len();
    let commands: Vec<&'static [&'static str]> = vec![
        &["add", "-A"],
        &["commit", "-q", "-a", "--allow-empty", "-m", "more"],
        &["reset", "-q", "--hard"],
        &["reset", "-q", "HEAD~1"],
        &["clean", "-q", "-ffdx"],
        &["checkout", "-q", "-f", "-B", "other"],
        &["checkout", "-q", "-f", "main"],
        &["branch", "-q", "-D", "other"],
        &["stash", "-u", "-q"],
        &["update-index", "--assume-unchanged", "a", "d.txt"],
        &["update-index", "--skip-worktree", "a", "d.txt"],
        &["gc", "-q", "--prune=now"],
    ];
    let attributes = ["", "* text=auto eol=crlf\n", "*.txt filter=rot\n", "* ident\n"];
    prop_oneof![
        6 => (path(), 0..40usize, any::<u8>())
            .prop_map(|(path, size, byte)| Step::Write { path, size, byte }),
        2 => path().prop_map(|path| Step::Remove { path }),
        1 => path().prop_map(|path| Step::Folder { path }),
        1 => (path(), path()).prop_map(|(path, to)| Step::Link { path, to }),
        1 => (path(), path()).prop_map(|(from, to)| Step::Rename { from, to }),
        2 => (path(), prop::sample::select(vec![0o644, 0o755, 0o600, 0o400]))
            .prop_map(|(path, mode)| Step::Mode { path, mode }),
        4 => prop::sample::select(commands).prop_map(Step::Git),
        1 => prop::sample::select(attributes.to_vec()).prop_map(Step::Attributes),
        1 => Just(Step::RemoveAll),
        4 => Just(Step::Checkpoint),
        2 => (0..8usize).prop_map(|which| Step::Restore { which }),
    ]
}

/// Does a step as other programs do: what is not possible fails, and nothing follows from that.
fn take(root: &Path, step: &Step) {
    let at = |path: usize| root.join(PATHS[path]);
    match step {
        Step::Write { path, size, byte } => {
            let path = at(*path);
            drop(path.parent().map(fs::create_dir_all));
            drop(fs::write(path, vec![*byte; *size]));
        }
        Step::Remove { path } => {
            drop(fs::remove_file(at(*path)));
            drop(fs::remove_dir_all(at(*path)));
        }
        Step::Folder { path } => drop(fs::create_dir_all(at(*path))),
        Step::Link { path, to } => drop(symlink(PATHS[*to], at(*path))),
        Step::Rename { from, to } => drop(fs::rename(at(*from), at(*to))),
        Step::Mode { path, mode } => {
            if at(*path).symlink_metadata().is_ok_and(|found| found.is_file()) {
                set_mode(root, PATHS[*path], *mode);
            }
        }
        Step::Git(words) => {
            let mut command = Command::new("git");
            command.arg("-C").arg(root).args(*words).env("GIT_CONFIG_GLOBAL", "/dev/null");
            // It may refuse.
            assert!(command.output().is_ok());
        }
        Step::Attributes(text) => write(root, ".gitattributes", text.as_bytes()),
        Step::RemoveAll => destroy(root),
        Step::Checkpoint | Step::Restore { .. } => unreachable!("the world takes them"),
    }
}

/// Checkpoints with what they must give back.
struct Walk {
    world: World,
    root: std::path::PathBuf,
    made: Vec<(Made, Content)>,
}

impl Walk {
    fn begin() -> Self {
        let world = World::new();
        let root = world.repository("work", &["-b", "main"]);
        git(&root, &["config", "filter.rot.clean", "tr a-z b-za"]);
        git(&root, &["config", "filter.rot.smudge", "tr b-za a-z"]);
        Self { world, root, made: Vec::new() }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Checkpoint => {
                let (state, before) = (Untouched::of(&self.root), content(&self.root));
                let made = self.world.checkpoint(&self.root);
                assert_eq!(Untouched::of(&self.root), state);
                assert_eq!(made.left_out, []);
                self.made.push((made, before));
            }
            Step::Restore { which } => self.restore(*which),
            other => take(&self.root, other),
        }
    }

    fn restore(&self, which: usize) {
        let Some((made, expected)) = self.made.get(which % self.made.len().max(1)) else { return };
        let git_dir = self.root.join(".git");
        let of_git = || ["HEAD", "index"].map(|name| fs::read(git_dir.join(name)).ok());
        let before = of_git();
        self.world.restore_all(&self.root, made);
        assert_eq!(of_git(), before);
        assert_eq!(content(&self.root), *expected, "checkpoint {}", made.n);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_that_was_there_at_a_checkpoint_comes_back(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let mut walk = Walk::begin();
        steps.iter().for_each(|step| walk.step(step));
        (0..walk.made.len()).for_each(|which| walk.restore(which));
    }
}
