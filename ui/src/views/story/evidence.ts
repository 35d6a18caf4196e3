// Which run, and which entry of the journal, caused a story's state.
import type { Envelope, Run, StoryView } from "../../ipc/protocol";

export type Basis = { run: Run | null; entry: Envelope | null };

/** The newest journal entry that set the present state, and its run. Without such an entry, the last run of the agent. */
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
