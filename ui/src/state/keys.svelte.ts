// The key bindings. A view adds a layer of bindings while it is shown; the key line shows them, and a key goes to the topmost layer that
// binds it. Keys are named in words: `Enter`, `Ctrl K`.
//
// Letters alone only navigate or show something: text that is typed while no field has the focus never answers, starts or stops anything. A
// held key acts only once, unless it moves.

import { isComposing } from "../domain/composing";
import { m } from "../paraglide/messages";
import { isForeignNow, namesOf } from "./keyLayout";

export type Binding = {
  /** `J`, `Enter`, `Ctrl K`, `Shift A`; Ctrl is Command on macOS. */
  keys: string;
  /** What it does, for the key line. */
  label: string;
  run: () => void;
  /** What it acts on, such as the title of the selected story. */
  about?: string;
  /** Whether it can act at the moment; true if missing. */
  when?: () => boolean;
  /** Why it cannot act at the moment, for the palette and for who presses its keys; null if it can. */
  whyNot?: () => string | null;
  /** It ends work or takes something away, so the palette does not offer it first for a loose match. */
  destructive?: boolean;
  /** Other words by which the palette finds it. */
  also?: string;
  /** Not in the key line: a button shows it, or another key does the same. */
  quiet?: boolean;
  /** Not in the palette: it only moves, or the palette itself has it. The list of keys includes it. */
  unlisted?: boolean;
  /** Also acts while text is being typed. */
  inFields?: boolean;
  /** Repeats while the key is held, because it moves. Other bindings act once. */
  repeats?: boolean;
};

/** How long it is said why a key did nothing, in milliseconds. */
const SAID = 4000;

/** `alone`: keys do not go to lower layers. `claims`: the focused element gets every key except the way out. */
type Layer = { bindings: () => readonly Binding[]; alone: boolean; claims: boolean };

/**
 * The only key that an element which claims all keys does not get. Terminals themselves use Ctrl Shift with letters, so programs in a
 * terminal do not need this key; Ctrl Shift Esc never reaches a window on Windows.
 */
export const WAY_OUT = "Ctrl Shift O";

export class Keys {
  #layers = $state.raw<readonly Layer[]>([]);
  /** Whether the layout has letters of another script, by the last typed letter. */
  #isForeign = false;
  #isWriting = $state(false);
  #said = $state<string | null>(null);
  #saying: ReturnType<typeof setTimeout> | undefined;

  /** The bindings by layer: first those of the window, last the topmost ones. */
  get layers(): readonly (readonly Binding[])[] {
    return this.#layers.map((layer) => layer.bindings());
  }

  /** Whether a field for text has the focus, so that only some of the bindings act. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Why the key that was just pressed did nothing; null if it did something, or some seconds later. */
  get said(): string | null {
    return this.#said;
  }

  /** The element that has the focus now, or null. */
  focus(target: EventTarget | null): void {
    this.#isWriting = isField(target);
  }

  /** The bindings of the topmost layer that can act, for the key line: in a field, what acts there, and the way out. */
  get shown(): readonly Binding[] {
    const top = this.#layers.at(-1)?.bindings() ?? [];
    if (!this.#isWriting) return top.filter((binding) => !binding.quiet && canAct(binding));
    const here = top.filter((binding) => binding.inFields && canAct(binding));
    const spoken = here.filter((binding) => !binding.quiet);
    return here.some((binding) => binding.keys === "Esc") ? spoken : [...spoken, LEAVES];
  }

  /** Every binding that can act at the moment, lowest layer first. Of several with the same keys only the first is included. */
  get all(): readonly Binding[] {
    const can = this.layers.flat().filter((binding) => !binding.unlisted && canAct(binding));
    return can.filter((binding, n) => can.findIndex((each) => each.keys === binding.keys) === n);
  }

  /** The bindings that cannot act at the moment and say why, each action once. */
  get hindered(): readonly Binding[] {
    const all = this.layers.flat().filter((binding) => !binding.unlisted);
    const can = new Set(all.filter(canAct).map((binding) => binding.label));
    const names = all.map((binding) => binding.label);
    return all.filter(
      ({ label, whyNot }, n) =>
        (whyNot?.() ?? null) !== null && !can.has(label) && names.indexOf(label) === n,
    );
  }

  /** Adds a layer on top; the returned function removes it. `alone`: keys do not go to lower layers. */
  push(bindings: () => readonly Binding[], { alone = false } = {}): () => void {
    return this.#push({ bindings, alone, claims: false });
  }

  /**
   * The focused element gets every key except the way out, until the returned function is called. Layers that are added later have
   * priority.
   */
  claim(label: string, leave: () => void): () => void {
    const out = { keys: WAY_OUT, label, run: leave, inFields: true };
    return this.#push({ bindings: () => [out], alone: false, claims: true });
  }

  /** Handles the way out before the element that claimed the keys receives the event. Returns whether it did. */
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

  /** Handles a key. Returns whether a binding acted. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || isComposing(event)) return false;
    if (this.#layers.at(-1)?.claims) return false;
    if (event.repeat && isOwnKey(event)) {
      // A held Enter would press a button repeatedly.
      event.preventDefault();
      return false;
    }
    // A chord is a key of the view and presses no button: Ctrl Enter means the same wherever the focus is.
    if (isChordOnButton(event)) event.preventDefault();
    this.#isForeign = isForeignNow(event, this.#isForeign);
    const names = namesOf(event, this.#isForeign);
    this.focus(event.target);
    this.#say(null);
    const writing = this.#isWriting;
    let [hindered, isStopped]: [Binding | undefined, boolean] = [undefined, false];
    for (const layer of this.#layers.toReversed()) {
      const bindings = layer.bindings();
      const binding = bindingOf(names, bindings);
      if (!binding) hindered ??= bindings.find((each) => names.includes(each.keys) && isHindered(each));
      isStopped = !binding && (layer.alone || layer.claims);
      if (isStopped) break;
      if (!binding) continue;
      if (writing && !binding.inFields) return leaveField(event);
      if (isOwnKey(event)) return false;
      event.preventDefault();
      if (event.repeat && !binding.repeats) return false;
      binding.run();
      return true;
    }
    if (hindered && !isOwnKey(event) && (!writing || hindered.inFields)) {
      event.preventDefault();
      this.#say(m.key_cannot({ what: hindered.label, why: hindered.whyNot?.() ?? "" }));
    }
    return !isStopped && writing && leaveField(event);
  }

  #say(words: string | null): void {
    clearTimeout(this.#saying);
    this.#said = words;
    if (words === null) return;
    this.#saying = setTimeout(() => {
      this.#said = null;
    }, SAID);
  }
}

/** Whether a binding can act at the moment. */
export function canAct(binding: Binding): boolean {
  return (binding.when?.() ?? true) && (binding.whyNot?.() ?? null) === null;
}

/** Whether a binding cannot act at the moment, and says why. */
function isHindered(binding: Binding): boolean {
  return (binding.when?.() ?? true) && (binding.whyNot?.() ?? null) !== null;
}

/** The binding that can act, by the first of the names that has one. */
function bindingOf(names: readonly string[], bindings: readonly Binding[]): Binding | undefined {
  for (const name of names) {
    const found = bindings.find((each) => each.keys === name && canAct(each));
    if (found) return found;
  }
  return undefined;
}

/** What Esc does in a text field, unless the view gives it something else to do there. */
const LEAVES: Binding = { keys: "Esc", label: m.action_leave_field(), run: () => undefined };

/** Esc in a text field leaves the field and does nothing else. */
function leaveField(event: KeyboardEvent): boolean {
  if (event.key !== "Escape" || !(event.target instanceof HTMLElement)) return false;
  event.preventDefault();
  event.target.blur();
  return true;
}

/** Whether it is an element for typing text; a checkbox, for example, is not. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("input:not([type=radio], [type=checkbox], [type=range], [type=button]), textarea, select")
  );
}

/** Whether Enter or Space presses a focused button or link. This has priority over bindings. */
function isOwnKey(event: KeyboardEvent): boolean {
  return isPress(event) && !isChord(event);
}

/** Whether it is Enter or Space with Ctrl, Alt or Command on a button or link. */
function isChordOnButton(event: KeyboardEvent): boolean {
  return isPress(event) && isChord(event);
}

function isPress(event: KeyboardEvent): boolean {
  const presses = event.key === "Enter" || event.key === " ";
  return presses && event.target instanceof HTMLElement && event.target.matches("button, a, summary");
}

function isChord(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}
