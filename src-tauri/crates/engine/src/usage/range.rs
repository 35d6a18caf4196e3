//! The total of a whole range, independent of its groups: tokens and cost by the basis of each row, and
//! how many runs and turns contributed. [`super::sum`] adds row by row. Pure.

use super::line::Line;
use protocol::{CostBasis, Tokens, UsageBasis, UsageWhole};

/// The bases, strongest first.
const BASES: [CostBasis; 4] =
    [CostBasis::Reported, CostBasis::Priced, CostBasis::LowerBound, CostBasis::Unpriced];

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    has_rows: bool,
    tokens: Tokens,
    micros: u64,
}

/// The total so far.
#[derive(Debug, Default)]
pub(super) struct RangeTotal {
    parts: [Part; BASES.len()],
    pub(super) runs: u64,
    pub(super) turns: u64,
}

impl RangeTotal {
    #[inline]
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let part = match line.basis {
            CostBasis::Reported => &mut self.parts[0],
            CostBasis::Priced => &mut self.parts[1],
            CostBasis::LowerBound => &mut self.parts[2],
            CostBasis::Unpriced => &mut self.parts[3],
        };
        part.has_rows = true;
        part.tokens += line.tokens;
        part.micros = part.micros.saturating_add(line.micros);
    }

    pub(super) fn report(&self) -> UsageWhole {
        let parts = BASES.into_iter().zip(&self.parts).filter(|(_, part)| part.has_rows);
        let basis = |(basis, part): (CostBasis, &Part)| UsageBasis {
            basis,
            tokens: part.tokens,
            cost_micros: part.micros,
        };
        UsageWhole { bases: parts.map(basis).collect(), runs: self.runs, turns: self.turns }
    }
}
