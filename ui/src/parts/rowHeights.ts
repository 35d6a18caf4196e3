// The heights of the board's rows, from the design tokens in CSS, because rows are positioned by script.

import { ROOMY, type RowHeights } from "../domain/rows";
import type { Density } from "../ipc/protocol";

/** The heights of a density, which must already be applied to the document. Without styles, the usual heights. */
export function rowHeights(density: Density): RowHeights {
  const root = document.documentElement;
  if (root.dataset.density !== density) return ROOMY;
  const style = getComputedStyle(root);
  const px = (token: string, usual: number) => parseFloat(style.getPropertyValue(token)) || usual;
  return {
    first: px("--h-first", ROOMY.first),
    group: px("--h-group", ROOMY.group),
    need: px("--h-need", ROOMY.need),
    story: px("--h-row", ROOMY.story),
    more: px("--h-more", ROOMY.more),
  };
}
