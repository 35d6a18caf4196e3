// The worktrees that were made for stories: their stories at once, then one after the other how each stands. What was shown of a worktree
// goes with the request that removes it; what became of that stands in its row.

import { total } from "../../domain/finish/words";
import { faultOf } from "../../ipc/backend";
import type { Fault, StoryId, WorktreeLook } from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";

export class WorktreeRow {
  readonly story: StoryId;
  /** How it stands; null until that is read. */
  look = $state.raw<WorktreeLook | null>(null);
  isChosen = $state(false);
  isRemoving = $state(false);
  /** It could not be read, or not be removed. */
  fault = $state.raw<Fault | null>(null);

  constructor(story: StoryId) {
    this.story = story;
  }

  /** Whether it can be removed as it was shown. */
  get canGo(): boolean {
    return this.look?.kept_because.length === 0 && this.look.git !== null;
  }

  /** Whether each of its commits is on another branch, too, and everything is committed. */
  get isMerged(): boolean {
    const git = this.look?.git;
    if (!git) return false;
    return git.unmerged === 0 && total(git.changed) === 0 && total(git.untracked) === 0;
  }
}

export class Worktrees {
  readonly #app: AppState;
  /** Null until it is known which there are. */
  rows = $state.raw<readonly WorktreeRow[] | null>(null);
  problem = $state.raw<Fault | null>(null);
  isRemoving = $state(false);
  #isOver = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  readonly chosen: readonly WorktreeRow[] = $derived.by(() =>
    (this.rows ?? []).filter((row) => row.isChosen && row.canGo),
  );
  /** How many are not looked at yet. */
  readonly left: number = $derived.by(
    () => (this.rows ?? []).filter((row) => row.look === null && row.fault === null).length,
  );
  /** The size of those that are chosen, as far as it is known (bytes). */
  readonly size: number = $derived.by(() =>
    this.chosen.reduce((sum, { look }) => sum + (look?.bytes ?? 0), 0),
  );

  /** Reads which there are, then how each stands. */
  async read(): Promise<void> {
    try {
      const stories = await this.#app.backend.query({ of: "worktrees" });
      this.rows = stories.map((story) => new WorktreeRow(story));
      this.problem = null;
    } catch (thrown) {
      this.problem = faultOf(thrown);
      return;
    }
    for (const row of this.rows) {
      if (this.#isOver) return;
      await this.#look(row);
    }
  }

  /** The view is left: nothing more is read. */
  stop(): void {
    this.#isOver = true;
  }

  /** Chooses all that are merged and can be removed. */
  chooseMerged(): void {
    for (const row of this.rows ?? []) row.isChosen = row.canGo && row.isMerged;
  }

  /** Removes the chosen ones, one after the other. Their branches stay. */
  async remove(): Promise<void> {
    if (this.isRemoving) return;
    this.isRemoving = true;
    for (const row of this.chosen) await this.#remove(row);
    this.isRemoving = false;
  }

  async #remove(row: WorktreeRow): Promise<void> {
    const git = row.look?.git;
    if (!git) return;
    const step = { act: "remove", ignored: total(git.ignored), delete_branch: false } as const;
    row.isRemoving = true;
    try {
      await this.#app.backend.ask({ op: "finish", story: row.story, head: git.head, step });
      row.isChosen = false;
      await this.#look(row);
    } catch (thrown) {
      const fault = faultOf(thrown);
      await this.#look(row);
      row.fault = fault;
    } finally {
      row.isRemoving = false;
    }
  }

  async #look(row: WorktreeRow): Promise<void> {
    try {
      row.look = await this.#app.backend.query({ of: "worktree", story: row.story });
      row.fault = null;
    } catch (thrown) {
      row.fault = faultOf(thrown);
    }
  }
}
