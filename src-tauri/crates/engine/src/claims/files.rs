//! Finds the file that a claim names among those that differ. Pure.

use protocol::{ChangeStatus, ChangedFile, ClaimWhy, Verdict};
use std::path::{Component, Path};

/// What is known of a claimed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundFile {
    pub(super) verdict: Verdict,
    pub(super) why: Option<ClaimWhy>,
    pub(super) path: Option<String>,
    pub(super) blob: Option<String>,
}

/// Judges the claim that a file was written: `files` differ since the beginning of the story, `more` of them are not
/// listed. The agent may name a file by its whole path, from its folder `dir`, from the root, or by its end.
pub(super) fn judge(
    said: &str,
    root: &Path,
    dir: &Path,
    files: &[ChangedFile],
    more: u32,
) -> FoundFile {
    let none = |verdict, why| FoundFile { verdict, why: Some(why), path: None, blob: None };
    let said_path = Path::new(said);
    let inside = |path: &Path| {
        let path = path.strip_prefix(root).ok()?;
        let parts: Option<Vec<&str>> = path
            .components()
            .filter(|part| *part != Component::CurDir)
            .map(|part| part.as_os_str().to_str())
            .collect();
        parts.map(|parts| parts.join("/"))
    };
    if said_path.is_absolute() && inside(said_path).is_none() || said.contains("..") {
        return none(Verdict::Unknown, ClaimWhy::NoEvidence);
    }
    let exact = [inside(&dir.join(said_path)), inside(&root.join(said_path))];
    let by_name = |name: &String| files.iter().find(|file| file.path == *name);
    let found = exact.iter().flatten().find_map(by_name).or_else(|| {
        let end = format!("/{said}");
        let mut ending = files.iter().filter(|file| file.path.ends_with(&end));
        ending.next().filter(|_| ending.next().is_none())
    });
    match found {
        Some(file) if file.status == ChangeStatus::Removed => {
            FoundFile { path: Some(file.path.clone()), ..none(Verdict::NotFound, ClaimWhy::NoFile) }
        }
        Some(file) => match file.new.as_ref().and_then(|side| side.object.clone()) {
            Some(blob) => FoundFile {
                verdict: Verdict::Proved,
                why: None,
                path: Some(file.path.clone()),
                blob: Some(blob),
            },
            None => FoundFile {
                path: Some(file.path.clone()),
                ..none(Verdict::Unknown, ClaimWhy::NoEvidence)
            },
        },
        None if more > 0 => none(Verdict::Unknown, ClaimWhy::NoEvidence),
        None => none(Verdict::NotFound, ClaimWhy::Unchanged),
    }
}
