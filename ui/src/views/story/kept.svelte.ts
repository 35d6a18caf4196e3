// What a story's screen is left with and found with again: the tab, the filter, the selected and the unfolded
// rows, the place in the timeline, and words that were not sent.

import type { Written } from "../../domain/timeline/form";
import type { Filter } from "../../domain/timeline/filter";
import type { Given } from "../../domain/timeline/given";
import type { QuestionId, RunId, Stream, Timestamp } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { Once } from "../../state/once";

export type Tab = "timeline" | "why" | "usage" | "raw";

/** A piece of a run's log that is looked at. */
export type RawTarget = { run: RunId; stream: Stream; offset: number; len: number; what: string };

/** The first row in view, when it happened, and how far it is scrolled beyond the edge, in px. */
export type RowPlace = { readonly key: string; readonly at: Timestamp; readonly within: number };

/** What was written into a question's card and not sent. */
export class Answering {
  readonly question: QuestionId;
  /** Why not, for the agent. */
  message = $state("");
  given = $state<Given[]>([]);
  /** What a person wrote into the form; null until then. */
  typed = $state<Written[] | null>(null);

  constructor(question: QuestionId) {
    this.question = question;
  }
}

export class StoryKept {
  filter = $state<Filter>("all");
  /** What stands beside the timeline; in a narrow window, instead of it. */
  tab = $state<Tab>("timeline");
  raw = $state.raw<RawTarget | null>(null);
  /** The row that keys act on. */
  selected = $state<string | null>(null);
  unfolded = $state.raw<ReadonlySet<string>>(new Set());
  /** What comes next, in a person's words. */
  words = $state("");
  /** Where the timeline was read; null at its end, which is followed. Not a signal: the list knows it. */
  place: RowPlace | null = null;
  /** The places in what stands beside the timeline. */
  readonly panels = { why: new Scrolled(), usage: new Scrolled(), raw: new Scrolled() };
  readonly asked = new Once();
  #answering: Answering | null = null;

  /** What was written for a question, or nothing yet. */
  answering(question: QuestionId): Answering {
    if (this.#answering?.question !== question) this.#answering = new Answering(question);
    return this.#answering;
  }
}
