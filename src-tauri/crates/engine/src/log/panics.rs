//! Records where in the program a panic happened, and reports it once at the next start. Its
//! message is not recorded, because it may contain output of an agent.

use crate::data_dir::{DataDir, create_private};
use crate::error::{Error, Result};
use protocol::{Panicked, Timestamp};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const FILE: &str = "panic.json";

/// The recorded panic of an earlier process. It is returned only once.
pub fn last_panic(dir: &DataDir) -> Option<Panicked> {
    let path = dir.log().join(FILE);
    let text = std::fs::read(&path).ok()?;
    // A file that cannot be removed is reported again at the next start; one that cannot be read is ignored.
    let _ = std::fs::remove_file(&path);
    serde_json::from_slice(&text).ok()
}

/// Records panics of this process in `dir`, before the previous panic hook runs.
pub(super) fn note_in(dir: PathBuf) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        note(&dir, info);
        before(info);
    }));
}

fn note(dir: &Path, info: &PanicHookInfo<'_>) {
    let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    tracing::error!(thread, place, "panicked");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let panicked = Panicked {
        at: Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap_or(i64::MAX)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        thread,
        place,
    };
    // Error ignored: nothing more can be done here.
    let _ = write(dir, &panicked);
}

fn write(dir: &Path, panicked: &Panicked) -> Result<()> {
    create_private(dir)?;
    let path = dir.join(FILE);
    let text = serde_json::to_vec(panicked).expect("plain facts are always JSON");
    keeper::replace_file(&path, &text).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_shown_once_with_its_place_and_without_its_words() {
        let dir = tempfile::tempdir().unwrap();
        let dir = DataDir::at(dir.path()).unwrap();
        note_in(dir.log());
        let failed = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(|| panic!("what the agent said"))
            .unwrap();
        assert!(failed.join().is_err());
        let text = std::fs::read_to_string(dir.log().join(FILE)).unwrap();
        assert!(!text.contains("agent said"), "{text}");
        let recorded = last_panic(&dir).unwrap();
        assert_eq!(recorded.thread, "reader");
        assert!(recorded.place.contains("panics.rs:"), "{recorded:?}");
        assert_eq!(last_panic(&dir), None);
    }
}
