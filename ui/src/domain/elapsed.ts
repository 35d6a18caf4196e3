// How long a story was worked on. Pure. The board and the head of a story show it.

import type { StoryView } from "../ipc/protocol";
import { isLive } from "./states";

/**
 * How long the runs of a story took, without what lies between them, and how long a limit held it, in milliseconds. A run counts from its
 * start to its end, so it counts while its agent waits for an answer, and not while a limit holds it.
 */
export type Elapsed = { readonly active: number; readonly held: number };

/** From one time to a later one, in milliseconds. */
type Span = readonly [from: number, to: number];

/** The times of all runs; null if nothing was started. */
export function elapsed(view: StoryView, now: number): Elapsed | null {
  const runs = united(view.runs.map((run) => [Date.parse(run.started_at), endOf(run.ended_at, now)]));
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return null;
  const goesOn = isLive(view.story.state) || view.story.state === "limited";
  const limited = limitedSpans(view, goesOn ? now : last[1]);
  const active = sum(runs) - sum(limited.flatMap((span) => runs.map((run) => shared(run, span))));
  return { active, held: sum(limited.map((span) => shared(span, [first[0], span[1]]))) };
}

function endOf(at: string | null, now: number): number {
  return at === null ? now : Date.parse(at);
}

/** When a limit held the story, up to a time. */
function limitedSpans({ spans }: StoryView, until: number): Span[] {
  return spans.flatMap((span, n) => {
    if (span.state !== "limited") return [];
    const next = spans[n + 1]?.from;
    return [[Date.parse(span.from), Math.min(next === undefined ? until : Date.parse(next), until)]];
  });
}

/** The same times without those that are in another one already: two runs can overlap. In order. */
function united(spans: readonly Span[]): Span[] {
  const all: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, Math.max(from, to)]);
  }
  return all;
}

/** What two spans have in common; of no length if that is nothing. */
function shared([from, to]: Span, [begin, end]: Span): Span {
  return [Math.max(from, begin), Math.max(Math.min(to, end), Math.max(from, begin))];
}

function sum(spans: readonly Span[]): number {
  return spans.reduce((total, [from, to]) => total + to - from, 0);
}
