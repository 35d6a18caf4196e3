//! Tokens. After every request the program reports the running total of a thread, earlier runs included.
//! A run's usage is the sum of the differences. The first total of a resumed thread comes before its
//! model answers; this run counts from there. The program reports no prices.

use super::agents::Threads;
use crate::codex::wire::thread::{Breakdown, UsageNews};
use crate::decoder::Sink;
use crate::unrecognized::unknown_shape;
use protocol::{ApiUsage, Event, ModelUsage, Tokens, UsageTotals};
use std::collections::{BTreeMap, HashMap};

/// What the run used so far.
#[derive(Default)]
pub(super) struct Usage {
    /// The last total of each thread.
    totals: HashMap<String, Tokens>,
    /// Requests reported so far.
    requests: u64,
    /// How many of them were reported when a turn ended last.
    settled: u64,
    models: BTreeMap<String, ModelUsage>,
}

impl Usage {
    /// Takes a new total.
    pub(super) fn update(&mut self, news: &UsageNews, threads: &Threads, sink: &mut Sink<'_>) {
        let usage = news.token_usage.as_ref();
        let (Some(thread), Some(total)) =
            (news.thread_id.as_deref(), usage.and_then(|usage| usage.total))
        else {
            return unknown_shape("thread/tokenUsage/updated", sink);
        };
        let (total, last) = (tokens(total), usage.and_then(|usage| usage.last).map(tokens));
        let before = match self.totals.insert(thread.to_owned(), total) {
            Some(before) => before,
            None if !threads.is_earlier(thread) => Tokens::default(),
            None if threads.has_answered(thread) => {
                total.checked_sub(last.unwrap_or(total)).unwrap_or_default()
            }
            None => total,
        };
        // A total that fell counts from zero again.
        let added = total.checked_sub(before).or(last).unwrap_or(total);
        if added.total() == 0 {
            return;
        }
        let model = threads.model(thread);
        let window = usage.and_then(|usage| usage.model_context_window);
        let sum = self.models.entry(model.to_owned()).or_default();
        sum.tokens += added;
        sum.price_unknown = true;
        sum.context_window = window.filter(|&tokens| tokens > 0).or(sum.context_window);
        self.requests += 1;
        sink.event(Event::MessageUsage {
            message: format!("request-{}", self.requests),
            model: model.to_owned(),
            tokens: added,
            last: true,
            parent: threads.parent(Some(thread)),
        });
    }

    /// What the run has used so far, at the end of a turn; `None` if nothing was reported since the end of the turn
    /// before it. A turn that was cut short may have used more than nothing.
    pub(super) fn totals(&mut self) -> Option<ApiUsage> {
        let before = std::mem::replace(&mut self.settled, self.requests);
        (self.requests > before).then(|| ApiUsage::Cumulative {
            totals: UsageTotals { models: self.models.clone(), cost_micros: None },
            since_last: None,
        })
    }
}

/// Converts to disjoint classes: the program's `input` includes tokens read from and written to the
/// cache.
fn tokens(wire: Breakdown) -> Tokens {
    let count = |field: Option<u64>| field.unwrap_or(0);
    let (cache_read, cache_write) =
        (count(wire.cached_input_tokens), count(wire.cache_write_input_tokens));
    let cached = cache_read.saturating_add(cache_write);
    Tokens {
        input: count(wire.input_tokens).saturating_sub(cached),
        output: count(wire.output_tokens),
        cache_read,
        cache_write,
    }
}
