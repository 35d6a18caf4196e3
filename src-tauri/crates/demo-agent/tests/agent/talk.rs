//! Holds conversations with the demo agent: in this process over pipes, or with the real program as
//! a process. All waits are for a line with a time limit; nothing sleeps.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use demo_agent::{Speed, Surroundings};
use serde_json::{Value, json};

/// A time limit that is longer than anything takes on a slow machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// The flags with which Musher starts it.
pub(crate) const FLAGS: &[&str] = &[
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--include-partial-messages",
    "--permission-prompt-tool",
    "stdio",
];

/// A directory for the agent's work and one for its sessions.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("work")).expect("a directory");
        Self { dir }
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.dir.path().canonicalize().expect("it exists").join("work")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A path beside both.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts a conversation in this process with the usual flags and `more`.
    pub(crate) fn talk(&self, more: &[&str]) -> Talk {
        Talk::inside(self, &[FLAGS, more].concat(), "")
    }

    /// Sends one prompt and closes stdin. Returns every line of the answer and the exit code.
    pub(crate) fn once(&self, prompt: &str, more: &[&str]) -> (Vec<Value>, u8) {
        let mut talk = self.talk(more);
        talk.prompt(prompt);
        talk.close();
        let lines = talk.rest();
        (lines, talk.code())
    }
}

/// A conversation that goes on.
pub(crate) struct Talk {
    stdin: Option<Box<dyn Write + Send>>,
    lines: Receiver<String>,
    end: End,
}

enum End {
    Thread(JoinHandle<u8>),
    Process(Child),
}

impl Talk {
    /// In a thread of this process, with directives that apply from the start.
    pub(crate) fn inside(place: &Place, args: &[&str], directives: &str) -> Self {
        let (stdin, feed) = std::io::pipe().expect("a pipe");
        let (lines, stdout) = std::io::pipe().expect("a pipe");
        let around = Surroundings {
            cwd: place.work(),
            home: place.home(),
            speed: Speed::Unpaused,
            directives: directives.into(),
        };
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        let thread = std::thread::spawn(move || {
            demo_agent::converse(args.into_iter(), &around, Box::new(stdin), Box::new(stdout))
        });
        Self { stdin: Some(Box::new(feed)), lines: lines_of(lines), end: End::Thread(thread) }
    }

    /// As a separate process.
    pub(crate) fn process(place: &Place, more: &[&str]) -> Self {
        let mut command = program(place);
        command.args(FLAGS).args(more).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the demo agent starts");
        let stdin = child.stdin.take().expect("piped");
        let stdout = child.stdout.take().expect("piped");
        Self { stdin: Some(Box::new(stdin)), lines: lines_of(stdout), end: End::Process(child) }
    }

    /// Writes one message.
    pub(crate) fn send(&mut self, message: &Value) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        // Error ignored: in some tests the agent has already ended.
        let _ = stdin.write_all(format!("{message}\n").as_bytes()).and_then(|()| stdin.flush());
    }

    pub(crate) fn prompt(&mut self, text: &str) {
        let content = json!([{"type": "text", "text": text}]);
        let message = json!({"role": "user", "content": content});
        self.send(&json!({"type": "user", "message": message, "parent_tool_use_id": null}));
    }

    pub(crate) fn control(&mut self, id: &str, subtype: &str) {
        let request = json!({"subtype": subtype});
        self.send(&json!({"type": "control_request", "request_id": id, "request": request}));
    }

    /// Answers the question `asked`.
    pub(crate) fn answer(&mut self, asked: &Value, response: &Value) {
        let id = &asked["request_id"];
        let response = json!({"subtype": "success", "request_id": id, "response": response});
        self.send(&json!({"type": "control_response", "response": response}));
    }

    pub(crate) fn allow(&mut self, asked: &Value) {
        self.answer(
            asked,
            &json!({"behavior": "allow", "updatedInput": asked["request"]["input"]}),
        );
    }

    /// Closes stdin.
    pub(crate) fn close(&mut self) {
        self.stdin = None;
    }

    /// The next line as text; `None` at the end of stdout.
    pub(crate) fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(TIMEOUT) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the agent says nothing"),
        }
    }

    /// Reads lines up to the first one for which `is` is true. Returns all of them.
    pub(crate) fn until(&mut self, is: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let line = self.line().unwrap_or_else(|| panic!("it ended before: {seen:#?}"));
            let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
            let found = is(&message);
            seen.push(message);
            if found {
                return seen;
            }
        }
    }

    /// Reads up to a line of this type and returns it.
    pub(crate) fn next(&mut self, kind: &str) -> Value {
        self.until(|line| line["type"] == kind).pop().expect("the last one is it")
    }

    /// Whether nothing arrives for this long, not even the end.
    pub(crate) fn is_quiet_for(&mut self, time: Duration) -> bool {
        self.lines.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
    }

    /// All lines until the end of stdout that are JSON.
    pub(crate) fn rest(&mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            lines.extend(serde_json::from_str(&line));
        }
        lines
    }

    /// The exit code; a process killed by a signal panics here.
    pub(crate) fn code(self) -> u8 {
        match self.end {
            End::Thread(thread) => thread.join().expect("the agent does not panic"),
            End::Process(mut child) => {
                let status = child.wait().expect("it can be waited for");
                u8::try_from(status.code().expect("it ended by itself")).expect("a small number")
            }
        }
    }

    /// The process behind the conversation.
    #[cfg(unix)]
    pub(crate) fn child(&mut self) -> &mut Child {
        match &mut self.end {
            End::Process(child) => child,
            End::Thread(_) => panic!("this conversation has no process"),
        }
    }
}

fn lines_of(stdout: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = Vec::new();
        while stdout.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
            line.clear();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    lines
}

/// The demo agent as a program, in `place`.
pub(crate) fn program(place: &Place) -> Command {
    let mut command = Command::new(executable());
    command.current_dir(place.work());
    command.env("MUSHER_DEMO_HOME", place.home()).env("MUSHER_DEMO_SPEED", "0");
    command.env_remove("MUSHER_DEMO");
    command
}

/// Cargo builds the examples together with the tests, in `<target>/<profile>/examples`.
fn executable() -> PathBuf {
    let test = std::env::current_exe().expect("this test is a program");
    let profile = test.parent().and_then(Path::parent).expect("two folders up");
    let name = format!("demo-agent{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(name);
    assert!(path.is_file(), "{} is missing: run the tests without a target filter", path.display());
    path
}

/// The lines of one type.
pub(crate) fn of_type<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// The only `result` of a run.
pub(crate) fn result(lines: &[Value]) -> &Value {
    let results = of_type(lines, "result");
    assert_eq!(results.len(), 1, "one result: {results:#?}");
    results[0]
}
