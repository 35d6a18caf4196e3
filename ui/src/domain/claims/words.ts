// The words for claims: what the agent says, what is known about it, and why that is not better. Pure.

import type { Claim, ClaimKind, ClaimWhy, Verdict } from "../../ipc/protocol";
import type { GlyphName } from "../states";
import { m } from "../../paraglide/messages";

/** How many digits of an object of git are shown. */
const DIGITS = 12;

const KINDS: Record<ClaimKind, string> = {
  tests: m.claims_kind_tests(),
  build: m.claims_kind_build(),
  lint: m.claims_kind_lint(),
  committed: m.claims_kind_committed(),
  pushed: m.claims_kind_pushed(),
  file: m.claims_kind_file(),
};

const VERDICTS: Record<Verdict, string> = {
  proved: m.claims_verdict_proved(),
  before_edit: m.claims_verdict_before_edit(),
  result_unknown: m.claims_verdict_result_unknown(),
  failed: m.claims_verdict_failed(),
  not_run: m.claims_verdict_not_run(),
  not_found: m.claims_verdict_not_found(),
  unknown: m.claims_verdict_unknown(),
};

/** The glyphs of states that mean the same. */
const GLYPHS: Record<Verdict, GlyphName> = {
  proved: "done",
  before_edit: "waiting",
  result_unknown: "waiting",
  failed: "failed",
  not_run: "waiting",
  not_found: "waiting",
  unknown: "idle",
};

const WHY: Record<Exclude<ClaimWhy, "uncommitted" | "not_on_remote" | "no_status">, string> = {
  pipe: m.claims_why_pipe(),
  or_else: m.claims_why_or_else(),
  sequence: m.claims_why_sequence(),
  background: m.claims_why_background(),
  negated: m.claims_why_negated(),
  part: m.claims_why_part(),
  watch: m.claims_why_watch(),
  script: m.claims_why_script(),
  substitution: m.claims_why_substitution(),
  arguments: m.claims_why_arguments(),
  unreadable: m.claims_why_unreadable(),
  cut_short: m.claims_why_cut_short(),
  one_of_several: m.claims_why_one_of_several(),
  edited: m.claims_why_edited(),
  may_have_edited: m.claims_why_may_have_edited(),
  changed_since: m.claims_why_changed_since(),
  no_commit: m.claims_why_no_commit(),
  no_remote: m.claims_why_no_remote(),
  no_file: m.claims_why_no_file(),
  unchanged: m.claims_why_unchanged(),
  no_evidence: m.claims_why_no_evidence(),
};

export function kindWords({ kind }: Claim): string {
  return KINDS[kind];
}

export function verdictWords({ kind, verdict }: Claim): string {
  return kind === "committed" && verdict === "before_edit"
    ? m.claims_verdict_not_everything()
    : VERDICTS[verdict];
}

export function verdictGlyph({ verdict }: Claim): GlyphName {
  return GLYPHS[verdict];
}

/** Why the verdict is not better; empty if there is no more to say. */
export function whyWords({ why, count }: Claim, agent: string): string {
  if (why === undefined) return "";
  if (why === "uncommitted") return m.claims_why_uncommitted({ count: count ?? 0 });
  if (why === "not_on_remote") return m.claims_why_not_on_remote({ count: count ?? 0 });
  return why === "no_status" ? m.claims_why_no_status({ agent }) : WHY[why];
}

/** The object of git that is the evidence; empty if there is none. */
export function objectWords({ kind, object }: Claim): string {
  if (object === undefined) return "";
  const id = object.slice(0, DIGITS);
  return kind === "file" ? m.claims_blob({ id }) : m.claims_commit({ id });
}
