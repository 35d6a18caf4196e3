// What changed in how a story's next runs are started, and its words. Pure.

import type { Profile } from "../../ipc/protocol";
import { PERMISSION_NAMES } from "../permissions";
import type { ProfileChanges } from "./row";
import { m } from "../../paraglide/messages";

/** The fields that a person can change, in the order in which they are named. */
const FIELDS = ["model", "permission", "extra_args", "bin"] as const;

/** The fields that differ; all of them if the profile before is not known. */
export function profileChanges(before: Profile | null, now: Profile): ProfileChanges {
  const isSame = (field: (typeof FIELDS)[number]) =>
    before !== null && JSON.stringify(before[field]) === JSON.stringify(now[field]);
  return Object.fromEntries(FIELDS.filter((field) => !isSame(field)).map((field) => [field, now[field]]));
}

/** `model opus, no arguments` */
export function profileWords({ model, permission, extra_args, bin }: ProfileChanges): string {
  const words = [
    model === undefined ? "" : model === null ? m.profile_own_model() : m.profile_model({ model }),
    permission === undefined ? "" : m.profile_permission({ permission: PERMISSION_NAMES[permission] }),
    extra_args === undefined
      ? ""
      : extra_args.length === 0
        ? m.profile_no_arguments()
        : m.profile_arguments({ arguments: extra_args.join(" ") }),
    bin === undefined ? "" : bin === null ? m.profile_found_program() : m.profile_program({ path: bin }),
  ];
  return words.filter(Boolean).join(", ");
}
