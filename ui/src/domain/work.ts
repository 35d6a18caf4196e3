// How the work of a story stands, as of its last turn or run: what differs, and its commits. What is not known is not said. Pure.

import type { Work } from "../ipc/protocol";
import { count } from "./format";
import { m } from "../paraglide/messages";

/** How many lines were added and removed; null if that is not known, or nothing differs. */
export function linesOfWork(work: Work | undefined): { added: number; removed: number } | null {
  if (!work || work.added === null || work.removed === null) return null;
  return work.added + work.removed === 0 ? null : { added: work.added, removed: work.removed };
}

/** The rest in words: `5 files, 3 commits ahead, 1 behind, 2 not pushed`. Empty if nothing is known. */
export function workWords({ files, ahead, behind, unpushed }: Work): string {
  return [
    files === null ? "" : m.changes_files({ count: files }),
    ahead === null || ahead === 0 ? "" : m.work_ahead({ count: ahead }),
    behind === null || behind === 0 ? "" : m.work_behind({ behind: count(behind) }),
    unpushed === null || unpushed === 0 ? "" : m.work_unpushed({ unpushed: count(unpushed) }),
  ]
    .filter(Boolean)
    .join(", ");
}
