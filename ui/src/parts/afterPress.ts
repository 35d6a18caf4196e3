// Delays what a field does when it loses the focus until the press that took the focus is over: if the layout changed in between, the
// press would end on something else, and would be no click.

let isPressed = false;
let waiting: (() => void)[] = [];

function end(): void {
  isPressed = false;
  const all = waiting;
  waiting = [];
  // The click follows in the same task.
  if (all.length > 0)
    setTimeout(() => {
      for (const run of all) run();
    });
}

window.addEventListener(
  "pointerdown",
  () => {
    isPressed = true;
  },
  true,
);
window.addEventListener("pointerup", end, true);
window.addEventListener("pointercancel", end, true);

/** Calls `run` when no button of the pointer is pressed: now, or after the click. */
export function afterPress(run: () => void): void {
  if (isPressed) waiting.push(run);
  else run();
}
