// What was used today, as the engine sums it: by the time of each result, the same sum that the Usage view
// shows of today. It is asked for when there is news, unhurried. The board's key line shows it.

import { faultOf, type Backend } from "../ipc/backend";
import type { Fault } from "../ipc/protocol";
import { wholeSum, type Sum } from "../domain/usage/amount";
import { nextOf, startOf, zoneName } from "../domain/usage/calendar";
import { Refresh } from "./refresh";

type Answer = { readonly day: number; readonly sum: Sum };

export class Today {
  #answer = $state.raw<Answer | null>(null);
  /** Why the last question was not answered; null once one is. */
  problem = $state.raw<Fault | null>(null);
  readonly #backend: Backend;
  readonly #clock: () => number;

  constructor(backend: Backend, clock: () => number) {
    this.#backend = backend;
    this.#clock = clock;
  }

  /** The day's sum so far; null while it is not known, also after midnight until it is asked again. */
  get sum(): Sum | null {
    const answer = this.#answer;
    return answer !== null && answer.day === startOf("day", this.#clock()) ? answer.sum : null;
  }

  /** What asks while the sum is shown. */
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
