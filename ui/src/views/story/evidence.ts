// Which run, and which entry of the journal, a story's state rests on.
import type { Envelope, Run, StoryView } from "../../ipc/protocol";

export type Basis = { run: Run | null; entry: Envelope | null };

/** The newest change to the present state, and its run; without one, the last agent's run. */
export function basisOf({ story, runs }: StoryView, journal: readonly Envelope[]): Basis {
  const entry =
    journal.findLast(
      (each) =>
        each.source === "journal" &&
        each.event.type === "state_changed" &&
        each.event.state === story.state &&
        each.event.reason === story.reason,
    ) ?? null;
  const named = entry === null ? undefined : runs.find((run) => run.id === entry.run);
  return { run: named ?? runs.findLast((run) => run.kind === "agent") ?? null, entry };
}
