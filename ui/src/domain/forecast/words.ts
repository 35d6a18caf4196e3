// The words of the forecast of a project: how two stories come together, why that is not known, and how a story stands. Pure.

import type {
  Forecast,
  ForecastPair,
  ForecastStands,
  MergeStep,
  Overlap,
  OverlapUnknown,
  SharedKind,
  StoryId,
} from "../../ipc/protocol";
import { clock } from "../format";
import { isOfLines } from "../collisions";
import { m } from "../../paraglide/messages";

/** How the changes of both to a file come together. */
export const SHARED: Record<SharedKind, string> = {
  lines: m.forecast_file_lines(),
  both_added: m.forecast_file_both_added(),
  removed: m.forecast_file_removed(),
  renamed: m.forecast_file_renamed(),
  binary: m.forecast_file_binary(),
  file_and_folder: m.forecast_file_and_folder(),
  other_kind: m.forecast_file_other_kind(),
  submodule: m.forecast_file_submodule(),
  other: m.forecast_file_other(),
  merges: m.forecast_file_merges(),
};

/** Why it is not known how two stories come together. */
export function unknownWords(why: OverlapUnknown): string {
  switch (why.is) {
    case "not_yet":
      return m.forecast_unknown_not_yet();
    case "no_worktree":
      return m.forecast_unknown_no_worktree();
    case "git_too_old":
      return m.forecast_unknown_git_too_old({ version: why.version });
    case "nothing_in_common":
      return m.forecast_unknown_nothing_in_common();
    case "too_long":
      return m.forecast_unknown_too_long({ count: why.seconds });
    case "too_many":
      return m.forecast_unknown_too_many();
    case "git":
      return m.forecast_unknown_git({ why: why.why });
    default:
      return why satisfies never;
  }
}

/** The word of a pair. */
export function overlapWord(overlap: Overlap): string {
  switch (overlap.is) {
    case "apart":
      return m.forecast_apart();
    case "same_file":
      return m.forecast_same_file();
    case "conflicts":
      return isOfLines(overlap.files) ? m.forecast_same_lines() : m.forecast_conflicts();
    case "unknown":
      return m.forecast_not_known();
    default:
      return overlap satisfies never;
  }
}

/** Why a story is in no pair; null if it was compared. */
export function leftOutWhy(stands: ForecastStands, title: (id: StoryId) => string): string | null {
  switch (stands.is) {
    case "compared":
      return null;
    case "nothing_new":
      return m.forecast_nothing_new();
    case "no_checkpoint":
      return m.forecast_no_checkpoint();
    case "not_yet":
      return m.forecast_unknown_not_yet();
    case "same_worktree":
      return m.forecast_same_worktree({ title: title(stands.with) });
    case "no_worktree":
      return m.forecast_unknown_no_worktree();
    case "unknown":
      return unknownWords(stands.why);
    default:
      return stands satisfies never;
  }
}

/** From which checkpoint a story was compared, and whether that is its newest. */
export function asOfWords(stands: ForecastStands, now: number): string {
  if (stands.is !== "compared") return "";
  const when = { checkpoint: stands.checkpoint, time: clock(Date.parse(stands.at), now) };
  return stands.is_outdated ? m.forecast_as_of_outdated(when) : m.forecast_as_of(when);
}

/** What a step of the order of merging meets. */
export function stepWords(step: MergeStep, title: (id: StoryId) => string): string {
  const named = (ids: readonly StoryId[]) => ids.map(title).join(", ");
  const { conflicts_with: conflicts, unknown_with: unknown } = step;
  const parts = [
    conflicts.length === 0 ? "" : m.forecast_step_conflicts({ titles: named(conflicts) }),
    unknown.length === 0 ? "" : m.forecast_step_unknown({ titles: named(unknown) }),
  ].filter(Boolean);
  return parts.length === 0 ? m.forecast_step_clean() : parts.join("; ");
}

/** How many pairs of stories have this outcome. */
const pairs = ({ pairs: all }: Forecast, is: Overlap["is"]): ForecastPair[] =>
  all.filter(({ overlap }) => overlap.is === is);

/** The forecast in a sentence. What is not known is never "no conflict". */
export function summary(found: Forecast): string {
  const compared = found.stories.filter(({ stands }) => stands.is === "compared").length;
  const conflicts = pairs(found, "conflicts").length;
  const unknown = pairs(found, "unknown").length;
  if (compared < 2) return m.forecast_too_few();
  const first = conflicts === 0 ? "" : m.forecast_sum_conflicts({ count: conflicts });
  const second = unknown === 0 ? "" : m.forecast_sum_unknown({ count: unknown });
  if (first === "" && second === "") return m.forecast_sum_none({ count: compared });
  return [first, second].filter(Boolean).join(" ");
}
