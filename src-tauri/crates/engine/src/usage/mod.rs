//! What was used: sums over all runs by time and group, the turns of one story, the history of limits.
//! Questions come from `mush usage` and the page and are answered from the store alone, so that they
//! need no owner. What a run used is decided elsewhere ([`crate::run::accounts`]); here it is added up.

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
