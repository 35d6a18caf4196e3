// The usage of the fake stories by turn: each run is split into turns whose sums are the run's totals, and a context that fills up and is
// compacted. Deterministic, from the story's runs.

import type {
  CostBasis,
  ModelShare,
  Run,
  StoryUsage,
  StoryView,
  Timestamp,
  Tokens,
  TurnUsage,
} from "../protocol";
import { settledBasis } from "./basis";
import { tokensOf } from "./shape";

/** The usual length of a turn, in milliseconds. */
const LENGTH = 9 * 60_000;
/** At most this many turns in a run. */
const MOST = 400;
/** The context window of the fakes, in tokens. */
const WINDOW = 200_000;
/** The tokens with which a conversation begins. */
const BEGIN = 18_000;
/** The tokens at which a conversation is compacted. */
const FULL = 0.83 * WINDOW;
/** The fewest tokens that a message adds. */
const ADDED = 2_500;
/** The tokens that a message adds beyond that at most. */
const MORE = 9_000;
/** A run of more messages than this adds proportionally less with each. */
const SLOW = 400;

/** A second, smaller model that some agents use, with its share. */
const SMALL: Record<string, readonly [model: string, share: number]> = { claude: ["haiku-4.8", 0.06] };

export function storyUsageOf(view: StoryView | undefined, now: number): StoryUsage {
  const runs = view?.runs.filter((run) => run.kind === "agent") ?? [];
  const turns = runs.flatMap((run, n) => turnsOf(run, n, now));
  // Only Claude reports how full its context is.
  const filled = view?.story.agent === "claude" ? contextOf(view, now) : { context: [], compacted: [] };
  return { turns, ...filled, context_window: filled.context.length > 0 ? WINDOW : null };
}

function turnsOf(run: Run, n: number, now: number): TurnUsage[] {
  const from = Date.parse(run.started_at);
  const to = run.ended_at === null ? now : Date.parse(run.ended_at);
  const count = Math.max(
    1,
    Math.min(MOST, Math.round((to - from) / LENGTH), run.events > 0 ? Math.round(run.events / 250) : MOST),
  );
  const weights = Array.from({ length: count }, (_, k) => weightOf(k + n * 5));
  const ends = shares(weights, to - from);
  const costs = shares(weights, run.cost_micros);
  const tokens = shares(
    weights,
    run.tokens.input + run.tokens.output + run.tokens.cache_read + run.tokens.cache_write,
  );
  let at = from;
  return weights.map((_, k) => {
    const begin = at;
    at += ends[k] ?? 0;
    const hasResult =
      k < count - 1 || (run.ended_at !== null && run.outcome !== "crashed" && run.outcome !== "lost");
    // Turns with a result are final even if the run's last turn has none.
    const basis = hasResult && run.cost_basis === "lower_bound" ? settledBasis(run.agent) : run.cost_basis;
    return {
      run: run.id,
      seq: hasResult ? (k + 1) * 250 : null,
      from: iso(begin),
      to: iso(at),
      turns: 1,
      models: modelsOf(run, tokens[k] ?? 0, costs[k] ?? 0, basis),
    };
  });
}

function modelsOf(run: Run, tokens: number, micros: number, basis: CostBasis): ModelShare[] {
  const share = (model: string, part: Tokens, cost: number): ModelShare => ({
    model,
    tokens: part,
    cost: { micros: basis === "unpriced" ? 0 : cost, basis },
  });
  const small = SMALL[run.agent];
  const main = run.model ?? "";
  if (!small || small[0] === main) return [share(main, tokensOf(tokens), micros)];
  const [some, dear] = [Math.round(tokens * small[1]), Math.round((micros * small[1]) / 4)];
  return [share(small[0], tokensOf(some), dear), share(main, tokensOf(tokens - some), micros - dear)];
}

/** Splits a whole number by weights into whole numbers with the same sum. */
function shares(weights: readonly number[], whole: number): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  let given = 0;
  return weights.map((weight) => {
    before += weight;
    const upto = Math.round((whole * before) / all);
    const part = upto - given;
    given = upto;
    return part;
  });
}

/** Irregular weights; the same at every start. */
function weightOf(k: number): number {
  return 0.35 + ((k * 73 + 41) % 97) / 60;
}

function contextOf(view: StoryView, now: number): Pick<StoryUsage, "context" | "compacted"> {
  const context: { at: Timestamp; tokens: number }[] = [];
  const compacted: Timestamp[] = [];
  const ticks = view.ticks.filter((tick) => tick <= now);
  // With very many messages each adds less, so that the context is compacted about twenty times at most.
  const slower = Math.max(1, ticks.length / SLOW);
  let tokens = BEGIN;
  for (const [k, tick] of ticks.entries()) {
    tokens += (ADDED + (((k * 73 + 41) % 97) / 97) * MORE) / slower;
    if (tokens > FULL) {
      compacted.push(iso(tick));
      tokens = BEGIN * 1.6;
    }
    context.push({ at: iso(tick), tokens: Math.round(tokens) });
  }
  return { context, compacted };
}

function iso(at: number): Timestamp {
  return new Date(at).toISOString();
}
