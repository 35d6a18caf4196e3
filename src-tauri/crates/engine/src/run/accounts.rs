//! What one run used, computed from the usage totals that its agent reports. This module owns the rule about
//! baselines, restarts and provisional figures; it knows no prices and no agent.
//!
//! Some agents report totals at every result, cumulative over the process or over the conversation. A run's
//! share is the sum of the differences from result to result, beginning at the baseline that was recorded
//! when the run was started. Totals that became smaller mean that the agent began to count anew. Other agents
//! report each step by itself. If an agent reports no cost, the tokens are unpriced; their cost is not zero.
//! If it has a figure, but not the model's own price, the figure is an estimate.
//! Between results, the last value streamed for each message is used provisionally, marked as a lower bound;
//! the two are never added up for the same tokens.

use super::shares::{Shares, short};
use protocol::{ApiUsage, Cost, CostBasis, ModelShare, ModelUsage, Tokens, UsageTotals};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What a run used so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunAccount {
    previous: UsageTotals,
    settled: BTreeMap<String, Tokens>,
    settled_micros: u64,
    /// The weakest basis of the settled shares.
    basis: CostBasis,
    /// The last streamed value of each message since the last result.
    messages: HashMap<String, Tokens>,
    /// The sums of `messages` by model, kept up to date so that they need not be added up for each query.
    provisional: BTreeMap<String, Tokens>,
}

impl RunAccount {
    /// Begins at `baseline`, the conversation's totals when the run was started.
    pub fn new(baseline: UsageTotals) -> Self {
        Self { previous: baseline, ..Self::default() }
    }

    /// Takes the last streamed value of one message.
    pub fn message(&mut self, message: &str, model: &str, tokens: Tokens) {
        let model = short(model);
        let sum = match self.provisional.get_mut(&*model) {
            Some(sum) => sum,
            None => self.provisional.entry(model.into_owned()).or_default(),
        };
        if let Some(before) = self.messages.insert(message.to_owned(), tokens) {
            *sum = sum.checked_sub(before).unwrap_or_default();
        }
        *sum += tokens;
    }

    /// Takes the usage of a result, which replaces the provisional values. Returns each model's share of the
    /// turn; the run's totals are the sum of these shares and nothing else.
    pub fn result(&mut self, usage: &ApiUsage) -> Vec<ModelShare> {
        let shares = match usage {
            ApiUsage::Cumulative { totals, .. } => self.since_last(totals),
            ApiUsage::Step { used } => step(used),
        };
        for share in &shares {
            *self.settled.entry(share.model.clone()).or_default() += share.tokens;
            self.settled_micros = self.settled_micros.saturating_add(share.cost.micros);
            self.basis = self.basis.max(share.cost.basis);
        }
        self.messages.clear();
        self.provisional.clear();
        shares
    }

    /// The shares of the difference between these totals and those of the previous result.
    fn since_last(&mut self, totals: &UsageTotals) -> Vec<ModelShare> {
        if restarted(&self.previous, totals) {
            self.previous = UsageTotals::default();
        }
        let cost = difference(&self.previous, totals);
        let mut shares = Shares::default();
        for (model, now) in &totals.models {
            let before = self.previous.models.insert(model.clone(), *now).unwrap_or_default();
            shares.add(model, &before, now);
        }
        self.previous.cost_micros = totals.cost_micros;
        shares.of(cost)
    }

    /// Notes that the conversation was begun again: its next totals count from zero.
    pub fn reset(&mut self) {
        self.previous = UsageTotals::default();
    }

    /// The tokens of this run alone, including provisional ones.
    pub fn tokens(&self) -> Tokens {
        self.settled.values().chain(self.provisional.values()).fold(
            Tokens::default(),
            |mut sum, tokens| {
                sum += *tokens;
                sum
            },
        )
    }

    /// The provisional values until the next result: tokens by model, each a lower bound without a price.
    pub fn provisional(&self) -> impl Iterator<Item = ModelShare> + '_ {
        let used = self.provisional.iter().filter(|(_, tokens)| tokens.total() > 0);
        used.map(|(model, tokens)| ModelShare {
            model: model.clone(),
            tokens: *tokens,
            cost: Cost { micros: 0, basis: CostBasis::LowerBound },
        })
    }

    /// The tokens of this run alone, by model.
    pub fn by_model(&self) -> BTreeMap<String, Tokens> {
        let mut models = self.settled.clone();
        for (model, tokens) in &self.provisional {
            *models.entry(model.clone()).or_default() += *tokens;
        }
        models
    }

    /// The cost of this run alone. Provisional tokens have no price yet, so with them the cost is a lower
    /// bound.
    pub fn cost(&self) -> Cost {
        let open = self.provisional.values().any(|tokens| tokens.total() > 0);
        let least = if open { CostBasis::LowerBound } else { CostBasis::Reported };
        Cost { micros: self.settled_micros, basis: self.basis.max(least) }
    }
}

/// The shares of a step that an agent reports by itself: nothing is subtracted.
fn step(used: &UsageTotals) -> Vec<ModelShare> {
    let mut shares = Shares::default();
    for (model, now) in &used.models {
        shares.add(model, &ModelUsage::default(), now);
    }
    shares.of(used.cost_micros)
}

/// The cost of `now` beyond `before`; `None` if one of them is unknown. If nothing was used before,
/// nothing was paid.
fn difference(before: &UsageTotals, now: &UsageTotals) -> Option<u64> {
    let paid = match before.cost_micros {
        Some(paid) => paid,
        None if before.tokens().total() == 0 => 0,
        None => return None,
    };
    Some(now.cost_micros?.saturating_sub(paid))
}

/// Whether `now` cannot continue `before`, because a value that only grows became smaller. A missing
/// model proves nothing, because old versions leave models out.
fn restarted(before: &UsageTotals, now: &UsageTotals) -> bool {
    let costs = now.cost_micros.zip(before.cost_micros);
    costs.is_some_and(|(now, before)| now < before)
        || now.models.iter().any(|(model, usage)| {
            before
                .models
                .get(model)
                .is_some_and(|earlier| usage.tokens.checked_sub(earlier.tokens).is_none())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(input: u64, output: u64) -> Tokens {
        Tokens { input, output, cache_read: 0, cache_write: 0 }
    }

    fn totals(input: u64, output: u64, micros: u64) -> UsageTotals {
        let usage = ModelUsage {
            tokens: tokens(input, output),
            cost_micros: Some(micros),
            ..ModelUsage::default()
        };
        let models = BTreeMap::from([("m".to_owned(), usage)]);
        UsageTotals { models, cost_micros: Some(micros) }
    }

    fn result(input: u64, output: u64, micros: u64) -> ApiUsage {
        ApiUsage::Cumulative { totals: totals(input, output, micros), since_last: None }
    }

    fn check(baseline: UsageTotals, results: &[ApiUsage], used: Tokens, micros: u64) {
        let mut account = RunAccount::new(baseline);
        for result in results {
            account.result(result);
        }
        assert_eq!((account.tokens(), account.cost().micros), (used, micros));
    }

    #[test]
    fn several_results_restate_one_running_total() {
        check(
            UsageTotals::default(),
            &[result(10, 1, 100), result(30, 3, 300), result(30, 3, 300)],
            tokens(30, 3),
            300,
        );
    }

    #[test]
    fn a_resumed_run_begins_at_the_saved_total() {
        check(totals(100, 10, 1_000), &[result(130, 13, 1_300)], tokens(30, 3), 300);
    }

    #[test]
    fn an_agent_that_counts_from_zero_after_resuming_is_believed() {
        check(
            totals(100, 10, 1_000),
            &[result(30, 3, 300), result(40, 4, 400)],
            tokens(40, 4),
            400,
        );
    }

    #[test]
    fn a_counter_that_restarts_in_the_middle_never_makes_the_sum_fall() {
        check(
            UsageTotals::default(),
            &[result(100, 10, 1_000), result(5, 1, 50)],
            tokens(105, 11),
            1_050,
        );
    }

    #[test]
    fn streamed_values_stand_in_until_the_result_replaces_them() {
        let mut account = RunAccount::new(UsageTotals::default());
        account.message("a", "m", tokens(10, 1));
        account.message("a", "m", tokens(10, 5));
        account.message("b", "m", tokens(12, 2));
        assert_eq!(
            (account.tokens(), account.cost().basis),
            (tokens(22, 7), CostBasis::LowerBound)
        );
        account.result(&result(22, 7, 70));
        assert_eq!((account.tokens(), account.cost().basis), (tokens(22, 7), CostBasis::Reported));
    }

    #[test]
    fn a_model_whose_price_the_agent_does_not_know_makes_the_sum_an_estimate() {
        let mut totals = totals(10, 1, 0);
        totals.models.get_mut("m").unwrap().price_unknown = true;
        let mut account = RunAccount::new(UsageTotals::default());
        account.result(&ApiUsage::Cumulative { totals, since_last: None });
        assert_eq!(account.cost().basis, CostBasis::Priced);
    }

    /// Makes tokens without any cost.
    fn unpriced(input: u64) -> UsageTotals {
        let usage = ModelUsage { tokens: tokens(input, 0), ..ModelUsage::default() };
        UsageTotals { models: BTreeMap::from([("m".to_owned(), usage)]), cost_micros: None }
    }

    #[test]
    fn an_agent_that_says_no_cost_has_tokens_without_a_price() {
        let mut account = RunAccount::new(unpriced(100));
        let cumulative = |input| ApiUsage::Cumulative { totals: unpriced(input), since_last: None };
        account.result(&cumulative(130));
        let shares = account.result(&cumulative(150));
        assert_eq!((shares[0].tokens, shares[0].cost.basis), (tokens(20, 0), CostBasis::Unpriced));
        assert_eq!(account.tokens(), tokens(50, 0));
        assert_eq!(account.cost(), Cost { micros: 0, basis: CostBasis::Unpriced });
        // A total that appears later covers everything that was used, not only this turn.
        let mut totals = totals(160, 0, 900);
        totals.models.get_mut("m").unwrap().cost_micros = None;
        account.result(&ApiUsage::Cumulative { totals, since_last: None });
        assert_eq!(account.cost(), Cost { micros: 0, basis: CostBasis::Unpriced });
    }

    #[test]
    fn steps_are_added_up_and_a_baseline_is_not_of_them() {
        let mut account = RunAccount::new(totals(100, 10, 1_000));
        account.result(&ApiUsage::Step { used: totals(30, 3, 300) });
        account.result(&ApiUsage::Step { used: totals(5, 1, 50) });
        let cost = Cost { micros: 350, basis: CostBasis::Reported };
        assert_eq!((account.tokens(), account.cost()), (tokens(35, 4), cost));
        account.result(&ApiUsage::Step { used: unpriced(7) });
        let cost = Cost { micros: 350, basis: CostBasis::Unpriced };
        assert_eq!((account.tokens(), account.cost()), (tokens(42, 4), cost), "the weakest basis");
    }
}
