//! Tests of `cargo xtask bench --against` in a separate repository with tiny benchmarks, using the
//! real program, cargo and git. Unit tests cover the arithmetic; these tests cover the way from two
//! trees to a verdict, and what is left when something fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A repository with one package whose benchmarks are tiny programs.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// A repository with one commit, in which `body` is the code of the benchmark `quick`.
    fn with(body: &str) -> Self {
        let scratch = Scratch { folder: tempfile::tempdir().expect("a scratch directory") };
        fs::create_dir_all(scratch.path("src")).expect("a folder");
        fs::create_dir_all(scratch.path("benches")).expect("a folder");
        scratch.write(".gitignore", "/target/\n");
        scratch.write("src/lib.rs", "");
        let package = "name = \"scratch\"\nversion = \"0.1.0\"\n";
        scratch.write("Cargo.lock", &format!("version = 4\n\n[[package]]\n{package}"));
        let manifest = format!("[workspace]\n[package]\n{package}edition = \"2024\"\n");
        scratch.write("Cargo.toml", &format!("{manifest}{}", bench("quick")));
        scratch.quick(body);
        scratch.git(&["init", "--quiet"]);
        scratch.commit();
        scratch
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the scratch directory takes files");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// Makes `body` the code of the benchmark `quick`.
    fn quick(&self, body: &str) {
        self.write("benches/quick.rs", &format!("fn main() {{ {body} }}\n"));
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a state"]);
    }

    fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        git.args(["-c", "commit.gpgsign=false"]).args(words).current_dir(self.folder.path());
        let output = git.output().expect("git starts");
        assert!(output.status.success(), "git {words:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    fn xtask(&self, line: &str) -> Command {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        // As cargo sets it for the package that it starts.
        xtask.env("CARGO_MANIFEST_DIR", self.path("src-tauri/crates/xtask"));
        xtask.env_remove("CARGO_TARGET_DIR").current_dir(self.folder.path());
        xtask.args(line.split_whitespace()).stdin(Stdio::null());
        xtask
    }

    fn run(&self, line: &str) -> Output {
        self.xtask(line).output().expect("xtask starts")
    }

    /// Runs a comparison, which must exit with this code. Returns its output. On a busy machine the
    /// code 4 with the reason is accepted, too.
    fn compares(&self, line: &str, code: i32) -> String {
        let output = self.run(line);
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let is_believed = !printed.contains("it is repeated, not believed");
        let expected = if is_believed { code } else { 4 };
        assert_eq!(output.status.code(), Some(expected), "{printed}");
        printed
    }

    /// Runs a command, which must exit with this code and print all of these words.
    fn refuses(&self, line: &str, code: i32, words: &[&str]) {
        let output = self.run(line);
        let printed = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{printed}");
        for word in words {
            assert!(printed.contains(word), "{word:?} is not said: {printed}");
        }
    }

    /// The number of worktrees besides the main one.
    fn worktrees(&self) -> usize {
        self.git(&["worktree", "list", "--porcelain"]).matches("worktree ").count() - 1
    }
}

fn bench(name: &str) -> String {
    format!("[[bench]]\nname = \"{name}\"\nharness = false\n")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const ONE: &str = r#"println!("figure less 1.000 pulls"); println!("figure more 2.000 rate");"#;

#[test]
fn the_verdict_is_printed_and_is_the_exit_code() {
    let scratch = Scratch::with(ONE);
    scratch.quick(r#"println!("figure less 1.100 pulls"); println!("figure more 2.200 rate");"#);
    let fresh = r#"fn main() { println!("figure less 1 fresh"); }"#;
    scratch.write("benches/fresh.rs", fresh);
    scratch.write("Cargo.toml", &format!("{}{}", scratch.read("Cargo.toml"), bench("fresh")));
    let printed = scratch.compares("bench --against HEAD", 3);
    for words in [
        "with 3 files that are not committed",
        "new:          fresh, not compared",
        "19 of 20: this tree",
        "WORSE (at most 1.05)",
        "not worse (at least 0.95)",
    ] {
        assert!(printed.contains(words), "{words:?} is not said: {printed}");
    }
    // The revision is resolved again: both sides are equal now.
    scratch.commit();
    let printed = scratch.compares("bench quick --against HEAD", 0);
    assert!(!printed.contains("WORSE") && !printed.contains("not committed"), "{printed}");
    assert!(printed.contains("0.999 to 1.001"), "{printed}");
    // In the other direction the older one is faster in one figure and slower in the other.
    scratch.quick(ONE);
    let printed = scratch.compares("bench quick --against HEAD", 3);
    assert!(printed.contains("WORSE (at least 0.95)"), "{printed}");
    assert_eq!(scratch.worktrees(), 1);
}

#[test]
fn what_cannot_be_compared_is_said_with_what_to_do() {
    let scratch = Scratch::with("this does not compile");
    scratch.quick(r#"println!("working"); panic!("no such thing");"#);
    scratch.commit();
    scratch.quick(r#"println!("nothing to read");"#);
    scratch.commit();
    scratch.quick(ONE);
    scratch.refuses("bench --against no-such-revision", 2, &["no commit", "git log"]);
    scratch.refuses("bench slow --against HEAD", 2, &["no benchmark `slow`", "quick"]);
    scratch.refuses("bench --against HEAD~2", 1, &["does not build here", "nothing was measured"]);
    let words = ["exited with 101", "working", "no such thing", "all of it is in"];
    scratch.refuses("bench --against HEAD~1", 1, &words);
    scratch.refuses("bench --against HEAD", 1, &["printed no figure"]);
    let lock = fs::File::create(scratch.path("target/bench/lock")).expect("the lock's file");
    lock.lock().expect("nobody else holds it");
    scratch.refuses("bench --against HEAD", 1, &["another comparison"]);
}

/// States of the revision's folder that a kill, a copy or a person may leave behind. Repairing them
/// must not change the user's working tree.
#[test]
fn a_broken_worktree_is_made_anew_and_the_persons_own_is_left_alone() {
    let scratch = Scratch::with(ONE);
    let tree = scratch.path("target/bench/tree");
    let unsaved = "fn main() { println!(\"figure less 1.010 pulls\"); }\n";
    scratch.write("benches/quick.rs", unsaved);
    scratch.write("notes", "not committed");
    let compares = || {
        scratch.compares("bench --against HEAD", 0);
        assert_eq!(scratch.read("benches/quick.rs"), unsaved);
        assert_eq!(scratch.read("notes"), "not committed");
        assert_eq!(scratch.worktrees(), 1);
        let there = fs::read_to_string(tree.join("benches/quick.rs")).expect("it is checked out");
        assert!(there.contains("1.000"), "{there}");
    };
    compares();
    let link = fs::read_to_string(tree.join(".git")).expect("git's link");
    let entry = link.trim().strip_prefix("gitdir: ").expect("the entry").to_owned();
    // A kill during a checkout, with changed files.
    fs::write(Path::new(&entry).join("index.lock"), "").expect("a lock");
    fs::write(tree.join("benches/quick.rs"), "half of").expect("a file");
    compares();
    // A folder in which git would find the surrounding tree.
    fs::remove_file(tree.join(".git")).expect("git's link");
    compares();
    // `cargo clean`.
    fs::remove_dir_all(scratch.path("target")).expect("the folder");
    compares();
    // A folder that was copied from another repository.
    let other = Scratch::with(ONE);
    other.compares("bench --against HEAD", 0);
    fs::copy(other.path("target/bench/tree/.git"), tree.join(".git")).expect("a link");
    compares();
    assert_eq!(other.git(&["status", "--porcelain"]), "");
    assert_eq!(other.worktrees(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_running_and_the_next_call_works() {
    let scratch = Scratch::with(ONE);
    let pids = scratch.path("pids");
    let body = format!(
        "use std::os::unix::process::CommandExt; \
         let mut sleep = std::process::Command::new(\"sleep\"); \
         let child = sleep.arg(\"1000\").process_group(0).spawn().unwrap(); \
         std::fs::write({:?}, format!(\"{{}} {{}}\", std::process::id(), child.id())).unwrap(); \
         std::fs::rename({:?}, {pids:?}).unwrap(); \
         std::thread::sleep(std::time::Duration::from_secs(1000));",
        scratch.path("written"),
        scratch.path("written"),
    );
    scratch.quick(&body);
    let mut xtask = scratch.xtask("bench --against HEAD");
    xtask.stdout(Stdio::null()).stderr(Stdio::piped());
    let child = xtask.spawn().expect("xtask starts");
    while !pids.exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    rustix::process::kill_process(pid.expect("a process id"), rustix::process::Signal::INT)
        .expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("interrupted"), "{}", text(&output.stderr));
    for pid in scratch.read("pids").split_whitespace() {
        assert!(!Path::new("/proc").join(pid).exists(), "{pid} still runs");
    }
    scratch.quick(ONE);
    fs::remove_file(&pids).expect("the file");
    scratch.compares("bench --against HEAD", 0);
    assert_eq!(scratch.worktrees(), 1);
}
