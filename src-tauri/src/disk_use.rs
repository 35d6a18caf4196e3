//! The size of the data directory, by its parts. It reads only names and sizes. It can take as long as
//! the disk needs, so it must not run on the main thread.

use engine::DataDir;
use protocol::{DataPart, DiskUse, PartSize};
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::Path;

const PARTS: [DataPart; 5] =
    [DataPart::Logs, DataPart::Journal, DataPart::Store, DataPart::Programs, DataPart::Other];

/// Sums up the directory. What cannot be read is counted, not guessed.
pub(crate) fn disk_use(dir: &DataDir) -> DiskUse {
    let mut sum = Sum::default();
    match fs::read_dir(dir.root()) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => sum.add(&entry.path(), part_of(dir, &entry.path())),
                    Err(_) => sum.unread += 1,
                }
            }
        }
        Err(_) => sum.unread += 1,
    }
    let part = |part| {
        let (bytes, files) = sum.parts.get(&part).copied().unwrap_or_default();
        PartSize { part, bytes, files }
    };
    DiskUse {
        dir: dir.root().display().to_string(),
        parts: PARTS.map(part).to_vec(),
        unread: sum.unread,
    }
}

fn part_of(dir: &DataDir, path: &Path) -> DataPart {
    let store = dir.store();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match path {
        _ if path == dir.runs() => DataPart::Logs,
        _ if path == dir.journal() => DataPart::Journal,
        _ if path == dir.bin() => DataPart::Programs,
        // The store, with its side files and unusable old stores.
        _ if name(path).starts_with(&name(&store)) => DataPart::Store,
        _ => DataPart::Other,
    }
}

#[derive(Default)]
struct Sum {
    parts: HashMap<DataPart, (u64, u64)>,
    unread: u64,
}

impl Sum {
    /// Adds a file, or a folder with everything below it; links are not followed.
    fn add(&mut self, path: &Path, part: DataPart) {
        let mut left = vec![path.to_owned()];
        while let Some(path) = left.pop() {
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                self.unread += 1;
                continue;
            };
            if !metadata.is_dir() {
                let (bytes, files) = self.parts.entry(part).or_default();
                *bytes += taken(&metadata);
                *files += 1;
                continue;
            }
            match fs::read_dir(&path) {
                Ok(entries) => left.extend(entries.filter_map(|entry| Some(entry.ok()?.path()))),
                Err(_) => self.unread += 1,
            }
        }
    }
}

/// The space of a file on the disk, which is less than its length if the file has holes.
#[cfg(unix)]
fn taken(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn taken(metadata: &Metadata) -> u64 {
    metadata.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_one_part() {
        let root = tempfile::tempdir().unwrap();
        let dir = DataDir::at(root.path()).unwrap();
        dir.create().unwrap();
        let write = |path: &str, bytes: usize| {
            let path = dir.root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![1; bytes]).unwrap();
        };
        write("runs/a/output.log", 5_000);
        write("runs/a/index", 1);
        write("journal/1.jsonl", 1);
        write("store.sqlite", 1);
        write("store.sqlite-wal", 1);
        write("store.sqlite.unusable-1", 1);
        write("bin/mush", 1);
        let disk_use = disk_use(&dir);
        let files: Vec<(DataPart, u64)> =
            disk_use.parts.iter().map(|part| (part.part, part.files)).collect();
        let expected = [
            (DataPart::Logs, 2),
            (DataPart::Journal, 1),
            (DataPart::Store, 3),
            (DataPart::Programs, 1),
            // The directory's own README.
            (DataPart::Other, 1),
        ];
        assert_eq!(files, expected);
        assert!(disk_use.parts[0].bytes >= 5_000 && disk_use.unread == 0, "{disk_use:?}");
    }

    #[test]
    fn a_directory_that_is_gone_is_not_empty_but_unread() {
        let root = tempfile::tempdir().unwrap();
        let dir = DataDir::at(&root.path().join("gone")).unwrap();
        assert_eq!(disk_use(&dir).unread, 1);
    }
}
