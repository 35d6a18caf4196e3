//! Questions about what was used, and their answers: sums over all runs by time and by group, the turns
//! of one story, and the history of limit windows. The engine answers them from its store
//! (`engine::usage`); `mush usage` and the page show them.

use crate::{AccountId, AgentId, Cost, LimitStatus, RunId, Seq, Timestamp, Tokens, WindowName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// How long one stretch of time is, in the calendar of the asked time zone. A day is from midnight to
/// midnight, so it may have 23 or 25 hours; a week begins on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UsageStep {
    /// An hour of the clock.
    Hour,
    /// Midnight to midnight.
    Day,
    /// Monday to Monday.
    Week,
    /// The first of a month to the first of the next.
    Month,
}

/// What usage can be grouped by, in addition to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UsageGroup {
    /// The model, by the agent's own name for it.
    Model,
    /// The kind of agent.
    Agent,
    /// The account that paid.
    Account,
    /// The project, by its repository's path.
    Project,
    /// The story, by its slug.
    Story,
    /// The class of tokens. No agent reports what a class cost, so the whole cost is in one group without a
    /// class, and the groups of the classes have none.
    Class,
}

/// A question about usage: what to sum, over which time, in which groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageQuery {
    /// The stretches of time to sum by; `None` sums over the whole range.
    #[serde(default)]
    pub step: Option<UsageStep>,
    /// What to group by; empty for one group of everything.
    #[serde(default)]
    pub by: Vec<UsageGroup>,
    /// Where the range begins, included; `None` is the first usage there is.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Where the range ends, excluded; `None` is after the last usage there is.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// The time zone whose calendar counts, by its IANA name (`Europe/Berlin`).
    pub zone: String,
    /// At most so many groups, the dearest first; the others are summed in one further group, the rest.
    /// `None` keeps all groups.
    #[serde(default)]
    pub most: Option<u32>,
}

/// The name of one group: a value for each thing that was grouped by. `None` says that it is not known,
/// or, in the group of the rest, that it is not one.
pub type UsageKey = BTreeMap<UsageGroup, Option<String>>;

/// What was used: tokens, cost, and by how many runs and turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageFigures {
    /// Tokens by class.
    pub tokens: Tokens,
    /// Micro-dollars; `None` in the groups of token classes, because no agent reports cost by class.
    pub cost_micros: Option<u64>,
    /// The weakest basis of what was summed.
    pub cost_basis: crate::CostBasis,
    /// Runs that used something here. A run that goes on over midnight counts in both days.
    pub runs: u64,
    /// Turns that ended here with a result.
    pub turns: u64,
}

/// A sum of a report, with what it leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageSum {
    /// What was used.
    #[serde(flatten)]
    pub used: UsageFigures,
    /// Of the tokens, those of rows without a price.
    #[serde(default)]
    pub unpriced_tokens: u64,
    /// Whether a part is of a run without its final account: tokens and cost are at least so much.
    #[serde(default)]
    pub is_partial: bool,
}

/// What was used in one stretch of time by one group. Rows are disjoint: every token and every micro-dollar
/// is in exactly one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageRow {
    /// Where the stretch begins, included.
    pub from: Timestamp,
    /// Where it ends, excluded.
    pub to: Timestamp,
    /// The group.
    pub by: UsageKey,
    /// What was used.
    #[serde(flatten)]
    pub used: UsageFigures,
}

/// A group of a report, with its sums over the whole range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageTotal {
    /// The group.
    pub by: UsageKey,
    /// How many groups are summed here because only the dearest were asked for; 0 for a single group. Groups
    /// that used nothing do not count, unless all of them are such.
    pub rest_of: u32,
    /// What was used.
    #[serde(flatten)]
    pub sum: UsageSum,
}

/// What one group used in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageCell {
    /// The stretch, as an index into the report's `starts`.
    pub step: u32,
    /// The group, as an index into the report's `groups`.
    pub group: u32,
    /// What was used.
    #[serde(flatten)]
    pub sum: UsageSum,
}

/// What rests on one basis, by each row's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageBasis {
    /// The basis.
    pub basis: crate::CostBasis,
    /// Tokens by class.
    pub tokens: Tokens,
    /// Micro-dollars.
    pub cost_micros: u64,
}

/// Everything in the range of a report, independent of its step and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageWhole {
    /// What rests on each basis, strongest first; only those that occur. They add up to the whole.
    pub bases: Vec<UsageBasis>,
    /// Runs that have a part in it.
    pub runs: u64,
    /// Turns that ended with a result.
    pub turns: u64,
}

/// The answer to a [`UsageQuery`] as a chart needs it: stretches of time without gaps, groups with the
/// dearest first, and the cells in which anything was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageReport {
    /// Where the range begins: the asked time, or that of the first usage.
    pub from: Timestamp,
    /// Where the range ends, excluded.
    pub to: Timestamp,
    /// Where each stretch of time begins; the first and the last may be cut by the range. One stretch
    /// if no step was asked for.
    pub starts: Vec<Timestamp>,
    /// The groups, dearest first, the rest last.
    pub groups: Vec<UsageTotal>,
    /// What was used, by stretch and group.
    pub cells: Vec<UsageCell>,
    /// Everything in the range.
    #[serde(default)]
    pub whole: UsageWhole,
    /// How many runs of that range are being read again; while there are any, every sum is a lower bound.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub rereading_runs: u32,
}

/// A [`UsageReport`] as it is sent to the page: its cells column by column, which takes a third of the
/// room. The page's door makes the report of it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackedUsage {
    /// Where the range begins.
    pub from: Timestamp,
    /// Where the range ends, excluded.
    pub to: Timestamp,
    /// Where each stretch of time begins.
    pub starts: Vec<Timestamp>,
    /// The groups, dearest first, the rest last.
    pub groups: Vec<UsageTotal>,
    /// The cells; all columns are of one length.
    pub cells: UsageColumns,
    /// Everything in the range.
    #[serde(default)]
    pub whole: UsageWhole,
    /// How many runs of that range are being read again; while there are any, every sum is a lower bound.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub rereading_runs: u32,
}

/// The fields of [`UsageCell`]s, each as a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageColumns {
    /// The stretch.
    pub step: Vec<u32>,
    /// The group.
    pub group: Vec<u32>,
    /// Tokens of the input.
    pub input: Vec<u64>,
    /// Tokens of the output.
    pub output: Vec<u64>,
    /// Tokens read from the cache.
    pub cache_read: Vec<u64>,
    /// Tokens written to the cache.
    pub cache_write: Vec<u64>,
    /// Micro-dollars.
    pub cost_micros: Vec<Option<u64>>,
    /// The weakest basis.
    pub cost_basis: Vec<crate::CostBasis>,
    /// Runs.
    pub runs: Vec<u64>,
    /// Turns.
    pub turns: Vec<u64>,
    /// Tokens without a price.
    #[serde(default)]
    pub unpriced_tokens: Vec<u64>,
    /// 1 where it is at least so much, else 0: that takes less room than the words.
    #[serde(default)]
    pub is_partial: Vec<u8>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl From<UsageReport> for PackedUsage {
    fn from(report: UsageReport) -> Self {
        let mut cells = UsageColumns::default();
        for UsageCell { step, group, sum } in &report.cells {
            let UsageFigures { tokens, cost_micros, cost_basis, runs, turns } = sum.used;
            cells.step.push(*step);
            cells.group.push(*group);
            cells.input.push(tokens.input);
            cells.output.push(tokens.output);
            cells.cache_read.push(tokens.cache_read);
            cells.cache_write.push(tokens.cache_write);
            cells.cost_micros.push(cost_micros);
            cells.cost_basis.push(cost_basis);
            cells.runs.push(runs);
            cells.turns.push(turns);
            cells.unpriced_tokens.push(sum.unpriced_tokens);
            cells.is_partial.push(sum.is_partial.into());
        }
        let UsageReport { from, to, starts, groups, whole, rereading_runs, .. } = report;
        Self { from, to, starts, groups, cells, whole, rereading_runs }
    }
}

/// What one model used in one turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelShare {
    /// The model; empty for cost that the agent gives to no model.
    pub model: String,
    /// Tokens by class.
    pub tokens: Tokens,
    /// What it cost.
    pub cost: Cost,
}

/// One turn of a story, or several that were folded into one because a story has very many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TurnUsage {
    /// The run of the (first) turn.
    pub run: RunId,
    /// The result's event in that run; `None` for a turn whose result has not come.
    pub seq: Option<Seq>,
    /// When the turn before it ended, or the run started.
    pub from: Timestamp,
    /// When its result came; of a turn without one, when it was last reported.
    pub to: Timestamp,
    /// How many turns this covers.
    pub turns: u32,
    /// By model, in order of their names.
    pub models: Vec<ModelShare>,
}

/// How full the conversation was when a message began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContextUse {
    /// When.
    pub at: Timestamp,
    /// Tokens of everything that the model read: input, cache read and cache write.
    pub tokens: u64,
}

/// Usage along a story's own line of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoryUsage {
    /// The turns, oldest first.
    pub turns: Vec<TurnUsage>,
    /// How full the conversation was, oldest first; empty when the agent's stream does not say.
    pub context: Vec<ContextUse>,
    /// When the conversation was compacted or begun again.
    pub compacted: Vec<Timestamp>,
    /// How many tokens fit into the model's context, as the agent says.
    pub context_window: Option<u64>,
}

/// What was reported of one limit window at one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitPoint {
    /// When it was reported.
    pub at: Timestamp,
    /// Fraction used, 0 to 1, more in overage; `None` when the report did not say.
    pub utilization: Option<f64>,
    /// What was said.
    pub status: LimitStatus,
    /// When the window was to reset.
    pub resets_at: Option<Timestamp>,
}

/// A time in which an account was held by a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoldSpan {
    /// When the hold began.
    pub from: Timestamp,
    /// When it ended; `None` while it lasts.
    pub to: Option<Timestamp>,
}

/// The history of one window of one account, thinned to what a chart can show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitHistory {
    /// Whose window it is.
    pub account: AccountId,
    /// The account's agent; `None` when the account is not known.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// The account's name, shown next to its agent's; `None` when the account is not known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The id that distinguishes it from the account's other windows; never shown. Empty where `name` is `None`.
    pub window: String,
    /// What it counts; `None` for the holds of which it is not known which window refused.
    #[serde(default)]
    pub name: Option<WindowName>,
    /// What was reported, oldest first; of many reports in a short time the highest.
    pub points: Vec<LimitPoint>,
    /// When it held the account.
    pub holds: Vec<HoldSpan>,
}
