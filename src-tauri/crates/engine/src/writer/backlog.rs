//! Counts how much output of runs the writer holds: in its queue, or waiting because the store refuses
//! (the disk is full, or another process holds SQLite's lock). It tells whether more may come; the runs'
//! actors decide who waits. Journal entries are few and are not counted.

use crate::record::RunCommit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The most facts and requests in the queue. [`Backlog`] reserves half of it for the journal. If it is
/// full anyway, senders block until the writer has tried its next commit.
pub(super) const QUEUE: usize = 256;

/// How many bytes of logs may have events that wait. When this is reached, actors stop reading, and the
/// keepers' logs grow unread. Nothing is lost, because reading continues from there, and nothing is
/// concluded from a run that was not read to its end. Commands still reach such a run.
const MOST: u64 = 16 << 20;

/// The least weight of a commit: commits of runs take at most half of the queue.
const LEAST: u64 = MOST / (QUEUE as u64 / 2);

/// The count, shared by the writer and its senders.
#[derive(Clone, Debug, Default)]
pub(super) struct Backlog(Arc<Taken>);

#[derive(Debug, Default)]
struct Taken {
    bytes: AtomicU64,
    refused: AtomicBool,
}

impl Backlog {
    /// Whether more may be sent.
    pub(super) fn is_left(&self) -> bool {
        self.0.bytes.load(Ordering::Relaxed) < MOST
    }

    /// Whether the store refused the last commit.
    pub(super) fn is_refused(&self) -> bool {
        self.0.refused.load(Ordering::Relaxed)
    }

    /// Notes whether the store took or refused the last commit.
    pub(super) fn refuse(&self, refused: bool) {
        self.0.refused.store(refused, Ordering::Relaxed);
    }

    /// Counts a commit that is sent.
    pub(super) fn take(&self, commit: &RunCommit) {
        self.0.bytes.fetch_add(weight(commit), Ordering::Relaxed);
    }

    /// Uncounts a commit that is in the store.
    pub(super) fn release(&self, commit: &RunCommit) {
        self.0.bytes.fetch_sub(weight(commit), Ordering::Relaxed);
    }
}

fn weight(commit: &RunCommit) -> u64 {
    commit.bytes.max(LEAST)
}
