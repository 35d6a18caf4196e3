//! `config.json`: reads it with errors that name line and field, changes it without losing what a
//! person wrote, decides what may be in force, and stores what was accepted. It decides nothing
//! about stories; policies get the [`protocol::Config`] in force in their view. The director owns
//! the one [`Configuration`].

mod change;
#[cfg(test)]
mod changing;
pub(crate) mod defaults;
mod file;
mod kept;
mod key;
mod merge;
mod patterns;
mod read;
mod text;

use protocol::Config;
use serde_json::Value;

/// The value of a key such as `agents.claude.model`; `None` if there is no such setting.
pub fn config_value(config: &Config, key: &str) -> Option<Value> {
    let whole = serde_json::to_value(config).expect("a configuration is always JSON");
    let mut parts = key::parts(key)?.into_iter();
    parts.try_fold(whole, |mut value, part| value.as_object_mut()?.remove(&part))
}

pub(crate) use kept::{Acceptance, Configuration, Look};
pub(crate) use patterns::Naming;
