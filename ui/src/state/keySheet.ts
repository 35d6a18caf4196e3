// The list of key bindings: each action once, with all of its keys. Pure.
import { canAct, type Binding } from "./keys.svelte";
import { m } from "../paraglide/messages";

export type SheetRow = {
  label: string;
  /** What it acts on at the moment. */
  about: string;
  keys: readonly string[];
  /** Several consecutive keys, of which the first and the last are shown. */
  isRange: boolean;
  can: boolean;
};

export type SheetGroup = { name: string; rows: readonly SheetRow[] };

/** More keys than this for one action are shown as a range. */
const RANGE = 3;

/** The keys of the topmost layer first, then those of the lower layers that it does not override. */
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
      can: same.some(canAct),
    };
  });
}
