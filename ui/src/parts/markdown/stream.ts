// Parses Markdown that is still being written. Added text can change the last top-level block, or join it with the one before (a `2`
// becomes the item `2.` of the list above it); references that are defined later are resolved when the text is complete. So all but the
// last two blocks are kept, as objects and in the document, and the text is parsed again from the beginning of the last but one.
import { read, type Block, type TopBlock } from "./tree";

export class Stream {
  #text = "";
  #kept: TopBlock[] = [];
  /** The position of the first block that may still change. */
  #from = 0;
  #blocks: readonly Block[] = [];

  /** The blocks of the text. `whole`: nothing will be added. */
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

  /** Reuses the objects of unchanged blocks, so that they are not rendered again. */
  #same(blocks: readonly TopBlock[]): Block[] {
    return blocks.map(({ block }, n) => {
      const known = this.#blocks[n];
      const isSame = known && (known === block || JSON.stringify(known) === JSON.stringify(block));
      return isSame ? known : block;
    });
  }
}

/** The offset at which a line begins. */
function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) {
    const end = /\r\n|\n|\r/.exec(text.slice(at));
    if (!end) return at;
    at += end.index + end[0].length;
  }
  return at;
}
