// The words for finishing a story: how its branch stands, why something cannot be done, how files conflict. Pure.

import type {
  ConflictKind,
  FewPaths,
  FinishAct,
  FinishBranch,
  FinishDone,
  FinishWhyNot,
  Finishing,
} from "../../ipc/protocol";
import { finishedWords } from "../timeline/finished";
import { m } from "../../paraglide/messages";

/** Why something cannot be done, and what can be done about it. */
const WHY_NOT: Record<FinishWhyNot, string> = {
  no_repository: m.finish_not_repository(),
  removed: m.finish_not_removed(),
  works: m.finish_not_works(),
  under_way: m.finish_not_under_way(),
  operation: m.finish_not_operation(),
  detached: m.finish_not_detached(),
  no_commit: m.finish_not_no_commit(),
  uncommitted_unknown: m.finish_not_uncommitted_unknown(),
  nothing_to_commit: m.finish_not_nothing_to_commit(),
  uncommitted: m.finish_not_uncommitted(),
  no_base: m.finish_not_no_base(),
  base_gone: m.finish_not_base_gone(),
  no_local_branch: m.finish_not_no_local_branch(),
  is_base: m.finish_not_is_base(),
  not_comparable: m.finish_not_comparable(),
  up_to_date: m.finish_not_up_to_date(),
  nothing_to_merge: m.finish_not_nothing_to_merge(),
  not_fast_forward: m.finish_not_fast_forward(),
  conflicts: m.finish_not_conflicts(),
  git_too_old: m.finish_not_git_too_old(),
  conflicts_unknown: m.finish_not_conflicts_unknown(),
  target_unknown: m.finish_not_target_unknown(),
  target_not_clean: m.finish_not_target_not_clean(),
  target_operation: m.finish_not_target_operation(),
  target_works: m.finish_not_target_works(),
  no_remote: m.finish_not_no_remote(),
  nothing_to_push: m.finish_not_nothing_to_push(),
  pushed: m.finish_not_pushed(),
  nothing_to_undo: m.finish_not_nothing_to_undo(),
};

/** Why an act cannot be done now; null if it can. */
export function whyNotFinish(found: Finishing | null, act: FinishAct): string | null {
  if (found === null) return m.finish_reading();
  const why = found.offers.find((offer) => offer.act === act)?.why_not ?? null;
  return why === null ? null : WHY_NOT[why];
}

/** What was done. */
export const doneWords = (done: FinishDone): string => finishedWords(done);

export const CONFLICTS: Record<ConflictKind, string> = {
  both_changed: m.finish_conflict_both_changed(),
  both_added: m.finish_conflict_both_added(),
  removed_in_branch: m.finish_conflict_removed_in_branch(),
  removed_in_base: m.finish_conflict_removed_in_base(),
  other: m.finish_conflict_other(),
};

/** How far a branch is before and behind another one. */
export function distance({ ahead, behind }: FinishBranch): string {
  if (ahead === null || behind === null) return m.finish_distance_unknown();
  return m.finish_distance({ ahead, behind });
}

export const total = ({ names, more }: FewPaths): number => names.length + more;

/** How the worktree stands in which a branch is checked out. */
export function placeWords({ shown, worktree }: FinishBranch): string {
  if (shown.checked_out === undefined || worktree === null) return m.finish_not_checked_out();
  const place = shown.checked_out;
  if (worktree.is_clean === null) return m.finish_checked_out_unknown({ place });
  return worktree.is_clean ? m.finish_checked_out_clean({ place }) : m.finish_checked_out({ place });
}
