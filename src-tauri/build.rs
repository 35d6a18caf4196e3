//! Tells Tauri which commands there are, so that each needs a permission, and what the window may use.

/// Every command of `src/commands`; a test compares the two.
const COMMANDS: &[&str] = &[
    "agents",
    "ask",
    "copy",
    "events",
    "evidence",
    "folder",
    "limit_history",
    "open_link",
    "pick_folder",
    "pull",
    "raw",
    "resume_command",
    "setting_get",
    "setting_set",
    "shown",
    "start_demo",
    "story_usage",
    "usage",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("tauri.conf.json and capabilities/ are right");
}
