//! Names that must not occur in a layer: Tauri in the engine, the store and agents in the window,
//! the JSON of a vendor outside of its decoder, and clocks, files or processes in the pure crates.

use crate::refuse;
use crate::source::{code_where, has_extension, has_word, lines_where};

const CRATES: &str = "src-tauri/crates/";

#[test]
fn the_engine_and_what_it_stands_on_never_name_tauri() {
    let sources = rust_below(CRATES).filter(|path| !path.starts_with("src-tauri/crates/xtask/"));
    let found = code_where(sources, |line| has_word(&line.replace("src-tauri", ""), "tauri"));
    refuse(&found, "What needs Tauri lives in src-tauri/src; let it call the engine.");
}

/// Files of the desktop program that may name an agent, each with the reason.
const NAMES_AGENTS: &[(&str, &str)] = &[(
    "src-tauri/src/notify/freedesktop.rs",
    "escapes an ampersand as the markup of notifications asks",
)];

const AGENTS: &[&str] = &[
    "aider",
    "amp",
    "claude",
    "codex",
    "copilot",
    "crush",
    "cursor-agent",
    "gemini",
    "goose",
    "opencode",
];

#[test]
fn the_window_names_no_store_no_terminal_and_no_agent() {
    let shell = below("src-tauri/")
        .filter(|path| !path.starts_with(CRATES) && has_extension(path, &["rs", "toml"]))
        .filter(|path| NAMES_AGENTS.iter().all(|(allowed, _)| path != allowed));
    let found = code_where(shell, |line| {
        let banned = ["rusqlite", "portable_pty", "portable-pty"];
        let line = line.to_lowercase();
        banned.iter().any(|name| line.contains(name))
            || AGENTS.iter().any(|agent| has_word(&line, agent))
    });
    refuse(
        &found,
        "The window asks the engine; agents are known by what the engine tells of them. An exception \
         with its reason goes into NAMES_AGENTS in tests/tidy/layers.rs.",
    );
}

/// Words that only occur in the wire formats of agents.
const VENDOR_WORDS: &str = "can_use_tool control_request control_response control_cancel_request \
    stream_event content_block_start content_block_delta content_block_stop message_delta \
    rate_limit_event tool_use_id parent_tool_use_id permission_denials total_cost_usd is_error \
    thread.started turn.completed turn.failed item.started item.updated item.completed \
    thread/started turn/started turn/completed item/started item/completed requestApproval \
    step_finish terminal_reason";

#[test]
fn vendor_json_is_known_to_decoders_only() {
    let allowed = [
        "src-tauri/crates/agents/",
        "src-tauri/crates/demo-agent/",
        "tests/fixtures/",
        // The recording for the benchmark of decoding, and the typed parsing that it is compared
        // with.
        "tests/bench/recording.rs",
        "tests/bench/ingest.rs",
    ];
    let sources = tests::files()
        .iter()
        .filter(|path| has_extension(path, &["rs", "ts", "svelte", "py"]))
        .filter(|path| !allowed.iter().any(|folder| path.starts_with(folder)));
    let found = lines_where(sources, |line| {
        VENDOR_WORDS.split_whitespace().any(|word| {
            line.contains(&format!("\"{word}\"")) || line.contains(&format!("\"{word}\\\""))
        })
    });
    refuse(
        &found,
        "Decode it in src-tauri/crates/agents and pass an Event on; tests get such lines from the demo \
         agent or from tests/fixtures.",
    );
}

/// Fields and names of the agents' tools. They must not occur in `ui/src`, which uses `Subject`
/// instead.
const TOOL_WORDS: &str = "file_path notebook_path old_string new_string new_source multiSelect \
    run_in_background replace_all allowedPrompts activeForm subagent_type dangerouslyDisableSandbox \
    updatedInput permission_suggestions decision_reason decision_reason_type blocked_by mcp__ \
    proposedExecpolicyAmendment availableDecisions rawInput";

#[test]
fn the_page_reads_no_field_of_a_tool() {
    let page = below("ui/src/")
        .filter(|path| has_extension(path, &["ts", "svelte"]) && !path.ends_with(".test.ts"));
    let found =
        code_where(page, |line| TOOL_WORDS.split_whitespace().any(|word| line.contains(word)));
    refuse(
        &found,
        "Let the decoder tell it as a `Subject`, and what that does not hold as `Field`s.",
    );
}

/// Ids of limit windows. Other code uses `WindowName`.
const WINDOW_WORDS: &str = "five_hour seven_day";

#[test]
fn the_page_knows_no_window_of_a_limit() {
    let page = below("ui/src/").filter(|path| {
        has_extension(path, &["ts", "svelte"])
            && !path.ends_with(".test.ts")
            && !path.starts_with("ui/src/ipc/fake/")
    });
    let found =
        lines_where(page, |line| WINDOW_WORDS.split_whitespace().any(|word| line.contains(word)));
    refuse(&found, "Let the decoder tell it in the window's `WindowName`.");
}

/// Names that give a crate access to files, processes or clocks.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
];

#[test]
fn pure_crates_touch_no_clock_file_or_process() {
    let sources =
        ["protocol", "agents", "forge", "words"].map(|name| format!("{CRATES}{name}/src/"));
    let sources = sources.iter().flat_map(|folder| rust_below(folder));
    let found = code_where(sources, |line| WORLD.iter().any(|name| line.contains(name)));
    refuse(&found, "Take the value as an argument; the engine reads the world.");
}

fn below(folder: &str) -> impl Iterator<Item = &'static String> {
    tests::files().iter().filter(move |path| path.starts_with(folder))
}

fn rust_below(folder: &str) -> impl Iterator<Item = &'static String> {
    below(folder).filter(|path| has_extension(path, &["rs", "toml"]))
}
