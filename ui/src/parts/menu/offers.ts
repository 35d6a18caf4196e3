// What an element has to copy or to open, for the menu of the right button. It is kept beside the page and not in
// it: an attribute would hold what agents write.

/** The exact text, and the address that a link leads to. */
export type Offer = { readonly copy?: string; readonly link?: string };

const offered = new WeakMap<Element, () => Offer>();

/** An attachment: the element offers this, as it is when the menu is opened. */
export function offers(what: () => Offer) {
  return (element: Element) => {
    offered.set(element, what);
    return () => {
      offered.delete(element);
    };
  };
}

/** What the element or the nearest one around it offers of a kind. */
export function offerAt(target: Element, kind: keyof Offer): string | undefined {
  for (let at: Element | null = target; at !== null; at = at.parentElement) {
    const found = offered.get(at)?.()[kind];
    if (found !== undefined) return found;
  }
  return undefined;
}
