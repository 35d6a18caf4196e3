//! Counts notifications that were not shown: those that a pause held back, and those that came faster
//! than they could be shown. As soon as there is no pause, one notification shows the count. The count is
//! stored with the pause, so that it survives a restart. Pure. The board and the tray always show the
//! questions themselves.

use super::Notification;
use protocol::NotificationKind;
use serde::{Deserialize, Serialize};
use words::Message;

/// How many notifications of each kind were held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Held {
    asks: usize,
    failed: usize,
    limited: usize,
    finished: usize,
    /// Notifications of any kind that were lost before they could be shown.
    missed: u64,
}

impl Held {
    /// Counts a notification.
    pub(super) fn add(&mut self, kind: NotificationKind) {
        match kind {
            NotificationKind::Asks => self.asks += 1,
            NotificationKind::Failed => self.failed += 1,
            NotificationKind::Limited => self.limited += 1,
            NotificationKind::Finished => self.finished += 1,
        }
    }

    /// Counts notifications that the engine sent faster than they were received.
    pub(super) fn miss(&mut self, count: u64) {
        self.missed += count;
    }

    /// Whether nothing was held back.
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// Makes the notification for the end of the pause; `None` if nothing was held back.
    pub(super) fn notification(self) -> Option<Notification> {
        if self.is_nothing() {
            return None;
        }
        let all = self.missed + (self.asks + self.failed + self.limited + self.finished) as u64;
        let kind = match (self.asks, self.failed) {
            (0, 0) => NotificationKind::Finished,
            (0, _) => NotificationKind::Failed,
            _ => NotificationKind::Asks,
        };
        let sentences = [self.paused(), self.too_fast()];
        Some(Notification {
            kind,
            title: Message::NotificationHeldBack { count: all }.text(),
            body: sentences.into_iter().flatten().collect::<Vec<_>>().join(". "),
        })
    }

    fn too_fast(self) -> Option<String> {
        let notifications = self.missed.to_string();
        (self.missed > 0)
            .then(|| Message::NotificationTooFast { notifications: &notifications }.text())
    }

    fn paused(self) -> Option<String> {
        let [asks, failed, limited, finished] =
            [self.asks, self.failed, self.limited, self.finished].map(|count| count.to_string());
        let parts = [
            (self.asks, Message::NotificationHeldAsked { stories: &asks }),
            (self.failed, Message::NotificationHeldFailed { stories: &failed }),
            (self.limited, Message::NotificationHeldLimited { stories: &limited }),
            (self.finished, Message::NotificationHeldDone { stories: &finished }),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(_, part)| part.text()).collect();
        (!parts.is_empty())
            .then(|| Message::NotificationWhilePaused { what: &parts.join(", ") }.text())
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
    fn what_came_too_fast_is_said() {
        let mut held = Held::default();
        held.miss(300);
        let shown = held.notification().unwrap();
        assert_eq!(shown.title, "300 notifications were held back");
        assert_eq!(shown.body, "300 came faster than they could be shown; the board has them");
        held.add(NotificationKind::Failed);
        let shown = held.notification().unwrap();
        assert_eq!(
            (shown.kind, shown.title.split(' ').next()),
            (NotificationKind::Failed, Some("301"))
        );
        assert!(
            shown.body.starts_with("While notifications were paused: 1 could not go on. 300 came")
        );
    }

    #[test]
    fn a_count_is_kept_over_a_restart() {
        let mut held = Held::default();
        assert!(held.is_nothing());
        held.add(NotificationKind::Failed);
        let kept = serde_json::to_value(held).unwrap();
        assert_eq!(serde_json::from_value::<Held>(kept).unwrap(), held);
        // A count of another version: one of its kinds is unknown here, and one of ours is missing.
        let other = serde_json::json!({"asks": 2, "moved": 1});
        assert_eq!(
            serde_json::from_value::<Held>(other).unwrap(),
            Held { asks: 2, ..Held::default() }
        );
    }
}
