// The bindings of a window as a sheet of keys: what each does, once, with all the keys that do it. Pure.
import type { Binding } from "./keys.svelte";
import { m } from "../paraglide/messages";

export type SheetRow = {
  label: string;
  /** What it acts on now. */
  about: string;
  keys: readonly string[];
  /** Many keys in a row: the first and the last of them. */
  isRange: boolean;
  can: boolean;
};

export type SheetGroup = { name: string; rows: readonly SheetRow[] };

/** More keys than this for one thing are written as a range. */
const RANGE = 3;

/** The topmost layer's keys first, then those of the layers below that it leaves them. */
export function sheetOf(layers: readonly (readonly Binding[])[]): SheetGroup[] {
  const here = layers.slice(1).flat();
  const window = (layers[0] ?? []).filter((binding) => !here.some((each) => each.keys === binding.keys));
  return [
    { name: m.keys_on_this_screen(), rows: rowsOf(here) },
    { name: m.keys_everywhere(), rows: rowsOf(window) },
  ].filter((group) => group.rows.length > 0);
}

function rowsOf(bindings: readonly Binding[]): SheetRow[] {
  const names = [...new Set(bindings.map((binding) => binding.label))];
  return names.map((label) => {
    const same = bindings.filter((binding) => binding.label === label);
    const keys = [...new Set(same.map((binding) => binding.keys))];
    const isRange = keys.length > RANGE;
    return {
      label,
      about: same[0]?.about ?? "",
      keys: isRange ? [keys[0] ?? "", keys.at(-1) ?? ""] : keys,
      isRange,
      can: same.some((binding) => binding.when?.() ?? true),
    };
  });
}
