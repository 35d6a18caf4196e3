// Every action by keyboard. A view lays its bindings on top while it is shown; the key line shows
// them, and a key goes to the topmost layer that has it. Names of keys are words: `Enter`, `Ctrl K`.

export type Binding = {
  /** `J`, `Enter`, `Ctrl K`, `Shift A`; Ctrl is Command on macOS. */
  keys: string;
  /** What it does, as the key line says it. */
  does: string;
  run: () => void;
  /** What it acts on, where that is not what is shown: the selected story's title. */
  about?: string;
  /** Whether it can act now; without this it always can. */
  when?: () => boolean;
  /** Left out of the key line. */
  quiet?: boolean;
  /** Acts while a text is being written, too. */
  inFields?: boolean;
};

export class Keys {
  #layers = $state.raw<readonly (() => readonly Binding[])[]>([]);

  /** The bindings that the key line shows: those of the topmost layer that can act. */
  get shown(): readonly Binding[] {
    const top = this.#layers.at(-1)?.() ?? [];
    return top.filter((binding) => !binding.quiet && (binding.when?.() ?? true));
  }

  /** Every binding that can act now, once: those of the whole window first, those that answer last. */
  get all(): readonly Binding[] {
    const can = this.#layers.flatMap((layer) => layer()).filter((binding) => !binding.quiet && (binding.when?.() ?? true));
    return can.filter((binding, n) => can.findIndex((each) => each.keys === binding.keys) === n);
  }

  /** Lays bindings on top; the returned function takes them away. */
  lay(bindings: () => readonly Binding[]): () => void {
    this.#layers = [...this.#layers, bindings];
    return () => { this.#layers = this.#layers.filter((layer) => layer !== bindings); };
  }

  /** Acts on a key; true if something did. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    const keys = nameOf(event);
    const writing = isField(event.target);
    for (const layer of this.#layers.toReversed()) {
      const binding = layer().find((each) => each.keys === keys && (each.when?.() ?? true));
      if (!binding) continue;
      if ((writing && !binding.inFields) || isOwnKey(event)) return false;
      event.preventDefault();
      binding.run();
      return true;
    }
    return false;
  }
}

/** The name of the keys pressed, as bindings write it. */
export function nameOf(event: KeyboardEvent): string {
  const main = NAMES[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const isLetter = /^[A-Z]$/.test(main);
  const parts = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey && (isLetter || event.key.length > 1) ? "Shift" : "",
    main,
  ];
  return parts.filter(Boolean).join(" ");
}

const NAMES: Record<string, string> = {
  Escape: "Esc",
  " ": "Space",
  ArrowDown: "Down",
  ArrowUp: "Up",
  ArrowLeft: "Left",
  ArrowRight: "Right",
};

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** Enter and Space on a button or a link press it, whatever the view binds them to. */
function isOwnKey(event: KeyboardEvent): boolean {
  const presses = event.key === "Enter" || event.key === " ";
  return presses && event.target instanceof HTMLElement && event.target.matches("button, a, summary");
}
