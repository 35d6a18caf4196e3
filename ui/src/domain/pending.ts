// Texts for when a waiting prompt will be sent. Pure; the row of the prompt shows it.

import type { StoryView } from "../ipc/protocol";
import { goesOnByItself } from "./waits";
import { m } from "../paraglide/messages";

/** `sent when this turn ends` */
export function sentWhen(view: StoryView, now: number): string {
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
      return m.pending_story();
    case "in_terminal":
    case "archived":
      return m.pending_never();
  }
}
