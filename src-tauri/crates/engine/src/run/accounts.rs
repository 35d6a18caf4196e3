//! What one run used, computed from the usage totals that its agent reports. This module owns the rule about
//! baselines, restarts and provisional figures; it knows no prices and no agent.
//!
//! Some agents report totals at every result, cumulative over the process or over the conversation. A run's
//! share is the sum of the differences from result to result, beginning at the baseline that was recorded
//! when the run was started. Totals that became smaller mean that the agent began to count anew. Other agents
//! report each step by itself. If an agent reports no cost, the tokens are unpriced; their cost is not zero.
//! If it has a figure, but not the model's own price, the figure is an estimate.
//! Between results, the last value streamed for each message is used provisionally, marked as a lower bound;
//! the two are never added up for the same tokens. A message that an interrupt cut before its final value is in no
//! total of its agent, so its last streamed value stays, as a lower bound.

use super::shares::{Shares, short};
use protocol::{ApiUsage, Cost, CostBasis, ModelShare, ModelUsage, Tokens, UsageTotals};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The last streamed value of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Streamed {
    model: String,
    tokens: Tokens,
    /// Whether it is the message's final value.
    is_final: bool,
    /// Whether the message is of the conversation itself, and not of a subagent.
    is_own: bool,
}

/// What a run used so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunAccount {
    previous: UsageTotals,
    settled: BTreeMap<String, Tokens>,
    settled_micros: u64,
    /// The weakest basis of the settled shares.
    basis: CostBasis,
    /// The last streamed value of each message since the last result.
    messages: HashMap<String, Streamed>,
    /// The sums of `messages` by model, kept up to date so that they need not be added up for each query.
    provisional: BTreeMap<String, Tokens>,
}

impl RunAccount {
    /// Begins at `baseline`, the conversation's totals when the run was started.
    pub fn new(baseline: UsageTotals) -> Self {
        Self { previous: baseline, ..Self::default() }
    }

    /// Takes the last streamed value of one message: whether it is its final one, and whether the message is of the
    /// conversation itself.
    pub fn message(
        &mut self,
        message: &str,
        model: &str,
        tokens: Tokens,
        is_final: bool,
        is_own: bool,
    ) {
        let model = short(model).into_owned();
        let streamed = Streamed { model: model.clone(), tokens, is_final, is_own };
        if let Some(before) = self.messages.insert(message.to_owned(), streamed) {
            self.take_back(&before);
        }
        *self.provisional.entry(model).or_default() += tokens;
    }

    /// Whether a value of this message was streamed since the last result.
    pub fn has_message(&self, message: &str) -> bool {
        self.messages.contains_key(message)
    }

    fn take_back(&mut self, streamed: &Streamed) {
        if let Some(sum) = self.provisional.get_mut(&streamed.model) {
            *sum = sum.checked_sub(streamed.tokens).unwrap_or_default();
        }
    }

    /// Takes the end of a turn that was interrupted, with the usage that its agent reports. Returns the shares of the
    /// turn; what messages used that were cut short is a lower bound. With `and_subagents` those of subagents were cut,
    /// too.
    pub fn cut_short(&mut self, usage: Option<&ApiUsage>, and_subagents: bool) -> Vec<ModelShare> {
        let is_cut = |streamed: &Streamed| !streamed.is_final && (streamed.is_own || and_subagents);
        let mut cut = BTreeMap::<String, Tokens>::new();
        for streamed in self
            .messages
            .extract_if(|_, streamed| is_cut(streamed))
            .map(|it| it.1)
            .collect::<Vec<_>>()
        {
            self.take_back(&streamed);
            *cut.entry(streamed.model).or_default() += streamed.tokens;
        }
        let usage = usage.filter(|usage| !usage.is_nothing());
        let mut shares = usage.map_or_else(Vec::new, |usage| self.result(usage));
        for (model, tokens) in cut.into_iter().filter(|(_, tokens)| tokens.total() > 0) {
            *self.settled.entry(model.clone()).or_default() += tokens;
            self.basis = self.basis.max(CostBasis::LowerBound);
            add_cut(&mut shares, model, tokens);
        }
        shares
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

/// Adds what cut messages of a model used to its share of the turn.
fn add_cut(shares: &mut Vec<ModelShare>, model: String, tokens: Tokens) {
    match shares.iter_mut().find(|share| share.model == model) {
        Some(share) => {
            share.tokens += tokens;
            share.cost.basis = share.cost.basis.max(CostBasis::LowerBound);
        }
        None => {
            let cost = Cost { micros: 0, basis: CostBasis::LowerBound };
            shares.push(ModelShare { model, tokens, cost });
        }
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
        account.message("a", "m", tokens(10, 1), false, true);
        account.message("a", "m", tokens(10, 5), true, true);
        account.message("b", "m", tokens(12, 2), false, true);
        assert_eq!(
            (account.tokens(), account.cost().basis),
            (tokens(22, 7), CostBasis::LowerBound)
        );
        account.result(&result(22, 7, 70));
        assert_eq!((account.tokens(), account.cost().basis), (tokens(22, 7), CostBasis::Reported));
    }

    #[test]
    fn what_an_interrupt_cut_stays_as_far_as_it_was_streamed() {
        let bound = CostBasis::LowerBound;
        let nothing =
            ApiUsage::Step { used: UsageTotals { models: BTreeMap::new(), cost_micros: Some(0) } };
        let streaming = || {
            let mut account = RunAccount::new(UsageTotals::default());
            account.message("whole", "m", tokens(10, 5), true, true);
            account.message("cut", "m", tokens(12, 2), false, true);
            account.message("subagent", "m", tokens(100, 1), false, false);
            account
        };
        let shown = |shares: &[ModelShare]| -> Vec<(Tokens, u64, CostBasis)> {
            shares.iter().map(|it| (it.tokens, it.cost.micros, it.cost.basis)).collect()
        };
        // The agent's total lacks the message that was cut (2.1.197).
        let mut account = streaming();
        let shares = account.cut_short(Some(&result(10, 5, 50)), false);
        assert_eq!(shown(&shares), [(tokens(22, 7), 50, bound)]);
        assert_eq!((account.tokens(), account.cost().basis), (tokens(22, 7), bound));
        account.result(&result(30, 8, 80));
        assert_eq!(account.tokens(), tokens(42, 10), "the next turn adds its own");
        // It reports nothing at all; a subagent in the background goes on, or was cut as well.
        for (and_subagents, cut) in [(false, tokens(12, 2)), (true, tokens(112, 3))] {
            let mut account = streaming();
            let before = account.tokens();
            let shares = account.cut_short(Some(&nothing), and_subagents);
            assert_eq!(shown(&shares), [(cut, 0, bound)]);
            assert_eq!(account.tokens(), before);
        }
        // A message with its final value is in the agent's total (2.1.330).
        let mut account = RunAccount::new(UsageTotals::default());
        account.message("cut", "m", tokens(12, 2), false, true);
        account.message("cut", "m", tokens(12, 2), true, true);
        let shares = account.cut_short(Some(&result(12, 9, 90)), false);
        assert_eq!(shown(&shares), [(tokens(12, 9), 90, CostBasis::Reported)]);
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
