//! Usage: sums over all runs by time and group, the turns of one story, the history of limits. Queries
//! come from `mush usage` and the page and are answered from the store alone, so that they need no owner.
//! [`crate::run::accounts`] decides what a run used; here it is summed.

pub mod calendar;
mod limits;
mod line;
mod page;
#[cfg(test)]
mod proof;
mod query;
mod range;
mod scan;
#[cfg(test)]
mod scene;
mod story;
mod sum;
mod thin;
mod zones;

pub use page::{MOST_BYTES, packed};
pub use query::rows;
