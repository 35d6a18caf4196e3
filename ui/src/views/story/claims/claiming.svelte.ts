// Holds what the agent's last message claims and what shows it, for the list below the timeline and for the panel that says why. It is
// asked once for both. The pane below the timeline says when.

import type { Component } from "svelte";
import { faultOf } from "../../../ipc/backend";
import type { Claim, Fault } from "../../../ipc/protocol";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";

/** The list of claims. `ongo` is called with the index of the row of a step, or -1 if there is no such row. */
export type ClaimsShown = Component<{
  claims: readonly Claim[];
  ongo: (index: number) => void;
  beside?: boolean;
  apart?: boolean;
}>;

export class Claiming {
  readonly #here: Screen;
  readonly #refresh: Refresh<Claim[]>;
  #claims = $state.raw<readonly Claim[]>([]);
  /** Why the last answer could not be read; null if it could. */
  problem = $state.raw<Fault | null>(null);
  /** The list's code, which is loaded with the first claim. */
  List = $state.raw<ClaimsShown | null>(null);
  /** While the agent works on, what it said before is no result any more. */
  readonly isWorking = $derived.by(() => this.#here.view?.story.state === "running");

  constructor(here: Screen) {
    this.#here = here;
    this.#refresh = new Refresh(
      async () => {
        const found = await here.app.backend.query({ of: "claims", story: here.id });
        if (found.length > 0) this.List ??= (await import("./Claims.svelte")).default;
        return found;
      },
      (found) => {
        [this.#claims, this.problem] = [found, null];
      },
      (thrown) => {
        this.problem = faultOf(thrown);
      },
    );
  }

  /** The claims; none while the agent works on, or while the last answer could not be read. */
  get claims(): readonly Claim[] {
    return this.isWorking || this.problem ? [] : this.#claims;
  }

  /** The claims, or what shows them, may be others. */
  news(): void {
    this.#refresh.news();
  }

  /** The story is not shown any more. */
  stop(): void {
    this.#refresh.stop();
  }
}
