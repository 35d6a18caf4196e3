//! How the app-server is started, and which restrictions it gets. The engine chooses the environment and
//! the program's path.

use crate::agent::{Interrupt, Launch, LaunchSpec, Transport};
use protocol::{InputMode, PermissionChoice};

/// Returns how to start one run. The conversation ends when its input is closed, which also ends its
/// commands. An interrupt needs the turn's id, and SIGINT would leave the commands running, so the keeper
/// cannot interrupt a turn by itself.
pub(super) fn launch(spec: &LaunchSpec) -> Launch {
    Launch {
        argv: argv(spec),
        env: Vec::new(),
        transport: Transport::Structured,
        interrupt: Interrupt::Bytes(String::new()),
        input: InputMode::TwoWay,
    }
}

fn argv(spec: &LaunchSpec) -> Vec<String> {
    let mut argv = vec!["app-server".to_owned()];
    if !spec.profile.add_dirs.is_empty() {
        // A list of JSON strings is also a list of TOML strings.
        let dirs = serde_json::Value::from(spec.profile.add_dirs.clone());
        argv.extend(["-c".to_owned(), format!("sandbox_workspace_write.writable_roots={dirs}")]);
    }
    argv.extend(spec.profile.extra_args.iter().cloned());
    argv
}

/// The restrictions of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// When the program asks for approval.
    pub(super) policy: &'static str,
    /// What its sandbox allows without asking.
    pub(super) sandbox: &'static str,
}

/// Maps the profile's permission to restrictions. In an unattended run the agent asks nothing.
pub(super) fn held(spec: &LaunchSpec) -> Held {
    let (policy, sandbox) = match (spec.profile.permission, spec.unattended) {
        (PermissionChoice::Deny, _) | (PermissionChoice::Ask, true) => ("never", "read-only"),
        (PermissionChoice::AcceptEdits, true) => ("never", "workspace-write"),
        (PermissionChoice::Ask, false) => ("untrusted", "workspace-write"),
        (PermissionChoice::AcceptEdits, false) => ("on-request", "workspace-write"),
        (PermissionChoice::FullAccess, _) => ("never", "danger-full-access"),
    };
    Held { policy, sandbox }
}

/// Says why a run cannot be started with this profile; `None` if it can.
pub(super) fn unfit(spec: &LaunchSpec) -> Option<String> {
    let rules = &spec.profile.allowed_tools;
    (!rules.is_empty()).then(|| {
        format!(
            "Codex has no rules for single tools ({}). Leave them out, and allow what it asks for.",
            rules.join(", ")
        )
    })
}

/// Finds the version in `codex-cli 0.171.0`.
pub(super) fn version(stdout: &str) -> Option<String> {
    let number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    stdout.split_whitespace().rfind(number).map(str::to_owned)
}

/// Whether the program refused its arguments, judged by its message.
pub(super) fn refused_arguments(stderr: &str) -> bool {
    let words = stderr.to_lowercase();
    ["unexpected argument", "invalid value", "usage:", "error loading config"]
        .iter()
        .any(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Profile, SessionId};

    fn spec(permission: PermissionChoice, unattended: bool) -> LaunchSpec {
        let profile = Profile { permission, ..Profile::default() };
        LaunchSpec { session: SessionId::new("s"), resume: false, profile, unattended }
    }

    #[test]
    fn nobody_gets_more_than_was_allowed() {
        let held = |permission, unattended| {
            let Held { policy, sandbox } = held(&spec(permission, unattended));
            (policy, sandbox)
        };
        use PermissionChoice::{AcceptEdits, Ask, Deny, FullAccess};
        assert_eq!(held(Ask, false), ("untrusted", "workspace-write"));
        assert_eq!(held(AcceptEdits, false), ("on-request", "workspace-write"));
        assert_eq!(held(Deny, false), ("never", "read-only"));
        assert_eq!(held(Deny, true), ("never", "read-only"));
        assert_eq!(held(Ask, true), ("never", "read-only"));
        assert_eq!(held(AcceptEdits, true), ("never", "workspace-write"));
        assert_eq!(held(FullAccess, false), ("never", "danger-full-access"));
    }

    #[test]
    fn rules_of_another_agent_are_refused_by_name() {
        let mut spec = spec(PermissionChoice::Ask, false);
        spec.profile.allowed_tools = vec!["Bash(ls:*)".to_owned()];
        assert!(unfit(&spec).is_some_and(|why| why.contains("Bash(ls:*)")));
    }

    #[test]
    fn versions_are_found_in_what_it_prints() {
        assert_eq!(version("codex-cli 0.171.0\n").as_deref(), Some("0.171.0"));
        assert_eq!(version("WARNING: 2 things\ncodex-cli 0.9.1").as_deref(), Some("0.9.1"));
        assert_eq!(version("codex"), None);
    }

    #[test]
    fn further_folders_are_a_list_of_toml() {
        let mut spec = spec(PermissionChoice::Ask, false);
        spec.profile.add_dirs = vec!["/a b".to_owned(), "/c\"d".to_owned()];
        let expected = r#"sandbox_workspace_write.writable_roots=["/a b","/c\"d"]"#;
        assert_eq!(argv(&spec), ["app-server", "-c", expected]);
    }
}
