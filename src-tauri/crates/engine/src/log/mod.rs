//! Musher's own log, for diagnosing errors. It is written to standard error and to `log/` in the
//! data directory. It contains no prompt, no output of an agent and no value of a variable: events
//! are logged by ids, kinds and errors (`nothing_that_was_said_is_in_the_log`). The programs start
//! it; all crates write to it with `tracing`.

mod files;
mod panics;

pub use panics::last_panic;

use crate::data_dir::DataDir;
use files::LogFiles;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The level for the files, unless `MUSHER_LOG` sets another.
const FILES: &str = "info";

/// Starts the log of this process; `usual` is the level for standard error, unless `MUSHER_LOG`
/// sets another. Without a data directory there are no files. A panic is recorded for
/// [`last_panic`].
pub fn start(dir: Option<&DataDir>, usual: &str) {
    let wanted = |usual: &str| {
        EnvFilter::try_from_env("MUSHER_LOG").unwrap_or_else(|_| EnvFilter::new(usual))
    };
    let stderr =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(wanted(usual));
    let files = dir.map(|dir| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(LogFiles::new(dir.log()))
            .with_filter(wanted(FILES))
    });
    tracing_subscriber::registry().with(stderr).with(files).init();
    if let Some(dir) = dir {
        panics::note_in(dir.log());
    }
}
