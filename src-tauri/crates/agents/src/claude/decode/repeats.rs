//! Recognises messages that were printed before. Each message except a stream event has its own id; an id
//! that comes again is the same message, so each message is emitted, counted and asked once. Most lines
//! are stream events; they are not remembered, because they only make drafts, which the finished step
//! replaces.

use super::read::Wire;
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many messages are remembered. A repetition that comes after so many others is emitted again.
const REMEMBERED: usize = 4096;

/// The messages that were printed most recently.
#[derive(Default)]
pub(super) struct Repeats {
    order: VecDeque<u64>,
    known: HashSet<u64>,
}

impl Repeats {
    /// Whether this message was printed before. Remembers it.
    pub(super) fn is_repeated(&mut self, wire: &Wire<'_>) -> bool {
        let Some((kind, id)) = identity(wire) else {
            return false;
        };
        let mut hasher = DefaultHasher::new();
        (kind, id).hash(&mut hasher);
        let name = hasher.finish();
        if !self.known.insert(name) {
            return true;
        }
        if self.order.len() == REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(name);
        false
    }
}

/// The type and the id of a message that has one.
fn identity<'w>(wire: &'w Wire<'_>) -> Option<(&'w str, &'w str)> {
    let (kind, id) = match wire {
        Wire::Stream(_) | Wire::Ignored | Wire::Unknown(_) | Wire::Untyped => return None,
        Wire::Assistant(line) => (&line.kind, &line.uuid),
        Wire::User(line) => (&line.kind, &line.uuid),
        Wire::Result(line) => (&line.kind, &line.uuid),
        Wire::System(line) => (&line.kind, &line.uuid),
        Wire::Limit(line) => (&line.kind, &line.uuid),
        Wire::Control(line) => {
            let answered = line.response.as_ref();
            (&line.kind, answered.map_or(&line.request_id, |response| &response.request_id))
        }
    };
    Some((kind.as_deref()?, id.as_deref()?))
}
