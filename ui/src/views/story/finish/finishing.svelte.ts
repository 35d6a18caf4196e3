// The state of the panel *Finish*: how the branch stands, what is being done with it, and what git and hooks print meanwhile. What was
// shown goes with each request; a refusal because something moved shows it anew.

import { total, whyNotFinish } from "../../../domain/finish/words";
import { newId } from "../../../domain/newId";
import { branchName } from "../../../domain/timeline/finished";
import { faultOf } from "../../../ipc/backend";
import type { Fault, FinishAct, FinishDone, FinishStep, Finishing } from "../../../ipc/protocol";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";
import type { Way } from "./finishKept.svelte";
import { m } from "../../../paraglide/messages";

/** How often output is read while something is done, in milliseconds. */
const OUTPUT = 300;

export class FinishScreen {
  readonly #here: Screen;
  /** How the branch stands; null until that is read. */
  found = $state.raw<Finishing | null>(null);
  /** It could not be read. */
  problem = $state.raw<Fault | null>(null);
  /** The last request was refused. */
  refused = $state.raw<Fault | null>(null);
  /** What was done last from here. */
  done = $state.raw<FinishDone | null>(null);
  /** What was asked for from here, until it is answered. */
  asked = $state<FinishAct | null>(null);
  /** What git and hooks printed. */
  output = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #refresh: Refresh<Finishing>;

  constructor(here: Screen) {
    this.#here = here;
    this.#refresh = new Refresh(
      () => here.app.backend.query({ of: "finishing", story: here.id }),
      (found) => {
        [this.found, this.problem] = [found, null];
        if (found.under_way !== null) this.#watch();
      },
      (thrown) => {
        this.problem = faultOf(thrown);
      },
    );
  }

  /** What is being done, from here or elsewhere. */
  readonly underWay: FinishAct | null = $derived.by(() => this.asked ?? this.found?.under_way ?? null);
  /** How many files are not committed. */
  readonly uncommitted: number = $derived.by(() =>
    this.found?.uncommitted ? total(this.found.uncommitted) : 0,
  );
  readonly into: string = $derived.by(() => this.found?.target?.name ?? "");
  readonly from: string = $derived.by(() => this.found?.base?.name ?? "");
  readonly branch: string = $derived.by(() => branchName(this.found?.branch ?? ""));
  /** The message: what the user wrote, or the proposed one for what comes next. */
  readonly words: string = $derived.by(() => {
    const { found } = this;
    const proposed = this.uncommitted > 0 ? found?.message : found?.squash_message;
    return this.#here.kept.finish.words ?? proposed ?? "";
  });
  /** The way to merge: the chosen one, or the first that is possible. */
  readonly way: Way = $derived.by(() => {
    const ways: Way[] = ["fast_forward", "merge", "squash"];
    const usual = ways.find((way) => this.whyNot(way) === null);
    return this.#here.kept.finish.way ?? usual ?? "merge";
  });

  news(): void {
    this.#refresh.news();
  }
  now(): void {
    this.#refresh.now();
  }
  stop(): void {
    this.#refresh.stop();
    clearTimeout(this.#timer);
  }

  write(words: string): void {
    this.#here.kept.finish.words = words;
  }
  choose(way: Way): void {
    this.#here.kept.finish.way = way;
  }

  /** The reason for which nothing at all can be done; null if acts differ. */
  get whyNothing(): string | null {
    if (this.isRemoved) return m.finish_not_removed();
    const [first, ...others] = this.found?.offers ?? [];
    const isSame = first !== undefined && others.every((offer) => offer.why_not === first.why_not);
    return isSame ? this.whyNot(first.act) : null;
  }

  /** Whether the worktree was removed, so that nothing can be done but bring it back. */
  get isRemoved(): boolean {
    return this.found?.last?.act === "remove";
  }

  /** Why it cannot be done now; null if it can. */
  whyNot(act: FinishAct): string | null {
    return whyNotFinish(this.found, act);
  }

  async commit(): Promise<void> {
    if (await this.step({ act: "commit", message: this.words, paths: [] }))
      this.#here.kept.finish.words = null;
  }
  async update(act: "update_by_merge" | "update_by_rebase"): Promise<void> {
    const base = this.found?.base?.shown;
    if (base) await this.step({ act, base });
  }
  async merge(): Promise<void> {
    const { found, way, words } = this;
    const target = found?.target?.shown;
    if (!target) return;
    const isWritten = this.#here.kept.finish.words !== null;
    const steps: Record<Way, FinishStep> = {
      fast_forward: { act: "fast_forward", target },
      merge: { act: "merge", target, message: isWritten ? words : "" },
      squash: { act: "squash", target, message: isWritten ? words : (found?.squash_message ?? "") },
    };
    if (await this.step(steps[way])) this.#here.kept.finish.words = null;
  }
  async undo(): Promise<void> {
    const n = this.found?.last?.n;
    if (n !== undefined) await this.step({ act: "undo", n });
  }
  cancel(): void {
    const { app, id } = this.#here;
    app.backend.ask({ op: "cancel_finish", story: id }).catch((thrown: unknown) => {
      this.refused = faultOf(thrown);
      this.now();
    });
  }
  /** Sends the words that hand the conflicts to the agent as its next prompt. */
  async handOver(): Promise<void> {
    const { app, id } = this.#here;
    const text = this.found?.hand_over;
    if (text === null || text === undefined) return;
    const sent = await app.ask({ op: "send", story: id, id: newId(), text }, id);
    if (sent !== null) this.#here.kept.tab = "timeline";
  }

  /** Asks for a step. Returns whether it was done. */
  async step(step: FinishStep): Promise<boolean> {
    const { app, id } = this.#here;
    if (this.underWay !== null || this.whyNot(step.act) !== null) return false;
    [this.refused, this.done, this.output, this.asked] = [null, null, "", step.act];
    this.#watch();
    try {
      const answer = await app.backend.ask({ op: "finish", story: id, head: this.found?.head ?? null, step });
      if (answer.reply === "finished") [this.done, this.output] = [answer.done, answer.output];
      return true;
    } catch (thrown) {
      this.refused = faultOf(thrown);
      await this.#read();
      return false;
    } finally {
      this.asked = null;
      this.now();
    }
  }

  /** Reads output now and then while something is done. */
  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.underWay === null) return;
      void this.#read().then(() => {
        this.#watch();
      });
      if (this.asked === null) this.news();
    }, OUTPUT);
  }

  async #read(): Promise<void> {
    try {
      this.output = (await this.#here.app.backend.query({ of: "finish_output", story: this.#here.id })).text;
    } catch {
      // What is shown stays; the answer to the request says what matters.
    }
  }
}
