//! Compares the names of commands and events in all places that contain them.

use crate::{between, shell};
use std::collections::BTreeSet;

/// The commands that the window's sources define.
fn defined() -> BTreeSet<String> {
    let shell = shell();
    let marked = shell.split("#[tauri::command]").skip(1);
    marked
        .map(|after| {
            let declared = after.split_once("fn ").expect("a command is a function").1;
            let name = declared.split(['(', '<']).next().expect("a text has a first part");
            name.to_owned()
        })
        .collect()
}

#[test]
fn every_command_is_registered() {
    let text = tests::text("src-tauri/src/commands/mod.rs");
    let list = between(&text, "generate_handler![", "]").pop_first().expect("there is a list");
    let registered: BTreeSet<String> = list
        .split(',')
        .filter_map(|path| path.trim().split("::").last())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(registered, defined());
}

#[test]
fn every_command_needs_a_permission() {
    let text = tests::text("src-tauri/build.rs");
    let list = between(&text, "COMMANDS: &[&str] = &[", "]").pop_first().expect("there is a list");
    let named: BTreeSet<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(named, defined());
}

#[test]
fn the_page_calls_every_command_and_no_other() {
    let page = tests::text("ui/src/ipc/tauri.ts");
    let calls = page.split("call").skip(1).filter_map(|after| {
        let after = match after.strip_prefix('<') {
            Some(typed) => typed.split_once(">(")?.1,
            None => after.strip_prefix('(')?,
        };
        after.trim_start().strip_prefix('"')?.split('"').next()
    });
    assert_eq!(calls.map(str::to_owned).collect::<BTreeSet<_>>(), defined());
}

#[test]
fn the_page_hears_every_event_and_no_other() {
    let shell = shell();
    let mut emitted = between(&shell, "emit(app, \"", "\"");
    emitted.extend(between(&shell, "emit_to(window::MAIN, \"", "\""));
    let page = tests::text("ui/src/ipc/tauri.ts");
    let heard = page
        .split(" on<")
        .skip(1)
        .filter_map(|after| after.split_once(">(\"")?.1.split('"').next());
    assert_eq!(heard.map(str::to_owned).collect::<BTreeSet<_>>(), emitted);
    assert!(emitted.contains("notice"), "{emitted:?}");
}
