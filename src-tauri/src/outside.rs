//! Programs of the desktop that show a file of a story. An agent may have written the file, so it is never opened as
//! what it says it is, which could run it: only its text, or the folder that it is in.

use engine::env::Environment;
use engine::words;
use protocol::{ErrorCode, Fault};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Opens a file in the editor for plain text.
pub(crate) fn edit(file: &Path) -> Result<(), Fault> {
    if file.is_dir() {
        return show(file);
    }
    system::edit(file)
}

/// Shows a file in the file manager.
pub(crate) fn show(file: &Path) -> Result<(), Fault> {
    tauri_plugin_opener::reveal_item_in_dir(file)
        .map_err(|error| not_opened("file manager", &words(&error)))
}

/// Opens a terminal in the folder of a file.
pub(crate) fn terminal(file: &Path, environment: &Environment) -> Result<(), Fault> {
    let dir = if file.is_dir() { file } else { file.parent().unwrap_or(file) };
    start(system::terminal(dir, environment)?, "terminal")
}

/// A program that has nothing of Musher's own input and output.
fn detached(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Starts a program that goes on by itself. A thread waits for its end, so that the system forgets it then.
fn start(mut command: Command, what: &str) -> Result<(), Fault> {
    let mut child = command.spawn().map_err(|error| not_opened(what, &words(&error)))?;
    let waiting = std::thread::Builder::new().name(what.to_owned()).spawn(move || child.wait());
    waiting.map(drop).map_err(|error| not_opened(what, &words(&error)))
}

fn not_opened(what: &str, why: &str) -> Fault {
    let message = format!("the {what} was not opened: {why}");
    Fault::new(ErrorCode::NotFound, message, "Copy the path and open it by hand.")
}

#[cfg(target_os = "linux")]
mod system {
    use super::{Command, Environment, Fault, Path, detached, not_opened};
    use engine::programs;
    use gio::prelude::AppInfoExt;
    use std::os::unix::process::CommandExt;

    /// Terminals by the names of their programs: first what stands for the one that the person chose.
    const TERMINALS: &[&str] = &[
        "xdg-terminal-exec",
        "x-terminal-emulator",
        "gnome-terminal",
        "ptyxis",
        "kgx",
        "konsole",
        "xfce4-terminal",
        "kitty",
        "alacritty",
        "foot",
        "wezterm",
        "xterm",
    ];

    pub(super) fn edit(file: &Path) -> Result<(), Fault> {
        let Some(editor) = gio::AppInfo::default_for_type("text/plain", false) else {
            return Err(not_opened("editor", "the desktop has none for plain text"));
        };
        let file = gio::File::for_path(file);
        editor.launch(&[file], gio::AppLaunchContext::NONE).map_err(|error| {
            let why = error.message().to_owned();
            not_opened("editor", &why)
        })
    }

    pub(super) fn terminal(dir: &Path, environment: &Environment) -> Result<Command, Fault> {
        let found =
            TERMINALS.iter().find_map(|name| programs::on_path(name, environment, Some(dir)));
        let Some(program) = found else {
            return Err(not_opened("terminal", "none was found in PATH"));
        };
        let mut command = detached(program);
        command.current_dir(dir).env_clear().envs(environment.clone().into_pairs());
        command.process_group(0);
        Ok(command)
    }
}

#[cfg(target_os = "macos")]
mod system {
    use super::{Command, Environment, Fault, Path, detached, start};

    pub(super) fn edit(file: &Path) -> Result<(), Fault> {
        let mut command = detached("/usr/bin/open");
        command.arg("-t").arg(file);
        start(command, "editor")
    }

    pub(super) fn terminal(dir: &Path, _environment: &Environment) -> Result<Command, Fault> {
        let mut command = detached("/usr/bin/open");
        command.args(["-a", "Terminal"]).arg(dir);
        Ok(command)
    }
}

#[cfg(windows)]
mod system {
    use super::{Command, Environment, Fault, Path, detached, not_opened, start};
    use std::os::windows::process::CommandExt;
    use std::path::PathBuf;

    /// `CREATE_NEW_CONSOLE` of `CreateProcess`.
    const NEW_CONSOLE: u32 = 0x10;

    pub(super) fn edit(file: &Path) -> Result<(), Fault> {
        let mut command = detached(of_system("notepad.exe", "editor")?);
        command.arg(file);
        start(command, "editor")
    }

    pub(super) fn terminal(dir: &Path, _environment: &Environment) -> Result<Command, Fault> {
        // Its input and output are those of its console. The folder, whose name may be hostile, is no word of a
        // command line.
        let mut command = Command::new(of_system("cmd.exe", "terminal")?);
        command.current_dir(dir).creation_flags(NEW_CONSOLE);
        Ok(command)
    }

    /// The path of a program of the system.
    fn of_system(name: &str, what: &str) -> Result<PathBuf, Fault> {
        let root = std::env::var_os("SystemRoot").map(PathBuf::from);
        let root = root.filter(|root| root.is_absolute());
        let found = root.map(|root| root.join("System32").join(name));
        found.ok_or_else(|| not_opened(what, "the system's folder is not known"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_terminal_is_a_program_of_path_and_never_one_of_the_repository() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let (tools, project) = (root.path().join("tools"), root.path().join("project"));
        for dir in [&tools, &project] {
            std::fs::create_dir(dir).unwrap();
            let program = dir.join("xterm");
            std::fs::write(&program, "#!/bin/sh\npwd > \"$OUT\"\n").unwrap();
            std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
        }
        std::fs::create_dir(project.join(".git")).unwrap();
        let file = project.join("a.txt");
        std::fs::write(&file, "").unwrap();
        let path = |dirs: &[&Path]| {
            let joined = std::env::join_paths(dirs).unwrap().into_string().unwrap();
            Environment::from_variables(&BTreeMap::from([("PATH".to_owned(), joined)]))
        };
        let found = |environment| system::terminal(&project, &environment);
        let command = found(path(&[&project, &tools])).unwrap();
        assert_eq!(command.get_program(), tools.join("xterm"));
        assert_eq!(command.get_current_dir(), Some(project.as_path()));
        assert_eq!(terminal(&file, &path(&[&project])).unwrap_err().code, ErrorCode::NotFound);
    }
}
