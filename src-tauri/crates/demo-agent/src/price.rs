//! Tokens, list prices and the running totals of a session. Amounts are whole nano-dollars, so that
//! sums are exact; they are converted to dollars only when a number is printed. Tokens of a text
//! are estimated; the estimate only has to be consistent.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde_json::{Value, json};

/// The tokens of one request, or a sum of several. The classes are disjoint, except that `thinking`
/// is a part of `output`, as in the vendor's format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) thinking: u64,
    pub(crate) cache_write: u64,
    pub(crate) cache_read: u64,
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.output += other.output;
        self.thinking += other.thinking;
        self.cache_write += other.cache_write;
        self.cache_read += other.cache_read;
    }
}

impl Tokens {
    fn less(self, other: Self) -> Self {
        Self {
            input: self.input - other.input,
            output: self.output - other.output,
            thinking: self.thinking - other.thinking,
            cache_write: self.cache_write - other.cache_write,
            cache_read: self.cache_read - other.cache_read,
        }
    }

    /// The sum of all classes, as in `task_progress.usage.total_tokens`.
    pub(crate) fn total(self) -> u64 {
        self.input + self.output + self.cache_write + self.cache_read
    }
}

/// An estimate of the tokens of a text: one per four characters, at least one.
pub(crate) fn tokens_of(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX).div_ceil(4).max(1)
}

/// Nano-dollars per token.
struct Price {
    input: u64,
    output: u64,
    cache_write: u64,
    cache_read: u64,
}

/// The possible values of `--model`, and their models.
const ALIASES: &[(&str, &str)] = &[
    ("default", "claude-opus-5-5"),
    ("opus", "claude-opus-5-5"),
    ("fable", "claude-fable-5-2"),
    ("sonnet", "claude-sonnet-5-5"),
    ("haiku", "claude-haiku-5-5"),
];

/// The model id that a `--model` value means.
pub(crate) fn resolve(model: Option<&str>) -> String {
    let word = model.unwrap_or("default");
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == word)
        .map_or_else(|| word.to_owned(), |(_, id)| (*id).to_owned())
}

/// The list price. For a model without one, the default price and `false`.
fn price(model: &str) -> (Price, bool) {
    let of =
        |input, output, cache_write, cache_read| Price { input, output, cache_write, cache_read };
    match model {
        "claude-opus-5-5" => (of(4_000, 20_000, 5_000, 200), true),
        "claude-fable-5-2" => (of(8_000, 40_000, 10_000, 400), true),
        "claude-sonnet-5-5" => (of(2_000, 10_000, 2_500, 100), true),
        "claude-haiku-5-5" => (of(100, 500, 125, 5), true),
        _ => (of(4_000, 20_000, 5_000, 200), false),
    }
}

/// The cost of tokens in nano-dollars.
fn cost(model: &str, tokens: Tokens) -> u64 {
    let (price, _) = price(model);
    tokens.input * price.input
        + tokens.output * price.output
        + tokens.cache_write * price.cache_write
        + tokens.cache_read * price.cache_read
}

/// Dollars as a binary fraction, as the real program prints them.
fn dollars(nanos: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the wire has binary fractions")]
    let nanos = nanos as f64;
    nanos / 1e9
}

/// Tokens per model since the session began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ledger(BTreeMap<String, Tokens>);

impl Ledger {
    pub(crate) fn add(&mut self, model: &str, tokens: Tokens) {
        *self.0.entry(model.to_owned()).or_default() += tokens;
    }

    /// What was added since `earlier`, an older copy of this ledger.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let fresh = self.0.iter().filter_map(|(model, tokens)| {
            let before = earlier.0.get(model).copied().unwrap_or_default();
            (before != *tokens).then(|| (model.clone(), tokens.less(before)))
        });
        Self(fresh.collect())
    }

    /// `total_cost_usd`.
    pub(crate) fn dollars(&self) -> f64 {
        dollars(self.0.iter().map(|(model, tokens)| cost(model, *tokens)).sum())
    }

    /// `modelUsage`.
    pub(crate) fn wire(&self) -> Value {
        self.0.iter().map(|(model, tokens)| (model.clone(), model_usage(model, *tokens))).collect()
    }

    /// Parses the output of [`Ledger::wire`]; missing fields count as 0.
    pub(crate) fn read(saved: &Value) -> Self {
        let models = saved.as_object().into_iter().flatten();
        Self(models.map(|(model, usage)| (model.clone(), read_tokens(usage))).collect())
    }
}

fn model_usage(model: &str, tokens: Tokens) -> Value {
    json!({
        "inputTokens": tokens.input,
        "outputTokens": tokens.output,
        "cacheReadInputTokens": tokens.cache_read,
        "cacheCreationInputTokens": tokens.cache_write,
        "webSearchRequests": 0,
        "costUSD": dollars(cost(model, tokens)),
        "contextWindow": 1_000_000,
        "maxOutputTokens": 128_000,
        "thinkingTokens": tokens.thinking,
        "cacheCreationEphemeral5mInputTokens": tokens.cache_write,
        "cacheCreationEphemeral1hInputTokens": 0,
        "canonicalModel": model,
        "provider": "firstParty",
        "costBasis": if price(model).1 { "list" } else { "unknown" },
    })
}

fn read_tokens(usage: &Value) -> Tokens {
    let field = |name: &str| usage[name].as_u64().unwrap_or(0);
    Tokens {
        input: field("inputTokens"),
        output: field("outputTokens"),
        thinking: field("thinkingTokens"),
        cache_write: field("cacheCreationInputTokens"),
        cache_read: field("cacheReadInputTokens"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_request_costs_what_the_real_program_said() {
        let tokens =
            Tokens { input: 1200, output: 50, thinking: 0, cache_write: 300, cache_read: 5000 };
        let mut ledger = Ledger::default();
        ledger.add("claude-opus-5-5", tokens);
        assert_eq!(ledger.dollars().to_string(), "0.0083");
        let mut sonnet = Ledger::default();
        sonnet.add("claude-sonnet-5-5", Tokens { output: 164, ..tokens });
        assert_eq!(sonnet.dollars().to_string(), "0.00529");
    }

    #[test]
    fn a_ledger_survives_being_written_and_read() {
        let mut ledger = Ledger::default();
        ledger.add("m", Tokens { input: 1, output: 2, thinking: 1, cache_write: 3, cache_read: 4 });
        assert_eq!(Ledger::read(&ledger.wire()), ledger);
    }

    #[test]
    fn a_difference_names_only_the_models_that_worked() {
        let mut before = Ledger::default();
        before.add("a", Tokens { input: 5, ..Tokens::default() });
        let mut after = before.clone();
        after.add("b", Tokens { output: 7, ..Tokens::default() });
        let fresh = after.since(&before).wire();
        assert!(fresh.get("a").is_none());
        assert_eq!(fresh["b"]["outputTokens"], 7);
    }
}
