//! What a run used, as its events settle it: the shares of each result, what is provisional until the next one, and
//! whether something was used that no agent reported. One definition for sums and marks: a run is partial if and only
//! if one of its shares is a lower bound.

use super::RunFold;
use crate::record::{Provisional, Settled};
use protocol::{ApiErrorKind, Cost, CostBasis, ModelShare, Seq, Timestamp, Tokens, Turn, TurnEnd};

impl RunFold {
    /// Takes the shares that results settled since the last call, in order.
    pub fn take_settled(&mut self) -> Vec<Settled> {
        std::mem::take(&mut self.settled)
    }

    /// How many results the run has.
    pub fn results(&self) -> u32 {
        self.results
    }

    /// How many turns the run has in every sum: each result is one, and what was used since the last one is one.
    pub(super) fn turns(&self) -> u32 {
        self.results + u32::from(!self.provisional().shares.is_empty())
    }

    /// The cost of this run alone. It lacks what working subagents use, and answers whose tokens were not
    /// reported.
    pub(super) fn cost(&self) -> Cost {
        let cost = self.account.cost();
        let least = if self.is_partial() { CostBasis::LowerBound } else { CostBasis::Reported };
        Cost { basis: cost.basis.max(least), ..cost }
    }

    /// Whether the tokens of this run are a lower bound, which the basis of the cost does not say: values stand in for a
    /// result, or something was used that its agent did not report.
    pub(super) fn is_partial(&self) -> bool {
        let stands_in = self.account.provisional().next().is_some();
        stands_in || self.is_unreported || self.uses_more()
    }

    /// Whether something is used that is not reported yet.
    fn uses_more(&self) -> bool {
        self.unaccounted || !self.subagents.is_empty()
    }

    /// The usage since the last result.
    pub(super) fn provisional(&self) -> Provisional {
        let mut shares: Vec<ModelShare> = self.account.provisional().collect();
        if shares.is_empty() && self.uses_more() {
            shares.push(empty_share(CostBasis::LowerBound));
        }
        Provisional { at: self.heard, shares }
    }

    /// Takes the usage totals of a result.
    pub(super) fn settle(&mut self, at: Timestamp, end: &TurnEnd) {
        let usage = end.usage.as_ref();
        let is_cut = end.turn == Turn::Interrupted;
        let mut shares = match usage {
            _ if is_cut => self.account.cut_short(usage, self.subagents.is_empty()),
            // The agent reports that nothing was used; its streamed values count anyway.
            Some(usage) if usage.is_nothing() => Vec::new(),
            Some(usage) => self.account.result(usage),
            None => Vec::new(),
        };
        let was_unaccounted = std::mem::take(&mut self.unaccounted);
        let lacks = match usage {
            // A request that was cut short was sent, although its agent does not tell what it used.
            _ if is_cut => was_unaccounted || shares.is_empty() || shares.iter().any(is_bound),
            Some(usage) => was_unaccounted && !usage.is_nothing() && is_error(end.turn),
            None => was_unaccounted || !was_refused(end.turn),
        };
        self.is_unreported |= lacks;
        if lacks && !shares.iter().any(is_bound) {
            mark_partial(&mut shares);
        }
        if shares.is_empty() {
            shares.push(empty_share(CostBasis::Reported));
        }
        self.results += 1;
        self.settled.push(Settled { seq: Seq(self.events), at, shares });
    }
}

/// Adds that something was used that is not known. It belongs to no model.
fn mark_partial(shares: &mut Vec<ModelShare>) {
    match shares.iter_mut().find(|share| share.model.is_empty()) {
        Some(share) => share.cost.basis = CostBasis::LowerBound,
        None => shares.push(empty_share(CostBasis::LowerBound)),
    }
}

fn is_bound(share: &ModelShare) -> bool {
    share.cost.basis == CostBasis::LowerBound
}

fn is_error(turn: Turn) -> bool {
    matches!(turn, Turn::Error(_))
}

/// Whether the turn ended because its request was refused before a model answered it, so that nothing was used although
/// its agent reports no usage.
fn was_refused(turn: Turn) -> bool {
    use ApiErrorKind as E;
    match turn {
        Turn::SessionMissing => true,
        Turn::Error(kind) => matches!(
            kind,
            E::Login
                | E::Billing
                | E::RateLimit
                | E::Overloaded
                | E::InvalidRequest
                | E::PromptTooLong
                | E::Model
        ),
        Turn::Completed | Turn::Interrupted | Turn::MaxTurns | Turn::Budget | Turn::Failed => false,
    }
}

/// Makes a share without tokens, cost and model.
fn empty_share(basis: CostBasis) -> ModelShare {
    let cost = Cost { micros: 0, basis };
    ModelShare { model: String::new(), tokens: Tokens::default(), cost }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RunSummary;
    use protocol::{Pos, Stream, UsageTotals};
    use serde_json::{Value, json};

    /// The run after these events, and what its last result settled.
    fn after(events: Vec<Value>) -> (RunSummary, Vec<ModelShare>) {
        let mut fold = RunFold::new(UsageTotals::default());
        let pos = Pos { stream: Stream::Stdout, offset: 0, len: 1, index: 0 };
        for json in events {
            let event = serde_json::from_value(json).unwrap();
            fold.apply(Timestamp::from_millis(1_000), pos, &event);
        }
        let last = fold.take_settled().pop().map(|settled| settled.shares).unwrap_or_default();
        (fold.summary(), last)
    }

    fn prompt() -> Value {
        json!({"type": "prompt", "text": "go on"})
    }

    fn text(message: &str) -> Value {
        json!({"type": "text", "message": message, "block": 0, "text": "words", "parent": null})
    }

    fn used(message: &str, output: u64, last: bool) -> Value {
        json!({"type": "message_usage", "message": message, "model": "x",
            "tokens": {"input": 10, "output": output, "cache_read": 0, "cache_write": 0},
            "last": last, "parent": null})
    }

    fn end(turn: Value, usage: Value) -> Value {
        json!({"type": "turn_ended", "turn": turn, "said": "", "text": "", "usage": usage,
            "index": null, "queued": 0, "joined": 0, "from_task": false, "denials": [],
            "duration_ms": null, "api_ms": null, "login_expires_at": null})
    }

    /// Totals of an agent that knows no price.
    fn totals(input: u64, output: u64) -> Value {
        let tokens = json!({"input": input, "output": output, "cache_read": 0, "cache_write": 0});
        let models = json!({"x": {"tokens": tokens, "cost_micros": null}});
        json!({"totals": {"models": models, "cost_micros": null}, "since_last": null})
    }

    #[test]
    fn tokens_that_are_not_known_make_every_later_sum_a_lower_bound() {
        let nothing = json!({"used": {"models": {}, "cost_micros": 0}});
        let network = json!({"error": "network"});
        let interrupted = || json!("interrupted");
        let [known, missing] = [totals(10, 5), Value::Null];
        let completed = || end(json!("completed"), totals(20, 7));
        let whole = || vec![prompt(), text("a"), used("request-1", 5, true)];
        let then = |mut events: Vec<Value>, more: Vec<Value>| {
            events.extend(more);
            events
        };
        let table = [
            ("known", then(whole(), vec![end(json!("completed"), known.clone())]), false),
            ("no usage reported", vec![prompt(), end(json!("completed"), missing.clone())], true),
            ("cut, nothing reported", vec![prompt(), end(interrupted(), missing.clone())], true),
            ("cut, reported as nothing", vec![prompt(), end(interrupted(), nothing.clone())], true),
            (
                "cut after its last request",
                then(whole(), vec![end(interrupted(), known.clone())]),
                false,
            ),
            (
                "cut in the answer after that",
                then(whole(), vec![text("b"), end(interrupted(), known.clone())]),
                true,
            ),
            (
                "a network that failed in the answer after that",
                then(whole(), vec![text("b"), end(network.clone(), known)]),
                true,
            ),
            ("a network that failed", vec![prompt(), end(network, missing.clone())], true),
            (
                "a refused request",
                vec![prompt(), end(json!({"error": "login"}), missing.clone())],
                false,
            ),
            (
                "a failure that says nothing was used",
                vec![prompt(), end(json!("failed"), nothing)],
                false,
            ),
            ("no such conversation", vec![prompt(), end(json!("session_missing"), missing)], false),
        ];
        for (name, events, is_partial) in table {
            let (summary, shares) = after(events.clone());
            assert_eq!(summary.is_partial, is_partial, "{name}");
            assert_eq!(shares.iter().any(is_bound), is_partial, "{name}: {shares:?}");
            let (later, _) = after(then(
                events,
                vec![prompt(), text("c"), used("request-2", 2, true), completed()],
            ));
            assert_eq!(later.is_partial, is_partial, "{name}, and another turn");
            assert_eq!(later.cost.basis, CostBasis::Unpriced, "{name}");
        }
    }

    #[test]
    fn a_message_that_was_cut_stays_in_the_sums() {
        let nothing = json!({"used": {"models": {}, "cost_micros": 0}});
        let cut =
            vec![prompt(), used("m", 1, false), text("m"), end(json!("interrupted"), nothing)];
        let (summary, shares) = after(cut.clone());
        assert_eq!((summary.tokens.input, summary.is_partial), (10, true));
        assert_eq!((shares.len(), shares[0].tokens.input), (1, 10));
        let next = [prompt(), used("n", 5, true), end(json!("completed"), totals(10, 5))];
        let (summary, shares) = after(cut.into_iter().chain(next).collect());
        assert_eq!((summary.tokens.input, summary.is_partial), (20, true));
        assert_eq!((shares.len(), shares[0].tokens.input), (1, 10));
    }
}
