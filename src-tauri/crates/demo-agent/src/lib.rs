//! Musher's built-in demo agent: a program that behaves on its streams like Claude Code 2.1.330 in
//! two-way mode, without a model. New users without an agent program see it at work, and tests use
//! it as a fake agent. It plays a recorded story for any prompt, other scenes for prompts with a
//! marker such as `[[demo:ask]]`, and misbehaves on request (`[[demo:plain crash=KILL]]`). It
//! deliberately shares no code with the decoders: two independent implementations of one format
//! check each other.
//!
//! Environment: `MUSHER_DEMO_SPEED` (pauses are divided by it, 0 for none), `MUSHER_DEMO_HOME`
//! (where its sessions are stored), `MUSHER_DEMO` (directives that apply from the start, as in a
//! marker but without brackets). [`scenes`] lists the scenes, [`misbehaviours`] the misbehaviours.

#![deny(missing_docs)]

mod args;
mod consent;
mod conversation;
mod ids;
mod input;
mod markers;
mod misbehave;
mod price;
mod scenario;
mod scratch;
mod session;
mod signals;
mod stage;
mod tools;
mod truth;
mod turn;
mod wire;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::args::{Settings, Wanted};
use crate::conversation::Conversation;
use crate::tools::bash::Running;

pub use scratch::{ScratchError, scratch_repository};
pub use stage::Speed;
pub use truth::content_hash;

/// The version of Claude Code that the demo agent imitates.
pub const VERSION: &str = "2.1.330";

/// The environment of a conversation besides its streams.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// Where sessions are stored.
    pub home: PathBuf,
    /// How fast it plays.
    pub speed: Speed,
    /// Directives that apply from the start, as in `MUSHER_DEMO`.
    pub directives: String,
}

impl Surroundings {
    /// The environment of this process.
    ///
    /// # Errors
    ///
    /// If the working directory cannot be found.
    pub fn of_process() -> io::Result<Self> {
        let variable = |name| std::env::var(name).unwrap_or_default();
        Ok(Self {
            cwd: std::env::current_dir()?,
            home: home(),
            speed: Speed::of(&std::env::var("MUSHER_DEMO_SPEED").unwrap_or_else(|_| "1".into())),
            directives: variable("MUSHER_DEMO"),
        })
    }
}

/// `$MUSHER_DEMO_HOME`, else `musher-demo` in the user's data directory.
fn home() -> PathBuf {
    let path = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = path("MUSHER_DEMO_HOME") {
        return home;
    }
    let data = if cfg!(windows) { path("LOCALAPPDATA") } else { path("XDG_DATA_HOME") };
    let data = data.or_else(|| path("HOME").map(|home| home.join(".local").join("share")));
    data.unwrap_or_else(std::env::temp_dir).join("musher-demo")
}

/// Runs the demo agent as a program; `args` are the arguments after its name (`mush demo-agent`
/// removes two words). It must be called before the process has other threads: it blocks the
/// signals that it waits for in the calling thread, and threads started later inherit that.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let wanted = match args::parse(args) {
        Ok(wanted) => wanted,
        Err(refused) => return complain(&refused),
    };
    match wanted {
        Wanted::Version => print(&format!("{VERSION} (Musher demo agent)\n")),
        Wanted::AuthStatus => print(&format!("{:#}\n", auth_status())),
        Wanted::Talk(settings) => talk(&settings),
    }
}

fn talk(settings: &Settings) -> ExitCode {
    if settings.two_way && io::stdin().is_terminal() {
        return complain(&args::Refused::NoPrompt);
    }
    let around = match Surroundings::of_process() {
        Ok(around) => around,
        Err(error) => return complain(&format!("error: no working directory: {error}")),
    };
    let running = Running::default();
    let conversation = Conversation::begin(settings, &around, Box::new(io::stdout()), &running);
    let conversation = match conversation {
        Ok(conversation) => conversation,
        Err(begun) => return ExitCode::from(begun),
    };
    signals::watch(conversation.sender(), running);
    let code = conversation.run(Box::new(io::stdin()));
    if io::stdout().is_terminal() {
        // The real program shows the cursor again, without a line end.
        print("\x1b[?25h");
    }
    ExitCode::from(code)
}

/// Holds a conversation over the given streams; `args` are the arguments after the program's name.
/// Returns the exit code. Signals are not handled, and misbehaviours that end a process end this
/// one.
pub fn converse(
    args: impl Iterator<Item = OsString>,
    around: &Surroundings,
    stdin: Box<dyn Read + Send>,
    stdout: Box<dyn Write + Send>,
) -> u8 {
    let settings = match args::parse(args) {
        Ok(Wanted::Talk(settings)) => settings,
        Ok(_) => return 0,
        Err(refused) => {
            tell(&refused);
            return 1;
        }
    };
    match Conversation::begin(&settings, around, stdout, &Running::default()) {
        Ok(conversation) => conversation.run(stdin),
        Err(code) => code,
    }
}

/// The names of the scenes for markers. The story for prompts without a marker is not among them.
pub fn scenes() -> impl Iterator<Item = &'static str> {
    scenario::SCENES.iter().map(|scene| scene.name)
}

/// The keys of the misbehaviours for markers.
pub fn misbehaviours() -> impl Iterator<Item = &'static str> {
    misbehave::KEYS.iter().copied()
}

fn auth_status() -> Value {
    json!({
        "loggedIn": true,
        "authMethod": "demo",
        "apiProvider": "firstParty",
        "analyticsDisabled": true,
        "projectsDirectory": home().join("sessions"),
        "configDirectory": home(),
        "loginExpiresAt": null,
        "consoleProfileSignInOffered": false,
    })
}

fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(problem: &impl Display) -> ExitCode {
    tell(problem);
    ExitCode::FAILURE
}

/// Prints a message on stderr.
fn tell(text: &(impl Display + ?Sized)) {
    // Error ignored: if stderr is closed, it cannot be reported.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Reports a failed write on stderr and continues.
fn report(written: io::Result<()>, what: &str) {
    if let Err(error) = written {
        tell(&format!("{what} cannot be written: {error}"));
    }
}
