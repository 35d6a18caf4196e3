//! A folder beside the objects of a repository, in which git writes those of a checkpoint. They move to
//! the others when all of them are there, so that a checkpoint that fails, for want of space above all, leaves
//! nothing. Git itself does so with what is pushed to it, and `git prune` removes folders of this name; one
//! that a kill left is removed by the next checkpoint.

use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Objects that are not a part of the repository yet. Dropping it removes them.
#[derive(Debug)]
pub(super) struct Quarantine {
    dir: PathBuf,
    objects: PathBuf,
}

impl Quarantine {
    /// Makes it in the folder `objects`, for the only writer of this scratch directory.
    pub(super) fn open(objects: &Path, scratch: &Path) -> io::Result<Self> {
        let digest = Sha256::digest(scratch.as_os_str().as_encoded_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let dir = objects.join(format!("tmp_objdir-musher-{name}"));
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir(&dir)?;
        Ok(Self { dir, objects: objects.to_owned() })
    }

    /// The variables by which git writes here, and reads the repository's objects, too.
    pub(super) fn variables(&self) -> [(&'static str, OsString); 2] {
        let also = listed(&self.objects);
        [
            ("GIT_OBJECT_DIRECTORY", self.dir.clone().into_os_string()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", also),
        ]
    }

    /// Makes the objects a part of the repository.
    pub(super) fn release(self) -> io::Result<()> {
        let mut folders = fs::read_dir(&self.dir)?.collect::<io::Result<Vec<_>>>()?;
        // Packs first, each before its index: an object is there before what refers to it is.
        folders.sort_by_key(|folder| folder.file_name() != "pack");
        for folder in folders.iter().filter(|folder| folder.path().is_dir()) {
            let to = self.objects.join(folder.file_name());
            if !to.is_dir() && fs::rename(folder.path(), &to).is_ok() {
                continue;
            }
            let mut files = fs::read_dir(folder.path())?.collect::<io::Result<Vec<_>>>()?;
            files.sort_by_key(|file| file.path().extension().is_some_and(|it| it == "idx"));
            for file in files {
                let to = to.join(file.file_name());
                if !to.exists() {
                    fs::rename(file.path(), to)?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Quarantine {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.dir) {
            tracing::warn!(%error, dir = %self.dir.display(), "objects of no checkpoint stay");
        }
    }
}

/// A path as an element of git's list of object directories, whose separator it may have in it.
#[cfg(unix)]
pub(in crate::git) fn listed(path: &Path) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut text = vec![b'"'];
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', *byte]),
            byte => text.push(*byte),
        }
    }
    text.push(b'"');
    OsString::from_vec(text)
}

/// A path as an element of git's list of object directories, whose separator it may have in it.
#[cfg(not(unix))]
pub(in crate::git) fn listed(path: &Path) -> OsString {
    let text = path.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    OsString::from(format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_move_as_a_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let objects = dir.path().join("objects");
        fs::create_dir_all(objects.join("aa")).unwrap();
        fs::write(objects.join("aa/1"), "there").unwrap();
        let scratch = dir.path().join("scratch");
        let fill = |quarantine: &Quarantine| {
            for (folder, file) in [("aa", "1"), ("aa", "2"), ("bb", "3"), ("pack", "p.idx")] {
                fs::create_dir_all(quarantine.dir.join(folder)).unwrap();
                fs::write(quarantine.dir.join(folder).join(file), "new").unwrap();
            }
        };
        let names = || {
            let mut names: Vec<_> = fs::read_dir(&objects).unwrap().map(|it| it.unwrap()).collect();
            names.sort_by_key(fs::DirEntry::file_name);
            names.into_iter().map(|it| it.file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let given_up = Quarantine::open(&objects, &scratch).unwrap();
        fill(&given_up);
        // As after a kill.
        std::mem::forget(given_up);
        let quarantine = Quarantine::open(&objects, &scratch).unwrap();
        assert_eq!(fs::read_dir(&quarantine.dir).unwrap().count(), 0);
        drop(quarantine);
        assert_eq!(names(), ["aa"]);
        let quarantine = Quarantine::open(&objects, &scratch).unwrap();
        fill(&quarantine);
        quarantine.release().unwrap();
        assert_eq!(names(), ["aa", "bb", "pack"]);
        assert_eq!(fs::read(objects.join("aa/1")).unwrap(), b"there");
        assert_eq!(fs::read(objects.join("aa/2")).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_with_the_separator_is_one_element() {
        assert_eq!(listed(Path::new("/a:b\"\\\n")), OsString::from("\"/a:b\\\"\\\\\n\""));
    }
}
