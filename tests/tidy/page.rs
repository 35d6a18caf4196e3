//! Rules for the page: no `any`-like types, and Tauri in one folder only.

use crate::refuse;
use crate::source::{code_where, has_extension, has_word, lines_where};

fn page() -> impl Iterator<Item = &'static String> {
    tests::files()
        .iter()
        .filter(|path| path.starts_with("ui/") && has_extension(path, &["ts", "svelte", "js"]))
}

#[test]
fn types_are_not_escaped() {
    let untyped = |line: &str| {
        has_word(line, "any")
            && [": any", "as any", "<any", ", any", "| any"].iter().any(|form| line.contains(form))
    };
    let found = code_where(page(), untyped);
    refuse(&found, "Name the type, or take `unknown` and narrow it where it is read.");
}

#[test]
fn type_errors_are_not_silenced() {
    let found =
        lines_where(page(), |line| line.contains("@ts-ignore") || line.contains("@ts-nocheck"));
    refuse(&found, "Correct the type that is wrong.");
}

#[test]
fn one_folder_is_the_door_to_tauri() {
    let sources =
        page().filter(|path| path.starts_with("ui/src/") && !path.starts_with("ui/src/ipc/"));
    let found = code_where(sources, |line| line.contains("@tauri-apps"));
    refuse(&found, "Add it to the interface in ui/src/ipc/backend.ts; the fake needs it too.");
}

#[test]
fn one_file_names_all_views() {
    let outside = page().filter(|path| !path.starts_with("ui/src/views/"));
    let names_a_view = |line: &str| {
        (line.contains("from \"") || line.contains("import(\""))
            && line.contains("views/")
            && !line.contains("views/registry\"")
    };
    let found = code_where(outside, names_a_view);
    refuse(
        &found,
        "Views are named in ui/src/views/registry.ts only; take what is needed from there.",
    );
}
