// The state of a story's changes while they are shown: it asks for them, reads files as they are needed, and makes their rows. It decides
// nothing about the story.

import { createContext } from "svelte";
import { hitsIn, MOST_HITS, nameForHit, patternOf, type Hit } from "../../../domain/changes/find";
import {
  fileRows,
  isSubmodule,
  type ChangeRow,
  type FileState,
  type FileView,
  type Gap,
  type Layout,
} from "../../../domain/changes/rows";
import { fileNamed, unsaid } from "../../../domain/changes/said";
import { changedSince, isSame } from "../../../domain/changes/since";
import { blocksOf, headsOf, nextOf, type Block } from "../../../domain/changes/steps";
import { inTreeOrder } from "../../../domain/changes/tree";
import { faultOf } from "../../../ipc/backend";
import type { ChangedFile, Changes, ChangeScope, Comment, Fault } from "../../../ipc/protocol";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";
import { withComments, type Editing } from "../../../domain/changes/comments";
import type { ChangesKept } from "./changesKept.svelte";
import { Colours } from "./colours.svelte";
import { FileReader } from "./fileReader.svelte";
import { LineCursor } from "./lineCursor.svelte";
import { Reviewing } from "./reviewing.svelte";

/** A text says what is read after this many milliseconds. */
const SLOW = 300;
/** How long the list stands still before the syntax of its lines is read, in milliseconds. */
const STILL = 60;
/** How many collapsed lines are opened at once. */
export const STEP = 20;

/** Images are shown although they have no lines. */
const IMAGE = /\.(?:png|jpe?g|gif|webp)"?$/i;

export class ChangesScreen {
  readonly here: Screen;
  readonly kept: ChangesKept;
  readonly colours = new Colours();
  readonly review: Reviewing;
  readonly cursor: LineCursor;
  /** A newer answer that is not shown yet, so that nothing moves under the eyes. */
  newer = $state.raw<Changes | null>(null);
  /** Why the changes of the scope cannot be read. */
  problem = $state.raw<Fault | null>(null);
  isSlow = $state(false);
  /** A checkpoint is being made, or why it could not be made. */
  isHolding = $state(false);
  refused = $state.raw<Fault | null>(null);
  /** The path that a tool call names and that is not among the files. */
  missing = $state<string | null>(null);
  /** The path that was copied a moment ago. */
  copied = $state("");
  /** The index of the first visible row. */
  top = $state(0);
  /** Whether the row that the keys are at is in sight. */
  isAtInSight = $state(false);
  /** The index of the place that was found and is shown. */
  hit = $state(-1);
  /** The path of the file for which a step was looked for, and none was found. */
  stepless = $state<string | null>(null);
  /** The width allows two texts side by side. */
  hasRoom = $state(true);
  #reader: FileReader;
  #refresh: Refresh<Changes>;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #still: ReturnType<typeof setTimeout> | undefined;
  readonly #found = new Map<
    string,
    {
      readonly state: FileState;
      readonly pattern: RegExp;
      readonly index: number;
      readonly hits: readonly Hit[];
    }
  >();
  readonly #rows = new Map<string, KnownRows>();

  constructor(here: Screen, kept: ChangesKept) {
    this.here = here;
    this.kept = kept;
    this.review = new Reviewing(here, kept);
    this.cursor = new LineCursor(this, kept);
    this.#reader = this.#newReader();
    this.#refresh = this.#newRefresh();
  }

  /** The layout that the width allows. */
  readonly layout: Layout = $derived.by(() => (this.hasRoom ? this.kept.layout : "unified"));
  readonly all: readonly ChangedFile[] = $derived.by(() => inTreeOrder(this.kept.answer?.files ?? []));
  /** The files that are shown, in the order of the tree. */
  readonly files: readonly ChangedFile[] = $derived.by(() =>
    this.kept.onlyUnsaid ? this.all.filter(({ said }) => said === false) : this.all,
  );
  readonly unsaid: number = $derived.by(() => unsaid(this.all));
  readonly rows: readonly ChangeRow[] = $derived.by(() =>
    this.files.flatMap((file, index) => this.#rowsOf(file, index)),
  );
  readonly blocks: readonly Block[] = $derived.by(() => blocksOf(this.rows));
  readonly heads: readonly number[] = $derived.by(() => headsOf(this.rows));
  /** The indices of the rows with comments. */
  readonly commented: readonly number[] = $derived.by(() =>
    this.rows.flatMap((row, at) => (row.kind === "comment" ? [at] : [])),
  );
  /** The index of the row that the keys are at; -1 if there is none. */
  readonly at: number = $derived.by(() => {
    const { current } = this.kept;
    return current === null ? -1 : this.rows.findIndex(({ key }) => key === current);
  });
  readonly block: Block | undefined = $derived.by(() =>
    this.at < 0 ? undefined : this.blocks.find(({ from }) => from === this.at),
  );
  /** How many files differ otherwise in the newer answer. */
  readonly newerFiles: number = $derived.by(() => {
    const { answer } = this.kept;
    return this.newer === null || answer === null ? 0 : changedSince(answer, this.newer);
  });
  /** The file whose rows are at the upper edge. */
  readonly topFile: number = $derived.by(() => this.rows[this.top]?.file ?? 0);

  /** The index of the row that the keys are at: of selected lines the last one. */
  readonly key: number = $derived.by(() => this.cursor.selected?.to ?? this.at);
  /** The file that is read: where the keys are, while that is in sight; otherwise the one at the upper edge. */
  readonly readFile: number = $derived.by(() => {
    const file = this.isAtInSight ? this.rows[this.key]?.file : undefined;
    return file ?? this.topFile;
  });

  readonly #pattern: RegExp | null = $derived.by(() =>
    this.kept.isFinding ? patternOf(this.kept.words) : null,
  );
  /** The files whose lines are searched: those that are folded with a reason are not. */
  readonly searched: readonly ChangedFile[] = $derived.by(() =>
    this.files.filter((file) => this.#hasText(file)),
  );
  readonly hits: readonly Hit[] = $derived.by(() => {
    const pattern = this.#pattern;
    if (pattern === null) return [];
    const hits: Hit[] = [];
    for (const [index, file] of this.files.entries()) {
      if (hits.length >= MOST_HITS) break;
      if (this.#hasText(file)) hits.push(...this.#hitsIn(file, index, pattern));
    }
    return hits.slice(0, MOST_HITS);
  });
  readonly #hitsByLine: ReadonlyMap<string, readonly number[]> = $derived.by(() => {
    const lines = new Map<string, number[]>();
    for (const [n, { file, line }] of this.hits.entries()) {
      const key = `${file} ${line}`;
      const known = lines.get(key);
      if (known) known.push(n);
      else lines.set(key, [n]);
    }
    return lines;
  });
  /** How many of the searched files were read to their end. */
  readonly readFiles: number = $derived.by(
    () => this.searched.filter((file) => isReadToEnd(this.state(file))).length,
  );

  state(file: ChangedFile): FileState {
    return this.kept.read.get(file.path) ?? PENDING;
  }

  isFolded(file: ChangedFile): boolean {
    return this.kept.isFolded(file.path, isFoldedAtFirst(file));
  }

  fold(file: ChangedFile): void {
    this.kept.fold(file.path, !this.isFolded(file));
  }

  /** The places that were found in a line. */
  hitsOf(
    file: number,
    line: Parameters<typeof nameForHit>[0],
  ): { start: number; end: number; isCurrent: boolean }[] {
    if (this.#hitsByLine.size === 0) return [];
    return (this.#hitsByLine.get(`${file} ${nameForHit(line)}`) ?? []).flatMap((n) => {
      const hit = this.hits[n];
      return hit ? [{ start: hit.start, end: hit.end, isCurrent: n === this.hit }] : [];
    });
  }

  /** Asks for the changes; what is shown stays until the answer is there. */
  start(): void {
    this.#refresh.now();
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#slow);
    clearTimeout(this.#still);
    this.#refresh.stop();
    this.#reader.stop();
  }

  /** There may be other changes now. */
  news(): void {
    this.#refresh.news();
  }

  choose(scope: ChangeScope): void {
    this.kept.choose(scope);
    this.again();
  }

  /** Asks anew, from the beginning. */
  again(): void {
    this.stop();
    [this.newer, this.problem, this.refused, this.missing] = [null, null, null, null];
    this.hit = -1;
    this.#rows.clear();
    this.#reader = this.#newReader();
    this.#refresh = this.#newRefresh();
    this.start();
  }

  setWhiteSpace(shown: boolean): void {
    this.kept.whiteSpace = shown;
    this.kept.read = new Map();
    this.#reader.stop();
    this.#reader = this.#newReader();
  }

  showNewer(): void {
    if (this.newer !== null) this.#put(this.newer);
  }

  /** Has the files held by a checkpoint now, and shows them. */
  async hold(): Promise<void> {
    this.isHolding = true;
    this.refused = null;
    try {
      await this.here.app.backend.ask({ op: "checkpoint", story: this.here.id });
      this.#put(await this.#ask());
    } catch (thrown) {
      this.refused = faultOf(thrown);
    } finally {
      this.isHolding = false;
    }
  }

  /** Notes that the person looked: what comes from now on is what is new to them. */
  async look(): Promise<void> {
    this.refused = null;
    try {
      await this.here.app.backend.ask({ op: "looked", story: this.here.id });
      if (this.kept.scope.of === "looked") this.choose(this.kept.scope);
    } catch (thrown) {
      this.refused = faultOf(thrown);
    }
  }

  /** The rows from `first` to before `end` are drawn: their files are read, and get their colours. */
  drawn(first: number, end: number): void {
    const indices = new Set(this.rows.slice(first, end).map(({ file }) => file));
    const files = [...indices]
      .flatMap((index) => this.files[index] ?? [])
      .filter((file) => !this.isFolded(file));
    this.#reader.want(files);
    // Files that pass by while the list is scrolled get no colours.
    clearTimeout(this.#still);
    this.#still = setTimeout(() => {
      for (const file of files) this.colours.want(file.path, this.state(file));
    }, STILL);
  }

  /** Reads every file in which words can be found. */
  readAll(): void {
    this.#reader.wantLater(this.kept.isFinding && this.kept.words !== "" ? this.searched : []);
  }

  copyPath({ path }: ChangedFile): void {
    void this.here.app.backend.copy(path).then(
      () => {
        this.copied = path;
        setTimeout(() => {
          this.copied = "";
        }, 2000);
      },
      () => undefined,
    );
  }

  /** Opens a file elsewhere. Why that failed is said. */
  async openElsewhere(file: ChangedFile, how: "editFile" | "showFile" | "openTerminal"): Promise<void> {
    this.refused = null;
    try {
      await this.here.app.backend[how](this.here.id, file.path);
    } catch (thrown) {
      this.refused = faultOf(thrown);
    }
  }

  readAgain(file: ChangedFile): void {
    this.#reader.again(file);
  }

  more(file: ChangedFile): void {
    void this.#reader.more(file);
  }

  /** Opens collapsed lines: some above the change below, some below the change above, or all. */
  open(file: ChangedFile, gap: Gap, which: "above" | "below" | "all"): void {
    const most = which === "all" ? gap.count : Math.min(STEP, gap.count);
    const first = which === "above" ? gap.first + gap.count - most : gap.first;
    void this.#reader.open(file, first, most);
  }

  /** Opens collapsed lines around the row that the keys are at. */
  openAround(): void {
    const at = this.at >= 0 ? this.at : this.top;
    const file = this.files[this.rows[at]?.file ?? -1];
    if (file === undefined) return;
    const isIn = (row: ChangeRow | undefined) => row !== undefined && this.files[row.file] === file;
    const step = (by: 1 | -1): Gap | null => {
      for (let n = at; isIn(this.rows[n]); n += by) {
        const row = this.rows[n];
        if (row?.kind === "gap") return row.gap;
      }
      return null;
    };
    const [above, below] = [step(-1), step(1)];
    void this.#openBoth(file, above, below);
  }

  async #openBoth(file: ChangedFile, above: Gap | null, below: Gap | null): Promise<void> {
    if (above !== null) {
      const most = Math.min(STEP, above.count);
      await this.#reader.open(file, above.first + above.count - most, most);
    }
    if (below !== null) await this.#reader.open(file, below.first, Math.min(STEP, below.count));
  }

  /** Whether lines are collapsed somewhere. */
  get hasGaps(): boolean {
    return this.rows.some(({ kind }) => kind === "gap");
  }

  /** Goes to the next change, or the one before. Returns the index of its row, or -1. */
  step(by: 1 | -1, from: number): number {
    const starts = this.blocks.map((block) => block.from);
    return this.#go(nextOf(starts, from, by));
  }

  /** Goes to the next file, or the one before. */
  stepFile(by: 1 | -1, from: number): number {
    const own = this.heads[this.rows[from]?.file ?? 0] ?? 0;
    return this.#go(nextOf(this.heads, by > 0 ? from : own, by));
  }

  /** Goes to a file. */
  toFile(index: number): number {
    return this.#go(this.heads[index]);
  }

  /** Goes to the next place that was found, or the one before, around the end. Returns the index of its row, or -1. */
  stepHit(by: 1 | -1): number {
    const { length } = this.hits;
    if (length === 0) return -1;
    this.hit = this.hit < 0 ? this.#hitFrom(by) : (this.hit + by + length) % length;
    return this.rowOfHit();
  }

  /** The index of the row of the place that is shown; its file is unfolded. */
  rowOfHit(): number {
    const hit = this.hits[this.hit];
    const file = hit && this.files[hit.file];
    if (!hit || !file) return -1;
    if (this.isFolded(file)) this.fold(file);
    return this.rows.findIndex((row) => {
      if (row.file !== hit.file) return false;
      if (row.kind === "line") return nameForHit(row.line) === hit.line;
      return (
        row.kind === "pair" &&
        [row.left, row.right].some((line) => line !== null && nameForHit(line) === hit.line)
      );
    });
  }

  /** Shows the file that a tool call names, once the files are known. Returns the index of its head, or -1. */
  takeWanted(): number {
    const { wanted, answer } = this.kept;
    if (wanted === null || answer === null) return -1;
    this.kept.wanted = null;
    this.kept.onlyUnsaid = false;
    const index = fileNamed(this.files, wanted);
    const file = this.files[index];
    this.missing = file ? null : wanted;
    if (file && this.isFolded(file) && file.folded === null) this.fold(file);
    return file ? this.toFile(index) : -1;
  }

  /** Shows the step that says that it changed a file, or notes that there is none. */
  async showStep(file: ChangedFile): Promise<void> {
    const isShown = await this.here.showStep(this.all, file);
    this.stepless = isShown ? null : file.path;
  }

  /** Notes that a file was reviewed, which folds it, or takes that back. */
  async markReviewed(file: ChangedFile, isReviewed: boolean): Promise<boolean> {
    const done = await this.review.review(file, isReviewed);
    if (done) this.kept.fold(file.path, isReviewed || isFoldedAtFirst(file));
    return done;
  }

  /** Goes to the next comment, or the one before. Returns the index of its row, or -1. */
  stepComment(by: 1 | -1, from: number): number {
    return this.#go(nextOf(this.commented, from, by));
  }

  /** Goes to a comment. */
  toComment({ id }: Comment): number {
    return this.#go(this.rows.findIndex((row) => row.kind === "comment" && row.comment.id === id));
  }

  #hitFrom(by: 1 | -1): number {
    const file = this.topFile;
    const found =
      by > 0
        ? this.hits.findIndex((hit) => hit.file >= file)
        : this.hits.findLastIndex((hit) => hit.file < file);
    return found >= 0 ? found : by > 0 ? 0 : this.hits.length - 1;
  }

  #go(index: number | undefined): number {
    const row = index === undefined ? undefined : this.rows[index];
    if (row === undefined) return -1;
    this.kept.current = row.key;
    this.cursor.clear();
    return index ?? -1;
  }

  #hasText(file: ChangedFile): boolean {
    return !isSubmodule(file) && !file.binary && !this.kept.isFolded(file.path, file.folded !== null);
  }

  /** A file is searched anew only if something of it is different. */
  #hitsIn(file: ChangedFile, index: number, pattern: RegExp): readonly Hit[] {
    const state = this.state(file);
    const known = this.#found.get(file.path);
    if (known?.state === state && known.pattern === pattern && known.index === index) return known.hits;
    const hits = hitsIn(state, index, pattern);
    this.#found.set(file.path, { state, pattern, index, hits });
    return hits;
  }

  /** The rows of a file are made anew only if something of it is different. */
  #rowsOf(file: ChangedFile, index: number): readonly ChangeRow[] {
    const view: FileView = {
      file,
      index,
      state: this.state(file),
      isFolded: this.isFolded(file),
      layout: this.layout,
    };
    const [comments, editing] = [this.review.on(file), this.review.editingIn(file)];
    const known = this.#rows.get(file.path);
    if (known && isSameView(known.view, view) && known.comments === comments && known.editing === editing)
      return known.rows;
    const rows = withComments(fileRows(view), file, comments, editing);
    this.#rows.set(file.path, { view, comments, editing, rows });
    return rows;
  }

  #ask(): Promise<Changes> {
    return this.here.app.backend.query({ of: "changes", story: this.here.id, scope: this.kept.scope });
  }

  #newReader(): FileReader {
    return new FileReader(this.here.app.backend, this.here.id, this.kept);
  }

  #newRefresh(): Refresh<Changes> {
    return new Refresh(
      () => this.#ask(),
      (answer) => {
        this.#take(answer);
      },
      (thrown) => {
        this.problem = faultOf(thrown);
        this.#arrived();
      },
    );
  }

  #take(answer: Changes): void {
    const { answer: shown } = this.kept;
    if (shown === null || shown.files.length === 0 || changedSince(shown, answer) === 0) this.#put(answer);
    else this.newer = answer;
    this.problem = null;
    this.#arrived();
  }

  /** Shows an answer. What was read of files that are the same stays. */
  #put(answer: Changes): void {
    const before = new Map(this.kept.answer?.files.map((file) => [file.path, file]));
    const same = new Set(
      answer.files.filter((file) => isSame(before.get(file.path), file)).map(({ path }) => path),
    );
    this.kept.read = new Map(
      [...this.kept.read].filter(([path, state]) => same.has(path) && state.is === "read"),
    );
    this.kept.answer = answer;
    this.newer = null;
    this.problem = null;
  }

  #wait(): void {
    clearTimeout(this.#slow);
    this.isSlow = false;
    this.#slow = setTimeout(() => {
      this.isSlow = true;
    }, SLOW);
  }

  #arrived(): void {
    clearTimeout(this.#slow);
    this.isSlow = false;
  }
}

type KnownRows = {
  readonly view: FileView;
  readonly comments: readonly Comment[];
  readonly editing: Editing | null;
  readonly rows: readonly ChangeRow[];
};

const PENDING: FileState = { is: "pending" };

/** Whether nothing of a file is left to be read. */
function isReadToEnd(state: FileState): boolean {
  return state.is === "read" ? state.diff.next === null : state.is === "failed";
}

/** An image is shown at once; another file that has a reason to be folded is not. */
function isFoldedAtFirst({ folded, path, new: now, old }: ChangedFile): boolean {
  if (folded === null) return false;
  const kind = (now ?? old)?.kind;
  return !(folded === "binary" && IMAGE.test(path) && (kind === "file" || kind === "executable"));
}

function isSameView(a: FileView, b: FileView): boolean {
  return (
    a.file === b.file &&
    a.index === b.index &&
    a.state === b.state &&
    a.isFolded === b.isFolded &&
    a.layout === b.layout
  );
}

const [changesScreen, setChangesScreen] = createContext<ChangesScreen>();
export { changesScreen, setChangesScreen };
