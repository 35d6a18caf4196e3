//! The modules of `engine` are in layers: each uses only those below it. This is checked by the
//! `crate::` and `super::` paths in its sources, because the compiler permits cycles of modules.
//! Unit tests may use any module.

use crate::refuse;
use crate::source::{before_tests, is_comment, place};
use std::collections::{BTreeMap, BTreeSet};

const ENGINE: &str = "src-tauri/crates/engine/src/";

/// The modules of the engine, lowest first. A module may use those before it, also in the same
/// layer.
const LAYERS: &[(&str, &str)] = &[
    (
        "the ground",
        "clock threads runtime moments error env slug written_path config command processes programs",
    ),
    ("a data directory, its owner, its journal and its log", "data_dir log owner journal"),
    ("repositories, with what the data directory keeps for them, and their hosts", "git hosting"),
    ("what is known, as plain data", "record story state"),
    ("what is to be done, decided from it", "policy"),
    (
        "the store, what pages pull, the one thread that writes",
        "store integrity usage changes claims comments since finish forecast removal feed writer",
    ),
    ("work that can take long or hang", "job"),
    ("runs, and the store made again from them", "run rebuild reread recovery check"),
    ("what acts, and the handle on it", "director engine inspect query"),
];

/// The only module that may use the director: it starts its thread and passes requests to it.
const STARTS_THE_DIRECTOR: &str = "engine";

#[test]
fn modules_of_the_engine_name_only_what_is_below_them() {
    let order = order();
    let height = |module: &str| order.iter().position(|layer| *layer == module);
    let mut found = Vec::new();
    for reference in references() {
        let (from, to) = (reference.from[0].as_str(), reference.to[0].as_str());
        let wrong = match (height(from), height(to)) {
            _ if from == to => continue,
            (None, _) => format!("{from} stands in no layer"),
            (_, None) => format!("{to} is no module of the engine"),
            (Some(from_height), Some(to_height)) if from_height < to_height => {
                format!("{to} stands above {from}")
            }
            _ if to == "director" && from != STARTS_THE_DIRECTOR => {
                format!("only {STARTS_THE_DIRECTOR} may name the director")
            }
            _ => continue,
        };
        found.push(format!("{}  [{wrong}]", reference.place));
    }
    refuse(
        &found,
        "Move what is named to a lower module, or hand it over as a value or a closure. The order is \
         LAYERS in tests/tidy/modules.rs; a path begins with a module, not with what lib.rs re-exports.",
    );
}

#[test]
fn every_layer_is_a_module() {
    let modules: BTreeSet<String> =
        sources().into_iter().map(|file| file.module[0].clone()).collect();
    let order = order();
    let listed: BTreeSet<String> = order.iter().map(|module| (*module).to_owned()).collect();
    assert_eq!(listed, modules, "LAYERS in tests/tidy/modules.rs against the files");
    assert_eq!(order.len(), listed.len(), "a module stands in one layer");
}

fn order() -> Vec<&'static str> {
    LAYERS.iter().flat_map(|(_, modules)| modules.split_whitespace()).collect()
}

/// At every level of the module tree, down to files, no siblings depend on each other in a cycle.
/// References between a parent and its children are permitted and ignored.
#[test]
fn modules_of_the_engine_form_no_circle() {
    let mut needs: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for Reference { from, to, place } in references() {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if from.len() > shared && to.len() > shared {
            let (from, to) = (from[..=shared].join("::"), to[..=shared].join("::"));
            needs.entry(from).or_default().entry(to).or_insert(place);
        }
    }
    refuse(&circle(&needs), "Each of these lines needs the next module. Cut one of them.");
}

/// The references that form a cycle, if there is one.
fn circle(needs: &BTreeMap<String, BTreeMap<String, String>>) -> Vec<String> {
    let mut left: BTreeMap<_, _> = needs.iter().map(|(from, to)| (from.as_str(), to)).collect();
    // A module that needs none of the remaining ones is not part of a cycle.
    loop {
        let before = left.len();
        let nodes: BTreeSet<&str> = left.keys().copied().collect();
        left.retain(|_, needed| needed.keys().any(|to| nodes.contains(to.as_str())));
        if left.len() == before {
            break;
        }
    }
    let Some(mut at) = left.keys().next().copied() else { return Vec::new() };
    let mut way: Vec<(&str, String)> = Vec::new();
    while !way.iter().any(|(node, _)| *node == at) {
        let next = left[at].iter().find(|(to, _)| left.contains_key(to.as_str()));
        let (to, place) = next.expect("what is left needs something that is left");
        way.push((at, format!("{at} -> {to}: {place}")));
        at = to;
    }
    way.into_iter().skip_while(|(node, _)| *node != at).map(|(_, line)| line).collect()
}

/// A source file of the engine without its tests.
struct Source {
    path: &'static str,
    /// `["run", "actor", "room"]`; `["store"]` for `store/mod.rs` and `["feed"]` for `feed.rs`.
    module: Vec<String>,
    /// The source without unit tests; comment lines are empty.
    code: String,
}

/// A reference from one module to another.
struct Reference {
    from: Vec<String>,
    to: Vec<String>,
    place: String,
}

fn sources() -> Vec<Source> {
    let all: Vec<Source> = tests::files()
        .iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(ENGINE)?.strip_suffix(".rs")?;
            let inside = inside.strip_suffix("/mod").unwrap_or(inside);
            let module = inside.split('/').map(str::to_owned).collect();
            Some(Source { path, module, code: code(&tests::text(path)) })
        })
        .filter(|file| file.module != ["lib"])
        .collect();
    let of_tests: BTreeSet<Vec<String>> = all.iter().flat_map(test_modules).collect();
    all.into_iter().filter(|file| !of_tests.contains(&file.module)).collect()
}

/// The files that are only compiled for tests.
fn test_modules(file: &Source) -> Vec<Vec<String>> {
    let lines: Vec<&str> = file.code.lines().collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = declared.filter_map(|pair| {
        pair[1].trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')
    });
    names.map(|name| [file.module.clone(), vec![name.to_owned()]].concat()).collect()
}

/// The lines before the unit tests. Comments are replaced by empty lines, so that line numbers stay
/// the same.
fn code(text: &str) -> String {
    let lines = before_tests(text).map(|line| match is_comment(line) {
        true => "",
        false => line.split(" // ").next().unwrap_or_default(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn references() -> Vec<Reference> {
    let files = sources();
    let modules: BTreeSet<&[String]> = files.iter().map(|file| file.module.as_slice()).collect();
    let mut found = Vec::new();
    for file in &files {
        for (at, path) in paths(&file.code) {
            let line = file.code[..at].matches('\n').count();
            let words = file.code.lines().nth(line).unwrap_or_default();
            let to = resolved(&file.module, &path, &modules);
            let place = place(file.path, line + 1, words);
            found.extend(to.map(|to| Reference { from: file.module.clone(), to, place }));
        }
    }
    assert!(found.len() > 100, "the paths are not found any more");
    found
}

/// The module that a path in `from` refers to: the longest part of it that is a file, at least its
/// first name.
fn resolved(
    from: &[String],
    path: &[String],
    modules: &BTreeSet<&[String]>,
) -> Option<Vec<String>> {
    let mut base: Vec<String> = if path[0] == "crate" { Vec::new() } else { from.to_vec() };
    for name in path {
        match name.as_str() {
            "crate" => {}
            "super" => drop(base.pop()),
            "self" => break,
            name => {
                base.push(name.to_owned());
                if base.len() > 1 && !modules.contains(base.as_slice()) {
                    base.pop();
                    break;
                }
            }
        }
    }
    (!base.is_empty()).then_some(base)
}

/// Every path in the code that begins with `crate::` or `super::`, with its offset. Each branch of
/// a `{}` tree is a separate path.
fn paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) =
        ["crate::", "super::"].iter().filter_map(|word| code[at..].find(word)).min()
    {
        let start = at + next;
        let is_whole =
            !code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        let mut reader = Reader { code, at: start };
        if is_whole {
            let mut branches = Vec::new();
            reader.branch(&mut Vec::new(), &mut branches);
            found.extend(branches.into_iter().map(|path| (start, path)));
        }
        at = reader.at.max(start + "crate::".len());
    }
    found
}

/// Parses the tree of a path: names, `::`, and braces with branches.
struct Reader<'a> {
    code: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn branch(&mut self, stem: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
        let depth = stem.len();
        loop {
            if self.takes("{") {
                while !self.takes("}") {
                    let before = self.at;
                    self.branch(stem, out);
                    self.takes(",");
                    if self.at == before {
                        break;
                    }
                }
                break;
            }
            let name = self.name();
            if name.is_empty() {
                break;
            }
            stem.push(name);
            if !self.takes("::") {
                if self.takes("as ") {
                    self.name();
                }
                out.push(stem.clone());
                break;
            }
        }
        stem.truncate(depth);
    }

    fn takes(&mut self, word: &str) -> bool {
        let rest = self.code[self.at..].trim_start();
        match rest.strip_prefix(word) {
            Some(rest) => {
                self.at = self.code.len() - rest.len();
                true
            }
            None => false,
        }
    }

    fn name(&mut self) -> String {
        let rest = self.code[self.at..].trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at = self.code.len() - rest.len() + end;
        rest[..end].to_owned()
    }
}

#[test]
fn paths_are_read_with_their_branches() {
    let code = "use crate::store::{self, read::{Reader, dump},\n    write as w};\nuse super::{a, b::C};\n\
                let x = crate::slug::free(); supercrate::no(); pub(crate) fn f() {}\n";
    let read: Vec<String> = paths(code).into_iter().map(|(_, path)| path.join("::")).collect();
    let expected = [
        "crate::store::self",
        "crate::store::read::Reader",
        "crate::store::read::dump",
        "crate::store::write",
        "super::a",
        "super::b::C",
        "crate::slug::free",
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_circle_is_found_and_a_line_is_none() {
    let needs = |pairs: &[(&str, &str)]| {
        let mut needs: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (from, to) in pairs {
            needs.entry((*from).to_owned()).or_default().insert((*to).to_owned(), String::new());
        }
        circle(&needs)
    };
    assert!(needs(&[("a", "b"), ("b", "c"), ("a", "c")]).is_empty());
    let found = needs(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]);
    assert_eq!(found, ["a -> b: ", "b -> c: ", "c -> a: "]);
}
