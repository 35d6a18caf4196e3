// What the fake engine says of a story's usage: each of its runs is one turn at its end. Sums over time are
// those of `used/`.

import type { Run, StoryUsage, StoryView, Timestamp } from "../protocol";

type Used = { at: number; run: Run };

export function storyUsageOf(view: StoryView | undefined, now: number): StoryUsage {
  const turns = view ? used(view, now).map(({ at, run }) => ({
    run: run.id, seq: run.ended_at ? run.events : null, from: run.started_at, to: iso(at), turns: 1,
    models: [{ model: run.model ?? "", tokens: run.tokens, cost: { micros: run.cost_micros, basis: run.cost_basis } }],
  })) : [];
  return { turns, context: [], compacted: [], context_window: null };
}

function used(view: StoryView, now: number): Used[] {
  return view.runs.filter(({ kind }) => kind === "agent").map((run) => ({ at: run.ended_at ? Date.parse(run.ended_at) : now, run }));
}

function iso(at: number): Timestamp {
  return new Date(at).toISOString();
}
