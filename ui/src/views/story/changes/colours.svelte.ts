// The syntax of files in a change: their lines with what each part is in the file's language. It is read after a file is shown, so that
// its lines never wait for it.

import { languageOf } from "../../../domain/changes/language";
import type { FileState, ReadFile } from "../../../domain/changes/rows";
import type { Span } from "../../../domain/changes/segments";
import { spansByLine } from "../../../domain/changes/syntax";
import type { DiffLine } from "../../../domain/timeline/diff";
import { treeOf } from "./grammars";

/** The spans of the lines on both sides, by their numbers. */
type Sides = {
  readonly old: ReadonlyMap<number, readonly Span[]>;
  readonly new: ReadonlyMap<number, readonly Span[]>;
};

/** Of a longer text no syntax is read: it would take a noticeable time. */
const LONGEST = 400_000;
const NONE: readonly Span[] = [];

export class Colours {
  #known = $state.raw<ReadonlyMap<string, { readonly of: ReadFile; readonly sides: Sides }>>(new Map());
  readonly #reading = new Map<string, ReadFile>();

  /** The lines of a file are shown. */
  want(path: string, state: FileState): void {
    if (state.is !== "read" || this.#known.get(path)?.of === state || this.#reading.get(path) === state)
      return;
    this.#reading.set(path, state);
    void this.#read(path, state);
  }

  /** The spans of a line; none until they are known. */
  of(path: string, line: DiffLine): readonly Span[] {
    const sides = this.#known.get(path)?.sides;
    if (sides === undefined) return NONE;
    const spans = line.kind === "del" ? sides.old.get(line.old ?? 0) : sides.new.get(line.new ?? 0);
    return spans ?? NONE;
  }

  async #read(path: string, state: ReadFile): Promise<void> {
    const language = languageOf(path);
    const [old, now] = [sideOf(state, "old"), sideOf(state, "new")];
    const length = old.text.length + now.text.length;
    if (language === null || length > LONGEST || length === 0) return;
    // Without its grammar a text is shown as it is.
    const read = async ({ text, numbers }: Side) => spansByLine(await treeOf(language, text), numbers);
    const sides = await Promise.all([read(old), read(now)]).catch(() => null);
    if (sides === null || this.#reading.get(path) !== state) return;
    this.#reading.delete(path);
    this.#known = new Map(this.#known).set(path, { of: state, sides: { old: sides[0], new: sides[1] } });
  }
}

type Side = { readonly text: string; readonly numbers: readonly number[] };

/** The known lines of one side, in order, with their numbers. */
function sideOf({ lines, opened }: ReadFile, side: "old" | "new"): Side {
  const known: [number, string][] = lines.flatMap((line): [number, string][] => {
    const number = line[side];
    return number === null || line.kind === "hunk" ? [] : [[number, line.text]];
  });
  if (side === "new") known.push(...opened);
  known.sort(([a], [b]) => a - b);
  return { text: known.map(([, text]) => text).join("\n"), numbers: known.map(([number]) => number) };
}
