//! The notification about a change of a story's state, as values: the program that shows it makes
//! the text. Also makes the text of an agent plain, so that it can be used in one line of a
//! notification or a title.

use agents::joiners;
use protocol::{AgentId, NotificationKind, Reason, ResetBasis, StateDetail, StoryId, Timestamp};
use tokio::sync::broadcast;

/// The longest line, in characters; desktops cut titles and bodies at about this length anyway.
const LONGEST: usize = 180;

/// A notification about a change of a story's state.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryNotification {
    /// The story.
    pub story: StoryId,
    /// What happened.
    pub kind: NotificationKind,
    /// The story's title.
    pub title: String,
    /// Its agent.
    pub agent: AgentId,
    /// The branch, or the directory's name if there is none.
    pub place: String,
    /// Why the story is in its state.
    pub reason: Option<Reason>,
    /// The rest of the reason as values: the question, the gate.
    pub about: Option<StateDetail>,
    /// The rest of the reason in one line: the signal, the provider's message.
    pub detail: Option<String>,
    /// When the state is expected to end by itself.
    pub until: Option<Timestamp>,
    /// How that is known.
    pub reset: ResetBasis,
}

/// Sends notifications to subscribers. It keeps the newest [`KEPT`] for each; a subscriber that is
/// further behind gets the number of missed ones.
pub(crate) type Subscribers = broadcast::Sender<StoryNotification>;

/// How many notifications are kept for a slow subscriber.
pub(crate) const KEPT: usize = 256;

/// `text` in one line, without characters that are invisible or change the direction of the
/// following text, cut to a visible length. Joiners of letters and emoji are kept.
pub fn plain(text: &str) -> String {
    let plain = joiners::map(text, |character, line| match character {
        '\n' | '\t' | '\r' => line.push(' '),
        _ if is_invisible(character) => {}
        _ => line.push(character),
    });
    match plain.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

/// Whether a character is invisible or changes the direction of the following text.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_hides_or_turns_is_made_plain() {
        assert_eq!(plain("rm\u{202e}fdp\u{200b} \u{1b}[31mx\ny"), "rmfdp [31mx y");
        for joined in
            ["\u{645}\u{6cc}\u{200c}\u{62e}", "\u{1f469}\u{200d}\u{1f4bb}", "\u{2764}\u{fe0f}"]
        {
            assert_eq!(plain(joined), joined);
        }
        assert_eq!(plain("pass\u{200d}word"), "password");
        assert_eq!(plain(&"a".repeat(500)).chars().count(), LONGEST + 1);
    }
}
