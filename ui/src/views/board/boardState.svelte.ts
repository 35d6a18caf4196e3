// The state of the board. `domain` computes order, positions and texts; here is what the user changes: selection, closed groups, filter,
// pointer.

import { SvelteSet } from "svelte/reactivity";
import {
  arrange,
  arrangeArchived,
  needAfter,
  needsInOrder,
  NEEDS_YOU,
  type Group,
  type HeldOrders,
} from "../../domain/board";
import { boardAxis, type Axis } from "../../domain/axis";
import { filterFor, found, isArchived, wantsArchived } from "../../domain/boardFilter";
import { openQuestion } from "../../domain/asks";
import { needOf, type Need, type NeedAction } from "../../domain/needs";
import { axisPace, limitPace, quickest, storyPace } from "../../domain/pace";
import {
  ADDED_IN_FRAME,
  ADDED_WHILE_TYPING,
  BEYOND_WHILE_TYPING,
  folds,
  groupKey,
  headHeight,
  neighbour,
  placeRows,
  rowsInFrame,
  rowsInView,
  rowsParked,
  STAYS_FROM,
  step,
  stepOut,
  type BoardRow,
  type RowHeights,
  type Rows,
  type StoryRow,
} from "../../domain/rows";
import { SearchTexts } from "../../domain/searchTexts";
import { ALLOWED, denied } from "../../domain/timeline/ask";
import type { Stretch } from "../../domain/strip";
import type { AnswerBehavior, Question, QuestionId, StoryId, StoryView } from "../../ipc/protocol";
import type { Intent } from "../../ipc/backend";
import { afterFrame } from "../../parts/afterFrame";
import { rowHeights } from "../../parts/rowHeights";
import { RESUME, RUN_GATES, SEND_BACK, SKIP_SET_UP, STOP } from "../../parts/storyActs";
import type { AppState } from "../../state/appState.svelte";
import { Settled } from "../../state/settled.svelte";
import { hasUnsentWords } from "../story/answering.svelte";
import { Brought } from "./brought.svelte";
import type { BoardKept } from "./kept.svelte";
import { needKey, Newcomers } from "./newcomers.svelte";
import { StillRows } from "./stillRows.svelte";

/** The span of a strip that the pointer or the arrow keys are on. */
export type Reading = { readonly story: StoryId; readonly stretch: Stretch };

export class BoardState {
  readonly app: AppState;
  /** The width of the column of strips; then the height of the visible area and the scroll position, in px. */
  width = $state(0);
  view = $state(0);
  scroll = $state(0);
  /** The height of the board's head, in px. */
  readonly head: number;
  /** Functions that the board sets: scroll a row into view, and focus the rows or the filter. */
  bring: ((row: StoryRow | undefined) => void) | null = null;
  focusRows: (() => void) | null = null;
  focusFilter: (() => void) | null = null;
  /** The state that is restored when the board is shown again. */
  readonly kept: BoardKept;
  /** The user is typing a filter. */
  isFiltering = $state(false);
  reading = $state.raw<Reading | null>(null);
  #hovered = $state<string | null>(null);
  /** The filter that is still in effect while a typed letter is being drawn; null otherwise. */
  #filterBefore = $state.raw<string | null>(null);
  #callOff: (() => void) | null = null;
  #frame = $state(0);
  /** The rows last drawn, and those last made; not signals, they only feed the next frame. */
  #drawnBefore: readonly BoardRow[] = [];
  #madeBefore: readonly BoardRow[] = [];
  /** The filter of the frame before; not a signal, either. */
  #filterMade = "";
  /** The orders last shown; not a signal, they only feed the next arrangement. */
  #orders: HeldOrders = new Map();
  readonly #scale: number;
  /** Stories whose question fits completely in its line, as reported by their rows. */
  readonly #whole = new SvelteSet<StoryId>();
  /** Stories whose row and question were unchanged for long enough to be answered. */
  readonly #still = new SvelteSet<StoryId>();
  /** Questions whose answer is being sent, so that a second press does not send it again. */
  readonly #answered = new Set<QuestionId>();
  readonly #newcomers = new Newcomers();
  readonly #newNeeds = new Newcomers();
  /** The stories that need a person since the board is shown, and whose rows are above what is in sight. */
  readonly needsAbove: readonly StoryView[] = $derived.by(() => {
    if (this.scroll === 0) return [];
    const unseen = needsInOrder(this.#found).filter((view) => this.#newNeeds.unseen.has(needKey(view)));
    return unseen.filter((view) => (this.rowOf(view.story.id)?.top ?? 0) < this.scroll);
  });
  /** The stories that came while the board is shown and whose rows were not in sight yet: those above what is in sight, and the others. */
  readonly newcomers: Record<"above" | "below", readonly StoryView[]> = $derived.by(() => {
    const unseen = this.#found.filter((view) => this.#newcomers.unseen.has(view.story.id));
    const isAbove = (view: StoryView) => this.#place(view) < this.scroll;
    return { above: unseen.filter(isAbove), below: unseen.filter((view) => !isAbove(view)) };
  });
  /** Whether the selection was unchanged for long enough: a newly selected story accepts no answer by key. */
  readonly chosen = new Settled();
  /** Keeps the rows in sight where they are while others come and go. */
  readonly still = new StillRows();
  /** What a key brought into sight instead of acting. */
  readonly brought = new Brought();

  constructor(app: AppState, kept: BoardKept, scale: number) {
    this.app = app;
    this.kept = kept;
    this.#scale = scale;
    this.head = 28 * scale;
  }

  /** The groups of all stories. The filter only removes stories from them, so that typing sorts nothing. */
  readonly #arranged: readonly Group[] = $derived(this.#arrange());
  readonly #texts = new SearchTexts();
  readonly #minute: number = $derived.by(() => Math.floor(this.app.clock.now / 60_000) * 60_000);
  /** The filter that has its effect. A string of its own, so that a letter that waits makes nothing anew. */
  readonly filter: string = $derived.by(() => this.#filterBefore ?? this.kept.filter);
  readonly groups: readonly Group[] = $derived(this.#search());
  readonly #found: readonly StoryView[] = $derived(this.groups.flatMap((group) => group.stories));
  readonly #archived: readonly Group[] = $derived.by(() => arrangeArchived(this.app.feed.stories));
  /** How many stories in the archive have what is filtered for, while the filter does not look there. */
  readonly inArchive: number = $derived(this.#searchArchive());
  readonly heights: RowHeights = $derived.by(() => rowHeights(this.app.settings.now.density));
  readonly rows: Rows = $derived.by(() =>
    placeRows(this.groups, this.kept.closed, this.#scale, this.heights),
  );
  readonly #inView: readonly BoardRow[] = $derived(
    rowsInView(this.rows, this.scroll, this.view, this.isFiltering ? BEYOND_WHILE_TYPING : undefined),
  );
  readonly #made = $derived(this.#make());
  /** The drawn rows: the visible ones, or fewer in this frame if many are new. */
  readonly drawn: readonly BoardRow[] = $derived(this.#made.drawn);
  /** The rows in the document: the drawn ones, then those that the filter hides. */
  readonly made: readonly BoardRow[] = $derived([...this.#made.drawn, ...this.#made.parked]);
  readonly #parked: ReadonlySet<string> = $derived(new Set(this.#made.parked.map((row) => row.key)));
  /** Whether the next frame draws more. A letter that waits for its effect comes first. */
  readonly isPartial: boolean = $derived(
    this.#filterBefore === null && this.drawn.length < this.#inView.length,
  );
  /** Whether the head of the scrolled group stays in sight; in a low window the rows need its room. */
  readonly holdsHead: boolean = $derived.by(() => this.view - this.head >= STAYS_FROM * this.#scale);
  readonly axis: Axis = $derived.by(() => boardAxis(this.app.feed.stories, this.app.clock.now, this.width));
  /** How often the board's contents change with time alone, in milliseconds. */
  readonly pace: number = $derived.by(() => {
    const { clock, feed } = this.app;
    const drawn = this.drawn.flatMap((row) =>
      row.kind === "group" || row.kind === "more" ? [] : [row.view],
    );
    return quickest(
      axisPace(this.axis),
      ...feed.limits.map((limit) => limitPace(limit, clock.now)),
      ...drawn.map((view) => storyPace(view, clock.now)),
    );
  });
  /** The selected story if it is visible: keys do not act on hidden stories. */
  readonly selected: StoryView | undefined = $derived(this.#selected());

  /** The only row whose first button is solid: the selected one. While none is selected, the first that can be answered in its row. */
  readonly solid: StoryId | null = $derived.by(() => {
    const selected = this.rowOf(this.app.selection.story);
    if (selected) return selected.key;
    return this.rows.stories.find((row) => row.kind === "need" && this.need(row.view).hasAnswer)?.key ?? null;
  });

  question(view: StoryView): Question | undefined {
    return openQuestion(this.app.feed.questions, view);
  }

  /** What a story needs, with its buttons. */
  need(view: StoryView): Need {
    const question = this.question(view);
    return needOf(view, question, this.app.feed.agents, this.app.clock.now, {
      isWhole: this.#whole.has(view.story.id),
      hasWords: question !== undefined && hasUnsentWords(question.id),
    });
  }

  tellWhole(story: StoryId, isWhole: boolean): void {
    if (isWhole) this.#whole.add(story);
    else this.#whole.delete(story);
  }

  tellStill(story: StoryId, isStill: boolean): void {
    if (isStill) this.#still.add(story);
    else this.#still.delete(story);
  }

  hover(group: string | null): void {
    this.#hovered = group;
  }

  toggle(group: string): void {
    const closed = new Set(this.kept.closed);
    if (!closed.delete(group)) closed.add(group);
    this.still.turn(group);
    this.kept.closed = closed;
  }

  select(row: StoryRow | undefined): void {
    this.reading = null;
    this.app.selection.select(row?.key ?? null);
  }

  /** Does the action of a button in "Needs you". A row that has just appeared or moved allows nothing. */
  act(view: StoryView, action: NeedAction): void {
    const { story } = view;
    if (action === "allow" && !this.#still.has(story.id)) return;
    switch (action) {
      case "allow":
        return this.#answer(view, "allow");
      case "deny":
        return this.#answer(view, "deny");
      case "resume":
        return RESUME.run(view, this.app);
      case "skip_set_up":
        return SKIP_SET_UP.run(view, this.app);
      case "run_gates":
        return RUN_GATES.run(view, this.app);
      case "send_back":
        return SEND_BACK.run(view, this.app);
      case "stop":
        return STOP.run(view, this.app);
      case "open":
        return this.app.open(story.id);
      default:
        return action satisfies never;
    }
  }

  /** How many stories of a project stand in "Needs you", as far as they are shown. */
  needingIn(project: string): number {
    const needs = this.groups.find((group) => group.id === NEEDS_YOU)?.stories ?? [];
    return needs.filter((view) => view.story.project === project).length;
  }

  /** Where a story's row is from the top, or the head of its closed group (pixels). */
  #place({ story }: StoryView): number {
    const group = this.groups.find((each) => each.stories.some((view) => view.story.id === story.id));
    const head = this.rows.all.find((row) => group !== undefined && row.key === groupKey(group.id));
    return (this.rowOf(story.id) ?? head)?.top ?? 0;
  }

  /** The row of a story, if it is shown. */
  rowOf(story: StoryId | null): StoryRow | undefined {
    return this.rows.stories.find((row) => row.key === story);
  }

  /**
   * Does something that changes a story, if its row is in sight. Otherwise the row is scrolled into view and the key line says so; the next
   * press acts. `again` names what to press.
   */
  inSight({ story }: StoryView, again: string, run: () => void): void {
    const row = this.rowOf(story.id);
    if (row && !this.isInSight(row)) {
      this.bring?.(row);
      this.brought.show({ story, again });
      return;
    }
    this.brought.hide();
    run();
  }

  /** Neither the row nor the selection has just changed. */
  takesAnswer(story: StoryId): boolean {
    return this.#still.has(story) && this.chosen.is;
  }

  /** Sets the typed filter. The letter is drawn first; the filter takes effect after that frame. */
  typeFilter(filter: string): void {
    this.#filterBefore ??= this.kept.filter;
    this.kept.filter = filter;
    this.#callOff?.();
    this.#callOff = afterFrame(() => {
      this.#filterBefore = null;
    });
  }

  /** Sets the filter with immediate effect. */
  filterBy(filter: string): void {
    this.kept.filter = filter;
    this.applyFilter();
  }

  /** Looks for the same words in the archive. */
  showArchived(): void {
    this.filterBy(`${this.kept.filter.trim()} ${filterFor("archived")}`);
  }

  /** Makes the typed filter take effect now. */
  applyFilter(): void {
    this.#callOff?.();
    this.#filterBefore = null;
  }

  /** Goes from the filter to the rows: to the selected story if it is among them, else to the first. */
  enterRows(): void {
    this.applyFilter();
    const [first] = this.rows.stories;
    if (!first) return void (this.inArchive > 0 && this.showArchived());
    this.isFiltering = false;
    this.select(this.rowOf(this.app.selection.story) ?? first);
    this.focusRows?.();
  }

  /**
   * Selects the next story that needs a person, oldest first. If it is folded it is unfolded, and a filter that hides all of them is
   * removed.
   */
  goToNeed(): void {
    this.applyFilter();
    if (needsInOrder(this.#found).length === 0) this.filterBy("");
    const needs = this.groups.find((group) => group.id === NEEDS_YOU)?.stories ?? [];
    this.#selectNeed(needAfter(needs, this.app.selection.story));
  }

  #selectNeed(view: StoryView | undefined): void {
    if (!view) return;
    if (!this.rowOf(view.story.id)) this.toggle(NEEDS_YOU);
    this.select(this.rowOf(view.story.id));
  }

  /** After an answer, selects the next story that needs a person: the one after it in the order before, wrapping around. */
  #leave(story: StoryId, before: readonly StoryView[]): void {
    const at = before.findIndex((view) => view.story.id === story);
    if (at < 0 || this.app.selection.story !== story) return;
    const others = [...before.slice(at + 1), ...before.slice(0, at)].map((view) => view.story.id);
    const now = needsInOrder(this.#found);
    const next = others.flatMap((id) => now.find((view) => view.story.id === id) ?? [])[0];
    this.#selectNeed(next);
  }

  /** The scroll position at which a row is completely visible below the head of its group. */
  topOf(row: StoryRow): number {
    return row.top - (this.holdsHead ? headHeight(this.rows, row) : 0);
  }

  /** Whether a row is completely visible between the head of its group and the key line, or as much of it as there is room for. */
  isInSight(row: StoryRow): boolean {
    const [begin, end] = [this.scroll, this.scroll + this.view - this.head];
    const room = end - begin - (row.top - this.topOf(row));
    return this.topOf(row) >= begin - 1 && (row.top + row.height <= end + 1 || row.height > room);
  }

  /** Brings the selected story into sight once its row is where stories are that go on. */
  followGoing(): void {
    const { selection } = this.app;
    const row = this.rowOf(selection.followed);
    if (selection.followed !== selection.story) selection.follow(null);
    else if (row && row.kind !== "need") {
      selection.follow(null);
      if (!this.isInSight(row)) this.bring?.(row);
    }
  }

  /** When the selected story goes to the archive, or out of the archive that is shown, the row after it is selected. */
  followSelected(): void {
    const { story } = this.app.selection;
    const ids = this.rows.stories.map((row) => row.key);
    const ofArchive = wantsArchived(this.filter);
    if (story === null || ids.includes(story)) {
      this.kept.before = { ids, ofArchive };
      return;
    }
    const { before } = this.kept;
    const view = this.app.feed.story(story);
    if (before === null || !this.app.feed.isLoaded) return;
    if (view === undefined || isArchived(view) !== before.ofArchive)
      this.select(neighbour(before.ids, story, this.rows));
  }

  /** Notes which stories came, and which of them are in sight by now. */
  lookForNew(): void {
    if (!this.app.feed.isLoaded) return;
    const inSight = this.rows.stories.filter((row) => this.isInSight(row)).map((row) => row.key);
    this.#newcomers.look(
      this.app.feed.stories.map((view) => view.story.id),
      new Set(inSight),
    );
    const needs = needsInOrder(this.app.feed.stories);
    const seen = needs.filter((view) => inSight.includes(view.story.id));
    this.#newNeeds.look(needs.map(needKey), new Set(seen.map(needKey)));
  }

  /** Selects the first story that needs a person since the board is shown and is out of sight above, and brings it there. */
  showNeedAbove(): void {
    const [view] = this.needsAbove;
    this.#selectNeed(view);
    this.bring?.(this.rowOf(view?.story.id ?? null));
  }

  /** Selects the first story that came out of sight on this side, and brings it there. */
  showNew(side: "above" | "below"): void {
    const id = this.newcomers[side][0]?.story.id;
    const group = this.groups.find((each) => each.stories.some((view) => view.story.id === id));
    const rowOf = () => this.rowOf(id ?? null);
    if (!rowOf() && group) this.toggle(group.id);
    this.select(rowOf());
    this.bring?.(rowOf());
  }

  needOfSelected() {
    const view = this.selected;
    const isNeed = view && this.rows.stories.some((row) => row.kind === "need" && row.key === view.story.id);
    return isNeed ? this.need(view) : undefined;
  }

  /** The group of the selected story, if it can be folded; also while its row is folded away. */
  get foldable(): Group | undefined {
    const { story } = this.app.selection;
    const group = this.groups.find((each) => each.stories.some((view) => view.story.id === story));
    return group && (group.id !== NEEDS_YOU || folds(group)) ? group : undefined;
  }

  move(by: number): void {
    const folded = this.selected ? undefined : this.foldable;
    const to =
      folded === undefined
        ? step(this.rows, this.app.selection.story, by)
        : stepOut(this.rows, this.groups, folded, by);
    if (to) this.select(to);
  }

  read(by: number): void {
    const story = this.app.selection.story;
    const all = this.stretches.get(story ?? "") ?? [];
    const at =
      this.reading?.story === story
        ? all.findIndex((each) => each.from === this.reading?.stretch.from)
        : all.length;
    const stretch = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (story !== null && stretch) this.reading = { story, stretch };
  }

  /** The spans of the drawn strips, as reported by their rows. */
  readonly stretches = new Map<StoryId, readonly Stretch[]>();

  /** What Esc does: leaves the filter's field, closes what is open, shows all stories again, selects none. */
  back(): void {
    if (this.app.keys.isWriting) this.#leaveFilter();
    else if (this.kept.isPeeking) this.kept.isPeeking = false;
    else if (this.reading) this.reading = null;
    else if (this.isFiltering || this.kept.filter) this.showAll();
    else this.app.selection.select(null);
  }

  /** Removes the filter. */
  showAll(): void {
    this.filterBy("");
    this.#leaveFilter();
  }

  #leaveFilter(): void {
    this.isFiltering = false;
    this.focusRows?.();
  }

  #answer(view: StoryView, behavior: AnswerBehavior): void {
    const question = this.question(view);
    if (!question || this.#answered.has(question.id)) return;
    this.#answered.add(question.id);
    const answer = behavior === "allow" ? ALLOWED : denied("");
    void this.#settle({ op: "answer", question: question.id, answer }, view.story.id).then((isTaken) => {
      if (!isTaken) this.#answered.delete(question.id);
    });
  }

  /**
   * Sends an answer for a story that needs a person, and selects the next one. Returns false if it was refused. What
   * makes a story go on (its gates, a resume) leaves the selection on it: a person watches it, and the next key is not
   * meant for another story.
   */
  async #settle(intent: Intent, story: StoryId): Promise<boolean> {
    const needs = this.groups.find((group) => group.id === NEEDS_YOU)?.stories ?? [];
    const isTaken = (await this.app.ask(intent, story)) !== null;
    if (isTaken) this.#leave(story, needs);
    return isTaken;
  }

  /** Draws more of the visible rows; called once per frame while {@link isPartial}. */
  drawMore(): void {
    this.#frame += 1;
  }

  isParked(row: BoardRow): boolean {
    return this.#parked.has(row.key);
  }

  #make(): { readonly drawn: readonly BoardRow[]; readonly parked: readonly BoardRow[] } {
    void this.#frame;
    const most = this.#mostAdded();
    const drawn = rowsInFrame(this.#inView, new Set(this.#drawnBefore.map((row) => row.key)), most);
    const keys = new Set(drawn.map((row) => row.key));
    const parked = this.isFiltering ? rowsParked(this.#madeBefore, keys) : [];
    this.#drawnBefore = drawn;
    this.#madeBefore = [...drawn, ...parked];
    return { drawn, parked };
  }

  /** How many rows this frame adds. The frame in which a letter has its effect adds one only: it also takes away
      what is left out, and moves what stays. */
  #mostAdded(): number {
    const isNewFilter = this.#filterMade !== this.filter;
    this.#filterMade = this.filter;
    if (!this.isFiltering) return ADDED_IN_FRAME;
    return isNewFilter ? 1 : ADDED_WHILE_TYPING;
  }

  #selected(): StoryView | undefined {
    return this.rowOf(this.app.selection.story)?.view;
  }

  #search(): readonly Group[] {
    const filter = this.filter;
    if (filter === "") return this.#arranged;
    const minute = this.#minute;
    const groups = wantsArchived(filter) ? this.#archived : this.#arranged;
    return found(groups, filter, (view) => this.#texts.of(view, minute));
  }

  #searchArchive(): number {
    const filter = this.filter;
    if (filter.trim() === "" || wantsArchived(filter)) return 0;
    const minute = this.#minute;
    const groups = found(this.#archived, filter, (view) => this.#texts.of(view, minute));
    return groups.reduce((sum, group) => sum + group.stories.length, 0);
  }

  #arrange(): readonly Group[] {
    const story = this.app.selection.story;
    const held = [...this.#orders].filter(
      ([group, order]) => group === this.#hovered || (story !== null && order.includes(story)),
    );
    // The group under the pointer does not move.
    const heldGroups = this.#hovered === null ? [] : [...this.#orders.keys()];
    const groups = arrange(this.app.feed.stories, new Map(held), heldGroups);
    this.#orders = new Map(groups.map((group) => [group.id, group.stories.map((view) => view.story.id)]));
    return groups;
  }
}
