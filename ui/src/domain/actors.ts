// Texts for who did something and why something was stopped. The engine sends these facts as values; this file has the only words for them.
// Pure.

import type { Actor, StateDetail, StopReason, Story } from "../ipc/protocol";
import { m } from "../paraglide/messages";

const ACTORS: Record<Actor, string> = {
  you: m.actor_you(),
  musher: m.actor_musher(),
  rule: m.actor_rule(),
  system: m.actor_system(),
};

/** `you`, `Musher`: as used within a sentence. */
export function actorName(actor: Actor): string {
  return ACTORS[actor];
}

const STOPS: Record<Extract<StopReason, string>, string> = {
  window: m.stop_window(),
  board: m.stop_board(),
  command_line: m.stop_command_line(),
  ctrl_c: m.stop_ctrl_c(),
  did_not_leave: m.stop_did_not_leave(),
  unanswered: m.stop_unanswered(),
  time_limit: m.stop_time_limit(),
  keeper_terminated: m.stop_keeper_terminated(),
  interrupted: m.stop_interrupted(),
  answer: m.stop_answer(),
};

/** Why something was stopped: `on the board`. */
export function stopWords(why: StopReason): string {
  return typeof why === "string" ? STOPS[why] : why.words;
}

/** Who stopped a story, and why. If no details are recorded, the story's reason gives the actor. */
export function stopOf({ about, reason }: Pick<Story, "about" | "reason">): { by: Actor; why: string } {
  if (about?.kind === "stopped") return { by: about.by, why: stopWords(about.why) };
  return { by: reason === "engine" ? "musher" : reason === "system" ? "system" : "you", why: "" };
}

/** The gate that a state refers to. */
export function gateDetail(about: StateDetail | null): Extract<StateDetail, { kind: "gate" }> | null {
  return about?.kind === "gate" ? about : null;
}

/** The set-up command that a state refers to. */
export function setUpDetail(about: StateDetail | null): Extract<StateDetail, { kind: "set_up" }> | null {
  return about?.kind === "set_up" ? about : null;
}
