// What is new in an answer, compared with the one that is shown. Pure.

import type { ChangedFile, Changes } from "../../ipc/protocol";

/** Whether two files have the same content on both sides, so that what was read of one is true of the other. */
export function isSame(a: ChangedFile | undefined, b: ChangedFile | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const side = (file: ChangedFile) =>
    JSON.stringify([file.path, file.old_path, file.status, file.old, file.new, file.folded]);
  return side(a) === side(b);
}

/** How many files differ otherwise than in the answer that is shown. */
export function changedSince(shown: Changes, now: Changes): number {
  const [before, after] = [byPath(shown), byPath(now)];
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => !isSame(before.get(path), after.get(path))).length;
}

function byPath({ files }: Changes): Map<string, ChangedFile> {
  return new Map(files.map((file) => [file.path, file]));
}
