//! Claude Code's JSON, typed and borrowed from the line. Unknown fields are skipped, and a field of an
//! unexpected shape never makes a line unreadable (`lenient`); lines that are no clean JSON go through
//! `recover`. These types stay private to the parent folder; `decode` interprets them.

pub(super) mod control;
pub(super) mod delta;
pub(super) mod limit;
pub(super) mod message;
pub(super) mod recover;
pub(super) mod result;
pub(super) mod stream;
pub(super) mod system;

use crate::lenient;
use serde::Deserialize;
use std::borrow::Cow;

/// The type and subtype of a line whose type is not known yet. Everything else is skipped.
#[derive(Deserialize)]
pub(super) struct Head<'a> {
    #[serde(default, borrow, rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(default, borrow, deserialize_with = "lenient::text")]
    pub(super) subtype: Option<Cow<'a, str>>,
}
