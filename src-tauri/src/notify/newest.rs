//! Which notification of each story is the newest: one that waited for something is shown only if no newer one of its
//! story came meanwhile. Pure.

use protocol::StoryId;
use std::collections::HashMap;

/// The number of a notification, in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(u64);

/// The newest notification of each story that has one which is not shown yet.
#[derive(Debug, Default)]
pub(super) struct Newest {
    came: u64,
    of: HashMap<StoryId, Number>,
}

impl Newest {
    /// Takes a notification that came; earlier ones of the story are not shown any more.
    pub(super) fn came(&mut self, story: &StoryId) -> Number {
        self.came += 1;
        let number = Number(self.came);
        self.of.insert(story.clone(), number);
        number
    }

    /// Whether a notification that is ready is the newest of its story, and is to be shown, once.
    pub(super) fn take(&mut self, story: &StoryId, number: Number) -> bool {
        let is_newest = self.of.get(story) == Some(&number);
        if is_newest {
            self.of.remove(story);
        }
        is_newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_notification_replaces_no_newer_one_of_its_story_and_holds_up_no_other() {
        let mut newest = Newest::default();
        let [a, b] = ["a", "b"].map(StoryId::new);
        let finished = newest.came(&a);
        let other = newest.came(&b);
        assert!(newest.take(&b, other), "it does not wait for that of another story");
        let asks = newest.came(&a);
        assert!(newest.take(&a, asks));
        assert!(!newest.take(&a, finished), "it is ready only after a newer one was shown");
        let again = newest.came(&a);
        let later = newest.came(&a);
        assert!(!newest.take(&a, again) && newest.take(&a, later) && !newest.take(&a, later));
        assert!(newest.of.is_empty());
    }
}
