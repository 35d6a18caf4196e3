// Texts for when a waiting prompt will be sent. Pure; the row of the prompt shows it.

import type { Story, StoryView } from "../ipc/protocol";
import { goesOnByItself } from "./waits";
import { m } from "../paraglide/messages";

/** `sent when this turn ends`; of one that `isBehind` others, that they go first. */
export function sentWhen(view: StoryView, now: number, isBehind = false): string {
  if (waitsForPerson(view, now)) return m.pending_person();
  if (isBehind) return m.pending_behind();
  if (goesOnByItself(view, now)) return m.pending_next_run();
  switch (view.story.state) {
    case "limited":
      return m.pending_limit();
    case "gating":
      return m.pending_gates();
    case "starting":
    case "queued":
      return m.pending_start();
    case "running":
    case "waiting":
      return m.pending_turn();
    case "draft":
    case "done":
    case "needs_you":
    case "stopped":
      return m.pending_next_run();
    case "in_terminal":
    case "archived":
      return m.pending_never();
  }
}

/** Whether it is sent only when a person has the story go on. */
export function waitsForPerson(view: StoryView, now: number): boolean {
  return isHalted(view.story) && !goesOnByItself(view, now);
}

/** After a stop or a bad end nothing begins by itself. What was written while gates ran goes on after one failed. */
function isHalted({ state, reason }: Story): boolean {
  return state === "stopped" || (state === "needs_you" && reason !== "gate_failed");
}
