// The content that an element offers to the context menu for copying or opening. It is stored outside of the document: an attribute would
// contain text of agents.

/** The exact text, and the address of a link. */
export type Offer = { readonly copy?: string; readonly link?: string };

const offered = new WeakMap<Element, () => Offer>();

/** An attachment that offers content. `what` is called when the menu is opened. */
export function offers(what: () => Offer) {
  return (element: Element) => {
    offered.set(element, what);
    return () => {
      offered.delete(element);
    };
  };
}

/** The content of this kind that the element, or the nearest element around it, offers. */
export function offerAt(target: Element, kind: keyof Offer): string | undefined {
  for (let at: Element | null = target; at !== null; at = at.parentElement) {
    const found = offered.get(at)?.()[kind];
    if (found !== undefined) return found;
  }
  return undefined;
}
