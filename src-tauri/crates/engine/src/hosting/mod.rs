//! Pull requests of a story's branch on the host of its repository: which host that is, what is there, how one is
//! begun, and what the host's checks printed. `forge` knows what the hosts' programs are asked and answer; this module
//! finds and runs them (`ask`), and puts the answers together (`look`). It is asked by queries, and by what a person
//! does with a story's branch (`director::finish`).

mod ask;
mod look;
#[cfg(test)]
#[cfg(unix)]
mod trial;

pub(crate) use look::{HostPlace, NewPullRequest, begin, failed_log, look};
