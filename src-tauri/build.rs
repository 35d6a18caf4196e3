//! Tells Tauri the names of the commands, so that each needs a permission, and what the window may
//! use.

/// Every command of `src/commands`; a test compares the two.
const COMMANDS: &[&str] = &[
    "about",
    "agents",
    "ask",
    "change_setting",
    "copy",
    "desktop",
    "disk_use",
    "edit_file",
    "open_data_folder",
    "open_link",
    "open_terminal",
    "pick_folder",
    "pull",
    "query",
    "settings",
    "show_file",
    "shown",
    "start_demo",
    "test_notification",
    "verify_data",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("tauri.conf.json and capabilities/ are right");
}
