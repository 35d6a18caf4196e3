// Keeps a selection of text while the texts in an element are written anew: a browser takes the selection out of a text that is set, also
// when the new text only goes on after the old one.

/** An end of a selection: the node with the offset in it; and the part that it is in, with the offset in its text, for a node that goes. */
type End = {
  readonly node: Node;
  readonly offset: number;
  readonly part: Element | null;
  readonly inPart: number;
};

/**
 * Call it before the texts are written. The returned function, called afterwards, selects the same text again. `part` is the selector of
 * what is written as a whole.
 */
export function keepSelection(element: Element | undefined, part: string): () => void {
  const selection = getSelection();
  const nothing = () => undefined;
  if (!element || !selection || selection.isCollapsed) return nothing;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  if (!anchorNode || !focusNode) return nothing;
  if (!element.contains(anchorNode) && !element.contains(focusNode)) return nothing;
  const anchor = endAt(anchorNode, anchorOffset, part);
  const focus = endAt(focusNode, focusOffset, part);
  return () => {
    const isSame =
      selection.anchorNode === anchorNode &&
      selection.anchorOffset === anchorOffset &&
      selection.focusNode === focusNode &&
      selection.focusOffset === focusOffset;
    if (isSame) return;
    const [from, to] = [placeOf(anchor), placeOf(focus)];
    if (from && to) selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  };
}

function endAt(node: Node, offset: number, selector: string): End {
  const around = node instanceof Element ? node : node.parentElement;
  const part = around?.closest(selector) ?? null;
  if (!part) return { node, offset, part, inPart: 0 };
  const before = document.createRange();
  before.setStart(part, 0);
  before.setEnd(node, offset);
  return { node, offset, part, inPart: before.toString().length };
}

/** Where an end is now; null if its part or its text is gone. */
function placeOf({ node, offset, part, inPart }: End): { node: Node; offset: number } | null {
  if (node.isConnected && offset <= lengthOf(node)) return { node, offset };
  if (!part?.isConnected) return null;
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  let left = inPart;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (left <= lengthOf(text)) return { node: text, offset: left };
    left -= lengthOf(text);
  }
  return null;
}

function lengthOf(node: Node): number {
  return node instanceof CharacterData ? node.length : node.childNodes.length;
}
