// How long nothing came from a story's program, where the engine says that it is long. Nothing is concluded from it:
// the state stays, and nothing is stopped. Pure; `states` asks it.

import type { StoryView } from "../ipc/protocol";
import { timeOf } from "./countdown";
import { duration } from "./format";
import type { StateDisplay } from "./states";
import { m } from "../paraglide/messages";

/** The state with how long nothing came, before what the agent does. An agent that waits for its provider is
    expected to be silent, and says until when. */
export function withSilence(display: StateDisplay, view: StoryView, now: number): StateDisplay {
  const { waits_for, retrying } = view;
  const since = waits_for?.by === "run" && !retrying ? timeOf(waits_for.silent_since ?? null) : null;
  if (since === null) return display;
  const time = duration(now - since);
  const doing = display.reason;
  const [reason, steady] =
    doing === ""
      ? [m.state_silent({ time }), m.state_silent_steady()]
      : [m.state_silent_doing({ time, doing }), m.state_silent_doing_steady({ doing })];
  return { ...display, reason, steady };
}
