// The pointer that was just pressed and did not move since: what slides under it was not aimed at. A second press would be for what was
// there before.

/** A movement up to this is the hand's own while it presses twice (px). */
const JITTER = 6;

/** After a press, a pointer that does not move counts as resting for this long (ms); later the hand may have done something else. */
const RECENT = 3000;

let pressed: { readonly x: number; readonly y: number; readonly at: number } | null = null;
const waiting = new Set<() => void>();

function press({ screenX, screenY }: PointerEvent): void {
  pressed = { x: screenX, y: screenY, at: performance.now() };
}

function move({ screenX, screenY }: PointerEvent): void {
  if (pressed === null || Math.hypot(screenX - pressed.x, screenY - pressed.y) <= JITTER) return;
  pressed = null;
  for (const then of [...waiting]) then();
}

/** Watches the pointer of the window until the returned function is called. */
export function watchPointer(): () => void {
  addEventListener("pointerdown", press, { capture: true });
  addEventListener("pointermove", move, { capture: true });
  return () => {
    removeEventListener("pointerdown", press, { capture: true });
    removeEventListener("pointermove", move, { capture: true });
    pressed = null;
  };
}

/** Calls `then` when the pointer that rests after a press is moved. Returns how to cancel that, or null if it does not rest. */
export function whenMoved(then: () => void): (() => void) | null {
  if (pressed === null || performance.now() - pressed.at > RECENT) return null;
  waiting.add(then);
  return () => void waiting.delete(then);
}
