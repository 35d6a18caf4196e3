// Stores the states of views that are not shown: each is an instance of a class, by the view's place. The least recently used ones are
// dropped.

import { untrack } from "svelte";

export type Type<State extends object> = abstract new (...given: never[]) => State;

type Held = { state: object; end: () => void };

export class Kept {
  readonly #most: number;
  /** The states of each place; the most recently used place is last. */
  readonly #held = new Map<string, Held[]>();

  constructor(most: number) {
    this.#most = most;
  }

  of<State extends object>(place: string, type: Type<State>, make: () => State): State {
    const held = this.#held.get(place) ?? [];
    this.#held.delete(place);
    this.#held.set(place, held);
    for (const { state } of held) if (state instanceof type) return state;
    const made = root(make);
    held.push(made);
    this.#letGo();
    return made.state;
  }

  #letGo(): void {
    for (const [place, held] of this.#held) {
      if (this.#held.size <= this.#most) return;
      for (const { end } of held) end();
      this.#held.delete(place);
    }
  }
}

/** Derived values in the state must not end with the component that first requested it, so it has an effect root of its own. */
function root<State extends object>(make: () => State): { state: State; end: () => void } {
  const made: State[] = [];
  const end = $effect.root(() => {
    made.push(untrack(make));
  });
  const [state] = made;
  if (!state) throw new Error("no state was made");
  return { state, end };
}
