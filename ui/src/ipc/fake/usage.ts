// What the fake engine says about usage: sums over the runs that its stories have, each run one turn at
// its end, in days of UTC. It answers in the engine's shapes and adds nothing that no story has.

import type {
  Limit, LimitHistory, Run, StoryUsage, StoryView, Timestamp, Tokens, UsageCell, UsageGroup, UsageQuery,
  UsageReport, UsageStep, UsageTotal,
} from "../protocol";

type UsageKey = UsageTotal["by"];
type Used = { at: number; run: Run; view: StoryView };
type Sum = Omit<UsageCell, "step" | "group">;

const NOTHING: Sum = { tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 }, cost_micros: 0, cost_basis: "reported", runs: 0, turns: 0 };
const BASES = ["reported", "priced", "lower_bound", "unpriced"] as const;
const CLASSES = ["input", "output", "cache_read", "cache_write"] as const;

export function usageOf(views: readonly StoryView[], query: UsageQuery, now: number): UsageReport {
  const all = used(views, now);
  const times = all.map(({ at }) => at);
  const from = query.from ? Date.parse(query.from) : Math.min(...times);
  const to = query.to ? Date.parse(query.to) : Math.max(...times) + 1;
  if (all.length === 0 || from >= to) return { from: iso(0), to: iso(0), starts: [], groups: [], cells: [] };
  const starts = startsOf(query.step, from, to);
  const groups = new Map<string, { by: UsageKey; sum: Sum; cells: Map<number, Sum> }>();
  for (const one of all.filter(({ at }) => at >= from && at < to)) {
    const step = starts.findLastIndex((start) => start <= one.at);
    for (const [by, sum] of parts(query.by, one)) {
      const group = groups.get(JSON.stringify(by)) ?? { by, sum: NOTHING, cells: new Map<number, Sum>() };
      group.sum = added(group.sum, sum);
      group.cells.set(step, added(group.cells.get(step) ?? NOTHING, sum));
      groups.set(JSON.stringify(by), group);
    }
  }
  const dearest = [...groups.values()].sort((a, b) => (b.sum.cost_micros ?? 0) - (a.sum.cost_micros ?? 0) || total(b.sum.tokens) - total(a.sum.tokens));
  const kept = dearest.slice(0, query.most ?? dearest.length);
  const left = dearest.slice(kept.length);
  const totals: UsageTotal[] = kept.map(({ by, sum }) => ({ by, rest_of: 0, ...sum }));
  if (left.length > 0) {
    const by: UsageKey = Object.fromEntries(query.by.map((group) => [group, null]));
    totals.push({ by, rest_of: left.length, ...left.map(({ sum }) => sum).reduce(added) });
  }
  const cells = starts.flatMap((_, step) => [...kept.map(({ cells: own }) => own.get(step)), rest(left.map(({ cells: own }) => own.get(step)))]
    .flatMap((sum, group) => (sum ? [{ step, group, ...sum }] : [])));
  return { from: iso(from), to: iso(to), starts: starts.map(iso), groups: totals, cells };
}

export function storyUsageOf(view: StoryView | undefined, now: number): StoryUsage {
  const turns = view ? used([view], now).map(({ at, run }) => ({
    run: run.id, seq: run.ended_at ? run.events : null, from: run.started_at, to: iso(at), turns: 1,
    models: [{ model: run.model ?? "", tokens: run.tokens, cost: { micros: run.cost_micros, basis: run.cost_basis } }],
  })) : [];
  return { turns, context: [], compacted: [], context_window: null };
}

export function limitHistoryOf(limits: readonly Limit[], from: Timestamp, to: Timestamp): LimitHistory[] {
  return limits.map(({ account, window, seen_at, utilization, status, resets_at }) => ({
    account, window, holds: [],
    points: seen_at >= from && seen_at < to ? [{ at: seen_at, utilization, status, resets_at }] : [],
  }));
}

function used(views: readonly StoryView[], now: number): Used[] {
  return views.flatMap((view) => view.runs.filter(({ kind }) => kind === "agent")
    .map((run) => ({ at: run.ended_at ? Date.parse(run.ended_at) : now, run, view })));
}

function parts(groups: readonly UsageGroup[], { run, view }: Used): [UsageKey, Sum][] {
  const values: Record<UsageGroup, string | null> = {
    model: run.model, agent: run.agent, account: `${run.agent}:default`, project: view.story.project, story: view.story.slug, class: null,
  };
  const by: UsageKey = Object.fromEntries(groups.map((group) => [group, values[group]]));
  const whole: Sum = { tokens: run.tokens, cost_micros: run.cost_micros, cost_basis: run.cost_basis, runs: 1, turns: run.ended_at ? 1 : 0 };
  if (!groups.includes("class")) return [[by, whole]];
  const classes = CLASSES.filter((name) => run.tokens[name] > 0).map((name): [UsageKey, Sum] =>
    [{ ...by, class: name }, { ...whole, tokens: { ...NOTHING.tokens, [name]: run.tokens[name] }, cost_micros: null }]);
  return [...classes, [by, { ...whole, tokens: NOTHING.tokens }]];
}

function startsOf(step: UsageStep | null, from: number, to: number): number[] {
  const starts = [from];
  for (let next = nextOf(step, from); next < to; next = nextOf(step, next)) starts.push(next);
  return starts;
}

function nextOf(step: UsageStep | null, at: number): number {
  if (step === null) return Infinity;
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (step) {
    case "hour": return Date.UTC(year, month, day, date.getUTCHours() + 1);
    case "day": return Date.UTC(year, month, day + 1);
    case "week": return Date.UTC(year, month, day + 7 - ((date.getUTCDay() + 6) % 7));
    case "month": return Date.UTC(year, month + 1);
  }
}

function rest(sums: readonly (Sum | undefined)[]): Sum | undefined {
  const some = sums.filter((sum) => sum !== undefined);
  return some.length > 0 ? some.reduce(added) : undefined;
}

function added(a: Sum, b: Sum): Sum {
  const micros = a === NOTHING ? b.cost_micros : (a.cost_micros ?? 0) + (b.cost_micros ?? 0);
  return {
    tokens: Object.fromEntries(CLASSES.map((name) => [name, a.tokens[name] + b.tokens[name]])) as Tokens,
    cost_micros: a.cost_micros === null && b.cost_micros === null ? null : micros,
    cost_basis: BASES[Math.max(BASES.indexOf(a.cost_basis), BASES.indexOf(b.cost_basis))] ?? "unpriced",
    runs: a.runs + b.runs,
    turns: a.turns + b.turns,
  };
}

function total(tokens: Tokens): number {
  return CLASSES.reduce((sum, name) => sum + tokens[name], 0);
}

function iso(at: number): Timestamp {
  return new Date(at).toISOString();
}
