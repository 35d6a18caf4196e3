//! `mush doctor`: lists what this machine has, what is missing, and how to get it.

use crate::access::Access;
use crate::slow;
use crate::text::{Out, clean};
use engine::env::Environment;
use engine::git::{self, Git, Mirror};
use engine::owner;
use engine::programs;
use engine::runtime;
use protocol::{AgentStatus, Fault, LoginState};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The start of a further line of an entry.
const NEXT_LINE: &str = "\n              ";

/// One thing that was looked at.
struct Found {
    /// The facts for programs.
    facts: Value,
    /// The same in lines.
    lines: String,
    /// It is missing, or cannot be used as it is.
    is_missing: bool,
}

/// Says what is missing first, so that it is not looked for among the rest.
pub(crate) fn doctor(access: &Access, out: Out) -> Result<u8, Fault> {
    let environment = Environment::of_this_process();
    let ask = || {
        "Asks each agent's program for its version and login, and git for its version.".to_owned()
    };
    let mut found = slow::saying(ask, || {
        let agents = programs::all(&environment);
        let agents = agents.iter().map(agent);
        agents.chain([git(&environment)]).collect::<Vec<Found>>()
    });
    found.extend(mirrors(access, &environment)?);
    found.push(data(access)?);
    found.sort_by_key(|found| !found.is_missing);
    for Found { facts, lines, .. } in found {
        out.one(&facts, |_| lines);
    }
    Ok(0)
}

/// The data directory and its owner.
fn data(access: &Access) -> Result<Found, Fault> {
    access.dir.create()?;
    let owner = owner::owner(&access.dir)?;
    let reader = access.reader()?;
    let (stories, runs) = (reader.stories()?.len(), reader.runs(None)?.len());
    let root = access.dir.root().display();
    let facts = json!({
        "data_dir": root.to_string(), "owned": owner.is_some(), "stories": stories, "runs": runs
    });
    let owner = match owner {
        Some(owner) => format!("{owner} owns it now"),
        None => "nobody owns it now".to_owned(),
    };
    let lines = format!(
        "data          {root}{NEXT_LINE}{}, {}, {owner}",
        counted(stories, "story", "stories"),
        counted(runs, "run", "runs")
    );
    Ok(Found { facts, lines, is_missing: false })
}

/// The repositories of stories with remotes that take checkpoints along, and those of which git cannot say it. A
/// repository that was removed has none.
fn mirrors(access: &Access, environment: &Environment) -> Result<Vec<Found>, Fault> {
    let stories = access.reader()?.stories()?;
    let projects: BTreeSet<String> = stories.into_iter().map(|story| story.project).collect();
    let git = Git::of(environment);
    let ask = async {
        let mut found = Vec::new();
        for project in projects {
            let place = Path::new(&project);
            match git.mirrors(place).await {
                Ok(mirrors) if mirrors.is_empty() => {}
                Ok(mirrors) => found.push(mirrored(&project, &mirrors)),
                Err(error) if place.exists() => found.push(unread(&project, &error.to_string())),
                Err(_) => {}
            }
        }
        found
    };
    Ok(runtime::wait(ask).map_err(engine::Error::Thread)?)
}

/// A repository whose remotes git cannot read.
fn unread(project: &str, why: &str) -> Found {
    let facts = json!({"repository": project, "error": why});
    let lines = format!(
        "repository    {}{NEXT_LINE}whether its remotes take checkpoints along is not known: {}",
        clean(project),
        clean(why)
    );
    Found { facts, lines, is_missing: true }
}

fn mirrored(project: &str, mirrors: &[Mirror]) -> Found {
    let facts = mirrors
        .iter()
        .map(|it| json!({"remote": it.remote, "pushes": it.pushes, "prunes": it.prunes}));
    let facts = json!({"repository": project, "mirrors": facts.collect::<Vec<_>>()});
    let said = mirrors.iter().flat_map(|it| {
        let remote = clean(&it.remote);
        let pushed = it.pushes.then(|| {
            format!("`git push {remote}` pushes every reference, also the checkpoints of stories (refs/musher)")
        });
        let pruned = it.prunes.then(|| {
            format!("`git fetch --prune {remote}` removes the checkpoints of stories (refs/musher)")
        });
        pushed.into_iter().chain(pruned)
    });
    let said: Vec<String> = said.collect();
    let lines = format!("repository    {}{NEXT_LINE}{}", clean(project), said.join(NEXT_LINE));
    Found { facts, lines, is_missing: true }
}

/// The git that agents find, and why it cannot be used, if it cannot.
fn git(environment: &Environment) -> Found {
    let asked = async { Git::of(environment).version().await };
    let (version, problem) = match runtime::wait(asked).map_err(engine::Error::Thread).flatten() {
        Ok(version) => {
            let too_old = git::too_old(&version).map(Fault::from);
            (Some(version), too_old)
        }
        Err(error) => (None, Some(Fault::from(error))),
    };
    let lines = match (&version, &problem) {
        (_, Some(problem)) => problem.to_string(),
        (Some(version), None) => version.clone(),
        (None, None) => String::new(),
    };
    Found {
        facts: json!({"git": version, "problem": problem}),
        lines: format!("git           {}", lines.replace('\n', NEXT_LINE)),
        is_missing: problem.is_some(),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn agent(facts: &AgentStatus) -> Found {
    let is_signed_out = matches!(facts.login, LoginState::SignedOut { .. });
    Found {
        facts: serde_json::to_value(facts).expect("our types are always JSON"),
        lines: in_lines(facts),
        is_missing: facts.path.is_none() || facts.problem.is_some() || is_signed_out,
    }
}

fn in_lines(facts: &AgentStatus) -> String {
    let mut lines = format!("{:<13} ", facts.name);
    match &facts.path {
        Some(path) => lines.push_str(&format!(
            "{path}{NEXT_LINE}version {}",
            facts.version.as_deref().unwrap_or("unknown")
        )),
        None => lines.push_str(&format!("not found{NEXT_LINE}{}", facts.how_to_get)),
    }
    if let Some(problem) = &facts.problem {
        lines.push_str(&format!("{NEXT_LINE}{problem}"));
    }
    let login = match &facts.login {
        LoginState::SignedIn { method } => format!("signed in ({method})"),
        LoginState::SignedOut { how } => format!("not signed in: {how}"),
        LoginState::Unknown { why } => format!("login unknown: {why}"),
    };
    if facts.path.is_some() {
        lines.push_str(&format!("{NEXT_LINE}{login}"));
    }
    lines
}
