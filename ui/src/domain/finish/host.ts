// The words for the host of a story's repository: its pull request, its checks, and why it cannot be asked. Pure.

import type { CheckState, Finishing, Hosted, PullRequest } from "../../ipc/protocol";
import type { GlyphName, Tone } from "../states";
import { m } from "../../paraglide/messages";

/** How a check is shown. */
export type CheckMark = { readonly glyph: GlyphName; readonly tone?: Tone; readonly words: string };

const CHECKS: Record<CheckState, CheckMark> = {
  passed: { glyph: "done", words: m.host_check_passed() },
  failed: { glyph: "failed", words: m.host_check_failed() },
  allowed: { glyph: "failed", tone: "unchecked", words: m.host_check_allowed() },
  running: { glyph: "working", words: m.host_check_running() },
  waiting: { glyph: "waiting", words: m.host_check_waiting() },
  skipped: { glyph: "idle", words: m.host_check_skipped() },
  unknown: { glyph: "draft", words: m.host_check_unknown() },
};

export const checkMark = (state: CheckState): CheckMark => CHECKS[state];

/** What became of a pull request. */
export function requestWords({ state, draft }: PullRequest): string {
  switch (state) {
    case "open":
      return draft ? m.host_state_draft() : m.host_state_open();
    case "merged":
      return m.host_state_merged();
    case "closed":
      return m.host_state_closed();
    case "unknown":
      return m.host_state_unknown();
  }
}

/** Whether a pull request can be begun from here: the host answered, and none is open. */
export function canBegin({ is_known, pull_request }: Hosted): boolean {
  return is_known && (pull_request === null || ["merged", "closed"].includes(pull_request.state));
}

/** Why the host is not asked, or did not answer; null if it answered. */
export function whyUnknown({ repository, tool, is_known, why_unknown }: Hosted): string | null {
  if (is_known) return null;
  if (repository === null) return m.host_no_host();
  if (why_unknown !== null) return m.host_unknown({ why: why_unknown });
  if (tool === null) return m.host_no_program();
  switch (tool.state) {
    case "missing":
      return m.host_missing({ tool: tool.name });
    case "signed_out":
      return m.host_signed_out({ tool: tool.name });
    case "ready":
    case "unknown":
      return m.host_silent({ tool: tool.name });
  }
}

/** What the remote does not have of the branch. */
export function remoteWords({ remote, head }: Finishing): string {
  if (remote === null) return "";
  if (remote.there === null) return m.finish_remote_none();
  if (remote.there === head || remote.unpushed === 0) return m.finish_remote_all();
  if (remote.unpushed === null) return m.finish_remote_unknown();
  return m.finish_remote_commits({ count: remote.unpushed });
}
