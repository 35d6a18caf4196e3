//! The repository contains no private paths and no package hosts, in sources, lock files and
//! recordings, including compressed ones.

use crate::refuse;
use std::io::Read;

/// Folders that only exist on developers' machines, and hosts of packages. Split in two, so that
/// this file does not match itself.
const PLACES: &[(&str, &str)] = &[("/wo", "rk/"), ("/ro", "ot/"), ("/hom", "e/runner/")];
const HOSTS: &[(&str, &str)] = &[
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("registry.npm", "js.org"),
    ("registry.yarn", "pkg.com"),
    ("pypi", ".org"),
    ("files.python", "hosted.org"),
    ("deb.deb", "ian.org"),
];

#[test]
fn no_machine_is_named() {
    let mut found = Vec::new();
    for path in tests::files() {
        for (at, line) in plain(path).split(|byte| *byte == b'\n').enumerate() {
            if let Some(name) = named(&String::from_utf8_lossy(line)) {
                found.push(format!("{path}:{}: {name}", at + 1));
            }
        }
    }
    refuse(
        &found,
        "Write a path that every machine has (a temporary folder, the repository's root), clean the \
         recording, and let lock files leave addresses out (npm: omit-lockfile-registry-resolved).",
    );
}

/// The bytes of a file, uncompressed.
fn plain(path: &str) -> Vec<u8> {
    let bytes = tests::read(path);
    if !path.ends_with(".gz") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    unpacked
}

fn named(line: &str) -> Option<String> {
    let place = PLACES.iter().map(|(a, b)| format!("{a}{b}")).find(|place| is_rooted(line, place));
    place.or_else(|| HOSTS.iter().map(|(a, b)| format!("{a}{b}")).find(|host| line.contains(host)))
}

/// Whether the path begins at the root: within `~/code/...` or `/tmp/...` the same folder is
/// permitted.
fn is_rooted(line: &str, place: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || "~._-}$)*>".contains(c);
    line.match_indices(place).any(|(at, _)| !line[..at].ends_with(within))
}

#[test]
fn only_paths_from_the_root_count() {
    let place = PLACES[0].0.to_owned() + PLACES[0].1;
    assert!(named(&format!("cwd={place}repo")).is_some());
    assert!(named(&format!("\"{place}repo\"")).is_some());
    assert!(named(&format!("/tmp{place}repo")).is_none());
    assert!(named(&format!("~{place}repo")).is_none());
}
