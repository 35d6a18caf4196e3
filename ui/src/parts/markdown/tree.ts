// Markdown as a tree of plain values. The parser's tokens are converted to a fixed set of nodes; anything else cannot be rendered.
import { reader } from "./reader";

export type Inline =
  | { is: "text"; text: string }
  | { is: "code"; text: string }
  | { is: "break" }
  | { is: "strong"; of: Inline[] }
  | { is: "em"; of: Inline[] }
  | { is: "del"; of: Inline[] }
  | { is: "link"; address: string; of: Inline[] }
  | { is: "image"; address: string; text: string };

export type Align = "left" | "center" | "right" | null;

export type Block =
  /** A tight paragraph, within a list, has no margin. */
  | { is: "paragraph"; tight: boolean; of: Inline[] }
  | { is: "heading"; level: number; of: Inline[] }
  | { is: "code"; language: string; text: string }
  | { is: "quote"; of: Block[] }
  | { is: "list"; start: number | null; items: Block[][] }
  | { is: "table"; align: Align[]; head: Inline[][]; rows: Inline[][][] }
  | { is: "rule" };

/** A top-level block, with the line at which it begins. */
export type TopBlock = { block: Block; line: number };

type Token = ReturnType<typeof reader.parse>[number];

/** The blocks of a text. */
export function read(text: string): TopBlock[] {
  const tokens = new Tokens(reader.parse(text, {}));
  const blocks: TopBlock[] = [];
  while (tokens.more()) {
    const line = tokens.line();
    for (const block of blockOf(tokens)) blocks.push({ block, line });
  }
  return blocks;
}

/** The plain text of inline nodes. */
export function textOf(line: readonly Inline[]): string {
  return line.map((node) => ("of" in node ? textOf(node.of) : "text" in node ? node.text : "\n")).join("");
}

/** The text of a block up to the first part that has some. */
export function firstWords(block: Block): string {
  switch (block.is) {
    case "paragraph":
    case "heading":
      return textOf(block.of);
    case "code":
      return block.text;
    case "quote":
      return firstOf(block.of, firstWords);
    case "list":
      return firstOf(block.items.flat(), firstWords);
    case "table":
      return firstOf([block.head, ...block.rows].flat(), textOf);
    case "rule":
      return "";
  }
}

function firstOf<T>(all: readonly T[], words: (one: T) => string): string {
  for (const one of all) {
    const found = words(one);
    if (found.trim() !== "") return found;
  }
  return "";
}

/** An iterator over a list of tokens. */
class Tokens {
  readonly #all: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#all = all;
  }

  more(): boolean {
    return this.#at < this.#all.length;
  }

  line(): number {
    return this.#all[this.#at]?.map?.[0] ?? 0;
  }

  next(): Token | undefined {
    return this.#all[this.#at++];
  }

  /** The results of `each` for the tokens up to the closing one, which is skipped. */
  until<T>(close: string, each: () => T[]): T[] {
    const made: T[] = [];
    while (this.more() && this.#all[this.#at]?.type !== close) made.push(...each());
    this.next();
    return made;
  }
}

function blockOf(tokens: Tokens): Block[] {
  const token = tokens.next();
  if (!token) return [];
  const blocks = (close: string) => tokens.until(close, () => blockOf(tokens));
  switch (token.type) {
    case "paragraph_open":
      return [{ is: "paragraph", tight: token.hidden, of: inlinesUntil(tokens, "paragraph_close") }];
    case "heading_open":
      return [
        { is: "heading", level: Number(token.tag.slice(1)), of: inlinesUntil(tokens, "heading_close") },
      ];
    case "fence":
      return [{ is: "code", language: token.info.trim().split(/\s/)[0] ?? "", text: token.content }];
    case "code_block":
      return [{ is: "code", language: "", text: token.content }];
    case "blockquote_open":
      return [{ is: "quote", of: blocks("blockquote_close") }];
    case "bullet_list_open":
      return [{ is: "list", start: null, items: itemsUntil(tokens, "bullet_list_close") }];
    case "ordered_list_open": {
      const start = Number(token.attrGet("start") ?? 1);
      return [{ is: "list", start, items: itemsUntil(tokens, "ordered_list_close") }];
    }
    case "table_open":
      return [tableOf(tokens)];
    case "hr":
      return [{ is: "rule" }];
    // A kind of block that is not supported is shown as text.
    default:
      return token.content
        ? [{ is: "paragraph", tight: false, of: [{ is: "text", text: token.content }] }]
        : [];
  }
}

function inlinesUntil(tokens: Tokens, close: string): Inline[] {
  return tokens.until(close, () => {
    const children = tokens.next()?.children ?? [];
    const inner = new Tokens(children);
    return inner.until("", () => inlineOf(inner));
  });
}

function itemsUntil(tokens: Tokens, close: string): Block[][] {
  return tokens.until(close, () => {
    tokens.next();
    return [tokens.until("list_item_close", () => blockOf(tokens))];
  });
}

function tableOf(tokens: Tokens): Block {
  const align: Align[] = [];
  const rows = tokens.until("table_close", () => {
    if (tokens.next()?.type !== "tr_open") return [];
    return [tokens.until("tr_close", () => [cellOf(tokens, align)])];
  });
  const [head = [], ...body] = rows;
  return { is: "table", align: align.slice(0, head.length), head, rows: body };
}

function cellOf(tokens: Tokens, align: Align[]): Inline[] {
  const opening = tokens.next();
  const found = /text-align:(left|center|right)/.exec(String(opening?.attrGet("style") ?? ""));
  align.push((found?.[1] ?? null) as Align);
  return inlinesUntil(tokens, opening?.type === "th_open" ? "th_close" : "td_close");
}

function inlineOf(tokens: Tokens): Inline[] {
  const token = tokens.next();
  if (!token) return [];
  const inner = (close: string) => tokens.until(close, () => inlineOf(tokens));
  switch (token.type) {
    case "code_inline":
      return [{ is: "code", text: token.content }];
    case "softbreak":
      return [{ is: "text", text: "\n" }];
    case "hardbreak":
      return [{ is: "break" }];
    case "strong_open":
      return [{ is: "strong", of: inner("strong_close") }];
    case "em_open":
      return [{ is: "em", of: inner("em_close") }];
    case "s_open":
      return [{ is: "del", of: inner("s_close") }];
    case "link_open":
      return [{ is: "link", address: String(token.attrGet("href") ?? ""), of: inner("link_close") }];
    case "image":
      return [{ is: "image", address: String(token.attrGet("src") ?? ""), text: token.content }];
    default:
      return token.content ? [{ is: "text", text: token.content }] : [];
  }
}
