//! A row of the table of usage as it is summed: what one model used in one turn. Plain data, filled by
//! [`super::scan`], read by the sums.

use protocol::{CostBasis, Tokens};

/// A row to be summed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The result's event; 0 while none has come.
    pub(super) seq: u64,
    /// The model; empty for none.
    pub(super) model: &'a [u8],
    /// When (milliseconds).
    pub(super) at: i64,
    /// Tokens by class.
    pub(super) tokens: Tokens,
    /// Micro-dollars.
    pub(super) micros: u64,
    /// Where the amount comes from.
    pub(super) basis: CostBasis,
}
