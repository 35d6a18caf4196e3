// Which option an arrow key, Home or End selects in a row of options. Pure.

type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

/** The option that a key selects, skipping those that cannot be chosen and wrapping around at the ends; null for other keys. */
export function stepAmong(
  event: Pressed,
  count: number,
  from: number,
  isOpen: (index: number) => boolean = () => true,
): number | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const around = (first: number, by: number): number | null => {
    for (let n = 0; n < count; n += 1) {
      const index = (((first + n * by) % count) + count) % count;
      if (isOpen(index)) return index;
    }
    return null;
  };
  switch (event.key) {
    case "ArrowRight":
    case "ArrowDown":
      return around(from + 1, 1);
    case "ArrowLeft":
    case "ArrowUp":
      return around(from < 0 ? count - 1 : from - 1, -1);
    case "Home":
      return around(0, 1);
    case "End":
      return around(count - 1, -1);
    default:
      return null;
  }
}
