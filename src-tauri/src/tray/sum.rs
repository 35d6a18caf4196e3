//! The state of all stories together, as the tray's icon shows it: its picture and its words. Pure.

use protocol::{Story, StoryState};
use words::Message;

macro_rules! picture {
    ($state:literal) => {
        if cfg!(target_os = "macos") {
            include_bytes!(concat!("../../../icons/tray-", $state, "-template.png")).as_slice()
        } else {
            include_bytes!(concat!("../../../icons/tray-", $state, ".png")).as_slice()
        }
    };
}

/// The state of all stories together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    wait: usize,
    limited: usize,
    work: usize,
}

impl Sum {
    /// Counts the stories by what the icon shows.
    pub(super) fn of(stories: &[Story]) -> Self {
        let mut sum = Self::default();
        for story in stories {
            match story.state {
                StoryState::Waiting | StoryState::NeedsYou => sum.wait += 1,
                StoryState::Limited => sum.limited += 1,
                StoryState::Starting | StoryState::Running | StoryState::Gating => sum.work += 1,
                _ => {}
            }
        }
        sum
    }

    /// Chooses the picture; stories that need a person come before stories at work.
    pub(super) fn picture(self) -> &'static [u8] {
        match self {
            Self { wait: 1.., .. } => picture!("waiting"),
            Self { work: 1.., .. } => picture!("running"),
            Self { limited: 1.., .. } => picture!("limited"),
            _ => picture!("idle"),
        }
    }

    /// The words: `Musher: 1 waits for you, 3 work`.
    pub(super) fn words(self) -> String {
        let limited = self.limited.to_string();
        let parts = [
            (self.wait, Message::TraySumWaits { count: self.wait as u64 }),
            (self.work, Message::TraySumWorks { count: self.work as u64 }),
            (self.limited, Message::TraySumHeld { stories: &limited }),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(_, part)| part.text()).collect();
        if said.is_empty() { "Musher".to_owned() } else { format!("Musher: {}", said.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_person_is_said_and_shown_first() {
        let sum = Sum { wait: 1, limited: 2, work: 3 };
        assert_eq!(sum.words(), "Musher: 1 waits for you, 3 work, 2 held by a limit");
        assert_eq!(sum.picture(), Sum { wait: 9, ..Sum::default() }.picture());
        assert_ne!(Sum { work: 1, ..Sum::default() }.picture(), Sum::default().picture());
        assert_eq!(Sum::default().words(), "Musher");
    }
}
