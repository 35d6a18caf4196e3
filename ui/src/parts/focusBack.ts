// Where the focus goes when a sheet over the view closes: to the element that had it before. What is typed
// next must land where it landed before the sheet was opened.
//
// It must be asked for while the sheet's script runs: its field takes the focus as soon as it is drawn.

/** The element that had the focus before the first of the sheets that are open. */
let origin: HTMLElement | null = null;
let open = 0;

/** Remembers what has the focus; the returned function gives it back when the last sheet is gone. */
export function focusBack(): () => void {
  const active = document.activeElement;
  if (open === 0) origin = active instanceof HTMLElement && active !== document.body ? active : null;
  open += 1;
  return () => {
    open -= 1;
    // One sheet may take the place of another: then that one gives the focus back.
    queueMicrotask(() => {
      const to = origin;
      if (open > 0) return;
      origin = null;
      if (to?.isConnected && isFree()) to.focus();
    });
  };
}

/** Whether nothing else has taken the focus meanwhile. */
function isFree(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || !active.isConnected;
}
