//! Shows on standard error what git and the repository's hooks print while they work, and cancels that on Ctrl-C.

use crate::access::Access;
use crate::signals::{self, SignalRequest};
use crate::text::{announce, clean};
use engine::finish::finish_log;
use protocol::{Fault, Reply, Request, StoryId};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

/// How often it is looked for more output, and for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// Sends the request and shows what is printed until it is answered.
pub(crate) fn ask(access: &Access, story: &StoryId, request: Request) -> Result<Reply, Fault> {
    let mut shown = Shown::of(finish_log(&access.dir, story));
    let mut signals = signals::listen().ok();
    let (answer, answered) = channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // The receiver waits for it.
            let _ = answer.send(access.ask(request));
        });
        let mut cancels = 0_u32;
        loop {
            let came = answered.recv_timeout(LOOK);
            shown.more();
            match came {
                Ok(reply) => return reply,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(engine::Error::Ended.into());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let heard = signals.as_mut().and_then(|heard| heard.try_recv().ok());
            if heard == Some(SignalRequest::Stop) || heard == Some(SignalRequest::Leave) {
                cancels += 1;
                announce(if cancels == 1 { "Cancels it." } else { "It is being cancelled." });
                if let Err(fault) = access.ask(Request::CancelFinish { story: story.clone() }) {
                    tracing::debug!(message = fault.message, "nothing was cancelled");
                }
            }
        }
    })
}

/// A file that grows, and how much of it was shown.
struct Shown {
    path: PathBuf,
    /// What was there before, if it was: it is not shown.
    before: Option<(SystemTime, u64)>,
    bytes: u64,
    rest: Vec<u8>,
}

impl Shown {
    fn of(path: PathBuf) -> Self {
        let before = stamp(&path);
        Self { path, before, bytes: 0, rest: Vec::new() }
    }

    /// Shows the whole lines that came.
    fn more(&mut self) {
        let now = stamp(&self.path);
        if now.is_none() || now == self.before {
            return;
        }
        self.before = None;
        let mut read = Vec::new();
        let Ok(mut file) = File::open(&self.path) else { return };
        let seek = std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(self.bytes));
        if seek.and_then(|_| file.read_to_end(&mut read)).is_err() {
            return;
        }
        self.bytes += read.len() as u64;
        self.rest.extend(read);
        while let Some(end) = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            announce(&clean(String::from_utf8_lossy(&line[..end]).trim_end()));
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if !self.rest.is_empty() {
            announce(&clean(&String::from_utf8_lossy(&self.rest)));
        }
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}
