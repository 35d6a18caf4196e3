//! Hosts of repositories: which host a remote's address leads to (`remote`), the page on which a pull request is
//! begun there (`page`), and how the programs `gh` and `glab` are asked, and answer, about pull requests (`github`,
//! `gitlab`). All of it is data: the engine runs the programs (`engine::hosting`). It reads no file and runs nothing.

#![deny(missing_docs)]

mod call;
mod checks;
pub mod github;
pub mod gitlab;
mod page;
mod remote;

pub use call::{Call, Program};
pub use page::new_page;
pub use remote::{HostKind, Remote};
