//! The configuration over time: checks its file for changes, records what is accepted before it comes
//! into force, and answers requests about it. [`crate::config`] decides which manual changes a person has
//! to accept.

use super::Director;
use crate::config::{Acceptance, Look};
use crate::error::Result;
use protocol::{Actor, ConfigState, JournalEvent, Reply, Request};

impl Director {
    /// Checks whether `config.json` changed, and puts in force what gives agents no more power.
    pub(super) fn refresh_config(&mut self) {
        let Look::Accept(acceptance) = self.config.look() else { return };
        if let Err(error) = self.accept(*acceptance, Actor::Musher) {
            // This is tried again later.
            tracing::error!(%error, "a change of config.json is not in force yet");
        }
    }

    /// Carries out a request about the configuration and answers with its new state.
    pub(super) fn configure(&mut self, request: Request) -> Result<Reply> {
        let acceptance = match request {
            Request::SetConfig { key, value, confirmed } => {
                Some(self.config.set(&key, &value, confirmed)?)
            }
            Request::AcceptConfig { file } => self.config.accept_all(&file)?,
            _ => None,
        };
        if let Some(acceptance) = acceptance {
            self.accept(acceptance, Actor::You)?;
            // Reads the file that was just written, so that it counts as known.
            self.refresh_config();
        }
        Ok(Reply::Config { state: Box::new(ConfigState::clone(&self.config.state())) })
    }

    fn accept(&mut self, acceptance: Acceptance, by: Actor) -> Result<()> {
        self.config.write(&acceptance)?;
        if self.config.is_news(&acceptance) {
            let (hash, text) = (acceptance.hash.clone(), acceptance.text.clone());
            self.record(None, None, JournalEvent::ConfigAccepted { hash, text, by })?;
        }
        self.config.accept(acceptance);
        Ok(())
    }
}
