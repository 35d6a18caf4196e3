//! Recognises programs that stay behind on purpose and serve others too: terminal multiplexers, build
//! daemons, key agents. A stop leaves them running and reports them, because other programs may depend on
//! a daemon that a run happened to start. They are recognised by name; this is no security boundary.

/// The name of a keeper in its first argument.
pub(crate) const KEEPER_NAME: &str = "mush-keep";

/// Recognised by the name of the process.
const BY_NAME: &[&str] = &[
    "SCREEN",
    "buck2d",
    "ccache-storage",
    "conmon",
    "containerd",
    "dbus-daemon",
    "dbus-launch",
    "dirmngr",
    "dockerd",
    "gnome-keyring-d",
    "gpg-agent",
    "keyboxd",
    "pantsd",
    "scdaemon",
    "ssh-agent",
    "tmux: server",
    "watchman",
];

/// Recognised by the beginning of the first argument, for programs that write their own.
const BY_FIRST_ARGUMENT: &[&str] = &["bazel(", "buck2d[", "containerd-shim", "pantsd ", "SCREEN"];

/// Recognised by a word anywhere in the arguments.
const BY_ARGUMENT: &[&str] = &[
    "org.gradle.launcher.daemon.bootstrap.GradleDaemon",
    "org.jetbrains.kotlin.daemon.KotlinCompileDaemon",
    "fsmonitor--daemon",
    "credential-cache--daemon",
    "fork-server",
];

/// Recognised by the program's name together with an argument.
const BY_PAIR: &[(&str, &str)] = &[
    ("adb", "server"),
    ("emacs", "--daemon"),
    ("emacs", "--bg-daemon"),
    ("emacs", "--fg-daemon"),
    ("turbo", "daemon"),
    ("zellij", "--server"),
];

/// Whether the process is a daemon that others may be using. `leads_session` tells a multiplexer's server
/// from its client if both have the same name.
pub(crate) fn is_shared(name: &str, argv: &[String], leads_session: bool) -> bool {
    let first = argv.first().map_or("", String::as_str);
    let program = first.rsplit('/').next().unwrap_or(first);
    let starts = |argument: &String, with: &str| argument.starts_with(with);
    BY_NAME.iter().any(|known| *known == name || *known == program)
        || BY_FIRST_ARGUMENT.iter().any(|known| program.starts_with(known))
        || BY_ARGUMENT.iter().any(|known| argv.iter().any(|argument| argument == known))
        || BY_PAIR.iter().any(|(wanted, argument)| {
            program == *wanted && argv.iter().skip(1).any(|given| starts(given, argument))
        })
        || (program == "tmux" && leads_session)
        || (program == "sccache" && argv.len() == 1)
        || (first.starts_with("ssh: ") && first.ends_with("[mux]"))
        || program.starts_with(KEEPER_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(name: &str, argv: &[&str]) -> bool {
        let argv: Vec<String> = argv.iter().map(|&argument| argument.to_owned()).collect();
        is_shared(name, &argv, false)
    }

    #[test]
    fn servers_are_known_and_their_clients_are_not() {
        assert!(shared("tmux: server", &["tmux", "new", "-d"]));
        assert!(!shared("tmux: client", &["tmux", "attach"]));
        assert!(is_shared("tmux", &["tmux".into()], true));
        assert!(shared("java", &["bazel(repo)", "-server"]));
        assert!(!shared("bazel", &["bazel", "build", "//..."]));
        let gradle = ["/usr/bin/java", "-cp", "x", BY_ARGUMENT[0], "8.1"];
        assert!(shared("java", &gradle));
        assert!(!shared("java", &["java", "org.gradle.wrapper.GradleWrapperMain", "test"]));
        assert!(shared("adb", &["adb", "-L", "tcp:5037", "fork-server", "server"]));
        assert!(!shared("adb", &["adb", "logcat"]));
        assert!(shared("emacs", &["/usr/bin/emacs", "--daemon=work"]));
        assert!(!shared("emacs", &["emacs", "notes --daemon.txt"]));
        assert!(shared("ssh", &["ssh: /home/a/.ssh/c [mux]"]));
        assert!(!shared("ssh", &["ssh", "host"]));
        assert!(shared("sccache", &["/usr/bin/sccache"]));
        assert!(!shared("sccache", &["sccache", "rustc", "-"]));
        assert!(shared("mush", &["mush-keep", "keep"]));
        assert!(!shared("bash", &["bash", "-c", "ssh-agent; watchman"]));
        assert!(!shared("bash", &[]));
    }
}
