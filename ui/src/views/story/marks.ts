// The labels above a story's strip: where attempts and waits begin, if there is room.
import { xOf, type Axis } from "../../domain/axis";
import { duration } from "../../domain/format";
import type { JournalFold } from "../../domain/timeline/journalFold";
import type { StoryView } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

export type OverviewMark = { x: number; room: number; text: string };

/** A label needs at least this much room, in px. */
const LEAST = 70;
/** The approximate width of a letter, in px. */
const LETTER = 6.2;

export function marksOf(view: StoryView, journal: JournalFold | null, axis: Axis): OverviewMark[] {
  const agents = view.runs.filter((run) => run.kind === "agent");
  const attempts = agents.map((run, n) => ({
    at: Date.parse(run.started_at),
    text: attemptText(n, journal?.starts.get(run.id)?.resumed ?? null),
  }));
  const waits = view.spans.flatMap((span, n) => {
    if (span.state !== "limited") return [];
    const from = Date.parse(span.from);
    const next = view.spans[n + 1];
    return [
      { at: from, text: m.mark_held({ time: duration((next ? Date.parse(next.from) : axis.now) - from) }) },
    ];
  });
  const crashes = view.runs.flatMap((run) =>
    run.outcome === "crashed" && run.kind === "agent" && run.ended_at !== null
      ? [{ at: Date.parse(run.ended_at), text: m.mark_crashed() }]
      : [],
  );
  const marks = [...attempts, ...waits, ...crashes].toSorted((a, b) => a.at - b.at);
  const placed = marks.map(({ at, text }) => ({ x: Math.round(xOf(axis, at)), text }));
  const spaced = placed.filter(
    ({ x }, n) => axis.width - x >= LEAST && (n === 0 || x - (placed[n - 1]?.x ?? 0) >= LEAST),
  );
  return spaced.map(({ x, text }, n) => {
    const room = (spaced[n + 1]?.x ?? axis.width) - x - 6;
    // If the text does not fit, only its part before the first comma is shown.
    return { x, room, text: text.length * LETTER > room ? (text.split(",")[0] ?? text) : text };
  });
}

function attemptText(n: number, resumed: "by_itself" | "by_you" | null): string {
  const number = n + 1;
  switch (resumed) {
    case "by_itself":
      return m.attempt_resumed_by_itself({ number });
    case "by_you":
      return m.attempt_resumed_by_you({ number });
    case null:
      return m.attempt({ number });
  }
}
