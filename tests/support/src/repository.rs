//! The files of the repository according to git: tracked files, and new files that are not ignored.
//! Ignored files (builds, installed packages) are not part of the project.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies below the root")
}

/// Every file, relative to the root, with `/` between folders, sorted.
///
/// # Panics
/// If git cannot list the files, because then nothing can be tested.
pub fn files() -> &'static [String] {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(list)
}

fn list() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root())
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let mut files: Vec<String> =
        listed.split_terminator('\0').filter(|path| at(path).is_file()).map(String::from).collect();
    files.sort();
    files.dedup();
    files
}

/// The bytes of a file of the repository.
///
/// # Panics
/// If it cannot be read.
pub fn read(path: &str) -> Vec<u8> {
    std::fs::read(at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text of a file of the repository; bytes that are not UTF-8 are replaced.
pub fn text(path: &str) -> String {
    String::from_utf8_lossy(&read(path)).into_owned()
}

fn at(path: &str) -> PathBuf {
    root().join(path)
}
