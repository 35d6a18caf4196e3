//! Copies ignored files (`.env`, what an editor keeps) into a new worktree, by patterns. Nothing is written outside of
//! it, nothing replaces a file of it, and nothing is copied that it does not ignore, because the agent might commit
//! that. What is not copied is named.

use super::checkpoint::{TreePath, link};
use super::progress::Progress;
use super::{Git, OwnEnvironment, reason, refused};
use crate::command::{Lane, RawOutput};
use crate::error::{Error, Result};
use crate::runtime;
use protocol::{CopiedFiles, ErrorCode, FewPaths, JobKind, NotCopied, NotCopiedWhy};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, PipeReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The file of a repository that says what is copied, with the syntax of `.gitignore`.
const INCLUDE: &str = ".worktreeinclude";

/// How long git may take to list the files.
const LIMIT: Duration = Duration::from_secs(60);

/// The most that is copied: bytes, and files.
const MOST_BYTES: u64 = 500 << 20;
const MOST_FILES: usize = 20_000;

/// How many files are named, and how many of those that were not copied.
const MOST_NAMES: usize = 8;
const MOST_LEFT: usize = 20;

/// The name that a file has in the root of the new worktree while it is written. What a kill leaves of it is removed.
const PIECE_NAME: &str = ".musher-copy";

/// How many bytes are copied before it is looked whether the story was cancelled.
const PIECE: usize = 1 << 20;

/// What is to be copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CopyOrder {
    /// The patterns that were asked for.
    pub(crate) patterns: Vec<String>,
    /// The patterns that are used unless the repository has a file that says it; `None` if neither counts.
    pub(crate) usual: Option<Vec<String>>,
}

/// Whether the repository with a checkout at this root says itself what is copied. A link is no such file.
pub(crate) fn is_said_by_repository(root: &Path) -> bool {
    root.join(INCLUDE).symlink_metadata().is_ok_and(|found| found.is_file())
}

impl CopyOrder {
    /// The options of `git ls-files` for the files of the checkout at `root`; none if nothing is to be copied. A
    /// pattern is a part of its option, so that it cannot be another one.
    fn options(&self, root: &Path) -> Vec<OsString> {
        let usual = self.usual.as_ref();
        let (file, usual) = match usual.filter(|_| is_said_by_repository(root)) {
            Some(_) => (Some(root.join(INCLUDE)), None),
            None => (None, usual),
        };
        let file = file.map(|file| {
            let mut option = OsString::from("--exclude-from=");
            option.push(file);
            option
        });
        let patterns = usual.into_iter().flatten().chain(&self.patterns);
        let patterns = patterns.map(|pattern| OsString::from(format!("--exclude={pattern}")));
        file.into_iter().chain(patterns).collect()
    }
}

/// Removes what a killed process left of a file that it copied into the worktree at `root`.
pub(super) async fn remove_piece(root: &Path) -> Result<()> {
    let piece = root.join(PIECE_NAME);
    match tokio::fs::remove_file(&piece).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", &piece)(error))
        }
        _ => Ok(()),
    }
}

/// Tells the thread that copies to stop when it is dropped.
struct Cancel(Arc<AtomicBool>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Git {
    /// Copies files of the checkout at `from` that the patterns name and that the worktree at `to` ignores.
    ///
    /// # Errors
    /// If git does not list them, or they cannot be written.
    pub(super) async fn copy_ignored(
        &self,
        from: &Path,
        to: &Path,
        order: &CopyOrder,
        progress: &Progress,
    ) -> Result<CopiedFiles> {
        let root = from.to_owned();
        let order = order.clone();
        let options =
            runtime::blocking(move || order.options(&root)).await.map_err(Error::Thread)?;
        if options.is_empty() {
            return Ok(CopiedFiles::default());
        }
        progress.begin(JobKind::Copy);
        let listed = self.list(from, &options).await?;
        let mut copying = Copying {
            from: from.to_owned(),
            to: to.to_owned(),
            copied: CopiedFiles::default(),
            names: Vec::new(),
            left: Vec::new(),
        };
        let listed = copying.without_ways_out(listed);
        let ignored = self.ignored_in(to, &listed).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let cancel = Cancel(Arc::clone(&stop));
        let progress = progress.clone();
        let copied =
            runtime::blocking(move || copying.run(listed, &ignored, &stop, &progress)).await;
        drop(cancel);
        copied.map_err(Error::Thread)?.map_err(|error| not_copied(to, &error))
    }

    /// The files without a record in git that the options name.
    async fn list(&self, root: &Path, options: &[OsString]) -> Result<Vec<TreePath>> {
        let words = ["ls-files", "-z", "--others", "--ignored"].map(OsString::from);
        let said = self.raw(root, words.iter().chain(options), None).await?;
        match said.ok {
            true => {
                Ok(said.stdout.split(|byte| *byte == 0).filter_map(TreePath::from_git).collect())
            }
            false => Err(refused(&reason(&said.stderr))),
        }
    }

    /// Those of the paths that the worktree ignores.
    async fn ignored_in(&self, root: &Path, paths: &[TreePath]) -> Result<HashSet<TreePath>> {
        if paths.is_empty() {
            return Ok(HashSet::new());
        }
        let list: Vec<u8> =
            paths.iter().flat_map(|path| path.bytes().iter().copied().chain([0])).collect();
        let (reader, writer) = io::pipe().map_err(Error::io("feed", root))?;
        // If git ends before it has read all, its own words say why.
        let feed = runtime::blocking(move || drop((&writer).write_all(&list)));
        let words = ["check-ignore", "-z", "--stdin"].map(OsString::from);
        let ask = self.raw(root, words.iter(), Some(file_of(reader)));
        let (said, fed) = tokio::join!(ask, feed);
        fed.map_err(Error::Thread)?;
        let said = said?;
        // It ends with 1 if it ignores none.
        match said.ok || said.stderr.is_empty() {
            true => {
                Ok(said.stdout.split(|byte| *byte == 0).filter_map(TreePath::from_git).collect())
            }
            false => Err(refused(&reason(&said.stderr))),
        }
    }

    /// Runs git in `dir`, with bytes for input and output.
    async fn raw<'w>(
        &self,
        dir: &Path,
        words: impl Iterator<Item = &'w OsString>,
        input: Option<File>,
    ) -> Result<RawOutput> {
        let mut command = Command::new(self.program(dir).await?);
        command.arg("-C").arg(dir).args(["-c", "core.fsmonitor="]).args(words);
        let own = OwnEnvironment { variables: &[], input };
        self.call(command, own, Lane::Checkout, LIMIT).await
    }
}

#[cfg(unix)]
fn file_of(pipe: PipeReader) -> File {
    File::from(std::os::fd::OwnedFd::from(pipe))
}

#[cfg(windows)]
fn file_of(pipe: PipeReader) -> File {
    File::from(std::os::windows::io::OwnedHandle::from(pipe))
}

fn not_copied(to: &Path, error: &io::Error) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("ignored files could not be copied to {}: {}", to.display(), keeper::words(error)),
        "Correct that, or start the story without copying. Neither branch nor folder was left.",
    )
}

/// What becomes of a file.
enum Copied {
    /// It was copied, or was there already with this size (bytes).
    Bytes(u64),
    Not(NotCopiedWhy),
}

/// The copying of files from one folder to another.
struct Copying {
    from: PathBuf,
    to: PathBuf,
    copied: CopiedFiles,
    names: Vec<String>,
    left: Vec<NotCopied>,
}

impl Copying {
    /// Names the paths that a link in the new worktree would lead elsewhere, and returns the others. Git refuses to
    /// say anything about them.
    fn without_ways_out(&mut self, paths: Vec<TreePath>) -> Vec<TreePath> {
        let (inside, led): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| !self.is_led(path));
        led.iter().for_each(|path| self.leave(path, NotCopiedWhy::InTheWay));
        inside
    }

    /// Whether a folder of the path is something else in the new worktree.
    fn is_led(&self, path: &TreePath) -> bool {
        let is_else = |folder: TreePath| {
            folder.at(&self.to).symlink_metadata().is_ok_and(|found| !found.is_dir())
        };
        path.folders().any(is_else)
    }

    fn leave(&mut self, path: &TreePath, why: NotCopiedWhy) {
        self.left.push(NotCopied { path: path.text(), why });
    }

    fn run(
        mut self,
        paths: Vec<TreePath>,
        ignored: &HashSet<TreePath>,
        stop: &AtomicBool,
        progress: &Progress,
    ) -> io::Result<CopiedFiles> {
        let all = paths.len().max(1);
        for (done, path) in paths.iter().enumerate() {
            progress.reached(u8::try_from(done * 100 / all).unwrap_or(100));
            let copied = match ignored.contains(path) {
                true => self.one(path, stop)?,
                false => Copied::Not(NotCopiedWhy::NotIgnored),
            };
            match copied {
                Copied::Bytes(bytes) => {
                    self.copied.bytes += bytes;
                    self.names.push(path.text());
                }
                Copied::Not(why) => self.leave(path, why),
            }
        }
        let more_left = self.left.len().saturating_sub(MOST_LEFT);
        self.left.truncate(MOST_LEFT);
        Ok(CopiedFiles {
            files: FewPaths::of(self.names, MOST_NAMES),
            left: self.left,
            more_left: u32::try_from(more_left).unwrap_or(u32::MAX),
            ..self.copied
        })
    }

    fn one(&self, path: &TreePath, stop: &AtomicBool) -> io::Result<Copied> {
        let (from, to) = (path.at(&self.from), path.at(&self.to));
        let Ok(found) = from.symlink_metadata() else {
            return Ok(Copied::Not(NotCopiedWhy::Unreadable));
        };
        if found.is_symlink() {
            return self.link(path, &from, &to);
        }
        if !found.is_file() {
            return Ok(Copied::Not(NotCopiedWhy::NoFile));
        }
        let is_too_much = self.names.len() >= MOST_FILES
            || self.copied.bytes.saturating_add(found.len()) > MOST_BYTES;
        if is_too_much {
            return Ok(Copied::Not(NotCopiedWhy::TooLarge));
        }
        let Ok(source) = File::open(&from) else {
            return Ok(Copied::Not(NotCopiedWhy::Unreadable));
        };
        if let Some(there) = there(&to, found.len()) {
            return Ok(there);
        }
        self.make_folders(path)?;
        let piece = self.to.join(PIECE_NAME);
        let bytes = write(source, &piece, stop)
            .and_then(|bytes| fs::set_permissions(&piece, found.permissions()).map(|()| bytes))
            .and_then(|bytes| fs::rename(&piece, &to).map(|()| bytes))?;
        Ok(Copied::Bytes(bytes))
    }

    /// Makes the same link, if it stays in the worktree.
    fn link(&self, path: &TreePath, from: &Path, to: &Path) -> io::Result<Copied> {
        let Ok(leads) = fs::read_link(from) else {
            return Ok(Copied::Not(NotCopiedWhy::Unreadable));
        };
        if leads_out(&leads, path.folders().count()) {
            return Ok(Copied::Not(NotCopiedWhy::LeadsOut));
        }
        match to.symlink_metadata() {
            Ok(_) if fs::read_link(to).is_ok_and(|there| there == leads) => Ok(Copied::Bytes(0)),
            Ok(_) => Ok(Copied::Not(NotCopiedWhy::InTheWay)),
            Err(_) => {
                self.make_folders(path)?;
                link(&leads, to)?;
                Ok(Copied::Bytes(0))
            }
        }
    }

    /// Makes the folders that a path is in. No part of it is a link, see [`Copying::without_ways_out`].
    fn make_folders(&self, path: &TreePath) -> io::Result<()> {
        match path.at(&self.to).parent() {
            Some(folder) => fs::create_dir_all(folder),
            None => Ok(()),
        }
    }
}

/// What is there already: an earlier try may have copied the file.
fn there(to: &Path, len: u64) -> Option<Copied> {
    let found = to.symlink_metadata().ok()?;
    Some(match found.is_file() && found.len() == len {
        true => Copied::Bytes(len),
        false => Copied::Not(NotCopiedWhy::InTheWay),
    })
}

/// Writes a new file.
fn write(mut source: File, to: &Path, stop: &AtomicBool) -> io::Result<u64> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(to)?;
    let mut all = 0;
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match io::copy(&mut Read::by_ref(&mut source).take(PIECE as u64), &mut file)? {
            0 => return Ok(all),
            bytes => all += bytes,
        }
    }
}

/// Whether a link in a folder this deep leads out of the root.
fn leads_out(leads: &Path, depth: usize) -> bool {
    let mut depth = Some(depth);
    for part in leads.components() {
        depth = match part {
            Component::Normal(_) => depth.map(|depth| depth + 1),
            Component::CurDir => depth,
            Component::ParentDir => depth.and_then(|depth| depth.checked_sub(1)),
            Component::RootDir | Component::Prefix(_) => None,
        };
    }
    depth.is_none()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::env::Environment;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// A repository with ignored files, and a worktree of it.
    struct Scene {
        root: tempfile::TempDir,
    }

    impl Scene {
        fn new() -> Self {
            let scene = Self { root: tempfile::tempdir().unwrap() };
            let from = scene.from();
            scene.git(&["init", "-q", from.to_str().unwrap()]);
            scene.write(".gitignore", "*.env\nkeys/\nout\nlinks/\nway/\nold.ignored\n");
            let elsewhere = scene.root.path().join("elsewhere");
            fs::create_dir(&elsewhere).unwrap();
            symlink(elsewhere, from.join("way")).unwrap();
            scene.git(&["add", "-f", ".gitignore", "way"]);
            scene.git(&["commit", "-q", "-m", "first"]);
            scene.git(&["worktree", "add", "-q", "--detach", scene.to().to_str().unwrap()]);
            fs::remove_file(from.join("way")).unwrap();
            scene
        }

        fn from(&self) -> PathBuf {
            self.root.path().join("from")
        }

        fn to(&self) -> PathBuf {
            self.root.path().join("to")
        }

        fn git(&self, words: &[&str]) {
            let mut git = Command::new("git");
            fs::create_dir_all(self.from()).unwrap();
            git.arg("-C").arg(self.from());
            git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]).args(words);
            assert!(git.status().unwrap().success(), "git {words:?}");
        }

        fn write(&self, name: &str, text: &str) {
            let file = self.from().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }

        fn copy(&self, order: &CopyOrder) -> CopiedFiles {
            let git = Git::of(&Environment::of_this_process());
            let (progress, _) = Progress::new(Arc::new(SystemClock));
            let (from, to) = (self.from(), self.to());
            let copied = git.copy_ignored(&from, &to, order, &progress);
            runtime::wait(copied).unwrap().unwrap()
        }
    }

    fn patterns(patterns: &[&str]) -> CopyOrder {
        let patterns = patterns.iter().map(|it| (*it).to_owned()).collect();
        CopyOrder { patterns, usual: None }
    }

    fn left(copied: &CopiedFiles) -> Vec<(&str, NotCopiedWhy)> {
        copied.left.iter().map(|it| (it.path.as_str(), it.why)).collect()
    }

    #[test]
    fn files_are_copied_with_their_modes_and_the_rest_is_named() {
        let scene = Scene::new();
        scene.write("a.env", "KEY=1");
        scene.write("keys/deep/b", "secret");
        scene.write("links/file", "x");
        scene.write("way/file", "must not be written there");
        scene.write("old.ignored", "new");
        scene.write("untracked", "is not ignored");
        scene.write("not-asked.env", "stays");
        let (from, to) = (scene.from(), scene.to());
        fs::set_permissions(from.join("a.env"), fs::Permissions::from_mode(0o640)).unwrap();
        fs::set_permissions(from.join("keys/deep/b"), fs::Permissions::from_mode(0o700)).unwrap();
        symlink("file", from.join("links/in")).unwrap();
        symlink("../../secret", from.join("links/out")).unwrap();
        symlink("/etc/passwd", from.join("links/absolute")).unwrap();
        fs::write(to.join("old.ignored"), "already there").unwrap();
        assert!(Command::new("mkfifo").arg(from.join("keys/pipe")).status().unwrap().success());
        let order = patterns(&["a.env", "keys/", "links/*", "way/", "old.ignored", "untracked"]);
        let copied = scene.copy(&order);
        assert_eq!(copied.files.names, ["a.env", "keys/deep/b", "links/file", "links/in"]);
        assert_eq!(copied.bytes, 12);
        use NotCopiedWhy as Why;
        assert_eq!(
            left(&copied),
            [
                ("way/file", Why::InTheWay),
                ("links/absolute", Why::LeadsOut),
                ("links/out", Why::LeadsOut),
                ("old.ignored", Why::InTheWay),
                ("untracked", Why::NotIgnored),
            ]
        );
        let mode = |name: &str| to.join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a.env"), mode("keys/deep/b")), (0o640, 0o700));
        assert_eq!(fs::read_link(to.join("links/in")).unwrap(), Path::new("file"));
        let elsewhere = scene.root.path().join("elsewhere");
        assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
        assert!(!to.join("not-asked.env").exists());
        // The same again finds what is there, and what a kill left goes.
        fs::write(to.join(PIECE_NAME), "half").unwrap();
        runtime::wait(remove_piece(&to)).unwrap().unwrap();
        runtime::wait(remove_piece(&to)).unwrap().unwrap();
        assert_eq!(scene.copy(&order).files, copied.files);
    }

    #[test]
    fn a_pattern_is_never_an_option_and_a_name_never_a_command() {
        let scene = Scene::new();
        let names = [
            "-x.env",
            "--upload-pack=touch canary.env",
            "$(touch canary).env",
            "a\n.env",
            "'\".env",
        ];
        names.iter().for_each(|name| scene.write(name, "1"));
        let raw = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff.env");
        fs::write(scene.from().join(raw), "1").unwrap();
        let copied =
            scene.copy(&patterns(&["*.env", "--help", "-z\n", "$(touch canary)", ":(top)x"]));
        assert_eq!(copied.files.names.len(), names.len() + 1, "{copied:?}");
        assert!(scene.to().join(raw).exists());
        assert!(copied.files.names.contains(&"\"\\377.env\"".to_owned()), "{copied:?}");
        for dir in [scene.from(), scene.to(), PathBuf::from(".")] {
            assert!(!dir.join("canary").exists());
        }
    }

    #[test]
    fn the_file_of_the_repository_comes_before_the_configuration() {
        let scene = Scene::new();
        scene.write("a.env", "1");
        scene.write("b.env", "1");
        scene.write("c.env", "1");
        let order =
            CopyOrder { patterns: vec!["c.env".to_owned()], usual: Some(vec!["a.env".to_owned()]) };
        let names = |order: &CopyOrder| scene.copy(order).files.names;
        assert_eq!(names(&order), ["a.env", "c.env"]);
        scene.write(INCLUDE, "*.env\n!c.env\n!a.env\n# words\n");
        assert_eq!(names(&CopyOrder { patterns: Vec::new(), ..order }), ["b.env"]);
        assert_eq!(names(&CopyOrder::default()), [""; 0]);
    }

    #[test]
    fn a_link_that_leaves_the_root_leads_out() {
        for (leads, depth, expected) in [
            ("x", 0, false),
            ("./x/../y", 0, false),
            ("../x", 0, true),
            ("../x", 1, false),
            ("../../x", 1, true),
            ("a/../../b", 0, true),
            ("/etc", 9, true),
        ] {
            assert_eq!(leads_out(Path::new(leads), depth), expected, "{leads} {depth}");
        }
    }
}
