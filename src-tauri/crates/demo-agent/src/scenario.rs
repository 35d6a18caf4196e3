//! The scenes: the story for any prompt, and the scenes for markers. This module only selects; each
//! file below has scenes of one kind, written as a sequence of texts and actions. A scene ends with
//! an [`Ending`]. Several scenes in one prompt are played in one turn, until one of them fails.

mod answers;
mod flood;
mod limits;
mod questions;
mod story;
mod trouble;
mod work;

use crate::markers::Directives;
use crate::stage::Play;
use crate::turn::Turn;
use crate::wire::outcome::Ending;

/// A scene with its name.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    play: fn(&mut Turn<'_>, &str) -> Play<Ending>,
}

/// Every scene that a marker can name.
pub(crate) const SCENES: &[Scene] = &[
    Scene { name: "plain", play: answers::plain },
    Scene { name: "long", play: answers::long },
    Scene { name: "flood", play: flood::flood },
    Scene { name: "slow", play: answers::slow },
    Scene { name: "unicode", play: answers::unicode },
    Scene { name: "surrogate", play: answers::surrogate },
    Scene { name: "echo", play: answers::echo },
    Scene { name: "tools", play: work::tools },
    Scene { name: "image", play: work::image },
    Scene { name: "sleep", play: work::sleep },
    Scene { name: "subagent", play: work::subagent },
    Scene { name: "bgbash", play: work::bgbash },
    Scene { name: "ask", play: questions::ask },
    Scene { name: "ask2", play: questions::ask_twice },
    Scene { name: "choice", play: questions::choice },
    Scene { name: "plan", play: questions::plan },
    Scene { name: "limit_warn", play: limits::warn },
    Scene { name: "limit_overage", play: limits::overage },
    Scene { name: "limit_reject", play: limits::reject },
    Scene { name: "limit_until", play: limits::until },
    Scene { name: "retry", play: trouble::retry },
    Scene { name: "overloaded", play: trouble::overloaded },
    Scene { name: "login", play: trouble::login },
    Scene { name: "billing", play: trouble::billing },
    Scene { name: "model", play: trouble::model },
    Scene { name: "prompt_too_long", play: trouble::prompt_too_long },
    Scene { name: "max_output", play: trouble::max_output },
    Scene { name: "refusal", play: trouble::refusal },
    Scene { name: "budget", play: trouble::budget },
    Scene { name: "maxturns", play: trouble::max_turns },
    Scene { name: "disconnect", play: trouble::disconnect },
    Scene { name: "sse_error", play: trouble::sse_error },
];

/// The keys that scenes use: `n` words, retries or pieces; `ms` between words; `size` in bytes;
/// `rate` per second for `seconds`, `mix` and `stamp` of a flood; `until` in seconds from now;
/// `resets_at` as it is printed; `window`; `empty` for an empty plan.
pub(crate) const KEYS: &[&str] = &[
    "n",
    "ms",
    "size",
    "rate",
    "seconds",
    "mix",
    "stamp",
    "until",
    "resets_at",
    "window",
    "empty",
];

/// The names of all scenes.
pub(crate) fn names() -> Vec<&'static str> {
    SCENES.iter().map(|scene| scene.name).collect()
}

/// Plays the scenes of a prompt. `first`: it is the session's first prompt.
pub(crate) fn play(
    turn: &mut Turn<'_>,
    directives: &Directives,
    prompt: &str,
    first: bool,
) -> Play<Ending> {
    if directives.scenes.is_empty() {
        let unmarked = directives.keys.names().next().is_none();
        return if unmarked { story::play(turn, first) } else { answers::plain(turn, prompt) };
    }
    let mut ending = turn.answer();
    for name in &directives.scenes {
        let Some(scene) = SCENES.iter().find(|scene| scene.name == name) else { continue };
        ending = (scene.play)(turn, prompt)?;
        if ending.is_error() {
            break;
        }
    }
    Ok(ending)
}
