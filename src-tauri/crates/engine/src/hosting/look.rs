//! Looks up the pull request of a branch on its host, and begins one.

use super::ask::{Asker, refused, unreadable};
use crate::command::Output;
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git::PushTarget;
use forge::{Call, HostKind, Program, Remote, github, gitlab, new_page};
use protocol::{ErrorCode, HostTool, Hosted, PullRequest, ToolState};
use std::path::PathBuf;

/// The longest text of a pull request (bytes), which fits into one argument of a program on every system.
const LONGEST_TEXT: usize = 20_000;

/// How much of a log is kept (bytes): its end, where the failure is.
const LOG_LENGTH: usize = 64 * 1024;

/// A branch whose pull request is meant.
#[derive(Clone, Debug)]
pub(crate) struct HostPlace {
    /// The environment in which somebody is signed in.
    pub(crate) environment: Environment,
    /// The root of the worktree.
    pub(crate) root: PathBuf,
    /// The branch's short name.
    pub(crate) branch: String,
    /// The short name of the branch into which it is to be merged, without a remote's name.
    pub(crate) base: Option<String>,
    /// Where it is pushed to.
    pub(crate) target: PushTarget,
}

/// The repositories of a pull request.
struct Sides {
    /// The one that has the branch.
    from: Remote,
    /// The one that takes it.
    into: Remote,
}

impl HostPlace {
    fn asker(&self) -> Asker<'_> {
        Asker { environment: &self.environment, root: &self.root }
    }

    fn sides(&self) -> Option<Sides> {
        let from = Remote::of(&self.target.address)?;
        let into = self.target.into.as_deref().and_then(Remote::of);
        // A pull request does not go from one host to another.
        let into = into.filter(|into| into.authority() == from.authority());
        Some(Sides { into: into.unwrap_or_else(|| from.clone()), from })
    }

    /// The program for the host, and whether it can be used.
    async fn tool(&self, sides: &Sides) -> Result<Option<Tool>> {
        let candidates: &[Program] = match sides.from.kind() {
            HostKind::GitHub => &[Program::Gh],
            HostKind::GitLab => &[Program::Glab],
            // The name does not say what it is; who is signed in there does.
            HostKind::Other => &[Program::Gh, Program::Glab],
            HostKind::Bitbucket | HostKind::Gitea => &[],
        };
        let is_certain = candidates.len() == 1;
        for program in candidates {
            let tool = self.asked(*program, sides).await?;
            if is_certain || tool.state == ToolState::Ready {
                return Ok(Some(tool));
            }
        }
        Ok(None)
    }

    async fn asked(&self, program: Program, sides: &Sides) -> Result<Tool> {
        let tool = |state, said| Tool { program, state, said };
        let asker = self.asker();
        if asker.find(program).await?.is_none() {
            return Ok(tool(ToolState::Missing, None));
        }
        let call = match program {
            Program::Gh => github::signed_in(&sides.into),
            Program::Glab => gitlab::signed_in(&sides.into),
        };
        match asker.run(&call).await {
            Ok(said) if program.says_signed_out(&[&*said.stderr, &*said.stdout].concat()) => {
                Ok(tool(ToolState::SignedOut, None))
            }
            Ok(Output { ok: true, .. }) => Ok(tool(ToolState::Ready, None)),
            Ok(said) => Ok(tool(ToolState::Unknown, Some(not_said(program, &said)))),
            Err(Error::Refused(fault)) => Ok(tool(ToolState::Unknown, Some(fault.message))),
            Err(error) => Err(error),
        }
    }

    /// The program that is there and in which somebody is signed in.
    async fn ready(&self) -> Result<(Sides, Program)> {
        let sides = self.sides().ok_or_else(|| no_host(&self.target.remote))?;
        match self.tool(&sides).await? {
            Some(Tool { program, state: ToolState::Ready, .. }) => Ok((sides, program)),
            Some(tool) => Err(not_ready(&tool, &sides)),
            None => Err(no_program(&sides)),
        }
    }
}

/// The program for a host.
struct Tool {
    program: Program,
    state: ToolState,
    /// What it said, if it is not known whether somebody is signed in.
    said: Option<String>,
}

/// What the host has of a branch. What it does not say is not known, with its words.
///
/// # Errors
/// If a program cannot be looked for.
pub(crate) async fn look(place: &HostPlace) -> Result<Hosted> {
    let Some(sides) = place.sides() else { return Ok(Hosted::default()) };
    let tool = place.tool(&sides).await?;
    let base = place.base.as_deref();
    let page = base.and_then(|base| new_page(&sides.into, &from_name(&sides, &place.branch), base));
    let repository = format!("{}/{}", sides.into.authority(), sides.into.path);
    let mut hosted = Hosted { repository: Some(repository), page, ..Hosted::default() };
    let Some(Tool { program, state, said }) = tool else { return Ok(hosted) };
    hosted.tool = Some(HostTool { name: program.name().to_owned(), state });
    hosted.why_unknown = said;
    let found = match (state, program) {
        (ToolState::Ready, Program::Gh) => of_github(place, &sides).await,
        (ToolState::Ready, Program::Glab) => of_gitlab(place, &sides).await,
        _ => return Ok(hosted),
    };
    match found {
        Ok(found) => (hosted.is_known, hosted.pull_request) = (true, found),
        Err(Error::Refused(fault)) => hosted.why_unknown = Some(fault.message),
        Err(error) => return Err(error),
    }
    Ok(hosted)
}

/// How the page of the host names the branch.
fn from_name(sides: &Sides, branch: &str) -> String {
    match sides.from == sides.into || sides.from.kind() != HostKind::GitHub {
        true => branch.to_owned(),
        false => format!("{}:{branch}", sides.from.owner()),
    }
}

async fn of_github(place: &HostPlace, sides: &Sides) -> Result<Option<PullRequest>> {
    let call = github::of_branch(&sides.into, &place.branch);
    let answer = place.asker().text(&call).await?;
    github::found(&answer, &sides.from).map_err(|error| unreadable(Program::Gh, &error))
}

async fn of_gitlab(place: &HostPlace, sides: &Sides) -> Result<Option<PullRequest>> {
    let (asker, odd) = (place.asker(), |error| unreadable(Program::Glab, &error));
    let answer = asker.text(&gitlab::of_branch(&sides.into, &place.branch)).await?;
    let Some(number) = gitlab::found(&answer).map_err(odd)? else { return Ok(None) };
    let answer = asker.text(&gitlab::one(&sides.into, number)).await?;
    let (mut found, pipeline) = gitlab::read(&answer).map_err(odd)?;
    if let Some(pipeline) = pipeline {
        let answer = asker.text(&gitlab::jobs(&sides.into, pipeline)).await?;
        found.checks = gitlab::checks(&answer, pipeline).map_err(odd)?;
    }
    Ok(Some(found))
}

/// What a new pull request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPullRequest {
    pub(crate) base: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) draft: bool,
}

impl NewPullRequest {
    /// Refuses what no host takes.
    ///
    /// # Errors
    /// With what is wrong.
    pub(crate) fn check(&self) -> Result<()> {
        let title = self.title.trim();
        let is_odd = |text: &str| text.contains('\0') || text.len() > LONGEST_TEXT;
        let is_line = !title.is_empty() && !title.contains(['\n', '\r']);
        if is_line && !self.base.is_empty() && !is_odd(title) && !is_odd(&self.text) {
            return Ok(());
        }
        Err(Error::refused(
            ErrorCode::BadInput,
            format!(
                "a pull request has a base, a title of one line, and a text of at most {LONGEST_TEXT} bytes"
            ),
            "Shorten it. More can be written on the host's page.",
        ))
    }
}

/// Begins a pull request of a branch that was pushed, and returns its number and address.
///
/// # Errors
/// If the host or its program refuses.
pub(crate) async fn begin(place: &HostPlace, new: &NewPullRequest) -> Result<(u64, String)> {
    new.check()?;
    let title = new.title.trim();
    let (sides, program) = place.ready().await?;
    let (into, from) = (&sides.into, &sides.from);
    let arguments = (&*place.branch, &*new.base, title, &*new.text, new.draft);
    let (branch, base, title, text, draft) = arguments;
    let call: Call = match program {
        Program::Gh => github::create(into, from, branch, base, title, text, draft),
        Program::Glab => gitlab::create(into, from, branch, base, title, text, draft),
    };
    let said = place.asker().run(&call).await?;
    if !said.ok {
        return Err(refused(program, &said));
    }
    match program {
        Program::Gh => github::created(&said.stdout).ok_or_else(|| no_address(program)),
        Program::Glab => {
            let made = gitlab::read(&said.stdout).map_err(|error| unreadable(program, &error))?;
            Ok((made.0.number, made.0.url))
        }
    }
}

/// The end of what a failed check printed.
///
/// # Errors
/// If the host or its program refuses.
pub(crate) async fn failed_log(place: &HostPlace, job: &str) -> Result<String> {
    let is_job = !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    if !is_job {
        let message = format!("\"{}\" is no job of a host", job.escape_debug());
        return Err(Error::refused(ErrorCode::BadInput, message, "Look at the checks first."));
    }
    let (sides, program) = place.ready().await?;
    let call = match program {
        Program::Gh => github::log(&sides.into, job),
        Program::Glab => gitlab::log(&sides.into, job),
    };
    let text = place.asker().text(&call).await?;
    let cut = text.len().saturating_sub(LOG_LENGTH);
    Ok(text.get(text.ceil_char_boundary(cut)..).unwrap_or_default().to_owned())
}

fn no_host(remote: &str) -> Error {
    Error::refused(
        ErrorCode::Host,
        format!("the remote {remote} is on no host with pull requests"),
        "Merge the branch here, or push it.",
    )
}

fn no_program(sides: &Sides) -> Error {
    let host = sides.into.authority();
    Error::refused(
        ErrorCode::Host,
        format!("no program is known here that begins pull requests on {host}"),
        "Use the page of the host. With gh or glab signed in there, it can be done here.",
    )
}

fn not_ready(tool: &Tool, sides: &Sides) -> Error {
    let (name, host) = (tool.program.name(), sides.into.authority());
    let (message, hint) = match tool.state {
        ToolState::Missing => (format!("{name} is not installed"), format!("Install {name}")),
        ToolState::SignedOut => {
            (format!("{name} is not signed in"), format!("Sign in with {name} to {host}"))
        }
        ToolState::Unknown | ToolState::Ready => {
            let said = tool.said.clone();
            (said.unwrap_or_else(|| format!("{name} does not answer")), "Try again".to_owned())
        }
    };
    let hint = format!("{hint}, or use the page of the host.");
    let refused = Error::refused(ErrorCode::Host, message, hint);
    match tool.state {
        ToolState::SignedOut => {
            refused.on_terminal(format!("`{name} auth login --hostname {host}` signs you in."))
        }
        _ => refused,
    }
}

/// That it is not known whether somebody is signed in, with what the program said.
fn not_said(program: Program, said: &Output) -> String {
    let lines = said.stderr.lines().chain(said.stdout.lines()).map(str::trim);
    let words: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    format!("{} does not say that somebody is signed in: {}", program.name(), words.join(" "))
}

fn no_address(program: Program) -> Error {
    let message = format!("{} began a pull request, and did not say where", program.name());
    Error::refused(ErrorCode::Host, message, "Look at the page of the host.")
}
