//! `mush changes`: lists the files that differ between two checkpoints of a story.

use crate::access::Access;
use crate::text::{Out, clean};
use engine::env::Environment;
use engine::git::Git;
use engine::runtime;
use protocol::{ChangeStatus, ChangedFile, Fault};
use std::path::Path;

pub(crate) fn changes(
    access: &Access,
    out: Out,
    name: &str,
    since: u32,
    until: Option<u32>,
) -> Result<u8, Fault> {
    let (story, from, to) = access.read(|reader| reader.compared(name, since, until))?;
    let git = Git::of(&Environment::of_this_process());
    let (dir, project) = (Path::new(&story.dir), Path::new(&story.project));
    let compared = runtime::wait(git.changes(dir, project, &from, &to));
    let changes = compared.map_err(engine::Error::Thread).flatten()?;
    let lines = |changes: &[ChangedFile]| changes.iter().map(in_line).collect();
    let none = format!("Checkpoints {} and {} hold the same files.", from.n, to.n);
    out.list(&changes, lines, &none);
    Ok(0)
}

fn in_line(change: &ChangedFile) -> String {
    let ChangedFile { path, old_path, status, added, removed, binary } = change;
    let word = match status {
        ChangeStatus::Added => "added",
        ChangeStatus::Removed => "removed",
        ChangeStatus::Changed => "changed",
        ChangeStatus::Renamed => "renamed",
        ChangeStatus::OtherKind => "other kind",
    };
    let lines = match binary {
        true => "binary".to_owned(),
        false => format!("+{added} \u{2212}{removed}"),
    };
    let from = old_path.as_ref().map(|old| format!(" (was {})", clean(old))).unwrap_or_default();
    format!("{word:<10}  {lines:>12}  {}{from}", clean(path))
}
