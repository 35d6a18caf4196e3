// Who did something and why something was stopped, in words. The facts are the engine's; each has its words
// here and nowhere else. Pure.

import type { Actor, StateDetail, StopReason, Story } from "../ipc/protocol";

const ACTORS: Record<Actor, string> = {
  you: "you",
  musher: "Musher",
  rule: "a rule of yours",
  system: "the system",
};

/** `you`, `Musher`: within a sentence. */
export function actorName(actor: Actor): string {
  return ACTORS[actor];
}

const STOPS: Record<Extract<StopReason, string>, string> = {
  window: "in the window",
  board: "on the board",
  command_line: "on the command line",
  ctrl_c: "by Ctrl-C in the terminal",
  did_not_leave: "it had finished and did not leave",
  unanswered: "it did not answer when the conversation was begun",
  time_limit: "it took longer than it was given",
  keeper_terminated: "from outside, as at a shutdown",
  interrupted: "its turn was interrupted",
};

/** Why something was stopped: `on the board`. */
export function stopWords(why: StopReason): string {
  return typeof why === "string" ? STOPS[why] : why.words;
}

/** Who stopped a story, and why; without a record of that its reason says who. */
export function stopOf({ about, reason }: Pick<Story, "about" | "reason">): { by: Actor; why: string } {
  if (about?.kind === "stopped") return { by: about.by, why: stopWords(about.why) };
  return { by: reason === "engine" ? "musher" : reason === "system" ? "system" : "you", why: "" };
}

/** The gate that a state is about. */
export function gateDetail(about: StateDetail | null): Extract<StateDetail, { kind: "gate" }> | null {
  return about?.kind === "gate" ? about : null;
}
