//! The share of each model in one result: how the agent's total is divided among the models. Pure; called
//! by [`super::accounts`], which adds the shares up, so that a run's sums and its rows by model follow
//! one rule. Baselines and restarts are handled there.

use protocol::{Cost, CostBasis, ModelShare, ModelUsage, Tokens};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The longest model name that is kept (characters). An agent may print any text as a name.
const LONGEST_NAME: usize = 100;

/// What a result adds for one model.
#[derive(Clone, Copy, Debug, Default)]
struct Added {
    tokens: Tokens,
    micros: u64,
    /// Whether the agent has no price for the model.
    price_unknown: bool,
    /// Whether the agent gives a cost figure for the model.
    has_figure: bool,
}

/// The differences between the results of one turn, by model.
#[derive(Debug, Default)]
pub(super) struct Shares(BTreeMap<String, Added>);

impl Shares {
    /// Adds what one model used between two results: the difference of its own counters.
    pub(super) fn add(&mut self, model: &str, before: &ModelUsage, now: &ModelUsage) {
        let added = self.0.entry(short(model).into_owned()).or_default();
        added.tokens += now.tokens.checked_sub(before.tokens).unwrap_or(now.tokens);
        let (before, after) = (before.cost_micros.unwrap_or(0), now.cost_micros.unwrap_or(0));
        added.micros = added.micros.saturating_add(after.saturating_sub(before));
        added.price_unknown |= now.price_unknown;
        added.has_figure |= now.cost_micros.is_some();
    }

    /// Divides `total`, in the order of the models' names. The total is the truth: if the models' figures
    /// exceed it, the excess is taken from the largest; if they fall short, the rest belongs to no model,
    /// except that a rounding difference goes to the largest. Models that used nothing are left out.
    /// Without a total the models' own figures are used, and a model without a figure has no price.
    pub(super) fn of(mut self, total: Option<u64>) -> Vec<ModelShare> {
        match total {
            Some(total) => self.explain(total),
            None => self.0.values_mut().for_each(|added| added.price_unknown |= !added.has_figure),
        }
        self.0.into_iter().filter_map(|(model, added)| share(model, added)).collect()
    }

    fn explain(&mut self, total: u64) {
        let explained = self.0.values().fold(0_u64, |sum, added| sum.saturating_add(added.micros));
        match total.checked_sub(explained) {
            None => self.take(explained - total),
            Some(left) => self.give(left),
        }
    }

    /// Takes `excess` from the largest amounts, none of which becomes negative.
    fn take(&mut self, mut excess: u64) {
        let mut largest: Vec<&mut Added> = self.0.values_mut().collect();
        largest.sort_by_key(|added| std::cmp::Reverse(added.micros));
        for added in largest {
            let taken = excess.min(added.micros);
            added.micros -= taken;
            excess -= taken;
        }
    }

    fn give(&mut self, left: u64) {
        // Each figure is rounded to a micro-dollar at both results.
        let rounding = self.0.len() as u64 + 1;
        let used = self.0.values_mut().filter(|added| share_of(added));
        match used.max_by_key(|added| (added.micros, added.tokens.total())) {
            Some(largest) if left <= rounding => largest.micros += left,
            _ if left > 0 => self.0.entry(String::new()).or_default().micros += left,
            _ => {}
        }
    }
}

fn share_of(added: &Added) -> bool {
    added.micros > 0 || added.tokens.total() > 0
}

fn share(model: String, added: Added) -> Option<ModelShare> {
    let basis = match (added.price_unknown && added.tokens.total() > 0, added.has_figure) {
        (false, _) => CostBasis::Reported,
        // The agent computes with another price, so its figure can be too high or too low.
        (true, true) => CostBasis::Priced,
        (true, false) => CostBasis::Unpriced,
    };
    let cost = Cost { micros: added.micros, basis };
    share_of(&added).then_some(ModelShare { model, tokens: added.tokens, cost })
}

/// Cuts a model's name if it is longer than any real name.
pub(super) fn short(model: &str) -> Cow<'_, str> {
    match model.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &model[..end])),
        None => Cow::Borrowed(model),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(output: u64, micros: Option<u64>) -> ModelUsage {
        let tokens = Tokens { output, ..Tokens::default() };
        ModelUsage { tokens, cost_micros: micros, ..ModelUsage::default() }
    }

    /// A model, its output tokens, and the agent's cost figure.
    type Figures = (&'static str, u64, Option<u64>);

    /// The shares of a first result, as `model output micros`.
    fn shares(models: &[Figures], total: Option<u64>) -> Vec<String> {
        let mut shares = Shares::default();
        for (model, output, micros) in models {
            shares.add(model, &ModelUsage::default(), &usage(*output, *micros));
        }
        let shown = |share: ModelShare| {
            format!("{} {} {}", share.model, share.tokens.output, share.cost.micros)
        };
        shares.of(total).into_iter().map(shown).collect()
    }

    #[test]
    fn the_total_is_what_the_shares_add_up_to() {
        let two = [("a", 5, Some(100)), ("b", 7, Some(40))];
        let table: [(&[Figures], u64, &[&str]); 9] = [
            (&two, 140, &["a 5 100", "b 7 40"]),
            // Rounding goes to the largest, up and down.
            (&two, 143, &["a 5 103", "b 7 40"]),
            (&two, 138, &["a 5 98", "b 7 40"]),
            // Cost that no model explains belongs to no model.
            (&two, 900, &[" 0 760", "a 5 100", "b 7 40"]),
            // A total below the figures is the truth, and no row goes below zero.
            (&two, 20, &["a 5 0", "b 7 20"]),
            (&two, 0, &["a 5 0", "b 7 0"]),
            // A model without a figure, and one that used nothing.
            (&[("a", 5, None), ("idle", 0, Some(0))], 50, &[" 0 50", "a 5 0"]),
            (&[], 2, &[" 0 2"]),
            (&[], 0, &[]),
        ];
        for (models, total, expected) in table {
            assert_eq!(shares(models, Some(total)), expected, "{models:?} of {total}");
        }
    }

    #[test]
    fn without_a_total_the_models_figures_stand_and_the_rest_has_no_price() {
        let mut shares = Shares::default();
        for (model, micros) in [("a", Some(100)), ("b", None)] {
            shares.add(model, &ModelUsage::default(), &usage(5, micros));
        }
        let cost = |micros, basis| Cost { micros, basis };
        let costs: Vec<Cost> = shares.of(None).iter().map(|share| share.cost).collect();
        assert_eq!(costs, [cost(100, CostBasis::Reported), cost(0, CostBasis::Unpriced)]);
    }

    #[test]
    fn a_figure_at_another_price_is_an_estimate_and_no_figure_is_no_price() {
        let basis = |micros| {
            let mut shares = Shares::default();
            let used = ModelUsage { price_unknown: true, ..usage(5, micros) };
            shares.add("a", &ModelUsage::default(), &used);
            shares.of(micros)[0].cost.basis
        };
        assert_eq!(basis(Some(100)), CostBasis::Priced);
        assert_eq!(basis(None), CostBasis::Unpriced);
    }

    #[test]
    fn a_name_that_is_no_name_is_cut_and_keeps_its_tokens() {
        let long = "é".repeat(300);
        let mut shares = Shares::default();
        for (end, output) in [("1", 1), ("2", 2)] {
            let name = format!("{long}{end}");
            shares.add(&name, &ModelUsage::default(), &usage(output, Some(1)));
        }
        let kept = shares.of(Some(2));
        let [kept] = &kept[..] else { panic!("{kept:?}") };
        assert_eq!(kept.model, format!("{}…", "é".repeat(100)));
        assert_eq!((kept.tokens.output, kept.cost.micros), (3, 2));
    }
}
