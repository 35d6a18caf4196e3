// Every action by keyboard. A view puts its bindings on top while it is shown; the key line shows
// them, and a key goes to the topmost layer that has it. Names of keys are words: `Enter`, `Ctrl K`.
//
// A letter alone only looks and moves: words that are typed while no field has the focus answer, start and
// stop nothing. A held key does its thing once, unless it moves.

import { isComposing } from "../domain/composing";
import { isForeignNow, namesOf } from "./keyLayout";

export type Binding = {
  /** `J`, `Enter`, `Ctrl K`, `Shift A`; Ctrl is Command on macOS. */
  keys: string;
  /** What it does, as the key line says it. */
  label: string;
  run: () => void;
  /** What it acts on, where that is not what is shown: the selected story's title. */
  about?: string;
  /** Whether it can act now; without this it always can. */
  when?: () => boolean;
  /** Left out of the key line: a button shows it, or another key does the same. */
  quiet?: boolean;
  /** Left out of the palette: it only moves about, or the palette is where one is. The sheet of keys has it. */
  unlisted?: boolean;
  /** Acts while a text is being written, too. */
  inFields?: boolean;
  /** Goes on for as long as the key is held: it moves about. Everything else acts once. */
  repeats?: boolean;
};

/** `alone`: no key goes further down. `claims`: every key is left to what has the focus, but the way out. */
type Layer = { bindings: () => readonly Binding[]; alone: boolean; claims: boolean };

/** The one key that is not left to what claims all of them. Terminals keep Ctrl and Shift with a letter for
    themselves, so no program in one waits for it; Ctrl Shift Esc never reaches a window on Windows. */
export const WAY_OUT = "Ctrl Shift O";

export class Keys {
  #layers = $state.raw<readonly Layer[]>([]);
  /** The layout writes letters that no binding is named after, as the last letter showed. */
  #isForeign = false;

  /** All bindings, the window's first, the topmost layer's last. */
  get layers(): readonly (readonly Binding[])[] {
    return this.#layers.map((layer) => layer.bindings());
  }

  /** The bindings that the key line shows: those of the topmost layer that can act. */
  get shown(): readonly Binding[] {
    const top = this.#layers.at(-1)?.bindings() ?? [];
    return top.filter((binding) => !binding.quiet && (binding.when?.() ?? true));
  }

  /** Every binding that can act now, once: those of the whole window first, those that answer last. */
  get all(): readonly Binding[] {
    const can = this.layers.flat().filter((binding) => !binding.unlisted && (binding.when?.() ?? true));
    return can.filter((binding, n) => can.findIndex((each) => each.keys === binding.keys) === n);
  }

  /** Puts bindings on top; the returned function takes them away. `alone`: no key goes further down. */
  push(bindings: () => readonly Binding[], { alone = false } = {}): () => void {
    return this.#push({ bindings, alone, claims: false });
  }

  /** Leaves every key to what has the focus, but the way out, until the returned function is called. A layer
      that is laid on top comes first. */
  claim(label: string, leave: () => void): () => void {
    const out = { keys: WAY_OUT, label, run: leave, inFields: true };
    return this.#push({ bindings: () => [out], alone: false, claims: true });
  }

  /** Takes the way out before what has claimed the keys hears of it; true if it did. */
  capture(event: KeyboardEvent): boolean {
    const top = this.#layers.at(-1);
    if (!top?.claims || !namesOf(event, this.#isForeign).includes(WAY_OUT) || isComposing(event))
      return false;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) top.bindings()[0]?.run();
    return true;
  }

  #push(layer: Layer): () => void {
    this.#layers = [...this.#layers, layer];
    return () => {
      this.#layers = this.#layers.filter((each) => each !== layer);
    };
  }

  /** Acts on a key; true if something did. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || isComposing(event)) return false;
    if (this.#layers.at(-1)?.claims) return false;
    if (event.repeat && isOwnKey(event)) {
      // A held Enter would press a button again and again.
      event.preventDefault();
      return false;
    }
    this.#isForeign = isForeignNow(event, this.#isForeign);
    const names = namesOf(event, this.#isForeign);
    const writing = isField(event.target);
    for (const layer of this.#layers.toReversed()) {
      const binding = bindingOf(names, layer.bindings());
      if (!binding && (layer.alone || layer.claims)) return false;
      if (!binding) continue;
      if (writing && !binding.inFields) return leaveField(event);
      if (isOwnKey(event)) return false;
      event.preventDefault();
      if (event.repeat && !binding.repeats) return false;
      binding.run();
      return true;
    }
    return writing && leaveField(event);
  }
}

/** The binding that can act now, of the best name that has one. */
function bindingOf(names: readonly string[], bindings: readonly Binding[]): Binding | undefined {
  for (const name of names) {
    const found = bindings.find((each) => each.keys === name && (each.when?.() ?? true));
    if (found) return found;
  }
  return undefined;
}

/** Esc in a text that is being written leaves it, and does nothing else. */
function leaveField(event: KeyboardEvent): boolean {
  if (event.key !== "Escape" || !(event.target instanceof HTMLElement)) return false;
  event.preventDefault();
  event.target.blur();
  return true;
}

/** Whether it takes letters. A box to tick takes none. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("input:not([type=radio], [type=checkbox], [type=range], [type=button]), textarea, select")
  );
}

/** Enter and Space on a button or a link press it, also where the view binds them to something else. */
function isOwnKey(event: KeyboardEvent): boolean {
  const presses = event.key === "Enter" || event.key === " ";
  return presses && event.target instanceof HTMLElement && event.target.matches("button, a, summary");
}
