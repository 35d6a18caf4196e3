//! The processes of this person that work in a folder, with the TCP ports on which they listen. Those of other people are
//! not seen, nor are those that hide where they work. Called by looks at worktrees that may be removed.

use protocol::WorktreeProcess;
use std::collections::BTreeMap;
use std::path::Path;
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, RefreshKind, System, UpdateKind};

/// The processes whose working directory is in a folder, by their ids; `None` if the system does not list processes,
/// or not where they work.
pub(crate) fn within(root: &Path) -> Option<Vec<WorktreeProcess>> {
    let root = std::fs::canonicalize(root).ok()?;
    let wanted = ProcessRefreshKind::nothing().with_cwd(UpdateKind::Always);
    let mut system = System::new_with_specifics(RefreshKind::nothing()).ok()?;
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, wanted);
    let own = system.process(sysinfo::get_current_pid().ok()?)?;
    // This process has a working directory: a system that does not say it says none.
    own.cwd()?;
    let works_there = |process: &&sysinfo::Process| {
        process.thread_kind().is_none() && process.cwd().is_some_and(|cwd| cwd.starts_with(&root))
    };
    let mut found: Vec<WorktreeProcess> = system
        .processes()
        .values()
        .filter(works_there)
        .map(|process| WorktreeProcess {
            pid: process.pid().as_u32(),
            name: process.name().to_string_lossy().into_owned(),
            ports: Vec::new(),
        })
        .collect();
    found.sort_by_key(|process| process.pid);
    if !found.is_empty() {
        let mut ports = listening();
        for process in &mut found {
            process.ports = ports.remove(&process.pid).unwrap_or_default();
        }
    }
    Some(found)
}

/// The ports on which processes listen, by their ids; those that cannot be seen are left out.
fn listening() -> BTreeMap<u32, Vec<u16>> {
    let mut ports: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
    match listeners::get_all() {
        Ok(all) => {
            for listener in all {
                ports.entry(listener.process.pid).or_default().push(listener.socket.port());
            }
        }
        Err(error) => tracing::warn!(%error, "which ports are open is not known"),
    }
    for ports in ports.values_mut() {
        ports.sort_unstable();
        ports.dedup();
    }
    ports
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::process::{Child, Command, Stdio};

    struct Ends(Child);

    impl Drop for Ends {
        fn drop(&mut self) {
            // Both calls do nothing if it has ended.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn a_process_is_found_by_its_folder_with_the_ports_on_which_it_listens() {
        let root = tempfile::tempdir().unwrap();
        let below = root.path().join("below");
        std::fs::create_dir(&below).unwrap();
        assert_eq!(within(root.path()).unwrap(), []);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        // It gets the listening socket as its input.
        let mut command = Command::new("sleep");
        let input = Stdio::from(std::os::fd::OwnedFd::from(listener));
        command.arg("60").current_dir(&below).stdin(input);
        let child = Ends(command.spawn().unwrap());
        let found = within(root.path()).unwrap();
        let [process] = &found[..] else { panic!("{found:?}") };
        assert_eq!((process.pid, &process.ports), (child.0.id(), &vec![port]));
        let beside = tempfile::tempdir().unwrap();
        assert_eq!(within(beside.path()).unwrap(), []);
    }
}
