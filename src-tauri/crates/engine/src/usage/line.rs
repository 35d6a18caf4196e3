//! A row of the table of usage in the form in which it is summed: one model's share of one turn. Plain
//! data, filled by [`super::scan`] and read by the sums.

use protocol::{CostBasis, Tokens};

/// A row to be summed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The number of the result's event; 0 if there is no result yet.
    pub(super) seq: u64,
    /// The model; empty if it is not known.
    pub(super) model: &'a [u8],
    /// The time (milliseconds).
    pub(super) at: i64,
    /// Tokens by class.
    pub(super) tokens: Tokens,
    /// Micro-dollars.
    pub(super) micros: u64,
    /// The basis of the amount.
    pub(super) basis: CostBasis,
}
