// The words for what was done with the branch of a story. Pure.

import type { FinishAct, FinishDone } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

/** How many digits of a commit are shown. */
const DIGITS = 10;

const DONE: Record<FinishAct, (names: { branch: string; commit: string }) => string> = {
  commit: m.note_finished_commit,
  update_by_merge: m.note_finished_update,
  update_by_rebase: m.note_finished_rebase,
  fast_forward: m.note_finished_forward,
  merge: m.note_finished_merge,
  squash: m.note_finished_squash,
  push: m.note_finished_push,
  pull_request: m.note_finished_pull_request,
  remove: m.note_finished_remove,
  undo: m.note_finished_undo,
};

export const shortCommit = (commit: string | null): string => commit?.slice(0, DIGITS) ?? m.note_no_commit();

/** The name of a branch without what all branches begin with. */
export function branchName(reference: string): string {
  return reference.replace(/^refs\/(?:heads|remotes)\//, "");
}

/** What of a step its words say. */
export type Finished = Pick<FinishDone, "act" | "reference" | "from" | "to" | "dir" | "removed">;

export function finishedWords({ act, reference, from, to, dir, removed }: Finished): string {
  if (act === "undo" && from === null && dir !== undefined) return m.note_finished_back({ place: dir });
  const branch = branchName(reference);
  if (removed?.branch_deleted) return m.note_finished_remove_branch({ branch });
  return DONE[act]({ branch, commit: shortCommit(to) });
}
