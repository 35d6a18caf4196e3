//! Remotes that are mirrors: a push to one takes every reference along, also those of checkpoints, and a
//! fetch from one removes every reference that it does not have.

use super::{Git, reason, refused};
use crate::error::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// The references of checkpoints.
const CHECKPOINTS: &str = "refs/musher/";

/// A remote that has or removes checkpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirror {
    /// The remote.
    pub remote: String,
    /// A plain `git push` to it pushes them.
    pub pushes: bool,
    /// `git fetch --prune` from it removes them.
    pub prunes: bool,
}

impl Git {
    /// The mirrors among the remotes of the repository in `dir`.
    ///
    /// # Errors
    /// If git cannot read its configuration.
    pub async fn mirrors(&self, dir: &Path) -> Result<Vec<Mirror>> {
        let words = ["config", "--null", "--get-regexp", r"^remote\..*\.(mirror|push|fetch)$"];
        let said = self.run(dir, &words).await?;
        // Without any match git fails and says nothing.
        match said.ok || said.stderr.is_empty() {
            true => Ok(mirrors(&said.stdout)),
            false => Err(refused(&reason(&said.stderr))),
        }
    }
}

/// The mirrors in the configuration as git prints it: each name, a line break, its value, a NUL.
fn mirrors(printed: &str) -> Vec<Mirror> {
    let mut remotes: BTreeMap<&str, Mirror> = BTreeMap::new();
    for record in printed.split('\0').filter(|record| !record.is_empty()) {
        let (name, value) = record.split_once('\n').unwrap_or((record, "true"));
        let named = name.strip_prefix("remote.").and_then(|name| name.rsplit_once('.'));
        let Some((remote, key)) = named else { continue };
        let mirror = remotes.entry(remote).or_default();
        let (from, to) = value.trim_start_matches('+').split_once(':').unwrap_or((value, ""));
        match key {
            "mirror" => mirror.pushes |= is_true(value),
            "push" => mirror.pushes |= covers(from.trim_start_matches('+')),
            _ => mirror.prunes |= covers(to),
        }
    }
    let named =
        remotes.into_iter().map(|(remote, mirror)| Mirror { remote: remote.to_owned(), ..mirror });
    named.filter(|mirror| mirror.pushes || mirror.prunes).collect()
}

fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1")
}

/// Whether a side of a refspec has references of checkpoints.
fn covers(side: &str) -> bool {
    match side.split_once('*') {
        Some((before, _)) => CHECKPOINTS.starts_with(before) || before.starts_with(CHECKPOINTS),
        None => side.starts_with(CHECKPOINTS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_that_takes_every_reference_is_a_mirror() {
        let table = [
            ("remote.o.fetch\n+refs/heads/*:refs/remotes/o/*\0", "no"),
            ("remote.o.mirror\ntrue\0", "pushes"),
            ("remote.o.mirror\0", "pushes"),
            ("remote.o.mirror\nfalse\0", "no"),
            ("remote.o.fetch\n+refs/*:refs/*\0", "prunes"),
            ("remote.o.fetch\n+refs/*:refs/*\0remote.o.mirror\ntrue\0", "both"),
            ("remote.o.fetch\n+refs/*:refs/remotes/o/*\0", "no"),
            ("remote.o.push\n+refs/*:refs/*\0", "pushes"),
            ("remote.o.push\nrefs/*\0", "pushes"),
            ("remote.o.push\nrefs/musher/*:refs/x/*\0", "pushes"),
            ("remote.o.push\nrefs/heads/*\0", "no"),
            ("remote.o.push\nHEAD\0", "no"),
            ("remote.a.b.mirror\nyes\0", "pushes"),
        ];
        for (printed, expected) in table {
            let said = match mirrors(printed).as_slice() {
                [] => "no",
                [Mirror { pushes: true, prunes: true, .. }] => "both",
                [Mirror { pushes: true, .. }] => "pushes",
                [_] => "prunes",
                more => panic!("{more:?}"),
            };
            assert_eq!(said, expected, "{printed:?}");
        }
        assert_eq!(mirrors("remote.a.b.mirror\nyes\0")[0].remote, "a.b");
    }
}
