// Markdown that is still being written. Appending can change the last block at the top, and make it a part
// of the one before it (a `2` becomes the item `2.` of the list above); a reference defined later is found
// when the text is whole. So all but two blocks are kept as they are, as objects and on screen, and the text
// is read again from where the last but one begins.
import { read, type Block, type TopBlock } from "./tree";

export class Stream {
  #text = "";
  #kept: TopBlock[] = [];
  /** Where the first block begins that may still change. */
  #from = 0;
  #blocks: readonly Block[] = [];

  /** The blocks of the text; `whole` when nothing will come after it. */
  read(text: string, whole: boolean): readonly Block[] {
    const grows = text.startsWith(this.#text);
    const isSame = grows && text.length === this.#text.length;
    if (isSame && !whole && this.#blocks.length > 0) return this.#blocks;
    if (!grows || whole) {
      this.#kept = [];
      this.#from = 0;
    }
    const from = this.#from;
    const fresh = read(text.slice(from));
    const blocks = [...this.#kept, ...fresh];
    this.#text = text;
    this.#blocks = this.#same(blocks);
    const open = fresh.at(-2);
    if (open && !whole) {
      this.#kept = blocks.slice(0, -2);
      this.#from = from + offsetOf(text.slice(from), open.line);
    }
    return this.#blocks;
  }

  /** Keeps the objects of blocks that are the same as before, so that they stay on screen as they are. */
  #same(blocks: readonly TopBlock[]): Block[] {
    return blocks.map(({ block }, n) => {
      const known = this.#blocks[n];
      const isSame = known && (known === block || JSON.stringify(known) === JSON.stringify(block));
      return isSame ? known : block;
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
