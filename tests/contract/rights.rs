//! The permissions of the page: the content security policy, the capability of the window, and
//! plugins that must not be used.

use serde_json::Value;
use std::collections::BTreeSet;

fn json(path: &str) -> Value {
    serde_json::from_str(&tests::text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn configuration() -> Value {
    json("src-tauri/tauri.conf.json")
}

/// Everything that the page may load or connect to. Changing this list changes the design.
const POLICY: &[(&str, &str)] = &[
    ("default-src", "'none'"),
    ("script-src", "'self'"),
    // A terminal component creates style elements.
    ("style-src", "'self' 'unsafe-inline'"),
    ("img-src", "'self' data:"),
    ("font-src", "'self'"),
    ("connect-src", "ipc: http://ipc.localhost"),
    ("worker-src", "'self'"),
    ("frame-src", "'none'"),
    ("object-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
];

#[test]
fn the_page_loads_nothing_but_itself() {
    let security = &configuration()["app"]["security"];
    let policy = security["csp"].as_object().expect("the policy is a table");
    let found: BTreeSet<(&str, &str)> = policy
        .iter()
        .filter_map(|(name, sources)| Some((name.as_str(), sources.as_str()?)))
        .collect();
    assert_eq!(found, POLICY.iter().copied().collect());
    assert_eq!(security["dangerousDisableAssetCspModification"], serde_json::json!(["style-src"]));
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(security["capabilities"], serde_json::json!(["main"]));
    assert!(security.get("pattern").is_none() && security.get("devCsp").is_none());
}

#[test]
fn nothing_of_tauri_is_a_global_of_the_page() {
    assert_eq!(configuration()["app"]["withGlobalTauri"], false);
}

#[test]
fn the_one_capability_is_for_our_window_and_our_commands() {
    let files: Vec<&String> =
        tests::files().iter().filter(|path| path.starts_with("src-tauri/capabilities/")).collect();
    assert_eq!(files, ["src-tauri/capabilities/main.json"]);
    let capability = json(files[0]);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none() && capability.get("webviews").is_none());
    let permissions = capability["permissions"].as_array().expect("a list of permissions");
    let words: BTreeSet<&str> = permissions.iter().filter_map(Value::as_str).collect();
    assert_eq!(words.len(), permissions.len(), "no scopes, nothing twice");
    let (foreign, ours): (BTreeSet<&str>, BTreeSet<&str>) =
        words.into_iter().partition(|word| word.contains(':'));
    let wanted = ["core:event:allow-listen", "core:event:allow-unlisten"];
    assert_eq!(foreign, BTreeSet::from(wanted));
    let build = tests::text("src-tauri/build.rs");
    let list = crate::between(&build, "COMMANDS: &[&str] = &[", "]").pop_first();
    let commands = list.expect("there is a list of commands");
    let allowed: BTreeSet<String> = commands
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|name| format!("allow-{}", name.replace('_', "-")))
        .collect();
    assert_eq!(ours.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), allowed);
}

#[test]
fn the_window_has_no_plugin_for_programs_files_or_the_network() {
    let manifest = tests::text("src-tauri/Cargo.toml");
    for plugin in ["shell", "fs", "http", "sql", "upload", "websocket", "process"] {
        assert!(!manifest.contains(&format!("tauri-plugin-{plugin}")), "{plugin}");
    }
}
