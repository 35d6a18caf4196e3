// What can be done with a story at the moment, and why something cannot be done. The reasons are null where it can. Pure.

import type { StoryView } from "../ipc/protocol";
import { isLive } from "./states";
import { goesOnByItself, isAboutToStart } from "./waits";
import { m } from "../paraglide/messages";

/** Why there is nothing to stop. */
export function whyNotStop(view: StoryView, now: number): string | null {
  const { state } = view.story;
  const can = isLive(state) || state === "limited" || state === "queued" || isAboutToStart(view, now);
  return can ? null : m.not_stop();
}

/** Why its turn cannot be interrupted. */
export function whyNotInterrupt({ story }: StoryView): string | null {
  return story.state === "running" ? null : m.not_interrupt();
}

/** Why it cannot be archived: something is going on or about to start, or it is in the archive. */
export function whyNotArchive(view: StoryView, now: number): string | null {
  const { state } = view.story;
  if (state === "archived") return m.not_archive_again();
  const isOver = ["draft", "done", "needs_you", "stopped"].includes(state) && !isAboutToStart(view, now);
  return isOver ? null : m.not_while_it_goes_on();
}

/** Why it cannot be taken out of the archive. */
export function whyNotUnarchive({ story }: StoryView): string | null {
  return story.state === "archived" ? null : m.not_unarchive();
}

/** Why its logs cannot be deleted: it is not over, something waits in it, or none of its runs has logs. */
export function whyNotDeleteLogs(view: StoryView, now: number): string | null {
  const { state, queued_prompts, open_questions, rereading } = view.story;
  const isOver = ["done", "needs_you", "stopped", "archived"].includes(state) && !goesOnByItself(view, now);
  if (!isOver || view.runs.some((run) => run.state !== "ended")) return m.not_while_it_goes_on();
  if (queued_prompts > 0) return m.not_while_prompts_wait();
  if (open_questions > 0) return m.not_while_it_asks();
  if (rereading === true) return m.not_while_reread();
  return view.runs.some((run) => run.logs_deleted === undefined) ? null : m.not_without_logs();
}

/** Why its gates cannot run again: it has none, it is not over, or they have not run since its agent's last run. */
export function whyNotRunGates(view: StoryView, now: number): string | null {
  const { state, gates } = view.story;
  if (gates.length === 0) return m.not_without_gates();
  if (state === "archived") return m.not_archive_again();
  const isOver = ["done", "needs_you", "stopped"].includes(state) && !goesOnByItself(view, now);
  if (!isOver || view.runs.some((run) => run.state !== "ended")) return m.not_while_it_goes_on();
  return view.runs.at(-1)?.kind === "gate" ? null : m.not_before_gates();
}

/** Why its agent cannot go on: it is not over, it is archived, or prompts of a person wait, which are sent instead. */
export function whyNotResume(view: StoryView, now: number): string | null {
  const { state, queued_prompts } = view.story;
  if (state === "archived") return m.not_archive_again();
  if (!["done", "needs_you", "stopped"].includes(state) || goesOnByItself(view, now))
    return m.not_while_it_goes_on();
  return queued_prompts > 0 ? m.not_while_prompts_wait() : null;
}

/** Why there is no command that goes on with its conversation elsewhere. */
export function whyNotResumeElsewhere({ story }: StoryView): string | null {
  return story.session === null ? m.not_without_conversation() : null;
}
