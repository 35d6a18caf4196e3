//! `mush config`: prints the configuration in force, changes it, and accepts changes that were made
//! in the file by hand.

use crate::access::Access;
use crate::args::ConfigCommand;
use crate::run::does_not_fit;
use crate::terminal;
use crate::text::{self, Out, clean};
use engine::config_value;
use protocol::{ConfigDifference, ConfigNoticeWhy, ConfigState, ErrorCode, Fault, Reply, Request};
use serde_json::Value;

pub(crate) fn config(access: &Access, out: Out, command: ConfigCommand) -> Result<u8, Fault> {
    match command {
        ConfigCommand::Path => {
            let path = access.dir.config().display().to_string();
            out.one(&path, Clone::clone);
        }
        ConfigCommand::Get { key } => get(access, out, key.as_deref())?,
        ConfigCommand::Set { key, value, yes } => set(access, out, key, &value, yes)?,
        ConfigCommand::Accept { yes } => accept(access, out, yes)?,
    }
    Ok(0)
}

fn ask(access: &Access, request: Request) -> Result<ConfigState, Fault> {
    match access.ask(request)? {
        Reply::Config { state } => Ok(*state),
        other => Err(does_not_fit(&other)),
    }
}

fn get(access: &Access, out: Out, key: Option<&str>) -> Result<(), Fault> {
    let state = ask(access, Request::Config)?;
    match key {
        None => out.one(&state, |state| pretty(&serde_json::json!(state.config))),
        Some(key) => {
            let value = config_value(&state.config, key).ok_or_else(|| no_setting(key))?;
            out.one(&value, |value| match value {
                Value::String(text) => clean(text),
                other => pretty(other),
            });
        }
    }
    print_problems(out, &state);
    Ok(())
}

fn set(access: &Access, out: Out, key: String, value: &str, yes: bool) -> Result<(), Fault> {
    // A value that is not JSON is taken as a string, so that the shell's quotes are enough.
    let value = match serde_json::from_str::<Value>(value) {
        Ok(_) => value.to_owned(),
        Err(_) => Value::from(value).to_string(),
    };
    let request =
        |confirmed| Request::SetConfig { key: key.clone(), value: value.clone(), confirmed };
    let mut state = ask(access, request(yes))?;
    let own: Vec<&ConfigDifference> =
        state.waiting.iter().filter(|each| is_about(&each.key, &key)).collect();
    if !own.is_empty() && is_confirmed(out, &own) {
        state = ask(access, request(true))?;
    }
    match state.waiting.iter().any(|each| is_about(&each.key, &key)) {
        true => out.note(&format!(
            "{key} stands in {} and is not in force: it gives agents more power. A person accepts it with `mush config accept`.",
            state.path
        )),
        false => out.note(&format!("{key} is set.")),
    }
    out.one(&state, |_| String::new());
    Ok(())
}

/// Whether a difference is at the key that was set, or below it.
fn is_about(difference: &str, key: &str) -> bool {
    let is_below = |one: &str, other: &str| {
        one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    is_below(difference, key) || is_below(key, difference)
}

fn accept(access: &Access, out: Out, yes: bool) -> Result<(), Fault> {
    let state = ask(access, Request::Config)?;
    if let Some(problem) = state.problem {
        return Err(problem);
    }
    if state.waiting.is_empty() {
        out.note("Nothing waits: what the file says is in force.");
        out.one(&state, |_| String::new());
        return Ok(());
    }
    let all: Vec<&ConfigDifference> = state.waiting.iter().collect();
    if !yes && !is_confirmed(out, &all) {
        if !terminal::can_ask(out) {
            return Err(Fault::new(
                ErrorCode::BadInput,
                "there is no terminal to show the change on and to ask",
                "Read it with `mush config get`, then say `mush config accept --yes`.",
            ));
        }
        out.note("Nothing was accepted.");
        return Ok(());
    }
    let state = ask(access, Request::AcceptConfig { file: state.file })?;
    out.note("It is in force for new stories.");
    out.one(&state, |_| String::new());
    Ok(())
}

/// Shows what would come into force and asks for confirmation.
fn is_confirmed(out: Out, differences: &[&ConfigDifference]) -> bool {
    let lines = differences.iter().map(|difference| shown(difference));
    let question = "This gives agents more power. Put it in force? Type yes:".to_owned();
    let lines: Vec<String> = lines.chain([question]).collect();
    terminal::can_ask(out) && terminal::is_confirmed(&lines)
}

fn shown(difference: &ConfigDifference) -> String {
    let ConfigDifference { key, accepted, wanted } = difference;
    clean(&format!("  {key}: {accepted} -> {wanted}"))
}

/// Prints, after the configuration in force: errors of the file, changes that wait to be accepted,
/// and keys without effect.
fn print_problems(out: Out, state: &ConfigState) {
    if out.json {
        return;
    }
    if let Some(problem) = &state.problem {
        text::fault(problem);
    }
    for notice in &state.notices {
        let why = match notice.why {
            ConfigNoticeWhy::Unknown => "there is no such setting; it is kept and has no effect",
            ConfigNoticeWhy::NotUsedYet => "this version does not use it yet; it is kept",
        };
        text::announce(&clean(&format!("line {}, {}: {why}", notice.line, notice.key)));
    }
    if !state.waiting.is_empty() {
        text::announce("Not in force before you accept it with `mush config accept`:");
        for difference in &state.waiting {
            text::announce(&shown(difference));
        }
    }
}

fn pretty(value: &Value) -> String {
    clean_lines(&serde_json::to_string_pretty(value).expect("a value is always JSON"))
}

fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn no_setting(key: &str) -> Fault {
    Fault::new(
        ErrorCode::NotFound,
        format!("there is no setting \"{key}\""),
        "`mush config get` shows every setting.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_of_what_was_set() {
        for (difference, key, is) in [
            ("agents.claude.permission", "agents.claude.permission", true),
            ("agents.claude.permission", "agents.claude", true),
            ("projects.\"/s\".gates", "projects", true),
            ("agents.claude.permission", "agents.cl", false),
            ("agents.codex.permission", "agents.claude", false),
        ] {
            assert_eq!(is_about(difference, key), is, "{difference} {key}");
        }
    }
}
