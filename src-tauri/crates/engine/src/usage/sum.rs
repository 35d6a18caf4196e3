//! The sums of usage: one pass over rows in the order of runs and results. Pure; a query
//! ([`super::query`]) feeds it and asks for the report. SQLite's own grouping sorts all rows, which takes
//! several times as long as adding them up; here a row costs a few comparisons, because the rows of one
//! run and one turn come together.

use super::line::Line;
use super::range::RangeTotal;
use protocol::{
    CostBasis, Timestamp, Tokens, UsageCell, UsageFigures, UsageGroup, UsageKey, UsageReport,
    UsageSum, UsageTotal,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::str::Utf8Error;

/// The classes of tokens by name, in the order of [`class`].
const CLASSES: [&str; 4] = ["input", "output", "cache_read", "cache_write"];

/// The groups that a run belongs to, in addition to model and class.
#[derive(Clone, Debug, Default)]
pub(super) struct Grouping {
    pub(super) agent: Option<String>,
    pub(super) account: Option<String>,
    pub(super) project: Option<String>,
    pub(super) story: Option<String>,
}

/// The values of a group, in the order of the groupings.
type Key = Vec<Option<String>>;

#[derive(Clone, Copy, Debug)]
struct Sum {
    tokens: Tokens,
    micros: u64,
    basis: CostBasis,
    unpriced: u64,
    is_partial: bool,
    runs: u64,
    turns: u64,
}

impl Sum {
    const NOTHING: Self = Self {
        tokens: Tokens { input: 0, output: 0, cache_read: 0, cache_write: 0 },
        micros: 0,
        basis: CostBasis::Reported,
        unpriced: 0,
        is_partial: false,
        runs: 0,
        turns: 0,
    };

    fn add(&mut self, tokens: Tokens, micros: u64, basis: CostBasis) {
        self.tokens += tokens;
        self.micros = self.micros.saturating_add(micros);
        self.basis = self.basis.max(basis);
        self.is_partial |= basis == CostBasis::LowerBound;
        if basis == CostBasis::Unpriced {
            self.unpriced = self.unpriced.saturating_add(tokens.total());
        }
    }

    fn merge(&mut self, other: &Self) {
        self.tokens += other.tokens;
        self.micros = self.micros.saturating_add(other.micros);
        self.basis = self.basis.max(other.basis);
        self.is_partial |= other.is_partial;
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
        self.runs += other.runs;
        self.turns += other.turns;
    }

    /// Whether anything was used. A run that was refused at once has a turn without usage.
    fn is_used(&self) -> bool {
        self.micros > 0 || self.tokens.total() > 0
    }

    /// The sum as it is reported; the groups of token classes have no cost.
    fn report(&self, has_cost: bool) -> UsageSum {
        UsageSum {
            used: UsageFigures {
                tokens: self.tokens,
                cost_micros: has_cost.then_some(self.micros),
                cost_basis: self.basis,
                runs: self.runs,
                turns: self.turns,
            },
            unpriced_tokens: self.unpriced,
            is_partial: self.is_partial,
        }
    }
}

/// A cell with its stretch and group.
struct Cell {
    step: u32,
    group: u32,
    sum: Sum,
    /// The last turn with a part in the cell, as [`Pass::turns`] counts.
    turn: u64,
}

/// One group of the current run, with the cell of its last row.
#[derive(Clone, Copy)]
struct Slot {
    group: u32,
    step: u32,
    cell: u32,
}

/// The groups of one model in the current run: one, or one for each class of tokens and one for cost.
struct Model {
    name: String,
    slots: [Option<Slot>; CLASSES.len() + 1],
}

/// How often the same run or turn had a part in several groups, so that a sum over these groups counts it
/// once: by the groups, in order, and within that by place.
type Shared = BTreeMap<Box<[u32]>, Vec<u64>>;

/// The place in [`Shared`] of the whole range; stretches come after it.
const WHOLE: usize = 0;

/// One pass over all rows.
pub(super) struct Pass {
    by: Vec<UsageGroup>,
    most: Option<usize>,
    by_model: bool,
    by_class: bool,
    /// The beginnings of the stretches, and the end of the last one (milliseconds).
    bounds: Vec<i64>,
    groups: HashMap<Key, u32>,
    keys: Vec<Key>,
    cells: Vec<Cell>,
    places: HashMap<(u32, u32), u32>,
    /// The stretch of the last row.
    step: u32,
    /// The current run: its group without model and class, its models, the cells that it was in.
    base: Key,
    models: Vec<Model>,
    visited: Vec<(u32, u32, u32)>,
    /// The current turn, with the groups and cells that have a part in it, each once.
    seq: u64,
    turn: Vec<(u32, u32)>,
    /// How many turns have begun, so that a cell knows whether it counted the current turn already.
    turns: u64,
    /// How many runs each group has in the whole range.
    runs: Vec<u64>,
    whole: RangeTotal,
    /// Turns and runs that groups share, to count the rest; unused if all groups are kept.
    shared_turns: Shared,
    shared_runs: Shared,
    /// The groups of the current turn or run.
    together: Vec<u32>,
}

impl Pass {
    /// Makes a pass that groups by `by`, over the stretches that begin at `starts` and end at `to`; it
    /// keeps at most `most` groups.
    pub(super) fn new(
        by: Vec<UsageGroup>,
        most: Option<usize>,
        starts: &[Timestamp],
        to: Timestamp,
    ) -> Self {
        let bounds = starts.iter().chain([&to]).map(|start| start.millis()).collect();
        Self {
            by_model: by.contains(&UsageGroup::Model),
            by_class: by.contains(&UsageGroup::Class),
            by,
            bounds,
            groups: HashMap::new(),
            keys: Vec::new(),
            cells: Vec::new(),
            places: HashMap::new(),
            step: 0,
            base: Key::new(),
            models: Vec::new(),
            visited: Vec::new(),
            seq: 0,
            turn: Vec::new(),
            turns: 1,
            runs: Vec::new(),
            whole: RangeTotal::default(),
            most,
            shared_turns: Shared::new(),
            shared_runs: Shared::new(),
            together: Vec::new(),
        }
    }

    /// Begins another run; the rows that follow belong to it. Each run comes once.
    pub(super) fn run(&mut self, grouping: &Grouping) {
        self.end_run();
        let value = |group: &UsageGroup| match group {
            UsageGroup::Model | UsageGroup::Class => None,
            UsageGroup::Agent => grouping.agent.clone(),
            UsageGroup::Account => grouping.account.clone(),
            UsageGroup::Project => grouping.project.clone(),
            UsageGroup::Story => grouping.story.clone(),
        };
        self.base = self.by.iter().map(value).collect();
    }

    /// Adds a row. Rows of one run come in the order of their results.
    ///
    /// # Errors
    /// If the model's name is no text.
    pub(super) fn add(&mut self, line: &Line<'_>) -> Result<(), Utf8Error> {
        if line.seq != self.seq {
            self.end_turn();
            self.seq = line.seq;
        }
        self.whole.add(line);
        self.step = self.step_of(line.at);
        let model = self.model(line.model)?;
        if !self.by_class {
            self.put(model, CLASSES.len(), line.tokens, line);
            return Ok(());
        }
        for at in 0..CLASSES.len() {
            let tokens = class(line.tokens, at);
            if tokens.total() > 0 {
                self.put(model, at, tokens, &Line { micros: 0, ..*line });
            }
        }
        self.put(model, CLASSES.len(), Tokens::default(), line);
        Ok(())
    }

    /// Makes the report: the kept groups, and the rest.
    pub(super) fn report(mut self, from: Timestamp) -> UsageReport {
        self.end_run();
        let mut totals = vec![Sum::NOTHING; self.keys.len()];
        for cell in &self.cells {
            totals[cell.group as usize].merge(&cell.sum);
        }
        for (total, runs) in totals.iter_mut().zip(&self.runs) {
            total.runs = *runs;
        }
        let mut order: Vec<u32> = (0..totals.len() as u32).collect();
        order.sort_by_key(|&group| {
            let total = &totals[group as usize];
            let key = &self.keys[group as usize];
            (Reverse(total.micros), Reverse(total.tokens.total()), key)
        });
        // Groups that used nothing come last.
        let used = order.iter().filter(|&&group| totals[group as usize].is_used()).count();
        let kept = self.most.map_or(order.len(), |most| kept(most, used, order.len()));
        let mut place = vec![kept as u32; order.len()];
        for (at, &group) in order[..kept].iter().enumerate() {
            place[group as usize] = at as u32;
        }
        let rest = &order[kept..];
        let mut groups: Vec<UsageTotal> =
            order[..kept].iter().map(|&group| self.total(group, &totals[group as usize])).collect();
        if !rest.is_empty() {
            groups.push(self.rest(rest, &totals, |group| place[*group as usize] == kept as u32));
        }
        let cells = self.cells_in(&place, kept as u32, &groups);
        let to = self.bounds.last().copied().unwrap_or_default();
        let starts = self.bounds[..self.bounds.len() - 1].iter();
        UsageReport {
            from,
            to: Timestamp::from_millis(to),
            starts: starts.map(|&start| Timestamp::from_millis(start)).collect(),
            groups,
            cells,
            whole: self.whole.report(),
            rereading_runs: 0,
        }
    }

    fn step_of(&self, at: i64) -> u32 {
        let last = self.step as usize;
        if self.bounds[last] <= at && self.bounds.get(last + 1).is_some_and(|&end| at < end) {
            return self.step;
        }
        // Queries exclude rows outside the range; such rows would count in the first or last stretch.
        let behind = self.bounds.partition_point(|&start| start <= at);
        behind.saturating_sub(1).min(self.bounds.len().saturating_sub(2)) as u32
    }

    fn model(&mut self, name: &[u8]) -> Result<usize, Utf8Error> {
        let known = |model: &Model| !self.by_model || model.name.as_bytes() == name;
        if let Some(found) = self.models.iter().position(known) {
            return Ok(found);
        }
        let name = std::str::from_utf8(name)?.to_owned();
        self.models.push(Model { name, slots: [None; CLASSES.len() + 1] });
        Ok(self.models.len() - 1)
    }

    fn put(&mut self, model: usize, class: usize, tokens: Tokens, line: &Line<'_>) {
        let slot = match self.models[model].slots[class] {
            Some(slot) if slot.step == self.step => slot,
            Some(slot) => self.move_to_step(model, class, slot.group),
            None => {
                let group = self.group(model, class);
                self.move_to_step(model, class, group)
            }
        };
        let cell = &mut self.cells[slot.cell as usize];
        cell.sum.add(tokens, line.micros, line.basis);
        if cell.turn != self.turns {
            cell.turn = self.turns;
            cell.sum.turns += 1;
            self.turn.push((slot.group, slot.cell));
        }
    }

    fn move_to_step(&mut self, model: usize, class: usize, group: u32) -> Slot {
        let step = self.step;
        let cell = *self.places.entry((step, group)).or_insert_with(|| {
            self.cells.push(Cell { step, group, sum: Sum::NOTHING, turn: 0 });
            (self.cells.len() - 1) as u32
        });
        let slot = Slot { group, step, cell };
        self.models[model].slots[class] = Some(slot);
        self.visited.push((step, group, cell));
        slot
    }

    fn group(&mut self, model: usize, class: usize) -> u32 {
        let mut key = self.base.clone();
        for (value, group) in key.iter_mut().zip(&self.by) {
            match group {
                UsageGroup::Model => {
                    let name = &self.models[model].name;
                    *value = (!name.is_empty()).then(|| name.clone());
                }
                UsageGroup::Class => *value = CLASSES.get(class).map(|&word| word.to_owned()),
                _ => {}
            }
        }
        if let Some(&known) = self.groups.get(&key) {
            return known;
        }
        let group = self.keys.len() as u32;
        self.keys.push(key.clone());
        self.runs.push(0);
        self.groups.insert(key, group);
        group
    }

    fn end_turn(&mut self) {
        self.whole.turns += u64::from(!self.turn.is_empty());
        self.turns += 1;
        if let [(_, cell), _, ..] = self.turn[..]
            && self.most.is_some()
        {
            let place = step_place(self.cells[cell as usize].step);
            self.turn.sort_unstable();
            self.together.clear();
            self.together.extend(self.turn.iter().map(|&(group, _)| group));
            count(&mut self.shared_turns, &self.together, place);
        }
        self.turn.clear();
    }

    fn end_run(&mut self) {
        self.end_turn();
        self.whole.runs += u64::from(!self.visited.is_empty());
        self.seq = 0;
        self.models.clear();
        let mut visited = std::mem::take(&mut self.visited);
        visited.sort_unstable();
        visited.dedup();
        for &(.., cell) in &visited {
            self.cells[cell as usize].sum.runs += 1;
        }
        for in_step in visited.chunk_by(|a, b| a.0 == b.0) {
            self.together.clear();
            self.together.extend(in_step.iter().map(|&(_, group, _)| group));
            if let ([_, _, ..], true) = (in_step, self.most.is_some()) {
                count(&mut self.shared_runs, &self.together, step_place(in_step[0].0));
            }
        }
        self.together.clear();
        self.together.extend(visited.iter().map(|&(_, group, _)| group));
        self.together.sort_unstable();
        self.together.dedup();
        for &group in &self.together {
            self.runs[group as usize] += 1;
        }
        if self.together.len() > 1 && self.most.is_some() {
            count(&mut self.shared_runs, &self.together, WHOLE);
        }
        visited.clear();
        self.visited = visited;
    }

    fn total(&self, group: u32, sum: &Sum) -> UsageTotal {
        let key = &self.keys[group as usize];
        let by: UsageKey = self.by.iter().copied().zip(key.iter().cloned()).collect();
        let is_class = by.get(&UsageGroup::Class).is_some_and(Option::is_some);
        UsageTotal { by, rest_of: 0, sum: sum.report(!is_class) }
    }

    fn rest(&self, rest: &[u32], totals: &[Sum], within: impl Fn(&u32) -> bool) -> UsageTotal {
        let mut sum = Sum::NOTHING;
        let mut cost = false;
        for &group in rest {
            sum.merge(&totals[group as usize]);
            cost |= self.total(group, &Sum::NOTHING).sum.used.cost_micros.is_some();
        }
        let turns = repeated(&self.shared_turns, &within);
        let runs = repeated(&self.shared_runs, &within);
        sum.runs -= runs.first().copied().unwrap_or(0);
        // A turn ends in one stretch.
        sum.turns -= turns.iter().sum::<u64>();
        let used = rest.iter().filter(|&&group| totals[group as usize].is_used()).count();
        UsageTotal {
            by: self.by.iter().map(|&group| (group, None)).collect(),
            rest_of: if used > 0 { used } else { rest.len() } as u32,
            sum: sum.report(cost),
        }
    }

    /// The cells by stretch and group. `place` is the position of a group in the report; a group at
    /// position `kept` is in the rest.
    fn cells_in(&self, place: &[u32], kept: u32, groups: &[UsageTotal]) -> Vec<UsageCell> {
        let mut sums: HashMap<(u32, u32), Sum> = HashMap::with_capacity(self.cells.len());
        for cell in &self.cells {
            let at = (cell.step, place[cell.group as usize]);
            sums.entry(at).or_insert(Sum::NOTHING).merge(&cell.sum);
        }
        let within = |group: &u32| place[*group as usize] == kept;
        let turns = repeated(&self.shared_turns, within);
        let runs = repeated(&self.shared_runs, within);
        for ((step, group), sum) in &mut sums {
            if *group == kept {
                sum.turns -= turns.get(step_place(*step)).copied().unwrap_or(0);
                sum.runs -= runs.get(step_place(*step)).copied().unwrap_or(0);
            }
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_unstable_by_key(|(at, _)| *at);
        let has_cost = |group: u32| groups[group as usize].sum.used.cost_micros.is_some();
        let cell = |((step, group), sum): ((u32, u32), Sum)| UsageCell {
            step,
            group,
            sum: sum.report(has_cost(group)),
        };
        sums.into_iter().map(cell).collect()
    }
}

/// How many of `all` groups are kept if at most `most` are requested. A rest of one group, or of one and
/// others without usage, would take as much space as the group itself, so that group is kept.
fn kept(most: usize, used: usize, all: usize) -> usize {
    let kept = if used == most.saturating_add(1) { used } else { most.min(all) };
    if all - kept == 1 { all } else { kept }
}

/// The tokens of one class, with the other classes zero.
fn class(tokens: Tokens, at: usize) -> Tokens {
    let none = Tokens::default();
    match at {
        0 => Tokens { input: tokens.input, ..none },
        1 => Tokens { output: tokens.output, ..none },
        2 => Tokens { cache_read: tokens.cache_read, ..none },
        _ => Tokens { cache_write: tokens.cache_write, ..none },
    }
}

/// The place in [`Shared`] of a stretch.
fn step_place(step: u32) -> usize {
    step as usize + 1
}

/// Counts that these groups, in order and each once, had a part in the same run or turn.
fn count(shared: &mut Shared, groups: &[u32], place: usize) {
    let places = match shared.get_mut(groups) {
        Some(places) => places,
        None => shared.entry(groups.into()).or_default(),
    };
    if places.len() <= place {
        places.resize(place + 1, 0);
    }
    places[place] += 1;
}

/// How often a sum over the groups `within` counts the same run or turn again, by place.
fn repeated(shared: &Shared, within: impl Fn(&u32) -> bool) -> Vec<u64> {
    let mut again: Vec<u64> = Vec::new();
    for (groups, places) in shared {
        let times = groups.iter().filter(|group| within(group)).count().saturating_sub(1) as u64;
        if times > 0 {
            again.resize(again.len().max(places.len()), 0);
            for (again, count) in again.iter_mut().zip(places) {
                *again += times * count;
            }
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of the groups of a report over runs with this usage, each of another story, and how
    /// many groups the last one sums.
    fn groups(most: usize, used: &[u64]) -> (Vec<u64>, u32) {
        let at = [0, 1000].map(Timestamp::from_millis);
        let mut pass = Pass::new(vec![UsageGroup::Story], Some(most), &at[..1], at[1]);
        for (story, &input) in used.iter().enumerate() {
            pass.run(&Grouping { story: Some(story.to_string()), ..Grouping::default() });
            let tokens = Tokens { input, ..Tokens::default() };
            let basis = CostBasis::Reported;
            // Of some runs the last result has not come.
            let seq = u64::from(story % 3 > 0);
            pass.add(&Line { seq, model: b"m", at: 0, tokens, micros: 0, basis }).unwrap();
        }
        let report = pass.report(at[0]);
        let turns: u64 = report.groups.iter().map(|group| group.sum.used.turns).sum();
        assert_eq!(turns, used.len() as u64, "every turn counts");
        let tokens = report.groups.iter().map(|group| group.sum.used.tokens.input).collect();
        (tokens, report.groups.last().unwrap().rest_of)
    }

    #[test]
    fn a_rest_counts_the_groups_that_used_something() {
        let table: [(&[u64], &[u64], u32); 8] = [
            (&[9, 8], &[9, 8], 0),
            (&[9, 8, 7], &[9, 8, 7], 0),
            (&[9, 8, 7, 6], &[9, 8, 13], 2),
            (&[9, 0, 8, 7, 6], &[9, 8, 13], 2),
            // A rest with only one group that used something is shown as that group, and empty groups are
            // not added to it.
            (&[9, 0, 8, 7], &[9, 8, 7, 0], 0),
            (&[9, 0, 8, 0, 7], &[9, 8, 7, 0], 2),
            (&[9, 0, 8, 0], &[9, 8, 0], 2),
            (&[9, 0, 8], &[9, 8, 0], 0),
        ];
        for (used, tokens, rest_of) in table {
            assert_eq!(groups(2, used), (tokens.to_vec(), rest_of), "{used:?}");
        }
    }
}
