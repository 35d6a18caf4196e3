//! Which questions are open, and of which calls: an answer in the input log names only the request.

use std::collections::HashMap;

/// Questions without an answer.
#[derive(Default)]
pub(super) struct Questions {
    open: HashMap<String, Option<String>>,
}

impl Questions {
    /// A question is asked, by this call if it names one.
    pub(super) fn ask(&mut self, request: &str, call: Option<&str>) {
        self.open.insert(request.to_owned(), call.map(str::to_owned));
    }

    /// The call of a question is over although it was not answered: the request that is void now.
    pub(super) fn overtaken(&mut self, call: &str) -> Option<String> {
        let asked = |(_, waiting): &(&String, &Option<String>)| waiting.as_deref() == Some(call);
        let request = self.open.iter().find(asked).map(|(request, _)| request.clone())?;
        self.open.remove(&request);
        Some(request)
    }

    /// A question is answered or withdrawn; gives the call that waited.
    pub(super) fn close(&mut self, request: &str) -> Option<String> {
        self.open.remove(request).flatten()
    }
}
