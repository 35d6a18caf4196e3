//! Queries about usage and their answers: sums over all runs by time and by group, the turns of one
//! story, and the history of limit windows. The engine answers them from its store (`engine::usage`);
//! `mush usage` and the page show them.

use crate::{AccountId, AgentId, Cost, LimitStatus, RunId, Seq, Timestamp, Tokens, WindowName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// The length of the stretches of time, in the calendar of the requested time zone. A day is from
/// midnight to midnight, so it may have 23 or 25 hours; a week begins on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UsageStep {
    /// A clock hour.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
    /// From the first of a month to the first of the next.
    Month,
}

/// What usage can be grouped by, in addition to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UsageGroup {
    /// The model, under the agent's own name of it.
    Model,
    /// The kind of agent.
    Agent,
    /// The account that paid.
    Account,
    /// The project, by its repository's path.
    Project,
    /// The story, by its slug.
    Story,
    /// The class of tokens. No agent reports the cost of a class, so the whole cost is in one group
    /// without a class, and the groups of the classes have none.
    Class,
}

/// A query about usage: what to sum, over which time, in which groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageQuery {
    /// The stretches of time to sum by; `None` sums over the whole range.
    #[serde(default)]
    pub step: Option<UsageStep>,
    /// What to group by; empty for one group of everything.
    #[serde(default)]
    pub by: Vec<UsageGroup>,
    /// The beginning of the range, included; `None` begins at the first usage.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// The end of the range, excluded; `None` ends after the last usage.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// The IANA name of the time zone whose calendar is used (`Europe/Berlin`).
    pub zone: String,
    /// The most groups, most expensive first; the others are summed in one further group, the rest.
    /// `None` keeps all groups.
    #[serde(default)]
    pub most: Option<u32>,
}

/// The name of one group: a value for each grouping. `None` means that the value is not known, or, in the
/// group of the rest, that there are several.
pub type UsageKey = BTreeMap<UsageGroup, Option<String>>;

/// Usage figures: tokens, cost, and how many runs and turns they are from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageFigures {
    /// Tokens by class.
    pub tokens: Tokens,
    /// Micro-dollars; `None` in the groups of token classes, because no agent reports cost by class.
    pub cost_micros: Option<u64>,
    /// The weakest basis among the summed parts.
    pub cost_basis: crate::CostBasis,
    /// Runs that used something here. A run that continues over midnight counts in both days.
    pub runs: u64,
    /// Turns that ended here, and those without a result that were last heard of here.
    pub turns: u64,
}

/// A sum of a report, with how complete it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageSum {
    /// The figures.
    #[serde(flatten)]
    pub used: UsageFigures,
    /// How many of the tokens have no price.
    #[serde(default)]
    pub unpriced_tokens: u64,
    /// Whether tokens and cost are lower bounds: a part of what was used is not reported, or not yet.
    #[serde(default)]
    pub is_partial: bool,
}

/// The usage of one group in one stretch of time. Rows are disjoint: every token and every micro-dollar
/// is in exactly one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageRow {
    /// The beginning of the stretch, included.
    pub from: Timestamp,
    /// The end of the stretch, excluded.
    pub to: Timestamp,
    /// The group.
    pub by: UsageKey,
    /// The figures.
    #[serde(flatten)]
    pub used: UsageFigures,
    /// Whether tokens and cost are lower bounds: a part of what was used is not reported, or not yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub is_partial: bool,
}

/// A group of a report, with its sums over the whole range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageTotal {
    /// The group.
    pub by: UsageKey,
    /// How many groups are summed here because only the most expensive were requested; 0 for a single
    /// group. Groups without usage are counted only if none of the summed groups has any.
    pub rest_of: u32,
    /// The group's sum.
    #[serde(flatten)]
    pub sum: UsageSum,
}

/// The usage of one group in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageCell {
    /// The stretch, as an index into the report's `starts`.
    pub step: u32,
    /// The group, as an index into the report's `groups`.
    pub group: u32,
    /// The sum.
    #[serde(flatten)]
    pub sum: UsageSum,
}

/// The part of the usage that has one basis; each row counts by its own basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageBasis {
    /// The basis.
    pub basis: crate::CostBasis,
    /// Tokens by class.
    pub tokens: Tokens,
    /// Micro-dollars.
    pub cost_micros: u64,
}

/// The sums over the whole range of a report, independent of its step and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageWhole {
    /// The part of each basis, strongest first; only bases that occur. The parts add up to the whole.
    pub bases: Vec<UsageBasis>,
    /// Runs with a part in the range.
    pub runs: u64,
    /// Turns with a part in the range, as [`TurnUsage`] counts them: each result is one, and what a run used after its
    /// last result is one.
    pub turns: u64,
}

/// The answer to a [`UsageQuery`] in the form of a chart: stretches of time without gaps, groups with the
/// most expensive first, and the cells with any usage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsageReport {
    /// The beginning of the range: the requested time, or that of the first usage.
    pub from: Timestamp,
    /// The end of the range, excluded.
    pub to: Timestamp,
    /// The beginning of each stretch of time; the range may cut the first and the last. A single stretch
    /// if no step was requested.
    pub starts: Vec<Timestamp>,
    /// The groups, most expensive first; last, if fewer were requested than there are, one group that
    /// sums all others (`UsageTotal::rest_of`).
    pub groups: Vec<UsageTotal>,
    /// The usage, by stretch and group.
    pub cells: Vec<UsageCell>,
    /// The sums over the whole range.
    #[serde(default)]
    pub whole: UsageWhole,
    /// How many runs of that range are being read again; until this is 0, every sum is a lower bound.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(optional, as = "Option<u32>")]
    pub rereading_runs: u32,
}

/// A [`UsageReport`] as it is sent to the page: its cells as columns, which take a third of the space.
/// The page's `ipc` turns it back into the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackedUsage {
    /// The beginning of the range.
    pub from: Timestamp,
    /// The end of the range, excluded.
    pub to: Timestamp,
    /// The beginning of each stretch of time.
    pub starts: Vec<Timestamp>,
    /// The groups, most expensive first; last, if fewer were requested than there are, one group that
    /// sums all others (`UsageTotal::rest_of`).
    pub groups: Vec<UsageTotal>,
    /// The cells; all columns have the same length.
    pub cells: UsageColumns,
    /// The sums over the whole range.
    #[serde(default)]
    pub whole: UsageWhole,
    /// How many runs of that range are being read again; until this is 0, every sum is a lower bound.
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
    /// Input tokens.
    pub input: Vec<u64>,
    /// Output tokens.
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
    /// 1 for a lower bound, else 0; numbers take less space than words.
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

/// One model's share of one turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModelShare {
    /// The model; empty for cost that the agent assigns to no model.
    pub model: String,
    /// Tokens by class.
    pub tokens: Tokens,
    /// The cost.
    pub cost: Cost,
}

/// One turn of a story, or several turns merged into one because the story has so many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TurnUsage {
    /// The run of the turn, or of the first of several.
    pub run: RunId,
    /// The result's event in that run; `None` if the result has not come yet.
    pub seq: Option<Seq>,
    /// When the previous turn ended, or the run started.
    pub from: Timestamp,
    /// When the result came; without a result, when usage was last reported.
    pub to: Timestamp,
    /// How many turns this covers.
    pub turns: u32,
    /// The shares, in the order of the models' names.
    pub models: Vec<ModelShare>,
}

/// How full the conversation was when a message began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContextUse {
    /// When the message began.
    pub at: Timestamp,
    /// All tokens that the model read: input, cache read and cache write.
    pub tokens: u64,
}

/// The usage of one story over its own time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoryUsage {
    /// The turns, oldest first.
    pub turns: Vec<TurnUsage>,
    /// How full the conversation was, oldest first; empty if the agent does not report it.
    pub context: Vec<ContextUse>,
    /// When the conversation was compacted or begun again.
    pub compacted: Vec<Timestamp>,
    /// How many tokens fit into the model's context, as the agent reports it.
    pub context_window: Option<u64>,
}

/// One report of one limit window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitPoint {
    /// When it was reported.
    pub at: Timestamp,
    /// Fraction used, 0 to 1, more in overage; `None` if the report lacks it.
    pub utilization: Option<f64>,
    /// The reported status.
    pub status: LimitStatus,
    /// When the window would reset, by that report.
    pub resets_at: Option<Timestamp>,
}

/// A stretch of time in which a limit held an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoldSpan {
    /// When the hold began.
    pub from: Timestamp,
    /// When it ended; `None` while it lasts.
    pub to: Option<Timestamp>,
}

/// The history of one window of one account, reduced to what a chart can show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LimitHistory {
    /// The account that the window belongs to.
    pub account: AccountId,
    /// The account's agent; `None` when the account is not known.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// The account's name, shown next to its agent's; `None` when the account is not known.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The id that distinguishes it from the account's other windows; never shown. Empty where `name` is `None`.
    pub window: String,
    /// The window's name; `None` for holds whose window is not known.
    #[serde(default)]
    pub name: Option<WindowName>,
    /// The reports, oldest first; of many in a short time the highest.
    pub points: Vec<LimitPoint>,
    /// When the window held the account.
    pub holds: Vec<HoldSpan>,
}
