//! Tells Tauri which commands there are, so that each needs a permission, and what the window may use.

/// Every command of `src/commands`; a test compares the two.
const COMMANDS: &[&str] = &[
    "about",
    "agents",
    "ask",
    "change_setting",
    "copy",
    "desktop",
    "disk_use",
    "events",
    "evidence",
    "folder",
    "limit_history",
    "new_branch",
    "open_data_folder",
    "open_link",
    "pick_folder",
    "pull",
    "raw",
    "resume_command",
    "settings",
    "shown",
    "start_demo",
    "story_usage",
    "test_notification",
    "usage",
    "verify_data",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("tauri.conf.json and capabilities/ are right");
}
