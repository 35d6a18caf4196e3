// The state of the part *Worktree* of the panel *Finish*: what would go with the worktree, looked at when it is wanted, and its removal.

import { total } from "../../../domain/finish/words";
import { faultOf } from "../../../ipc/backend";
import type { Fault, WorktreeLook } from "../../../ipc/protocol";
import type { Screen } from "../screen.svelte";
import type { FinishScreen } from "./finishing.svelte";

export class WorktreeScreen {
  readonly #here: Screen;
  readonly #finish: FinishScreen;
  /** How the worktree stands; null until a person wants to see it. */
  look = $state.raw<WorktreeLook | null>(null);
  /** It could not be read. */
  problem = $state.raw<Fault | null>(null);
  isLooking = $state(false);
  /** Whether the branch is to be deleted, too. */
  deletesBranch = $state(false);

  constructor(here: Screen, finish: FinishScreen) {
    this.#here = here;
    this.#finish = finish;
  }

  /** Whether it can be removed as it was shown. */
  readonly canGo: boolean = $derived.by(() => this.look?.kept_because.length === 0);

  async read(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      this.look = await this.#here.app.backend.query({ of: "worktree", story: this.#here.id });
      this.problem = null;
    } catch (thrown) {
      this.problem = faultOf(thrown);
    } finally {
      this.isLooking = false;
    }
  }

  /** What was shown is not so any more. */
  forget(): void {
    this.look = null;
  }

  /** Removes it. What was shown goes with the request. */
  async remove(): Promise<void> {
    const git = this.look?.git;
    if (!git || !this.canGo) return;
    const ignored = total(git.ignored);
    const step = { act: "remove", ignored, delete_branch: this.deletesBranch } as const;
    if (await this.#finish.step(step)) this.forget();
    else await this.read();
  }
}
