// What was used today, as summed by the engine: the same sum as in the Usage view. It is queried again when there is news, with an
// interval. The board's key line shows it.

import { faultOf, type Backend } from "../ipc/backend";
import type { Fault } from "../ipc/protocol";
import { wholeSum, type Sum } from "../domain/usage/amount";
import { nextOf, startOf, zoneName } from "../domain/usage/calendar";
import { Refresh } from "./refresh";

type Answer = { readonly day: number; readonly sum: Sum };

export class Today {
  #answer = $state.raw<Answer | null>(null);
  /** Why the last query failed; null after a successful one. */
  problem = $state.raw<Fault | null>(null);
  readonly #backend: Backend;
  readonly #clock: () => number;

  constructor(backend: Backend, clock: () => number) {
    this.#backend = backend;
    this.#clock = clock;
  }

  /** The sum of today; null if it is not known yet, which is also so after midnight until the next query. */
  get sum(): Sum | null {
    const answer = this.#answer;
    return answer !== null && answer.day === startOf("day", this.#clock()) ? answer.sum : null;
  }

  /** Queries the sum while it is shown. */
  refresh(): Refresh<Answer> {
    return new Refresh(
      () => this.#ask(),
      (answer) => {
        [this.#answer, this.problem] = [answer, null];
      },
      (thrown) => {
        [this.#answer, this.problem] = [null, faultOf(thrown)];
      },
    );
  }

  async #ask(): Promise<Answer> {
    const day = startOf("day", this.#clock());
    const range = { from: new Date(day).toISOString(), to: new Date(nextOf("day", day)).toISOString() };
    const { whole } = await this.#backend.query({
      of: "usage",
      ...range,
      step: null,
      by: [],
      zone: zoneName(),
      most: null,
    });
    return { day, sum: wholeSum(whole) };
  }
}
