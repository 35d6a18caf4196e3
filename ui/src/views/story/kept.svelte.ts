// What a story's screen is left with and found with again: the tab, the filter, the selected and the unfolded
// rows, the place in the timeline, and words that were not sent.

import type { Filter } from "../../domain/timeline/filter";
import type { Measure } from "../../domain/usage/bars";
import type { QuestionId, RunId, StoryId, Stream, Timestamp } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";
import { Once } from "../../state/once";
import { Answering } from "./answering.svelte";

export type Tab = "timeline" | "why" | "usage" | "raw";

/** A piece of a run's log that is looked at. */
export type RawTarget = { run: RunId; stream: Stream; offset: number; len: number; what: string };

/** The first row in view, when it happened, and how far it is scrolled beyond the edge, in px. */
export type RowPlace = { readonly key: string; readonly at: Timestamp; readonly within: number };

export class StoryKept {
  filter = $state<Filter>("all");
  /** What stands beside the timeline; in a narrow window, instead of it. */
  tab = $state<Tab>("timeline");
  raw = $state.raw<RawTarget | null>(null);
  /** What the bars of the turns measure, where a person chose it, and the first turn of the bar that is read. */
  measure = $state<Measure | null>(null);
  turn = $state<number | null>(null);
  /** The row that keys act on. */
  selected = $state<string | null>(null);
  unfolded = $state.raw<ReadonlySet<string>>(new Set());
  #words = $state("");
  /** The prompt that waits and is being changed: how it was, and how it is to be. */
  edited = $state.raw<{ id: string; was: string; text: string } | null>(null);
  /** It was sent meanwhile, and its change stands among the words that come next. */
  hasMoved = $state(false);
  /** What comes next is on its way to the engine. */
  isSending = $state(false);
  /** Where the timeline was read; null at its end, which is followed. Not a signal: the list knows it. */
  place: RowPlace | null = null;
  /** The places in what stands beside the timeline. */
  readonly panels = { why: new Scrolled(), usage: new Scrolled(), raw: new Scrolled() };
  readonly asked = new Once();
  readonly #name: DraftName;
  readonly #answering = new Map<QuestionId, Answering>();

  constructor(story: StoryId) {
    this.#name = { of: "story", id: story };
    const draft = keptDraft(this.#name);
    if (typeof draft === "string") this.#words = draft;
  }

  /** What comes next, in a person's words. */
  get words(): string {
    return this.#words;
  }
  set words(words: string) {
    this.#words = words;
    if (words === "") this.hasMoved = false;
    keepDraft(this.#name, words === "" ? undefined : words);
  }

  /** What was written for a question, or nothing yet. */
  answering(question: QuestionId): Answering {
    const known = this.#answering.get(question);
    if (known) return known;
    const made = new Answering(question);
    this.#answering.set(question, made);
    return made;
  }
}
