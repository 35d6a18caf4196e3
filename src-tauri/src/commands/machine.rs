//! Commands about the desktop and the program: the program for notifications, the tray, versions.

use super::{Shared, blocking};
use crate::notify::{self, Notifier};
use crate::tray::Presence;
use protocol::{AboutProgram, DesktopSupport, Fault, NotifierProgram};
use std::sync::Arc;
use tauri::State;

/// Returns what this desktop can do.
#[tauri::command]
pub(super) async fn desktop(
    notifier: State<'_, Arc<dyn Notifier>>,
    presence: State<'_, Presence>,
) -> Result<DesktopSupport, Fault> {
    let tray = presence.now();
    let notifier = Arc::clone(&notifier);
    blocking(move || {
        let (notifier, problem) = match notifier.program() {
            Ok(program) => (Some(program), None),
            Err(not_shown) => (None, Some(Fault::from(not_shown))),
        };
        Ok(DesktopSupport { notifier, notifier_problem: problem, tray })
    })
    .await
}

/// Shows a notification now; returns the program that showed it.
#[tauri::command]
pub(super) async fn test_notification(
    notifier: State<'_, Arc<dyn Notifier>>,
) -> Result<NotifierProgram, Fault> {
    let notifier = Arc::clone(&notifier);
    blocking(move || notify::test(notifier.as_ref())).await
}

/// Returns the versions of this program and of what it runs on.
#[tauri::command]
pub(super) async fn about(app_state: Shared<'_>) -> Result<AboutProgram, Fault> {
    let app_state = Arc::clone(&app_state);
    blocking(move || {
        Ok(AboutProgram {
            musher: env!("CARGO_PKG_VERSION").to_owned(),
            toolkit: format!("Tauri {}", tauri::VERSION),
            webview: tauri::webview_version().ok(),
            system: format!("{}, {}", system(), std::env::consts::ARCH),
            log: app_state.paths.dir.log().display().to_string(),
            panicked: app_state.last_panic(),
        })
    })
    .await
}

/// The system's name, or its kind if it has no name.
fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    name_in(&release).unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// Reads `PRETTY_NAME="Debian GNU/Linux 12"` from os-release.
fn name_in(release: &str) -> Option<String> {
    let line = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    let name = line.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_named_as_it_names_itself() {
        let release = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
        assert_eq!(name_in(release).as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(name_in("PRETTY_NAME='Odd'").as_deref(), Some("Odd"));
        assert_eq!(name_in("PRETTY_NAME=\"\"\nNAME=x"), None);
    }
}
