//! How a comment stands: what is recorded of it, and what became of its lines. What is not known never makes a comment
//! an addressed one. Pure.

use super::carry::Span;
use crate::store::comments::KnownComment;
use protocol::{CommentAnchor, CommentPlace, CommentSide, CommentSpot, CommentState};

/// What became of lines, or of a file, from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// They are as they were.
    Same(At),
    /// They changed.
    Touched(At),
    /// The file is not there.
    Gone,
    /// The file is there, and what became of the lines is not known; or nothing is known. The path, if it is known.
    Unknown(Option<String>),
}

/// Where lines are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) path: String,
    /// The object of the state.
    pub(super) object: String,
    /// The object with the file's content.
    pub(super) blob: String,
    /// The lines; `None` for the whole file.
    pub(super) span: Option<Span>,
}

impl At {
    /// Where a comment was made.
    pub(super) fn of(anchor: &CommentAnchor) -> Self {
        let CommentAnchor { path, object, blob, lines, .. } = anchor.clone();
        Self { path, object, blob, span: lines.map(Span::from) }
    }
}

/// What is known of a comment's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// From where it was made to the newest checkpoint.
    pub(super) whole: Leg,
    /// From where it was made to the checkpoint before it was sent, and from there to the newest one; only of a
    /// comment that was sent.
    pub(super) sent: Option<(Leg, Option<Leg>)>,
}

impl Way {
    /// Whether its lines changed after it was sent, if that is known.
    fn is_touched_since(&self) -> Option<bool> {
        let known = match self.sent.as_ref()? {
            (Leg::Same(_) | Leg::Touched(_), Some(leg)) => is_touched(leg),
            // The file was not there.
            (Leg::Gone, _) => match &self.whole {
                Leg::Gone => Some(false),
                Leg::Same(_) | Leg::Touched(_) => Some(true),
                Leg::Unknown(_) => None,
            },
            _ => None,
        };
        // What never changed did not change since.
        known.or_else(|| matches!(self.whole, Leg::Same(_)).then_some(false))
    }
}

fn is_touched(leg: &Leg) -> Option<bool> {
    match leg {
        Leg::Same(_) => Some(false),
        Leg::Touched(_) | Leg::Gone => Some(true),
        Leg::Unknown(_) => None,
    }
}

/// How a comment stands.
pub(super) fn state(comment: &KnownComment, way: &Way) -> CommentState {
    match () {
        () if comment.is_resolved => CommentState::Resolved,
        () if comment.sent_at.is_some() => match way.is_touched_since() {
            Some(true) => CommentState::Addressed,
            Some(false) | None => CommentState::Sent,
        },
        () if comment.prompt.is_some() => CommentState::Queued,
        () => CommentState::Open,
    }
}

/// Where a comment is now. One on the earlier state stays there: what is said of it is whether its place changed since
/// it was sent.
pub(super) fn spot(comment: &KnownComment, way: &Way) -> CommentSpot {
    let anchor = &comment.anchor;
    if anchor.side == CommentSide::Before {
        let place = match (comment.sent_at, way.is_touched_since()) {
            (None, _) | (Some(_), Some(false)) => CommentPlace::Same,
            (Some(_), Some(true)) => CommentPlace::Changed,
            (Some(_), None) => CommentPlace::Unknown,
        };
        return CommentSpot { path: anchor.path.clone(), lines: anchor.lines, place };
    }
    match &way.sent {
        // By the way over the state in which it was sent, so that the lines are those that changed since.
        Some((first @ (Leg::Same(_) | Leg::Touched(_)), Some(second))) => {
            let is_touched = matches!(first, Leg::Touched(_));
            match (is_touched, second) {
                (true, Leg::Same(at)) => seen(anchor, &Leg::Touched(at.clone())),
                _ => seen(anchor, second),
            }
        }
        _ => seen(anchor, &way.whole),
    }
}

/// Where a comment is at the end of a leg.
pub(super) fn seen(anchor: &CommentAnchor, leg: &Leg) -> CommentSpot {
    let own = || anchor.path.clone();
    match leg {
        Leg::Gone => CommentSpot { path: own(), lines: None, place: CommentPlace::Gone },
        Leg::Unknown(path) => {
            let path = path.clone().unwrap_or_else(own);
            CommentSpot { path, lines: None, place: CommentPlace::Unknown }
        }
        Leg::Same(At { path, span, .. }) => {
            let lines = span.and_then(Span::lines);
            let is_same = lines == anchor.lines && *path == anchor.path;
            let place = if is_same { CommentPlace::Same } else { CommentPlace::Moved };
            CommentSpot { path: path.clone(), lines, place }
        }
        Leg::Touched(At { path, span, .. }) => {
            let lines = span.and_then(Span::lines);
            let is_left = span.is_none() || lines.is_some();
            let place = if is_left { CommentPlace::Changed } else { CommentPlace::Removed };
            CommentSpot { path: path.clone(), lines, place }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{CommentId, LineRange, Timestamp};

    fn at(first: u32, count: u32) -> At {
        let (path, object, blob) = ("a.rs".to_owned(), "o".to_owned(), "b".to_owned());
        At { path, object, blob, span: Some(Span { first, count }) }
    }

    fn comment(side: CommentSide, is_sent: bool) -> KnownComment {
        KnownComment {
            id: CommentId::new("c"),
            n: 1,
            at: Timestamp::default(),
            text: "why".to_owned(),
            anchor: CommentAnchor {
                path: "a.rs".to_owned(),
                side,
                object: "o".to_owned(),
                blob: "b".to_owned(),
                lines: Some(LineRange { first: 5, last: 6 }),
                quote: "x\ny".to_owned(),
            },
            prompt: is_sent.then(|| "p".to_owned()),
            sent_at: is_sent.then(Timestamp::default),
            sent_checkpoint: is_sent.then_some(1),
            is_resolved: false,
        }
    }

    #[test]
    fn only_what_is_known_to_have_changed_after_it_was_sent_is_addressed() {
        use CommentPlace as P;
        use CommentSide::{After, Before};
        use CommentState as S;
        let same = || Leg::Same(at(5, 2));
        let moved = || Leg::Same(at(9, 2));
        let touched = || Leg::Touched(at(5, 3));
        let empty = || Leg::Touched(at(5, 0));
        let unknown = || Leg::Unknown(None);
        let not = |whole| Way { whole, sent: None };
        let sent = |whole, first, second| Way { whole, sent: Some((first, second)) };
        let cases = [
            ("not sent", After, not(same()), S::Open, P::Same),
            ("not sent, moved", After, not(moved()), S::Open, P::Moved),
            ("not sent, changed", After, not(touched()), S::Open, P::Changed),
            ("not sent, gone", After, not(Leg::Gone), S::Open, P::Gone),
            ("not sent, unknown", After, not(unknown()), S::Open, P::Unknown),
            ("sent", After, sent(same(), same(), Some(same())), S::Sent, P::Same),
            (
                "changed before",
                After,
                sent(touched(), touched(), Some(same())),
                S::Sent,
                P::Changed,
            ),
            (
                "changed since",
                After,
                sent(touched(), same(), Some(touched())),
                S::Addressed,
                P::Changed,
            ),
            (
                "removed since",
                After,
                sent(empty(), same(), Some(empty())),
                S::Addressed,
                P::Removed,
            ),
            (
                "file gone since",
                After,
                sent(Leg::Gone, same(), Some(Leg::Gone)),
                S::Addressed,
                P::Gone,
            ),
            ("no way", After, sent(unknown(), same(), Some(unknown())), S::Sent, P::Unknown),
            ("state of sending lost", After, sent(touched(), unknown(), None), S::Sent, P::Changed),
            ("lost, but never changed", After, sent(moved(), unknown(), None), S::Sent, P::Moved),
            ("gone all the time", After, sent(Leg::Gone, Leg::Gone, None), S::Sent, P::Gone),
            ("came back", After, sent(touched(), Leg::Gone, None), S::Addressed, P::Changed),
            ("removed line", Before, not(empty()), S::Open, P::Same),
            ("still removed", Before, sent(empty(), empty(), Some(same())), S::Sent, P::Same),
            (
                "given back",
                Before,
                sent(same(), empty(), Some(touched())),
                S::Addressed,
                P::Changed,
            ),
            ("unknown", Before, sent(empty(), unknown(), None), S::Sent, P::Unknown),
        ];
        for (name, side, way, expected, place) in cases {
            let comment = comment(side, way.sent.is_some());
            assert_eq!(state(&comment, &way), expected, "{name}");
            assert_eq!(spot(&comment, &way).place, place, "{name}");
        }
    }

    #[test]
    fn what_is_recorded_goes_before_what_is_seen() {
        let way = Way { whole: Leg::Same(at(5, 2)), sent: None };
        let queued = KnownComment { sent_at: None, ..comment(CommentSide::After, true) };
        assert_eq!(state(&queued, &way), CommentState::Queued);
        let resolved = KnownComment { is_resolved: true, ..queued };
        assert_eq!(state(&resolved, &way), CommentState::Resolved);
    }
}
