//! The one thread that writes to the store. It takes facts from a bounded queue, commits what has
//! gathered in one transaction, and then tells whoever listens that the revision grew. A failed write
//! is no loss, because the store can be made again; it is reported and tried again with what follows.

use super::write::{self, RunCommit};
use crate::error::{Error, Result};
use crate::feed::{Feed, Touched, touched};
use protocol::JournalEntry;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Facts that may wait; when it is full, run actors wait, then their keepers' logs grow unread.
/// Nothing is lost by that.
const QUEUE: usize = 256;

/// How long facts may gather before they are committed together.
const GATHER: Duration = Duration::from_millis(25);

enum Write {
    Journal(Box<JournalEntry>),
    Run(Box<RunCommit>),
    Flush(SyncSender<Result<()>>),
}

/// The sending end.
#[derive(Clone)]
pub struct StoreWriter {
    queue: SyncSender<Write>,
    feed: Arc<Feed>,
}

impl StoreWriter {
    /// Starts the writing thread over `db`. It ends when every sending end is gone.
    pub fn start(db: Connection) -> (Self, JoinHandle<()>) {
        let (queue, inbox) = sync_channel(QUEUE);
        let feed = Arc::new(Feed::default());
        let told = Arc::clone(&feed);
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || work(&db, &inbox, &told))
            .expect("the process may have one more thread");
        (Self { queue, feed }, thread)
    }

    /// Applies a journal entry.
    pub fn journal(&self, entry: JournalEntry) -> Result<()> {
        self.send(Write::Journal(Box::new(entry)))
    }

    /// Applies new events of a run.
    pub fn run(&self, commit: RunCommit) -> Result<()> {
        self.send(Write::Run(Box::new(commit)))
    }

    /// Returns when everything sent before stands in the store.
    pub fn flush(&self) -> Result<()> {
        let (reply, done) = sync_channel(1);
        self.send(Write::Flush(reply))?;
        done.recv().map_err(|_| Error::Ended)?
    }

    /// What changed, for whoever shows it.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    fn send(&self, write: Write) -> Result<()> {
        self.queue.send(write).map_err(|_| Error::Ended)
    }
}

fn work(db: &Connection, inbox: &Receiver<Write>, feed: &Feed) {
    let mut waiting = Vec::new();
    while let Ok(first) = inbox.recv() {
        let mut flushes = Vec::new();
        gather(first, inbox, &mut waiting, &mut flushes);
        let result = commit(db, &waiting);
        match &result {
            Ok(()) => {
                feed.touch(touched_by(&waiting));
                waiting.clear();
            }
            Err(error) => {
                tracing::error!(%error, "the store refused; it can be made again by `mush rebuild`")
            }
        }
        let told = result.map_err(|error| error.to_string());
        for flush in flushes {
            let answer = told.clone().map_err(|error| {
                Error::refused(
                    protocol::ErrorCode::Store,
                    error,
                    "Run `mush rebuild` when there is space.",
                )
            });
            // Whoever asked may have gone; then nobody needs the answer.
            let _ = flush.send(answer);
        }
    }
}

fn touched_by(facts: &[Write]) -> Touched {
    let mut touched = Touched::default();
    for fact in facts {
        match fact {
            Write::Journal(entry) => touched::by_entry(entry, &mut touched),
            Write::Run(commit) => {
                touched.stories.push(commit.story.clone());
                touched::by_events(&commit.events, &mut touched);
            }
            Write::Flush(_) => {}
        }
    }
    touched
}

/// Takes what comes within [`GATHER`]; somebody who waits for a flush ends the gathering.
fn gather(
    first: Write,
    inbox: &Receiver<Write>,
    waiting: &mut Vec<Write>,
    flushes: &mut Vec<SyncSender<Result<()>>>,
) {
    let deadline = Instant::now() + GATHER;
    let mut next = Some(first);
    while let Some(write) = next.take() {
        match write {
            Write::Flush(reply) => flushes.push(reply),
            fact => waiting.push(fact),
        }
        if !flushes.is_empty() || waiting.len() >= QUEUE {
            return;
        }
        next = inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok();
    }
}

fn commit(db: &Connection, facts: &[Write]) -> Result<()> {
    let transaction = db.unchecked_transaction()?;
    for fact in facts {
        match fact {
            Write::Journal(entry) => write::journal(&transaction, entry)?,
            Write::Run(commit) => write::run(&transaction, commit)?,
            Write::Flush(_) => {}
        }
    }
    Ok(transaction.commit()?)
}
