// The words about the worktree of a story that may be removed: what is there, what would go, and what speaks against that. Pure.

import type { KeptBecause, UnknownOf, WorktreeGit, WorktreeLook, WorktreeProcess } from "../../ipc/protocol";
import { bytes } from "../bytes";
import { m } from "../../paraglide/messages";
import { branchName } from "../timeline/finished";
import { total } from "./words";

/** How many files of a kind are named. */
const MOST_NAMED = 8;

/** Something that is in a worktree: a line of words, and files by their names. */
export type Held = {
  /** What it is. */
  words: string;
  /** The names of some of the files. */
  names: readonly string[];
  /** How many more there are. */
  more: number;
};

const UNKNOWN: Record<UnknownOf, string> = {
  folder: m.worktree_unknown_folder(),
  git: m.worktree_unknown_git(),
  processes: m.worktree_unknown_processes(),
};

/** What speaks against a removal. */
export function keptWords(why: KeptBecause): string {
  switch (why.is) {
    case "gone":
      return m.worktree_kept_gone();
    case "no_repository":
      return m.finish_not_repository();
    case "main":
      return m.worktree_kept_main();
    case "no_commit":
      return m.worktree_kept_no_commit();
    case "story":
      return m.worktree_kept_story({ story: why.slug });
    case "under_way":
      return m.finish_not_under_way();
    case "processes":
      return m.worktree_kept_processes();
    case "operation":
      return m.finish_not_operation();
    case "locked":
      return m.worktree_kept_locked();
    case "submodules":
      return m.worktree_kept_submodules();
    case "unknown":
      return UNKNOWN[why.what];
  }
}

/** The size of a worktree. */
export function sizeWords({ bytes: size }: WorktreeLook): string {
  return size === null ? m.worktree_size_unknown() : bytes(size);
}

/** A process, with the ports on which it listens. */
export function processWords({ pid, name, ports }: WorktreeProcess): string {
  if (ports.length === 0) return m.worktree_process({ name, pid });
  return m.worktree_process_listens({ name, pid, ports: ports.join(", ") });
}

/** How many commits would be left with its branch alone. */
export function commitWords({ unmerged, unpushed, branch }: WorktreeGit): string {
  const name = branch === null ? m.finish_no_branch() : branchName(branch);
  const alone = unmerged === 0 ? m.worktree_all_merged() : m.worktree_unmerged({ count: unmerged });
  const pushed = unpushed === null ? m.worktree_no_remote() : m.worktree_unpushed({ count: unpushed });
  return m.worktree_commits({ branch: name, alone, pushed });
}

/** What a checkpoint holds of it, and what would go. */
export function heldWords(git: WorktreeGit): Held[] {
  const kinds = [
    { of: git.changed, words: m.worktree_changed },
    { of: git.untracked, words: m.worktree_untracked },
    { of: git.ignored, words: m.worktree_ignored },
    { of: git.submodules, words: m.worktree_submodules },
  ];
  return kinds
    .filter(({ of }) => of.names.length > 0)
    .map(({ of, words }) => {
      const names = of.names.slice(0, MOST_NAMED);
      return { words: words({ count: total(of) }), names, more: total(of) - names.length };
    });
}
