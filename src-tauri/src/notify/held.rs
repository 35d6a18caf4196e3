//! What a pause of notifications held back: counted, and shown in one notification when it ends. The count
//! is kept beside the pause, so that it lasts over a restart. Pure. The questions themselves are on the
//! board and in the tray all the while.

use protocol::{Notification, NotificationKind};
use serde::{Deserialize, Serialize};

/// How many notifications of each kind were held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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

    /// Whether nothing was held back.
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// The notification at the end; `None` when nothing was held back.
    pub(super) fn notification(self) -> Option<Notification> {
        if self.is_nothing() {
            return None;
        }
        let all = self.asks + self.failed + self.limited + self.finished;
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
    fn what_was_held_back_is_shown_in_one() {
        let mut held = Held::default();
        assert_eq!(held.notification(), None);
        held.add(NotificationKind::Finished);
        let one = held.notification().unwrap();
        assert_eq!(one.title, "1 notification was held back");
        for kind in [NotificationKind::Asks, NotificationKind::Limited, NotificationKind::Asks] {
            held.add(kind);
        }
        let shown = held.notification().unwrap();
        assert_eq!(shown.kind, NotificationKind::Asks);
        assert_eq!(shown.title, "4 notifications were held back");
        assert_eq!(
            shown.body,
            "While notifications were paused: 2 asked, 1 held by a limit, 1 done"
        );
    }
    #[test]
    fn a_count_is_kept_over_a_restart() {
        let mut held = Held::default();
        assert!(held.is_nothing());
        held.add(NotificationKind::Failed);
        let kept = serde_json::to_value(held).unwrap();
        assert_eq!(serde_json::from_value::<Held>(kept).unwrap(), held);
        // One of another version, with a kind that is not known here and without one that is.
        let other = serde_json::json!({"asks": 2, "moved": 1});
        assert_eq!(
            serde_json::from_value::<Held>(other).unwrap(),
            Held { asks: 2, ..Held::default() }
        );
    }
}
