//! The application without a window: it starts agents through keepers, follows their output,
//! decides the state of each story, keeps the journal and the store, and answers queries. The
//! desktop window and the command line are thin layers over it. It does not handle the JSON of
//! vendors (`agents` does) or the streams of processes (`keeper` does).

#![deny(missing_docs)]

pub mod changes;
pub mod claims;
pub mod clock;
pub mod command;
pub mod comments;
pub mod data_dir;
pub mod env;
pub mod error;
pub mod feed;
pub mod finish;
pub mod forecast;
pub mod git;
pub mod journal;
pub mod log;
pub mod owner;
mod processes;
pub mod programs;
pub mod rebuild;
pub mod record;
pub mod removal;
pub mod run;
pub mod runtime;
pub mod since;
pub mod store;
pub mod story;
mod threads;
pub mod usage;
pub mod writer;
pub mod written_path;

mod check;
mod config;
mod director;
mod engine;
mod hosting;
mod inspect;
mod integrity;
mod job;
mod moments;
mod policy;
mod query;
mod recovery;
mod reread;
mod slug;
mod state;

/// The agents that the engine knows. A program that embeds the engine can add one ([`agents::add`]).
pub use agents;
pub use agents::{choice, form, joiners};
pub use config::config_value;
pub use data_dir::{DataDir, data_dir};
pub use engine::{Engine, Opening, Options, StoreAtStart, is_up_to_date};
pub use error::{Error, Result};
pub use git::CheckpointTrial;
pub use inspect::log_size;
pub use keeper::{replace_file, words};
pub use policy::trial::Trial;
pub use policy::work::Work;
pub use slug::slugify;
pub use story::notify::StoryNotification;

/// The agent's name for people; its id if the agent is not known.
pub fn agent_name(agent: &protocol::AgentId) -> &str {
    agents::agent(agent).map_or(agent.as_str(), |agent| agent.program().name)
}
