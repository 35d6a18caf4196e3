//! What a pause of notifications held back: counted, and told in one notification when it ends. Pure.
//! The questions themselves are on the board and in the tray all the while.

use protocol::{Notification, NotificationKind};

/// How many notifications of each kind were held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    asks: usize,
    failed: usize,
    limited: usize,
    finished: usize,
}

impl Held {
    /// Counts one more.
    pub(super) fn add(&mut self, kind: NotificationKind) {
        match kind {
            NotificationKind::Asks => self.asks += 1,
            NotificationKind::Failed => self.failed += 1,
            NotificationKind::Limited => self.limited += 1,
            NotificationKind::Finished => self.finished += 1,
        }
    }

    /// The notification at the end; `None` when nothing was held back.
    pub(super) fn told(self) -> Option<Notification> {
        let all = self.asks + self.failed + self.limited + self.finished;
        if all == 0 {
            return None;
        }
        let parts = [
            (self.asks, "asked"),
            (self.failed, "failed"),
            (self.limited, "held by a limit"),
            (self.finished, "done"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let kind = match (self.asks, self.failed) {
            (0, 0) => NotificationKind::Finished,
            (0, _) => NotificationKind::Failed,
            _ => NotificationKind::Asks,
        };
        let what = if all == 1 { "notification was" } else { "notifications were" };
        Some(Notification {
            kind,
            title: format!("{all} {what} held back"),
            body: format!("While notifications were paused: {}", parts.join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_back_is_told_in_one() {
        let mut held = Held::default();
        assert_eq!(held.told(), None);
        held.add(NotificationKind::Finished);
        let one = held.told().unwrap();
        assert_eq!(one.title, "1 notification was held back");
        for kind in [NotificationKind::Asks, NotificationKind::Limited, NotificationKind::Asks] {
            held.add(kind);
        }
        let told = held.told().unwrap();
        assert_eq!(told.kind, NotificationKind::Asks);
        assert_eq!(told.title, "4 notifications were held back");
        assert_eq!(
            told.body,
            "While notifications were paused: 2 asked, 1 held by a limit, 1 done"
        );
    }
}
