// The tree of a highlighted text as spans of its lines. Pure.

import type { Hue, Span } from "./segments";

/** A node of the tree, as far as it is used: an element with class names, or a text. */
export type SyntaxNode = {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly SyntaxNode[];
  readonly properties?: { readonly className?: unknown };
};

/** The hue of each class of the grammars; the others have none. */
const HUES: Readonly<Record<string, Hue>> = {
  comment: "comment",
  quote: "comment",
  doctag: "comment",
  keyword: "keyword",
  operator: "keyword",
  literal: "number",
  number: "number",
  symbol: "number",
  string: "string",
  regexp: "string",
  char: "string",
  "meta-string": "string",
  title: "name",
  section: "name",
  type: "name",
  built_in: "name",
  class: "name",
  function: "name",
  attr: "tag",
  attribute: "tag",
  property: "tag",
  name: "tag",
  tag: "tag",
  "selector-tag": "tag",
  "selector-class": "tag",
  "selector-id": "tag",
  meta: "tag",
};

/** The spans of each line, by its number; `numbers` are those of the text's lines, in order. */
export function spansByLine(
  root: SyntaxNode,
  numbers: readonly number[],
): ReadonlyMap<number, readonly Span[]> {
  const spans = new Map<number, Span[]>();
  let [line, column] = [0, 0];
  const text = (value: string, hue: Hue | null) => {
    for (const [n, part] of value.split("\n").entries()) {
      if (n > 0) [line, column] = [line + 1, 0];
      const end = column + part.length;
      const number = numbers[line];
      if (hue !== null && part !== "" && number !== undefined) {
        const own = spans.get(number);
        if (own) own.push({ start: column, end, hue });
        else spans.set(number, [{ start: column, end, hue }]);
      }
      column = end;
    }
  };
  const walk = (node: SyntaxNode, hue: Hue | null) => {
    if (node.type === "text") return text(node.value ?? "", hue);
    const own = hueOf(node.properties?.className) ?? hue;
    for (const child of node.children ?? []) walk(child, own);
  };
  walk(root, null);
  return spans;
}

/** The hue of class names such as `hljs-title function_`. Within an interpolation of a string the code has its own. */
function hueOf(names: unknown): Hue | null {
  if (!Array.isArray(names)) return null;
  const [first] = names;
  return typeof first === "string" ? (HUES[first.replace(/^hljs-/, "")] ?? null) : null;
}
