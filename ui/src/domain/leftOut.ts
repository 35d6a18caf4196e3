// Texts for what a new worktree does not have because it is not in git.
import type { FewPaths } from "../ipc/protocol";
import { m } from "../paraglide/messages";
import { fewText } from "./newWorktree";

/** The sentence; empty if a new worktree has everything. */
export function leftOutText(changed: number | null, ignored: FewPaths): string {
  const parts = [changedText(changed), ignoredText(ignored)].filter((part) => part !== "");
  return parts.length === 0 ? "" : m.left_out({ what: parts.join("; ") });
}

function changedText(files: number | null): string {
  if (files === null) return m.left_out_changed_not_known();
  return files === 0 ? "" : m.left_out_changed({ count: files });
}

function ignoredText(ignored: FewPaths): string {
  const names = fewText(ignored);
  return names === "" ? "" : m.left_out_ignored({ names });
}
