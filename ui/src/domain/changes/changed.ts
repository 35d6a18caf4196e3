// Files of changes, for tests.

import { NO_LINES } from "../../ipc/fake/changes/script";
import type { ChangedFile, FileDiff, Hunk, Side } from "../../ipc/protocol";

/** A changed file; what is not said of it is usual. */
export function changed(path: string, change: Partial<ChangedFile> = {}): ChangedFile {
  const side = { kind: "file", object: path, size: null } as const;
  return {
    path,
    old_path: null,
    status: "changed",
    old: side,
    new: side,
    added: 1,
    removed: 1,
    binary: false,
    folded: null,
    said: true,
    reviewed: "no",
    ...change,
  };
}

/** A part of a file: its places, and its lines with a blank, a `-` or a `+` before each. */
export function part(old: number, now: number, lines: readonly string[], heading = ""): Hunk {
  const sides: Record<string, Side> = { "-": "removed", "+": "added", " ": "same" };
  const pieces = lines.map((line) => ({ side: sides[line[0] ?? " "] ?? "same", text: line.slice(1) }));
  return { start: { old, new: now }, heading, pieces };
}

/** What the engine says of a file. */
export function fileDiff(hunks: Hunk[], change: Partial<FileDiff> = {}): FileDiff {
  return { ...NO_LINES, diff: { hunks }, ...change };
}
