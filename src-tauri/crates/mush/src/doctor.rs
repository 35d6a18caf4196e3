//! `mush doctor`: lists what this machine has, what is missing, and how to get it.

use crate::access::Access;
use crate::text::Out;
use engine::env::Environment;
use engine::git::{self, Git};
use engine::owner;
use engine::programs;
use engine::runtime;
use protocol::{AgentStatus, Fault, LoginState};
use serde_json::json;

/// The start of a further line of an entry.
const NEXT_LINE: &str = "\n              ";

pub(crate) fn doctor(access: &Access, out: Out) -> Result<u8, Fault> {
    let environment = Environment::of_this_process();
    for facts in programs::all(&environment) {
        out.one(&facts, agent);
    }
    git(&environment, out);
    access.dir.create()?;
    let owned = owner::is_owned(&access.dir)?;
    let reader = access.reader()?;
    let (stories, runs) = (reader.stories()?.len(), reader.runs(None)?.len());
    let facts = json!({
        "data_dir": access.dir.root().display().to_string(), "owned": owned, "stories": stories, "runs": runs
    });
    out.one(&facts, |_| {
        let owner = if owned { "a program owns it now" } else { "nobody owns it now" };
        format!(
            "data          {}{NEXT_LINE}{}, {}, {owner}",
            access.dir.root().display(),
            counted(stories, "story", "stories"),
            counted(runs, "run", "runs")
        )
    });
    Ok(0)
}

/// The git that agents find. If it cannot be used, the reason.
fn git(environment: &Environment, out: Out) {
    let asked = async { Git::of(environment).version().await };
    let (version, problem) = match runtime::wait(asked).map_err(engine::Error::Thread).flatten() {
        Ok(version) => {
            let too_old = git::too_old(&version).map(Fault::from);
            (Some(version), too_old)
        }
        Err(error) => (None, Some(Fault::from(error))),
    };
    out.one(&json!({"git": version, "problem": problem}), |_| {
        let lines = match (&version, &problem) {
            (_, Some(problem)) => problem.to_string(),
            (Some(version), None) => version.clone(),
            (None, None) => String::new(),
        };
        format!("git           {}", lines.replace('\n', NEXT_LINE))
    });
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn agent(facts: &AgentStatus) -> String {
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
