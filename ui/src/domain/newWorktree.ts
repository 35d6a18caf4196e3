// Texts for a new worktree: what it begins from, what was copied into it, and what of it is not there. Pure.
import type { Base, CopiedFiles, FewPaths, NotCopiedWhy } from "../ipc/protocol";
import { m } from "../paraglide/messages";
import { bytes } from "./bytes";
import { count } from "./format";

/** How many characters of a commit's id are shown. */
const SHORT = 10;

/** `origin/main (1a2b3c4d5e), fetched just before` */
export function baseText({ name, commit, fetched }: Base): string {
  const about = { name, commit: commit.slice(0, SHORT) };
  return fetched ? m.worktree_base_fetched(about) : m.worktree_base(about);
}

/** How far it is behind the branch of a remote that it follows; empty if it is not. */
export function behindText({ upstream, fetched }: Base): string {
  if (upstream === undefined || upstream.behind === 0) return "";
  const { name, behind, ahead } = upstream;
  const about = { name, behind: count(behind) };
  const text =
    ahead === 0 ? m.worktree_behind(about) : m.worktree_behind_ahead({ ...about, ahead: count(ahead) });
  return fetched ? text : m.worktree_as_known({ text });
}

/** The first of some paths, and how many more there are; empty if there are none. */
export function fewText({ names, more }: FewPaths): string {
  const shown = names.join(", ");
  return shown === "" || more === 0 ? shown : m.few_more({ names: shown, more: count(more) });
}

export function copiedText({ files, bytes: size }: CopiedFiles): string {
  return m.worktree_copied({ names: fewText(files), size: bytes(size) });
}

const NOT_COPIED: Record<NotCopiedWhy, string> = {
  leads_out: m.not_copied_leads_out(),
  not_ignored: m.not_copied_not_ignored(),
  in_the_way: m.not_copied_in_the_way(),
  too_large: m.not_copied_too_large(),
  no_file: m.not_copied_no_file(),
  unreadable: m.not_copied_unreadable(),
};

/** What was to be copied and was not, with the reasons. */
export function notCopiedText({ left, more_left: more }: CopiedFiles): string {
  const names = left.map(({ path, why }) => m.not_copied_path({ path, why: NOT_COPIED[why] }));
  return m.worktree_not_copied({ names: fewText({ names, more }) });
}

export function lfsText(files: FewPaths): string {
  return m.worktree_lfs({ names: fewText(files) });
}
