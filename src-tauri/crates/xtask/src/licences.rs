//! `cargo xtask licences`: writes the list of every shipped crate and npm package, with version and
//! licence, which the settings view shows. The list is a committed file, so that a build needs no
//! network; a test compares it with the data of cargo and npm.

use crate::failure::Failure;
use crate::step::Step;
use crate::workspace;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// The systems that Musher is built for; some crates are used on only one of them.
const SYSTEMS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

/// The shipped programs. Crates that only tests and builds use are not listed.
const PROGRAMS: [&str; 2] = ["musher", "mush"];

/// Maps name and version to the licence.
type Listed = BTreeMap<(String, String), String>;

/// Writes the list. It asks the registry for crates of other systems that were never downloaded
/// here.
pub(crate) fn write() -> Result<(), Failure> {
    let mut crates = Listed::new();
    for system in SYSTEMS {
        crates.extend(shipped(&metadata(system, false)?)?);
    }
    let list = json!({"crates": rows(&crates), "packages": rows(&packages(&lock()?))});
    let text = serde_json::to_string(&list).map_err(|error| bad(&error.to_string()))?;
    // One entry per line, so that changes are readable in git's history.
    let text = text.replace("],[", "],\n[").replace(":[[", ":[\n[").replace("]],", "]],\n");
    fs::write(path(), format!("{text}\n"))
        .map_err(|source| Failure::Io { doing: format!("write {}", path().display()), source })?;
    println!("{} crates, {} packages", crates.len(), packages(&lock()?).len());
    Ok(())
}

fn path() -> PathBuf {
    workspace::root().join("ui/src/views/settings/licences.json")
}

fn rows(listed: &Listed) -> Vec<Value> {
    listed.iter().map(|((name, version), licence)| json!([name, version, licence])).collect()
}

fn metadata(system: &str, offline: bool) -> Result<Value, Failure> {
    let line = "cargo metadata --format-version 1 --locked --filter-platform";
    let step = Step::words(line).args([system]).args(offline.then_some("--offline"));
    serde_json::from_str(&step.output()?).map_err(|error| bad(&error.to_string()))
}

fn bad(what: &str) -> Failure {
    Failure::Metadata(what.to_owned())
}

/// The crates that the programs use on one system, without Musher's own.
fn shipped(metadata: &Value) -> Result<Listed, Failure> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|each| (text(&each["id"]), each)).collect();
    let nodes: BTreeMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let ours: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
    let is_program = |id: &&String| PROGRAMS.contains(&text(&packages[*id]["name"]).as_str());
    let mut left: Vec<String> = ours.iter().filter(is_program).cloned().collect();
    if left.len() != PROGRAMS.len() {
        return Err(bad("the programs are not among the packages"));
    }
    let mut seen: BTreeSet<String> = left.iter().cloned().collect();
    let mut listed = Listed::new();
    while let Some(id) = left.pop() {
        let package = &packages[&id];
        if !ours.contains(&id) {
            let licence = package["license"].as_str().unwrap_or("see its sources").to_owned();
            listed.insert((text(&package["name"]), text(&package["version"])), licence);
        }
        for dependency in list(&nodes[&id]["deps"]) {
            // A null kind is a normal dependency; the others are for building or testing.
            let runs = list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = text(&dependency["pkg"]);
            if runs && seen.insert(id.clone()) {
                left.push(id);
            }
        }
    }
    Ok(listed)
}

fn lock() -> Result<Value, Failure> {
    let path = workspace::root().join("ui/package-lock.json");
    let text = fs::read_to_string(&path)
        .map_err(|source| Failure::Io { doing: format!("read {}", path.display()), source })?;
    serde_json::from_str(&text).map_err(|error| bad(&error.to_string()))
}

/// The npm packages that are not only for development.
fn packages(lock: &Value) -> Listed {
    let entries = lock["packages"].as_object().into_iter().flatten();
    let shipped = entries.filter(|(path, entry)| !path.is_empty() && entry["dev"] != true);
    shipped
        .map(|(path, entry)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path).to_owned();
            let of = |field: &str| entry[field].as_str().unwrap_or("see its sources").to_owned();
            ((name, of("version")), of("license"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: &str) -> Listed {
        let text = fs::read_to_string(path()).unwrap();
        let list: Value = serde_json::from_str(&text).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let rows = list[kind].as_array().unwrap().iter();
        rows.map(|row| ((text(&row[0]), text(&row[1])), text(&row[2]))).collect()
    }

    /// The differences between two lists.
    fn differences(written: &Listed, now: &Listed) -> Vec<String> {
        let only = |one: &Listed, other: &Listed, word: &str| {
            let rows = one.iter().filter(|(key, licence)| other.get(*key) != Some(*licence));
            rows.map(|((name, version), _)| format!("{word} {name} {version}")).collect::<Vec<_>>()
        };
        [only(written, now, "gone:"), only(now, written, "missing:")].concat()
    }

    #[test]
    fn the_list_of_npm_packages_is_fresh() {
        let found = differences(&written("packages"), &packages(&lock().unwrap()));
        assert!(found.is_empty(), "run `cargo xtask licences`: {found:#?}");
    }

    #[test]
    fn the_list_of_crates_is_fresh() {
        // For the present system everything is compared; for the others, only whether Cargo.lock
        // still has the crates.
        let system = if cfg!(target_os = "linux") {
            SYSTEMS[0]
        } else if cfg!(target_os = "macos") {
            SYSTEMS[1]
        } else {
            SYSTEMS[2]
        };
        let (written, here) =
            (written("crates"), shipped(&metadata(system, true).unwrap()).unwrap());
        let mut found: Vec<String> = differences(&written, &here)
            .into_iter()
            .filter(|difference| difference.starts_with("missing"))
            .collect();
        let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
        for (name, version) in written.keys() {
            if !lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")) {
                found.push(format!("gone: {name} {version}"));
            }
        }
        assert!(found.is_empty(), "run `cargo xtask licences`: {found:#?}");
        assert!(here.len() > 100, "{}", here.len());
    }

    #[test]
    fn what_only_builds_and_tests_need_is_not_listed() {
        let metadata = json!({
            "workspace_members": ["w", "m"],
            "packages": [
                {"id": "w", "name": "musher", "version": "1"},
                {"id": "m", "name": "mush", "version": "1"},
                {"id": "a", "name": "a", "version": "1.2", "license": "MIT"},
                {"id": "b", "name": "b", "version": "2", "license": "MIT"},
                {"id": "c", "name": "c", "version": "3", "license": null},
            ],
            "resolve": {"nodes": [
                {"id": "w", "deps": [
                    {"pkg": "a", "dep_kinds": [{"kind": null}, {"kind": "dev"}]},
                    {"pkg": "b", "dep_kinds": [{"kind": "build"}]},
                ]},
                {"id": "m", "deps": []},
                {"id": "a", "deps": [{"pkg": "c", "dep_kinds": [{"kind": null}]}]},
                {"id": "b", "deps": []},
                {"id": "c", "deps": []},
            ]},
        });
        let names: Vec<String> = shipped(&metadata)
            .unwrap()
            .into_iter()
            .map(|((n, v), l)| format!("{n} {v} {l}"))
            .collect();
        assert_eq!(names, ["a 1.2 MIT", "c 3 see its sources"]);
    }
}
