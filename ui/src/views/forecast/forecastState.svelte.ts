// The state of the forecast of a project: what the engine found out, and the lines of a pair that were asked for. It is read again when a
// story of the project changes; git is asked for lines only.

import { untrack } from "svelte";
import { faultOf } from "../../ipc/backend";
import type { Fault, Forecast, ForecastPair, OverlapFile, StoryId } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import type { AppState } from "../../state/appState.svelte";

/** The lines of a pair: being read, read, or why not. */
export type Lines = { readonly files: readonly OverlapFile[] } | { readonly fault: Fault } | "reads";

/** For how long changes of stories are gathered before the forecast is read again, in milliseconds. */
const GATHERED = 500;

/** The name of a pair. */
export const pairKey = ({ one, other }: ForecastPair): string => `${one} ${other}`;

export class ForecastState {
  readonly app: AppState;
  readonly project: string;
  readonly scrolled = new Scrolled();
  found = $state.raw<Forecast | null>(null);
  /** It could not be read. */
  problem = $state.raw<Fault | null>(null);
  /** The pairs whose lines are open. */
  open = $state.raw<ReadonlyMap<string, Lines>>(new Map());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #isWanted = false;

  constructor(app: AppState, project: string) {
    this.app = app;
    this.project = project;
  }

  /** The pairs that conflict, whose lines can be shown. */
  readonly conflicts: readonly ForecastPair[] = $derived.by(() =>
    (this.found?.pairs ?? []).filter(({ overlap }) => overlap.is === "conflicts"),
  );
  /** The first story of the proposed order. */
  readonly first: StoryId | null = $derived.by(() => this.found?.order.steps[0]?.story ?? null);

  /** A story's title, as the board has it by now. */
  title(id: StoryId): string {
    const named = this.app.feed.story(id)?.story ?? this.found?.stories.find(({ story }) => story === id);
    return named?.title ?? "";
  }

  /** Stories changed. */
  news(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.read();
    }, GATHERED);
  }

  /** The view is left. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Reads the forecast; while it is being read, once more after that. */
  async read(): Promise<void> {
    this.#isWanted = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        this.#show(await this.app.backend.query({ of: "forecast", project: this.project }));
      } catch (thrown) {
        this.problem = faultOf(thrown);
      }
    }
    this.#isAsking = false;
  }

  /** Lines of pairs that were compared anew are not those that were shown. */
  #show(found: Forecast): void {
    const before = untrack(() => this.found);
    const points = (from: Forecast | null, key: string) =>
      JSON.stringify(from?.pairs.find((pair) => pairKey(pair) === key)?.checkpoints ?? null);
    this.found = found;
    this.problem = null;
    for (const pair of this.conflicts) {
      const key = pairKey(pair);
      if (this.open.has(key) && points(before, key) !== points(found, key)) void this.#readLines(pair);
    }
  }

  /** Shows the lines of a pair, or hides them. */
  toggle(pair: ForecastPair): void {
    const key = pairKey(pair);
    if (!this.open.has(key)) return void this.#readLines(pair);
    const open = new Map(this.open);
    open.delete(key);
    this.open = open;
  }

  /** Shows the lines of every pair that conflicts, or hides all. */
  toggleAll(): void {
    if (this.open.size > 0) this.open = new Map();
    else for (const pair of this.conflicts) void this.#readLines(pair);
  }

  async #readLines(pair: ForecastPair): Promise<void> {
    const key = pairKey(pair);
    this.#put(key, "reads");
    try {
      const { one, other } = pair;
      const files = await this.app.backend.query({ of: "overlap_pieces", one, other });
      if (this.open.has(key)) this.#put(key, { files });
    } catch (thrown) {
      if (this.open.has(key)) this.#put(key, { fault: faultOf(thrown) });
    }
  }

  #put(key: string, lines: Lines): void {
    this.open = new Map(this.open).set(key, lines);
  }

  /** Opens the panel that merges the first story of the order. */
  finishFirst(): void {
    if (this.first === null) return;
    this.app.openFinish(this.first);
  }
}
