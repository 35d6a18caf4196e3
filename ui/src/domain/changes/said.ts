// What an agent said that it changed, beside what changed. Pure.

import type { ChangedFile } from "../../ipc/protocol";

/** The index of the file that a tool call names, by a path that is absolute or relative to any folder; -1 if none is it. */
export function fileNamed(files: readonly ChangedFile[], path: string): number {
  const said = path.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
  const isIt = (own: string | null) => own !== null && (said === own || said.endsWith(`/${own}`));
  const found = files.flatMap(({ path: now, old_path }, index) => {
    const by = isIt(now) ? now : isIt(old_path) ? old_path : null;
    return by === null ? [] : [{ index, length: by.length }];
  });
  // Of `a.ts` and `src/a.ts` the longer one is meant.
  return found.sort((a, b) => b.length - a.length)[0]?.index ?? -1;
}

/** How many of the files no tool call names. */
export function unsaid(files: readonly ChangedFile[]): number {
  return files.filter(({ said }) => said === false).length;
}
