//! What a command is: whether it tests, builds or lints, and all of it (`forms`), and whether it may change files
//! (`effect`). What is not known is never taken for harmless. Pure.

mod arguments;
mod effect;
mod forms;
mod scripts;
mod variables;

pub(super) use effect::{Effect, effect, is_below};
pub(super) use variables::sways;

use effect::is_tool;

use super::shell::{Simple, base_name};
use protocol::{ClaimKind, ClaimWhy};

/// A command that tests, builds or lints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// Which claims it can prove.
    pub(super) kinds: &'static [ClaimKind],
    /// Why its success proves nothing; `None` if it does.
    pub(super) unproven: Option<ClaimWhy>,
}

/// What a command does; `None` if it neither tests nor builds nor lints, or only says or lists something.
pub(super) fn act(simple: &Simple) -> Option<Act> {
    let name = simple.words.first()?;
    if !name.is_literal {
        return None;
    }
    let base = base_name(&name.text);
    let base = base.strip_suffix(".exe").or_else(|| base.strip_suffix(".cmd")).unwrap_or(base);
    let known = forms::of(base, &simple.words[1..]).or_else(|| scripts::named(&name.text));
    let mut found = match known {
        Some(act) => act,
        None if is_tool(base) || forms::knows(base) => return None,
        None => scripts::by_word(&simple.words[1..])?,
    };
    if found.unproven.is_none() {
        found.unproven = variables::hinder(&simple.sets);
    }
    Some(found)
}
