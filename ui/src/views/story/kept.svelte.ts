// The state of a story's view that is restored on return: the tab, the filter, the selected and unfolded rows, the scroll position, and
// unsent text.

import type { Filter } from "../../domain/timeline/filter";
import type { QueuedPrompt } from "../../domain/timeline/journalFold";
import type { Measure } from "../../domain/usage/bars";
import type { QuestionId, RunId, StoryId, Stream, Timestamp } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";
import { Once } from "../../state/once";
import { Answering } from "./answering.svelte";
import { ChangesKept } from "./changes/changesKept.svelte";
import { FinishKept } from "./finish/finishKept.svelte";
import { PromptEdits } from "./promptEdits.svelte";

/** Where words were typed that stand among those of the next prompt: in a prompt that was sent, or in a question that ended. */
export type Moved = "prompt" | "answer";

/** A panel beside the timeline. */
export type Panel = "why" | "usage" | "raw" | "finish";
/** What is shown: the timeline with the usual panel, one with a chosen panel, or the changes in place of both. */
export type Tab = "timeline" | "changes" | Panel;

/** The piece of a run's log in the raw view. */
export type RawTarget = { run: RunId; stream: Stream; offset: number; len: number; what: string };

/** The first visible row, its time, and how far it is scrolled beyond the edge, in px. */
export type RowPlace = { readonly key: string; readonly at: Timestamp; readonly within: number };

export class StoryKept {
  filter = $state<Filter>("all");
  /** In a narrow window a panel is shown in place of the timeline. */
  tab = $state<Tab>("timeline");
  raw = $state.raw<RawTarget | null>(null);
  /** The measure of the chart of turns, if the user chose one, and the first turn of the bar that is being read. */
  measure = $state<Measure | null>(null);
  turn = $state<number | null>(null);
  /** The selected row, which keys act on. */
  selected = $state<string | null>(null);
  unfolded = $state.raw<ReadonlySet<string>>(new Set());
  #words = $state("");
  /** What was typed into prompts that wait. */
  readonly edits: PromptEdits;
  /** What was typed elsewhere and stands among the words that come next, because there was no more use for it there. */
  moved = $state<Moved | null>(null);
  /** Prompts that are recorded and that the feed cannot show yet, because the disk is full. */
  recorded = $state.raw<readonly QueuedPrompt[]>([]);
  /** What comes next is on its way to the engine. */
  isSending = $state(false);
  /** The scroll position of the timeline; null at its end, which is followed. Not a signal, because the list scrolls by itself. */
  place: RowPlace | null = null;
  /** The scroll positions of the panels. */
  readonly panels = {
    why: new Scrolled(),
    usage: new Scrolled(),
    raw: new Scrolled(),
    finish: new Scrolled(),
  };
  readonly changes = new ChangesKept();
  readonly finish: FinishKept;
  readonly asked = new Once();
  readonly #name: DraftName;
  readonly #answering = new Map<QuestionId, Answering>();

  constructor(story: StoryId) {
    this.#name = { of: "story", id: story };
    this.edits = new PromptEdits(story);
    this.finish = new FinishKept(story);
    const draft = keptDraft(this.#name);
    if (typeof draft === "string") this.#words = draft;
  }

  /** The text of the next prompt. */
  get words(): string {
    return this.#words;
  }
  set words(words: string) {
    this.#words = words;
    if (words === "") this.moved = null;
    keepDraft(this.#name, words === "" ? undefined : words);
  }

  /** Puts words that were typed elsewhere behind the next prompt. */
  move(words: string, from: Moved): void {
    if (words.trim() === "") return;
    this.words = [this.words.trimEnd(), words].filter(Boolean).join("\n\n");
    this.moved = from;
  }

  /** Of answers to questions that are not open any more, the words are kept where they can be sent. */
  leaveAnswers(open: ReadonlySet<QuestionId>): void {
    for (const [question, answering] of this.#answering) {
      if (open.has(question)) continue;
      this.move(answering.words, "answer");
      answering.done();
      this.#answering.delete(question);
    }
  }

  /** The unsent answer to a question. */
  answering(question: QuestionId): Answering {
    const known = this.#answering.get(question);
    if (known) return known;
    const made = new Answering(question);
    this.#answering.set(question, made);
    return made;
  }
}
