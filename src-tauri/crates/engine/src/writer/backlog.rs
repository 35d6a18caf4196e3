//! How much output of runs the writer holds: in its queue, or waiting because the store refuses (the disk is
//! full, or another process holds SQLite's lock). This module counts and says whether more may come; the
//! runs' actors decide who waits. Journal entries are few and are not counted.

use crate::record::RunCommit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Most facts and requests in the queue. [`Backlog`] leaves half of it to the journal; if it is full all the
/// same, senders block until the writer has tried its next commit.
pub(super) const QUEUE: usize = 256;

/// Bytes of logs whose events may wait. When it is full, actors stop reading, and the keepers' logs
/// grow unread: nothing is lost, because they are read on from there, and nothing is concluded from
/// a run that was not read to its end. Commands reach it all the same.
const MOST: u64 = 16 << 20;

/// Minimum weight of a commit: commits of runs take at most half of the queue.
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

    /// The store took a commit or refused it.
    pub(super) fn refuse(&self, refused: bool) {
        self.0.refused.store(refused, Ordering::Relaxed);
    }

    /// A fact is sent.
    pub(super) fn take(&self, commit: &RunCommit) {
        self.0.bytes.fetch_add(weight(commit), Ordering::Relaxed);
    }

    /// A fact is in the store.
    pub(super) fn release(&self, commit: &RunCommit) {
        self.0.bytes.fetch_sub(weight(commit), Ordering::Relaxed);
    }
}

fn weight(commit: &RunCommit) -> u64 {
    commit.bytes.max(LEAST)
}
