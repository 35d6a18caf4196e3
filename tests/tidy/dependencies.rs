//! Which package may depend on which: `protocol <- agents <- engine <- {musher, mush}`; `keeper`,
//! `words` and `demo-agent` are independent. Read from cargo's metadata, so that renamed and hidden
//! dependencies are found, too.

use crate::refuse;
use serde_json::Value;
use std::process::Command;

/// A package of the workspace and its permitted dependencies.
struct Package {
    name: &'static str,
    /// Members of the workspace that it may use.
    uses: &'static [&'static str],
    /// Members that its tests may use, too.
    tests_use: &'static [&'static str],
    /// Crates that it must not use, by the beginning of their names.
    never: &'static [&'static str],
}

const IO: &[&str] =
    &["libc", "nix", "portable-pty", "rusqlite", "rustix", "tauri", "tokio", "which", "windows"];

const PACKAGES: &[Package] = &[
    Package { name: "protocol", uses: &[], tests_use: &[], never: IO },
    Package { name: "agents", uses: &["protocol"], tests_use: &[], never: IO },
    Package { name: "forge", uses: &["protocol"], tests_use: &[], never: IO },
    Package { name: "keeper", uses: &[], tests_use: &[], never: &["rusqlite", "tauri", "tokio"] },
    Package { name: "words", uses: &[], tests_use: &[], never: IO },
    Package {
        name: "demo-agent",
        uses: &[],
        tests_use: &[],
        never: &["rusqlite", "tauri", "tokio"],
    },
    Package {
        name: "engine",
        uses: &["protocol", "agents", "forge", "keeper"],
        tests_use: &["demo-agent"],
        never: &["tauri", "wry"],
    },
    Package {
        name: "mush",
        uses: &["protocol", "engine", "keeper", "demo-agent"],
        tests_use: &[],
        never: &["rusqlite", "tauri", "wry"],
    },
    Package {
        name: "musher",
        // The demo agent makes the demo's scratch repository.
        uses: &["protocol", "engine", "demo-agent", "words"],
        tests_use: &[],
        never: &["rusqlite", "portable-pty"],
    },
    Package { name: "xtask", uses: &[], tests_use: &[], never: &["tauri", "tokio"] },
    Package {
        name: "tests",
        uses: &["protocol", "agents", "keeper", "demo-agent", "engine", "mush"],
        tests_use: &[],
        never: &["tauri"],
    },
];

#[test]
fn packages_depend_only_in_one_direction() {
    let metadata = metadata();
    let members: Vec<&str> = packages(&metadata).map(|(name, _)| name).collect();
    let mut found = Vec::new();
    for (name, package) in packages(&metadata) {
        let Some(rule) = PACKAGES.iter().find(|rule| rule.name == name) else { continue };
        for (dependency, is_of_tests) in dependencies(package) {
            let may_use = rule.uses.contains(&dependency)
                || is_of_tests && rule.tests_use.contains(&dependency);
            let foreign = members.contains(&dependency) && !may_use;
            let banned = rule.never.iter().any(|never| dependency.starts_with(never));
            if foreign || banned {
                found.push(format!("{name} depends on {dependency}"));
            }
        }
    }
    refuse(
        &found,
        "Move the code to the package that may know this, or pass the value in. The table of what each \
         package may use is in tests/tidy/dependencies.rs.",
    );
}

#[test]
fn every_package_has_its_row_in_the_table() {
    let metadata = metadata();
    let found: Vec<String> = packages(&metadata)
        .map(|(name, _)| name)
        .filter(|name| PACKAGES.iter().all(|rule| rule.name != *name))
        .map(|name| format!("{name} is not in the table"))
        .collect();
    refuse(
        &found,
        "A crate exists to forbid a dependency. Say which one in a row of PACKAGES in \
         tests/tidy/dependencies.rs, or make it a module.",
    );
}

#[test]
fn tauri_stays_on_its_stable_release() {
    let lock = tests::text("Cargo.lock");
    let mut found = Vec::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(quoted) = line.strip_prefix("name = ") {
            name = quoted.trim_matches('"');
        }
        let Some(version) = line.strip_prefix("version = ") else { continue };
        let version = version.trim_matches('"');
        if name.starts_with("tauri") && (version.contains('-') || version.starts_with("3.")) {
            found.push(format!("{name} {version}"));
        }
    }
    refuse(&found, "Pin the stable release (2.x): cargo update --package NAME --precise VERSION");
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(tests::root())
        .output()
        .expect("cargo runs these tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

fn packages(metadata: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let packages = metadata["packages"].as_array().expect("cargo lists packages");
    packages.iter().filter_map(|package| Some((package["name"].as_str()?, package)))
}

/// The dependencies of a package, and whether only its tests use them.
fn dependencies(package: &Value) -> impl Iterator<Item = (&str, bool)> {
    let listed = package["dependencies"].as_array().expect("cargo lists dependencies");
    listed
        .iter()
        .filter_map(|dependency| Some((dependency["name"].as_str()?, dependency["kind"] == "dev")))
}
