//! Tokens and money. Token classes are disjoint; money is integer micro-dollars; a sum has the basis of
//! its weakest part.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::AddAssign;
use ts_rs::TS;

/// Tokens by class. The classes are disjoint: `input` excludes tokens read from or written to the cache,
/// and `output` includes reasoning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tokens {
    /// Input tokens that were neither read from nor written to the cache.
    pub input: u64,
    /// Output tokens, reasoning included.
    pub output: u64,
    /// Input tokens read from the prompt cache.
    pub cache_read: u64,
    /// Input tokens written to the prompt cache.
    pub cache_write: u64,
}

impl Tokens {
    /// The sum of all classes.
    pub fn total(self) -> u64 {
        let cached = self.cache_read.saturating_add(self.cache_write);
        self.input.saturating_add(self.output).saturating_add(cached)
    }

    /// Subtracts `earlier` class by class; `None` if any class is smaller than before, which means that
    /// the counter was restarted.
    pub fn checked_sub(self, earlier: Self) -> Option<Self> {
        Some(Self {
            input: self.input.checked_sub(earlier.input)?,
            output: self.output.checked_sub(earlier.output)?,
            cache_read: self.cache_read.checked_sub(earlier.cache_read)?,
            cache_write: self.cache_write.checked_sub(earlier.cache_write)?,
        })
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        // An agent may print any number; a sum that saturates is wrong, but must not end a run.
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.cache_read = self.cache_read.saturating_add(other.cache_read);
        self.cache_write = self.cache_write.saturating_add(other.cache_write);
    }
}

/// The basis of an amount, strongest first. A sum has the weakest basis of its parts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum CostBasis {
    /// The agent reported the cost.
    #[default]
    Reported,
    /// An estimate: computed with a price that is not known to be the model's own.
    Priced,
    /// At least this much: the run goes on, or ended without a final total.
    LowerBound,
    /// A part has no known price, because the agent does not report its cost.
    Unpriced,
}

/// An amount of money with its basis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cost {
    /// Micro-dollars (1 USD = 1,000,000).
    pub micros: u64,
    /// The basis of the amount.
    pub basis: CostBasis,
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.micros = self.micros.saturating_add(other.micros);
        self.basis = self.basis.max(other.basis);
    }
}

/// What one model used, as the agent reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelUsage {
    /// Tokens by class.
    pub tokens: Tokens,
    /// The agent's own cost figure, in micro-dollars; `None` if the agent gives none.
    pub cost_micros: Option<u64>,
    /// Whether the agent itself reports that it has no price for the model.
    #[serde(default)]
    pub price_unknown: bool,
    /// How many tokens fit into the model's context; `None` if the agent does not report it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub context_window: Option<u64>,
}

/// An agent's usage totals, from its result or its saved session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageTotals {
    /// Usage by model, under the agent's own name of the model.
    pub models: BTreeMap<String, ModelUsage>,
    /// The agent's total in micro-dollars; `None` if the agent does not report costs.
    #[serde(default)]
    pub cost_micros: Option<u64>,
}

impl UsageTotals {
    /// The tokens of all models together.
    pub fn tokens(&self) -> Tokens {
        let mut sum = Tokens::default();
        for usage in self.models.values() {
            sum += usage.tokens;
        }
        sum
    }
}

/// The usage that an agent reports with a result. The variants are told apart by their fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum ApiUsage {
    /// Totals, cumulative over the conversation or the process: a result's share is the difference to the
    /// previous result.
    Cumulative {
        /// The totals.
        totals: UsageTotals,
        /// The agent's own difference to the previous result, per model, if it gives one.
        since_last: Option<BTreeMap<String, ModelUsage>>,
    },
    /// The usage since the last result only.
    Step {
        /// The amounts.
        used: UsageTotals,
    },
}

impl ApiUsage {
    /// Whether the agent reports that nothing was used since the last result.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Step { used } if used.models.is_empty() && used.cost_micros == Some(0))
    }

    /// The amounts, of either variant.
    pub fn amounts(&self) -> &UsageTotals {
        match self {
            Self::Cumulative { totals, .. } => totals,
            Self::Step { used } => used,
        }
    }
}
