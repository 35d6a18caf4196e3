// Markdown that is still being written. Appending can change the last block at the top, and make it a part
// of the one before it (a `2` becomes the item `2.` of the list above); a reference defined later is found
// when the text is whole. So all but two blocks are kept as they are, as objects and on screen, and the text
// is read again from where the last but one begins.
import { read, type Block, type TopBlock } from "./tree";

/** A block with a name that stays while the text grows. */
export type Piece = { key: number; block: Block };

export class Stream {
  #text = "";
  #kept: TopBlock[] = [];
  /** Where the first block begins that may still change. */
  #from = 0;
  #pieces: Piece[] = [];

  /** The blocks of the text; `whole` when nothing will come after it. */
  read(text: string, whole: boolean): readonly Piece[] {
    const grows = text.startsWith(this.#text);
    const isSame = grows && text.length === this.#text.length;
    if (isSame && !whole && this.#pieces.length > 0) return this.#pieces;
    if (!grows || whole) {
      this.#kept = [];
      this.#from = 0;
    }
    const from = this.#from;
    const fresh = read(text.slice(from));
    const blocks = [...this.#kept, ...fresh];
    this.#text = text;
    this.#pieces = this.#named(blocks);
    const open = fresh.at(-2);
    if (open && !whole) {
      this.#kept = blocks.slice(0, -2);
      this.#from = from + offsetOf(text.slice(from), open.line);
    }
    return this.#pieces;
  }

  /** Keeps the objects of blocks that are the same as before. */
  #named(blocks: readonly TopBlock[]): Piece[] {
    return blocks.map(({ block }, key) => {
      const known = this.#pieces[key];
      const isSame = known && (known.block === block || JSON.stringify(known.block) === JSON.stringify(block));
      return isSame ? known : { key, block };
    });
  }
}

/** Where a line begins. */
function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) {
    const end = /\r\n|\n|\r/.exec(text.slice(at));
    if (!end) return at;
    at += end.index + end[0].length;
  }
  return at;
}
