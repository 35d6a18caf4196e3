//! The root of the repository, and what cargo says about its packages. Paths and packages come from
//! cargo, so that `CARGO_TARGET_DIR` and changes of the layout are respected. It also works for a
//! checkout elsewhere.

use crate::failure::Failure;
use crate::step::Step;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The root of the repository, from this package's folder: cargo passes it at run time, or it is
/// the one from compile time.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let named = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let package = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = package.ancestors().nth(3);
        root.expect("the package lies three folders below the root").to_path_buf()
    });
    &ROOT
}

/// A bench target of the workspace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bench {
    pub(crate) package: String,
    pub(crate) name: String,
    /// The folder of its package, which is its working directory.
    pub(crate) dir: PathBuf,
}

/// The directory that cargo builds in.
pub(crate) fn target_directory() -> Result<PathBuf, Failure> {
    let metadata = metadata(root())?;
    let directory = metadata["target_directory"].as_str();
    directory
        .map(PathBuf::from)
        .ok_or_else(|| Failure::Metadata(String::from("no target directory")))
}

/// All bench targets of the workspace at `root`, in the order of packages and names.
pub(crate) fn benches(root: &Path) -> Result<Vec<Bench>, Failure> {
    Ok(benches_in(&metadata(root)?))
}

fn benches_in(metadata: &Value) -> Vec<Bench> {
    let mut benches = Vec::new();
    for package in array(&metadata["packages"]) {
        for target in array(&package["targets"]) {
            if array(&target["kind"]).iter().any(|kind| kind == "bench") {
                benches.push(Bench {
                    package: text(&package["name"]),
                    name: text(&target["name"]),
                    dir: folder(&package["manifest_path"]),
                });
            }
        }
    }
    benches.sort_by(|a, b| (&a.package, &a.name).cmp(&(&b.package, &b.name)));
    benches
}

fn metadata(root: &Path) -> Result<Value, Failure> {
    let json = Step::words("cargo metadata --no-deps --format-version 1").dir(root).output()?;
    serde_json::from_str(&json).map_err(|error| Failure::Metadata(error.to_string()))
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn folder(manifest: &Value) -> PathBuf {
    Path::new(manifest.as_str().unwrap_or_default()).parent().map(PathBuf::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bench_targets_are_found_in_every_package() {
        let metadata = serde_json::json!({"packages": [
            {"name": "tests", "targets": [
                {"name": "tidy", "kind": ["test"]},
                {"name": "feed", "kind": ["bench"]},
                {"name": "decode", "kind": ["bench"]},
            ]},
            {"name": "agents", "manifest_path": "/x/agents/Cargo.toml", "targets": [{"name": "split", "kind": ["bench"]}]},
        ]});
        let found = benches_in(&metadata);
        let names: Vec<_> =
            found.iter().map(|bench| format!("{}/{}", bench.package, bench.name)).collect();
        assert_eq!(names, ["agents/split", "tests/decode", "tests/feed"]);
        assert_eq!(found[0].dir, Path::new("/x/agents"));
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
        assert!(target_directory().unwrap().is_absolute());
    }
}
