//! The settings file on the disk: checks it, puts a damaged one aside, and writes it so that a full disk
//! or a power cut leaves the old file. The store plugin does not write it, because it truncates the file
//! before it writes, and writes it again when the program ends.

use engine::words;
use protocol::{ErrorCode, Fault};
use serde_json::{Map, Value};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The most damaged files that are kept.
const MOST_ASIDE: usize = 50;

/// The state of the settings file.
#[derive(Debug)]
pub(super) enum Found {
    /// The file can be used, or does not exist yet.
    Usable,
    /// The file was no settings file and was moved to this path.
    Aside(PathBuf, String),
    /// The file can neither be used nor put aside; it must not be overwritten.
    InTheWay(Fault),
}

/// Checks the file before anything opens it.
pub(super) fn look(path: &Path) -> Found {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Found::Usable,
        Err(error) => {
            return Found::InTheWay(Fault::new(
                ErrorCode::Settings,
                format!(
                    "The settings file cannot be read: {} ({}).",
                    words(&error),
                    path.display()
                ),
                "The usual settings are used. Make the file readable and start Musher again.",
            ));
        }
    };
    let why = match serde_json::from_slice::<Map<String, Value>>(&bytes) {
        Ok(_) => return Found::Usable,
        Err(error) => error.to_string(),
    };
    match put_aside(path) {
        Ok(aside) => Found::Aside(aside, why),
        Err(error) => Found::InTheWay(Fault::new(
            ErrorCode::Settings,
            format!(
                "The settings file is damaged ({why}) and cannot be put aside: {} ({}).",
                words(&error),
                path.display()
            ),
            "The usual settings are used and changes are not kept. Move or delete the file, then \
             start Musher again.",
        )),
    }
}

fn put_aside(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST_ASIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{number}"));
        let aside = PathBuf::from(name);
        if !aside.exists() {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
    }
    Err(io::Error::other(format!("{MOST_ASIDE} damaged ones are kept already")))
}

/// Writes the file, whole or not at all. If the path is a link, the file that it points to is replaced.
pub(super) fn write(path: &Path, values: &Map<String, Value>) -> Result<(), Fault> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&target, values).map_err(|error| {
        let (code, hint) = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                (ErrorCode::DiskFull, "Make room on the disk, then set it again.")
            }
            _ => (ErrorCode::Settings, "Make the file and its folder writable, then set it again."),
        };
        let message = format!("This was not set: {} ({}).", words(&error), target.display());
        Fault::new(code, message, hint)
    })
}

fn replace(target: &Path, values: &Map<String, Value>) -> io::Result<()> {
    // Somebody made the file read-only on purpose, so it is not replaced.
    if fs::metadata(target).is_ok_and(|facts| facts.permissions().readonly()) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    engine::replace_file(target, &serde_json::to_vec_pretty(values).map_err(io::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(theme: &str) -> Map<String, Value> {
        Map::from_iter([("theme".to_owned(), Value::from(theme))])
    }

    #[test]
    fn a_file_of_settings_and_none_are_usable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("window.json");
        assert!(matches!(look(&path), Found::Usable));
        write(&path, &values("dark")).unwrap();
        assert!(matches!(look(&path), Found::Usable));
        assert!(fs::read_to_string(&path).unwrap().contains("\"dark\""));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_damaged_is_kept_aside_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        for (number, damage) in
            ["", "{\"theme\": \"da", "[]", "null", "{} x", "\u{feff}{}"].iter().enumerate()
        {
            fs::write(&path, damage).unwrap();
            let Found::Aside(aside, _) = look(&path) else { panic!("{damage:?} was taken") };
            assert!(aside.ends_with(format!("window.json.damaged-{}", number + 1)), "{aside:?}");
            assert_eq!(fs::read_to_string(aside).unwrap(), *damage);
            assert!(!path.exists());
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        fs::create_dir(&path).unwrap();
        let Found::InTheWay(fault) = look(&path) else { panic!("a folder was taken") };
        assert!(fault.code == ErrorCode::Settings && fault.message.contains("window.json"));
        assert!(path.is_dir());
    }

    #[test]
    fn a_read_only_file_stays_as_it_is_and_the_answer_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        write(&path, &values("dark")).unwrap();
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&path, rights).unwrap();
        let fault = write(&path, &values("light")).unwrap_err();
        assert_eq!(fault.code, ErrorCode::Settings);
        assert!(fault.message.contains("read-only") && !fault.hint.is_empty(), "{fault}");
        assert!(fs::read_to_string(&path).unwrap().contains("\"dark\""));
    }

    /// A separate small disk, removed when dropped; `None` if this user may not mount.
    #[cfg(target_os = "linux")]
    struct Disk<'a>(&'a Path);

    #[cfg(target_os = "linux")]
    impl<'a> Disk<'a> {
        fn of(at: &'a Path) -> Option<Self> {
            fs::create_dir(at).unwrap();
            let disk = Self(at);
            disk.mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).then_some(disk)
        }

        fn mount(&self, words: &[&str]) -> bool {
            let done = std::process::Command::new("mount").args(words).arg(self.0).output();
            done.is_ok_and(|done| done.status.success())
        }
    }

    #[cfg(target_os = "linux")]
    impl Drop for Disk<'_> {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg("--lazy").arg(self.0).output();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_disk_that_is_full_or_read_only_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("disk");
        let Some(disk) = Disk::of(&at) else {
            eprintln!("not tried: this user may not mount a disk");
            return;
        };
        let path = at.join("window.json");
        write(&path, &values("dark")).unwrap();
        let full = fs::write(at.join("filler"), vec![1; 256 * 1024]).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        let fault = write(&path, &values("light")).unwrap_err();
        assert_eq!(fault.code, ErrorCode::DiskFull, "{fault}");
        assert!(fs::read_to_string(&path).unwrap().contains("\"dark\""));
        assert_eq!(fs::read_dir(&at).unwrap().count(), 2, "nothing half written is left");
        fs::remove_file(at.join("filler")).unwrap();
        assert!(disk.mount(&["-o", "remount,ro"]));
        let fault = write(&path, &values("light")).unwrap_err();
        assert_eq!(fault.code, ErrorCode::Settings, "{fault}");
        assert!(matches!(look(&path), Found::Usable));
        // A damaged file there can neither be overwritten nor put aside.
        assert!(disk.mount(&["-o", "remount,rw"]));
        fs::write(&path, "{").unwrap();
        assert!(disk.mount(&["-o", "remount,ro"]));
        let Found::InTheWay(fault) = look(&path) else { panic!("a damaged file was taken") };
        assert!(fault.message.contains("cannot be put aside"), "{fault}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, path) = (folder.path().join("mine.json"), folder.path().join("window.json"));
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink(&real, &path).unwrap();
        write(&path, &values("dark")).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("dark"));
    }
}
