//! `mush run`, `attach` and `wait`: start a story, follow a story, and return the exit code for its
//! state.

use crate::access::Access;
use crate::act::{self, text_or_stdin};
use crate::advice;
use crate::args::{Permission, RunArgs};
use crate::begin::{Begun, begin, let_go};
use crate::follow::{Followed, Follower};
use crate::serve;
use crate::signals::{self, SignalRequest};
use crate::text::{self, Out};
use engine::env::Environment;
use engine::owner::{self, Owner};
use engine::{Engine, programs, written_path};
use protocol::{
    AgentId, ErrorCode, Fault, PermissionChoice, Profile, Reason, Reply, SessionId, StartDefault,
    StartStory, Story, StoryId, StoryState,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

const NEEDS_YOU: u8 = 10;
const LIMITED: u8 = 11;
pub(crate) const STOPPED: u8 = 12;
const LOST: u8 = 13;

/// How long a story that was started and left is looked at until it starts or is held.
const UNTIL_DECIDED: Duration = Duration::from_millis(500);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// The exit code when this program leaves after a hangup: 128 + SIGHUP, as a shell reports it.
const LEFT: u8 = 129;

pub(crate) fn run(access: &Access, out: Out, args: RunArgs) -> Result<u8, Fault> {
    let (detach, wait) = (args.detach, args.wait);
    let start = start_story(args)?;
    // From here on Ctrl-C stops the story, also while it is being started.
    let mut requests = listen()?;
    if detach && let Err(fault) = serve::be_looked_after(access) {
        // The story is started all the same, and its owner is named at the end.
        text::fault(&fault);
    }
    let Begun { engine, story, left } = begin(access, start, &mut requests)?;
    if detach || left {
        let is_whole = engine.map_or(Ok(true), |engine| let_go(access, engine, &mut requests))?;
        if left || !is_whole {
            return Ok(LEFT);
        }
        let owner = owner::owner(&access.dir)?;
        let story = once_decided(access, &story)?;
        out.one(&story, |story| detached(story, owner.as_ref()));
        return Ok(0);
    }
    follow(
        access,
        out,
        engine,
        &story,
        requests,
        Way { stops: true, wait_out: wait, print: true, role: "mush run" },
    )
}

pub(crate) fn attach(access: &Access, out: Out, story: &str) -> Result<u8, Fault> {
    let story = act::story_id(access, story)?;
    follow(
        access,
        out,
        None,
        &story,
        listen()?,
        Way { stops: false, wait_out: false, print: true, role: "mush attach" },
    )
}

pub(crate) fn wait(access: &Access, out: Out, story: &str) -> Result<u8, Fault> {
    let story = act::story_id(access, story)?;
    follow(
        access,
        out,
        None,
        &story,
        listen()?,
        Way { stops: false, wait_out: false, print: false, role: "mush wait" },
    )
}

/// A story that was just made, once it is decided whether it starts or a limit holds it; after a moment as it stands.
fn once_decided(access: &Access, story: &StoryId) -> Result<Story, Fault> {
    let deadline = Instant::now() + UNTIL_DECIDED;
    loop {
        let story = access.reader()?.story(story.as_str())?;
        if story.state != StoryState::Draft || Instant::now() > deadline {
            return Ok(story);
        }
        std::thread::sleep(LOOK);
    }
}

/// Who goes on with a story that was started and left.
fn detached(story: &Story, owner: Option<&Owner>) -> String {
    let name = story.slug.as_str();
    match owner {
        Some(_) if story.state == StoryState::Limited => act::held(name, story),
        Some(owner) => format!(
            "{name} was started and goes on by itself: {owner} looks after it. To follow it: mush attach {name}"
        ),
        None => format!(
            "{name} was started, and nobody looks after it: its end needs the window, `mush serve`, or: mush attach {name}"
        ),
    }
}

pub(crate) fn listen() -> Result<UnboundedReceiver<SignalRequest>, Fault> {
    signals::listen().map_err(|error| {
        Fault::new(ErrorCode::Internal, format!("signals cannot be heard: {error}"), "Try again.")
    })
}

struct Way {
    stops: bool,
    wait_out: bool,
    print: bool,
    role: &'static str,
}

fn follow(
    access: &Access,
    out: Out,
    engine: Option<Engine>,
    story: &StoryId,
    requests: UnboundedReceiver<SignalRequest>,
    way: Way,
) -> Result<u8, Fault> {
    let follower = Follower {
        access,
        out,
        engine,
        requests,
        stops: way.stops,
        wait_out: way.wait_out,
        print: way.print,
        role: way.role,
    };
    match follower.follow(story)? {
        Followed::Left => Ok(LEFT),
        Followed::Settled(story) => {
            let line = if way.print { "\n" } else { "" };
            let owner = owner::owner(&access.dir)?;
            out.note(&format!("{line}{}", closing(&story, owner.as_ref())));
            Ok(exit_code(&story))
        }
    }
}

fn closing(story: &Story, owner: Option<&Owner>) -> String {
    let detail = story
        .detail
        .as_ref()
        .map(|detail| format!(": {}", text::clean(detail)))
        .unwrap_or_default();
    let stands = format!("{} {}{detail}", story.slug, text::state(story));
    let used = format!(
        "{}, {}",
        text::tokens(story.tokens, story.is_partial),
        text::money(story.cost_micros, story.cost_basis)
    );
    [stands, used].into_iter().chain(advice::after(story, owner)).collect::<Vec<_>>().join("\n")
}

fn exit_code(story: &Story) -> u8 {
    match (story.state, story.reason) {
        (StoryState::Done | StoryState::Archived, _) => 0,
        (StoryState::Limited, _) => LIMITED,
        (StoryState::Stopped, _) => STOPPED,
        (_, Some(Reason::Lost)) => LOST,
        _ => NEEDS_YOU,
    }
}

/// The error for a reply of the wrong kind, which an owner of another version may send.
pub(crate) fn does_not_fit(reply: &Reply) -> Fault {
    Fault::new(
        ErrorCode::Internal,
        format!("the owner gave an answer that does not fit: {reply:?}"),
        "Use the same version of Musher everywhere.",
    )
}

fn start_story(args: RunArgs) -> Result<StartStory, Fault> {
    let set_env =
        args.env.iter().map(|pair| variable(pair)).collect::<Result<BTreeMap<_, _>, _>>()?;
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let defaults = defaults_of(&args);
    let start = StartStory {
        id: StoryId::generate(),
        agent: AgentId::new(args.agent),
        dir: absolute(&args.dir)?,
        prompt: text_or_stdin(&args.prompt)?,
        title: args.title,
        profile: Profile {
            model: args.model,
            permission: match args.permission {
                None | Some(Permission::Ask) => PermissionChoice::Ask,
                Some(Permission::Deny) => PermissionChoice::Deny,
                Some(Permission::AcceptEdits) => PermissionChoice::AcceptEdits,
                Some(Permission::FullAccess) => PermissionChoice::FullAccess,
            },
            allowed_tools: args.allowed_tools,
            add_dirs: args.add_dirs.iter().map(|dir| absolute(dir)).collect::<Result<_, _>>()?,
            extra_args: args.extra_args,
            bin: args.bin.map(|path| program(&path, &args.dir)).transpose()?,
            end_descendants: false,
        },
        gates: args.gates,
        resume: args.resume.map(SessionId::new),
        resume_on_reset: args.wait,
        new_branch: false,
        worktree: None,
        base: None,
        fetch: false,
        copy: Vec::new(),
        set_up: Vec::new(),
        defaults,
        env: Some(env.collect()),
        set_env,
    };
    Ok(args.place.put_into(start))
}

/// The values that no option sets, so that the configuration sets them.
fn defaults_of(args: &RunArgs) -> BTreeSet<StartDefault> {
    let left_out = [
        (StartDefault::Model, args.model.is_none()),
        (StartDefault::Permission, args.permission.is_none()),
        (StartDefault::Arguments, args.extra_args.is_empty()),
        (StartDefault::Gates, args.gates.is_empty() && !args.no_gates),
    ];
    left_out
        .into_iter()
        .filter(|(_, is_left_out)| *is_left_out)
        .map(|(default, _)| default)
        .collect()
}

fn variable(pair: &str) -> Result<(String, String), Fault> {
    match pair.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Fault::new(
            ErrorCode::BadInput,
            format!("\"{pair}\" is no NAME=VALUE"),
            "For example: --env API_URL=http://localhost",
        )),
    }
}

/// A program that a person named: by a path, or by a name that is searched in PATH. A name alone is never a
/// file of this directory or of the story's repository.
pub(crate) fn program(path: &Path, dir: &Path) -> Result<String, Fault> {
    if path.components().count() > 1 || path.has_root() {
        return absolute(path);
    }
    let name = path.display().to_string();
    match programs::on_path(&name, &Environment::of_this_process(), Some(dir)) {
        Some(file) => absolute(&file),
        None => Err(Fault::new(
            ErrorCode::BadInput,
            format!("there is no program \"{name}\" in PATH"),
            format!("Give its path, for example --bin ./{name}"),
        )),
    }
}

/// The absolute path of a folder or program. If nothing exists at the path as written, it is read
/// as a shell would read it; a shell does not expand the `~` in `--dir=~/x`, for example.
fn absolute(path: &Path) -> Result<String, Fault> {
    let here = |path: &Path| {
        std::path::absolute(path).map_err(|error| {
            Fault::new(
                ErrorCode::BadInput,
                format!("\"{}\" is no path: {}", path.display(), engine::words(&error)),
                "Name a folder that exists.",
            )
        })
    };
    let written = here(path)?;
    let home = Environment::of_this_process().home();
    let meant = path.to_str().map(|text| written_path::readings(text, home.as_deref()));
    let meant = meant.into_iter().flatten().filter_map(|path| here(&path).ok());
    let absolute = match written.exists() {
        true => written,
        false => meant.into_iter().find(|path| path.exists()).unwrap_or(written),
    };
    absolute.into_os_string().into_string().map_err(|path| {
        Fault::new(
            ErrorCode::BadInput,
            format!("the path {} is not text", path.to_string_lossy()),
            "Rename it: agents take their paths as UTF-8.",
        )
    })
}
