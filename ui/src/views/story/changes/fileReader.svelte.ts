// Reads the changes of files as they are needed: those that are visible first, then those in which words are to be found. A few at a time.

import {
  CONTEXT,
  isSubmodule,
  longer,
  readFile,
  withOpened,
  type FileState,
  type ReadFile,
} from "../../../domain/changes/rows";
import { isSame } from "../../../domain/changes/since";
import { faultOf, type Backend } from "../../../ipc/backend";
import type { ChangedFile, Changes, FileDiff, StoryId } from "../../../ipc/protocol";
import type { ChangesKept } from "./changesKept.svelte";

/** How long files that nobody sees are gathered before they are shown together, in milliseconds. */
const GATHER = 60;
/** How many files are read at once. */
const AT_ONCE = 4;

export class FileReader {
  readonly #backend: Backend;
  readonly #story: StoryId;
  readonly #kept: ChangesKept;
  #wanted: readonly ChangedFile[] = [];
  #rest: readonly ChangedFile[] = [];
  readonly #reading = new Set<string>();
  /** What was read of files that nobody sees, until it is shown together: each time all rows are made anew. */
  #gathered = new Map<string, FileState>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(backend: Backend, story: StoryId, kept: ChangesKept) {
    this.#backend = backend;
    this.#story = story;
    this.#kept = kept;
  }

  /** These files are visible; those that were visible before are not needed any more. */
  want(files: readonly ChangedFile[]): void {
    this.#wanted = files;
    for (const { path } of files) {
      const state = this.#gathered.get(path);
      if (state !== undefined && this.#gathered.delete(path)) this.#put(path, state);
    }
    this.#go();
  }

  /** These files are read when no other is needed, long ones to their end. */
  wantLater(files: readonly ChangedFile[]): void {
    this.#rest = files;
    this.#go();
  }

  /** What is read from now on is not shown any more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Reads a file again that could not be read. */
  again(file: ChangedFile): void {
    this.#put(file.path, { is: "pending" });
    this.#go();
  }

  /** Reads the next part of a long file. */
  async more(file: ChangedFile): Promise<void> {
    const state = this.#kept.read.get(file.path);
    if (state?.is !== "read" || state.diff.next === null) return;
    await this.#change(file, state, async (answer, now) =>
      longer(now, await this.#ask(answer, file, state.diff.next ?? 0)),
    );
  }

  /** Opens collapsed lines of a file, from this later number on. */
  async open(file: ChangedFile, first: number, most: number): Promise<void> {
    const state = this.#kept.read.get(file.path);
    if (state?.is !== "read") return;
    await this.#change(file, state, async (answer, now) => {
      const { object } = answer.to;
      const path = file.path;
      const query = { of: "file_lines", story: this.#story, object, path, first, most } as const;
      const { first: at, lines } = await this.#backend.query(query);
      return withOpened(now, at, lines);
    });
  }

  async #change(
    file: ChangedFile,
    state: ReadFile,
    make: (answer: Changes, now: ReadFile) => Promise<ReadFile>,
  ): Promise<void> {
    const { answer } = this.#kept;
    if (answer === null || this.#reading.has(file.path)) return;
    this.#reading.add(file.path);
    const next = await make(answer, state).catch((thrown: unknown): FileState => ({
      is: "failed",
      fault: faultOf(thrown),
    }));
    this.#reading.delete(file.path);
    if (!this.#isOver && this.#kept.read.get(file.path) === state) this.#put(file.path, next);
    this.#go();
  }

  #go(): void {
    while (!this.#isOver && this.#reading.size < AT_ONCE) {
      const next = this.#next();
      if (next !== undefined) void this.#read(next);
      else if (!this.#readOn()) return;
    }
  }

  /** Reads the next part of a file that is wanted later. Returns whether there is one. */
  #readOn(): boolean {
    if (this.#kept.answer === null) return false;
    const file = this.#rest.find(({ path }) => {
      const state = this.#kept.read.get(path);
      return state?.is === "read" && state.diff.next !== null && !this.#reading.has(path);
    });
    if (file !== undefined) void this.more(file);
    return file !== undefined;
  }

  #next(): ChangedFile | undefined {
    const isOpen = (file: ChangedFile) =>
      !isSubmodule(file) &&
      !this.#reading.has(file.path) &&
      !this.#gathered.has(file.path) &&
      (this.#kept.read.get(file.path)?.is ?? "pending") === "pending";
    return this.#wanted.find(isOpen) ?? this.#rest.find(isOpen);
  }

  async #read(file: ChangedFile): Promise<void> {
    const { answer, whiteSpace } = this.#kept;
    if (answer === null) return;
    this.#reading.add(file.path);
    const state = await this.#ask(answer, file, 0).then(readFile, (thrown: unknown): FileState => ({
      is: "failed",
      fault: faultOf(thrown),
    }));
    this.#reading.delete(file.path);
    if (this.#isOver) return;
    // Meanwhile the file may be another one.
    const now = this.#kept.answer?.files.find(({ path }) => path === file.path);
    if (!isSame(now, file) || this.#kept.whiteSpace !== whiteSpace) this.#forget(file);
    else if (this.#wanted.some(({ path }) => path === file.path)) this.#put(file.path, state);
    else this.#gather(file.path, state);
    this.#go();
  }

  /** What was wanted and is not there any more is wanted anew when it is drawn. */
  #forget(file: ChangedFile): void {
    this.#wanted = this.#wanted.filter((each) => each !== file);
    this.#rest = this.#rest.filter((each) => each !== file);
  }

  #ask(answer: Changes, { path, old_path }: ChangedFile, skip: number): Promise<FileDiff> {
    const { from, to } = answer;
    return this.#backend.query({
      of: "file_change",
      story: this.#story,
      from: from.object,
      to: to.object,
      path,
      old_path,
      white_space: this.#kept.whiteSpace,
      context: CONTEXT,
      skip,
    });
  }

  #gather(path: string, state: FileState): void {
    this.#gathered.set(path, state);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#kept.read = new Map([...this.#kept.read, ...this.#gathered]);
      this.#gathered.clear();
      this.#go();
    }, GATHER);
  }

  #put(path: string, state: FileState): void {
    this.#kept.read = new Map(this.#kept.read).set(path, state);
  }
}
