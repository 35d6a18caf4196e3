//! Which questions are open, and which call each belongs to: an answer in the input log names only the
//! request.

use std::collections::HashMap;

/// Questions without an answer.
#[derive(Default)]
pub(super) struct Questions {
    open: HashMap<String, Option<String>>,
}

impl Questions {
    /// Adds a question, with its call if it names one.
    pub(super) fn ask(&mut self, request: &str, call: Option<&str>) {
        self.open.insert(request.to_owned(), call.map(str::to_owned));
    }

    /// Removes the open question of a call that has ended without an answer; returns the request, which
    /// is now void.
    pub(super) fn overtaken(&mut self, call: &str) -> Option<String> {
        let asked = |(_, waiting): &(&String, &Option<String>)| waiting.as_deref() == Some(call);
        let request = self.open.iter().find(asked).map(|(request, _)| request.clone())?;
        self.open.remove(&request);
        Some(request)
    }

    /// Removes a question that was answered or withdrawn; returns the call that waited for it.
    pub(super) fn close(&mut self, request: &str) -> Option<String> {
        self.open.remove(request).flatten()
    }
}
