// Which files were reviewed, and what of a file is remembered then. Pure.

import type { ChangedFile } from "../../ipc/protocol";

/** What a person sees who reviews a file, as the engine compares it (`ChangedFile::content`). */
export function contentOf({ old, new: now }: ChangedFile): string {
  const side = now ?? old;
  const word = now === null ? "was" : "is";
  return `${word} ${side?.kind ?? "nothing"} ${side?.object ?? "-"} ${side?.permissions ?? "-"}`;
}

/** The index of the next file after `at` that was not reviewed as it is, around the end; -1 if there is none. */
export function nextToReview(files: readonly ChangedFile[], at: number): number {
  const { length } = files;
  for (let n = 1; n <= length; n += 1) {
    const index = (at + n) % length;
    if (files[index]?.reviewed !== "yes") return index;
  }
  return -1;
}
