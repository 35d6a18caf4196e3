//! Helpers for the journeys of `mush`: running the program in a world, reading its lines of JSON,
//! and a `mush` in the background.

pub(crate) use crate::world::{LONG, World, at_once, git, signal_to, until};
use protocol::{Envelope, Event, Evidence, JournalEvent, Run, Source, Story};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A prompt whose first line a new worktree is named after.
pub(crate) const FIX_IT: &str = "Fix it\n[[demo:plain]]";

impl World {
    /// Mounts a disk of this many megabytes for the lifetime of this world. Returns `false` if that
    /// is not permitted.
    pub(crate) fn mount(&mut self, place: &Path, megabytes: u64) -> bool {
        std::fs::create_dir_all(place).unwrap();
        let size = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        let tried = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(place).output();
        let mounted = tried.is_ok_and(|tried| tried.status.success());
        self.mounted = mounted.then(|| place.to_owned());
        mounted
    }

    /// A `mush` command with JSON output in this world.
    pub(crate) fn mush(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mush"));
        command.env_clear().envs(self.variables());
        command.arg("--data-dir").arg(self.data()).arg("--json").args(args);
        command.current_dir(self.path(""));
        command
    }

    /// What `mush` prints for people, and its exit code.
    pub(crate) fn printed(&self, words: &[&str]) -> (String, Option<i32>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mush"));
        command.env_clear().envs(self.variables()).arg("--data-dir").arg(self.data()).args(words);
        let output = command.stdin(Stdio::null()).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    }

    /// Runs `mush` until it ends.
    pub(crate) fn ask<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Finished {
        Following::begin(self.mush(args), "").end()
    }

    /// Runs `mush`, which must succeed. Returns its lines.
    pub(crate) fn rows<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Vec<Value> {
        let said = self.ask(args);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out
    }

    /// `mush run` of the demo agent in `repo`, in the background.
    pub(crate) fn start(&self, repo: &Path, prompt: &str, more: &[&str]) -> Following {
        Following::begin(self.mush(run_words(repo, more)), prompt)
    }

    /// `mush run` of the demo agent in `repo`, until it ends.
    pub(crate) fn run(&self, repo: &Path, prompt: &str, more: &[&str]) -> Finished {
        self.start(repo, prompt, more).end()
    }

    /// A world whose agent keeps no record, because `.git` may be a file in it.
    pub(crate) fn without_record() -> Self {
        let mut world = Self::new();
        world.set("MUSHER_DEMO", "");
        world
    }

    /// `mush run` of the demo agent in a new worktree of `repo`, until it ends.
    pub(crate) fn in_worktree(&self, repo: &Path, more: &[&str]) -> Finished {
        self.run(repo, FIX_IT, &[&["--worktree"], more].concat())
    }

    /// `mush attach` to a story, in the background.
    pub(crate) fn attach(&self, story: &str) -> Following {
        Following::begin(self.mush(["attach", story]), "")
    }

    /// The story with this id or name.
    pub(crate) fn story(&self, name: &str) -> Story {
        let rows = self.rows(["stories"]);
        let stories = rows.into_iter().map(|row| serde_json::from_value::<Story>(row).unwrap());
        let mut named = stories.filter(|it| it.id.as_str() == name || it.slug.as_str() == name);
        named.next().unwrap_or_else(|| panic!("there is no story {name}"))
    }

    /// Runs `mush`, which must be refused with this code.
    pub(crate) fn refused<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, code: &str) {
        let said = self.ask(args);
        assert_eq!(said.fault(), code, "{}", said.err);
    }

    /// Every run, as `mush runs` prints it.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let rows = self.rows(["runs"]).into_iter();
        rows.map(|row| serde_json::from_value(row).unwrap()).collect()
    }

    /// Every event of a run, as `mush events` prints it.
    pub(crate) fn events(&self, run: &Run) -> Vec<Envelope> {
        let rows = self.rows(["events", run.id.as_str()]).into_iter();
        rows.map(|row| serde_json::from_value(row).unwrap()).collect()
    }

    /// Asserts that the store agrees with journal and logs.
    pub(crate) fn verified(&self) {
        let said = self.ask(["verify"]);
        assert_eq!(said.code, Some(0), "{:#?}\n{}", said.out, said.err);
        assert_eq!(said.out.last().unwrap()["differences"], 0);
    }
}

fn run_words(repo: &Path, more: &[&str]) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec!["run".into()];
    if !more.contains(&"--agent") {
        words.extend(["--agent".into(), "demo".into()]);
    }
    words.extend(["--dir".into(), repo.into(), "--prompt".into(), "-".into()]);
    words.extend(more.iter().map(OsString::from));
    words
}

/// A `mush` in the background.
pub(crate) struct Following {
    child: Child,
    out: Arc<Mutex<Vec<Value>>>,
    err: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Following {
    /// Starts it with `input` as its standard input.
    pub(crate) fn begin(mut command: Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, err) = (Arc::default(), Arc::default());
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let readers = vec![
            // Error ignored: the program need not read its input.
            std::thread::spawn(move || drop(stdin.write_all(input.as_bytes()))),
            read_out(stdout, Arc::clone(&out)),
            read_err(stderr, Arc::clone(&err)),
        ];
        Self { child, out, err, readers }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, like a terminal or the system.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        signal_to(self.pid(), signal);
    }

    /// Kills it without a chance to react.
    pub(crate) fn kill_nine(mut self) -> Finished {
        self.child.kill().unwrap();
        self.end()
    }

    /// The lines that it has printed so far.
    pub(crate) fn so_far(&self) -> Vec<Value> {
        self.out.lock().unwrap().clone()
    }

    /// Its standard error so far.
    pub(crate) fn err_so_far(&self) -> String {
        self.err.lock().unwrap().clone()
    }

    /// Waits until `look` accepts a line; fails with the lines that came instead.
    pub(crate) fn until_line<T>(&self, what: &str, look: impl Fn(&Envelope) -> Option<T>) -> T {
        let deadline = Instant::now() + LONG;
        loop {
            let lines = envelopes(&self.so_far());
            if let Some(found) = lines.iter().find_map(&look) {
                return found;
            }
            if Instant::now() > deadline || self.has_ended() {
                let lines: Vec<String> = lines.iter().map(word).collect();
                panic!("waited in vain: {what}\n{lines:#?}\n{}", self.err_so_far());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.readers.iter().all(JoinHandle::is_finished)
    }

    /// Waits until the story is in this state, for example `needs_you(crashed)`.
    pub(crate) fn until_state(&self, state: &str) {
        self.until_line(state, |line| (state_in(line).as_deref() == Some(state)).then_some(()));
    }

    /// The story that it follows.
    pub(crate) fn story(&self) -> String {
        self.until_line("a story", |line| line.story.as_ref().map(ToString::to_string))
    }

    /// Waits until it ends.
    pub(crate) fn end(mut self) -> Finished {
        let deadline = Instant::now() + LONG;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                Instant::now() < deadline,
                "it does not end; it said:\n{:#?}\n{}",
                self.so_far().last(),
                self.err_so_far()
            );
            std::thread::sleep(Duration::from_millis(10));
        };
        for reader in std::mem::take(&mut self.readers) {
            reader.join().unwrap();
        }
        Finished::of(status, self.so_far(), self.err_so_far())
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // Errors ignored: both calls do nothing if the process was already waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_out(from: impl Read + Send + 'static, to: Arc<Mutex<Vec<Value>>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            // A killed program may leave an incomplete line.
            if let Ok(value) = serde_json::from_slice(&line) {
                to.lock().unwrap().push(value);
            }
        }
    })
}

fn read_err(mut from: impl Read + Send + 'static, to: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            to.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..count]));
        }
    })
}

/// The complete output of a `mush`.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Its exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Its lines of JSON.
    pub(crate) out: Vec<Value>,
    /// Its standard error.
    pub(crate) err: String,
}

impl Finished {
    fn of(status: ExitStatus, out: Vec<Value>, err: String) -> Self {
        Self { code: status.code(), out, err }
    }

    /// The envelopes among its lines.
    pub(crate) fn envelopes(&self) -> Vec<Envelope> {
        envelopes(&self.out)
    }

    /// The story's last state, for example `needs_you(crashed)`.
    pub(crate) fn state(&self) -> String {
        let states = self.envelopes();
        states.iter().rev().find_map(state_in).unwrap_or_else(|| panic!("no state: {}", self.err))
    }

    /// The story that was followed.
    pub(crate) fn story(&self) -> String {
        let lines = self.envelopes();
        let story = lines.iter().find_map(|line| line.story.as_ref());
        story.unwrap_or_else(|| panic!("no story: {}", self.err)).to_string()
    }

    /// The evidence of every ended run, in order.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        let ended = self.journal().into_iter().filter_map(|event| match event {
            JournalEvent::RunEnded { evidence, .. } => Some(*evidence),
            _ => None,
        });
        ended.collect()
    }

    /// The journal's entries in its output.
    pub(crate) fn journal(&self) -> Vec<JournalEvent> {
        let entries = self.envelopes().into_iter().filter_map(|line| match line.source {
            Source::Journal(event) => Some(event),
            Source::Run(_) => None,
        });
        entries.collect()
    }

    /// The runs' events in its output.
    pub(crate) fn events(&self) -> Vec<Event> {
        let events = self.envelopes().into_iter().filter_map(|line| match line.source {
            Source::Run(event) => Some(event),
            Source::Journal(_) => None,
        });
        events.collect()
    }

    /// Every text of the agent, joined.
    pub(crate) fn text(&self) -> String {
        let texts = self.events().into_iter().filter_map(|event| match event {
            Event::Text { text, .. } => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The code of the fault with which it ended.
    pub(crate) fn fault(&self) -> String {
        assert_eq!(self.code, Some(2), "{}", self.err);
        let mut lines = self.err.lines().rev();
        let fault = lines.find_map(|line| serde_json::from_str::<Value>(line).ok());
        let fault = fault.unwrap_or_else(|| panic!("no fault: {}", self.err));
        let advice = [&fault["hint"], &fault["on_terminal"]];
        assert!(
            advice.into_iter().any(|it| it.as_str().is_some_and(|it| !it.is_empty())),
            "a refusal says what to do"
        );
        fault["code"].as_str().unwrap().to_owned()
    }
}

/// The envelopes among lines of JSON.
pub(crate) fn envelopes(lines: &[Value]) -> Vec<Envelope> {
    lines.iter().filter_map(|line| serde_json::from_value(line.clone()).ok()).collect()
}

/// The state in a line, for example `needs_you(crashed)`.
pub(crate) fn state_in(line: &Envelope) -> Option<String> {
    let Source::Journal(JournalEvent::StateChanged { state, reason, .. }) = &line.source else {
        return None;
    };
    let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let state = word(serde_json::to_value(state).unwrap());
    let reason = reason.map(|reason| word(serde_json::to_value(reason).unwrap()));
    Some(reason.map_or(state.clone(), |reason| format!("{state}({reason})")))
}

/// A line in short, for failure messages.
fn word(line: &Envelope) -> String {
    match &line.source {
        Source::Run(event) => event.word().to_owned(),
        Source::Journal(_) => state_in(line).unwrap_or_else(|| "journal".to_owned()),
    }
}
