//! `mush serve`: owns the data directory without a window. It does what every owner does, gives the directory to a
//! program that asks for it, takes it back when nobody owns it, and ends by itself when nothing was left to do for a
//! while. A command that would leave work behind starts one apart from its terminal.

use crate::access::{Access, TIMEOUT};
use crate::run::listen;
use crate::signals::SignalRequest;
use crate::text::Out;
use engine::clock::{Clock, SystemClock};
use engine::owner::{self, Owner};
use engine::store::read::Reader;
use engine::{DataDir, Engine, Opening, Work, runtime};
use protocol::{ErrorCode, Fault, Request, Story};
use serde_json::json;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// The kind of program this is, for other programs.
pub(crate) const ROLE: &str = "mush serve";

/// The kind of program that asks a `mush serve` to end.
const ENDS_IT: &str = "mush serve --end";

/// How long an owner that is asked for the directory may take to begin to listen.
const UNTIL_IT_LISTENS: Duration = Duration::from_millis(500);

/// The kind of program that the window is.
const WINDOW: &str = "app";

/// How often it is looked who owns the directory and what is left to do.
const LOOK: Duration = Duration::from_millis(500);

/// How long it is looked whether a follower takes over, before a program is started for it.
const UNTIL_TAKEN: Duration = Duration::from_millis(400);

/// How often that is looked at.
const LOOK_CLOSELY: Duration = Duration::from_millis(20);

/// What a look at the directory came to.
enum Look {
    /// Something is left to do or to wait for.
    Busy,
    /// Nothing is.
    AtRest,
    /// This program is not needed any more; why.
    Over(String),
}

/// Owns the directory until nothing was left to do for so long.
pub(crate) fn serve(access: &Access, out: Out, linger: Duration) -> Result<u8, Fault> {
    let mut requests = listen()?;
    access.dir.create()?;
    let mut server = Server { access, out, engine: None, follows: None, waits_for_reset: false };
    let mut at_rest_since: Option<Instant> = None;
    let why = loop {
        at_rest_since = match server.look()? {
            Look::Over(why) => break why,
            Look::Busy => None,
            Look::AtRest => at_rest_since.or_else(|| Some(Instant::now())),
        };
        if at_rest_since.is_some_and(|since| since.elapsed() >= linger) && server.closes_at_rest() {
            break "Nothing is left to do.".to_owned();
        }
        if let Some(request) = server.wait(&mut requests)? {
            break server.asked_to_end(request);
        }
    };
    server.leave();
    server.say("ended", &why);
    Ok(0)
}

/// Asks the `mush serve` that owns the directory to end.
pub(crate) fn end(access: &Access, out: Out) -> Result<u8, Fault> {
    let root = access.dir.root().display();
    let Some(server) = owner::owner(&access.dir)?.filter(is_server) else {
        out.note(&format!("No mush serve owns {root}."));
        return Ok(0);
    };
    owner::ask(&access.dir, &Request::Yield { role: ENDS_IT.to_owned() }, UNTIL_IT_LISTENS)?;
    let reader = access.open_store()?;
    let goes_on = reader.stories()?.iter().any(Story::goes_on_by_itself);
    let words = if goes_on { left(&reader)? } else { "" };
    out.note(format!("{server} ends. {words}").trim_end());
    Ok(0)
}

/// What nobody looks after when a server ends although stories go on by themselves.
fn left(reader: &Reader) -> engine::Result<&'static str> {
    let is_live = reader.runs(None)?.iter().any(|run| run.outcome.is_none());
    Ok(match is_live {
        true => "Agents go on, and nobody looks after them: mush serve",
        false => "Nobody has the stories go on that wait: mush serve",
    })
}

struct Server<'a> {
    access: &'a Access,
    out: Out,
    engine: Option<Engine>,
    /// The program that owns the directory, while this one waits for it.
    follows: Option<Owner>,
    /// Whether only the reset of a limit is waited for, after which no story goes on by itself.
    waits_for_reset: bool,
}

impl Server<'_> {
    /// Looks who owns the directory, owns it if nobody does, and looks what is left to do.
    fn look(&mut self) -> Result<Look, Fault> {
        let dir = &self.access.dir;
        if !dir.root().exists() {
            return Ok(Look::Over(format!("{} is gone.", dir.root().display())));
        }
        if let Some(engine) = self.engine.take_if(|engine| !engine.is_owner())
            && engine.yielded_to() == Some(ENDS_IT)
        {
            return Ok(Look::Over(format!("Ended by `{ENDS_IT}`.")));
        }
        if let Some(engine) = &self.engine {
            // An engine that has just ended is found at the next look.
            let left = engine.work_left().unwrap_or(Work::GoesOn);
            let waits = left == Work::Reset;
            if waits && !std::mem::replace(&mut self.waits_for_reset, waits) {
                self.say("waits", "Stays until the last limit has reset; no story goes on then.");
            }
            self.waits_for_reset = waits;
            return Ok(look(left != Work::None));
        }
        match owner::owner(dir)? {
            None => self.own(),
            Some(other) if is_server(&other) => {
                Ok(Look::Over(format!("{other} does this already.")))
            }
            Some(other) => {
                if self.follows.as_ref() != Some(&other) {
                    let words = format!("{other} owns {}; this one waits.", dir.root().display());
                    self.say("follows", &words);
                    self.follows = Some(other);
                }
                Ok(look(is_work_stored(dir)))
            }
        }
    }

    fn own(&mut self) -> Result<Look, Fault> {
        // Another program may have been faster.
        if let Opening::Owner(engine) = self.access.open(ROLE)? {
            self.engine = Some(engine);
            self.follows = None;
            let words = format!(
                "Owns {}. Ctrl-C ends this; agents go on.",
                self.access.dir.root().display()
            );
            self.say("owns", &words);
        }
        Ok(Look::Busy)
    }

    /// Whether the directory was released, or belongs to another program.
    fn closes_at_rest(&mut self) -> bool {
        self.engine.as_ref().is_none_or(|engine| engine.close_at_rest("nothing is left to do"))
    }

    fn asked_to_end(&self, request: SignalRequest) -> String {
        let is_left = self.engine.as_ref().is_some_and(does_go_on);
        match (request, is_left) {
            (SignalRequest::Stop, true) => {
                // What cannot be read may go on.
                let words = Reader::open(&self.access.dir.store()).and_then(|it| left(&it));
                words.unwrap_or("Nobody looks after what goes on: mush serve").to_owned()
            }
            (SignalRequest::Stop, false) => "Ended by Ctrl-C.".to_owned(),
            (SignalRequest::Leave, _) => "Asked to end.".to_owned(),
        }
    }

    fn leave(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.close("done");
        }
    }

    fn say(&self, state: &str, words: &str) {
        let root = self.access.dir.root().display().to_string();
        let facts = json!({"state": state, "data_dir": root, "pid": std::process::id()});
        self.out.one(&facts, |_| words.to_owned());
    }

    fn wait(
        &self,
        requests: &mut UnboundedReceiver<SignalRequest>,
    ) -> Result<Option<SignalRequest>, Fault> {
        let next = async {
            tokio::select! {
                Some(request) = requests.recv() => Some(request),
                () = tokio::time::sleep(LOOK) => None,
            }
        };
        runtime::wait(next).map_err(|error| Fault::from(engine::Error::Thread(error)))
    }
}

/// Whether something goes on by itself, for which nobody looks after the directory when it is released.
pub(crate) fn does_go_on(engine: &Engine) -> bool {
    engine.work_left().is_ok_and(|left| left == Work::GoesOn)
}

fn look(is_work_left: bool) -> Look {
    if is_work_left { Look::Busy } else { Look::AtRest }
}

/// Whether the store has a story that goes on or waits for a reset. One that cannot be read may have.
fn is_work_stored(dir: &DataDir) -> bool {
    let now = SystemClock.now();
    let left = || -> engine::Result<bool> {
        let reader = Reader::open(&dir.store())?;
        let goes_on = |story: &Story| story.goes_on_by_itself() || story.waits_for_reset(now);
        Ok(reader.goes_on()? || reader.stories()?.iter().any(goes_on))
    };
    left().unwrap_or(true)
}

/// Whether the owner is a `mush serve`.
pub(crate) fn is_server(owner: &Owner) -> bool {
    owner.record.as_ref().is_some_and(|record| record.role == ROLE)
}

/// Whether the owner stays as long as something is left to do.
fn stays(owner: &Owner) -> bool {
    is_server(owner) || owner.record.as_ref().is_some_and(|record| record.role == WINDOW)
}

/// Has a program own the directory that stays as long as something is left to do. Gives the owner.
pub(crate) fn be_looked_after(access: &Access) -> Result<Owner, Fault> {
    match owner::owner(&access.dir)? {
        Some(owner) if stays(&owner) => Ok(owner),
        _ => start(access),
    }
}

/// Waits a moment for a follower to own the directory; if none does, starts a program for it.
pub(crate) fn hand_over(access: &Access) -> Result<(), Fault> {
    let deadline = Instant::now() + UNTIL_TAKEN;
    while Instant::now() < deadline {
        if owner::is_owned(&access.dir)? {
            return Ok(());
        }
        std::thread::sleep(LOOK_CLOSELY);
    }
    start(access).map(drop)
}

/// Starts `mush serve` apart from this process and its terminal; waits until the directory has an owner, which may be
/// another one.
fn start(access: &Access) -> Result<Owner, Fault> {
    let root = access.dir.root();
    access.dir.create()?;
    let mut command = Command::new(&access.program);
    command.arg("serve").arg("--data-dir").arg(root).current_dir(root);
    // An agent that starts a story must not take its server along when it is stopped.
    command.env_remove(keeper::MARKER_VARIABLE);
    let mut child =
        keeper::launch::start_apart(&mut command).map_err(|error| not_started(access, &error))?;
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(owner) = owner::owner(&access.dir)?.filter(|owner| owner.record.is_some()) {
            return Ok(owner);
        }
        match child.try_wait() {
            Ok(Some(status)) if !status.success() => return Err(not_started(access, &status)),
            _ if Instant::now() > deadline => {
                return Err(not_started(access, &"it does not answer"));
            }
            _ => std::thread::sleep(LOOK_CLOSELY),
        }
    }
}

fn not_started(access: &Access, why: &dyn std::fmt::Display) -> Fault {
    Fault::new(
        ErrorCode::CannotStart,
        format!("mush serve could not be started: {why}"),
        format!("`mush serve` says why; the log is in {}.", access.dir.log().display()),
    )
}
