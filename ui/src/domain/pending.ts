// When a prompt that waits is sent, in words. Pure; the row of the prompt asks it.

import type { StoryView } from "../ipc/protocol";
import { goesOnByItself } from "./waits";

/** `sent when this turn ends` */
export function sentWhen(view: StoryView, now: number): string {
  if (goesOnByItself(view, now)) return "sent when its next run starts";
  switch (view.story.state) {
    case "limited":
      return "sent when the limit resets";
    case "gating":
      return "sent when the gates are through";
    case "starting":
    case "queued":
      return "sent when the agent has started";
    case "running":
    case "waiting":
      return "sent when this turn ends";
    case "draft":
    case "done":
    case "needs_you":
    case "stopped":
      return "sent when the story goes on";
    case "in_terminal":
    case "archived":
      return "not sent";
  }
}
