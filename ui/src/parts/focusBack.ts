// Returns the focus when a sheet over the view closes, to the element that had it before, so that typing continues at the same place.
//
// `focusBack` must be called while the sheet's script runs, because the sheet's field takes the focus as soon as it is drawn.

/** The element that had the focus before the first of the open sheets. */
let origin: HTMLElement | null = null;
let open = 0;

/** Stores the focused element. The returned function gives it the focus again when the last sheet has closed. */
export function focusBack(): () => void {
  const active = document.activeElement;
  if (open === 0) origin = active instanceof HTMLElement && active !== document.body ? active : null;
  open += 1;
  return () => {
    open -= 1;
    // One sheet may replace another; then the last one returns the focus.
    queueMicrotask(() => {
      const to = origin;
      if (open > 0) return;
      origin = null;
      if (to?.isConnected && isFree()) to.focus();
    });
  };
}

/** Whether no other element has taken the focus meanwhile. */
function isFree(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || !active.isConnected;
}
