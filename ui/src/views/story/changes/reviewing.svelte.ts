// The state of a review while changes are shown: the comments of the story, the one that is being written, and what is sent. It asks and
// requests; where comments lie is known by the engine.

import { commentsOn, elsewhere, type Editing, type Target } from "../../../domain/changes/comments";
import { contentOf } from "../../../domain/changes/reviewed";
import { newId } from "../../../domain/newId";
import { faultOf, type Intent } from "../../../ipc/backend";
import type { ChangedFile, Comment, CommentChange, CommentId, Fault } from "../../../ipc/protocol";
import { keepDraft, keptDraft, type DraftName } from "../../../state/drafts";
import { Refresh } from "../../../state/refresh";
import type { Screen } from "../screen.svelte";
import type { ChangesKept } from "./changesKept.svelte";

export class Reviewing {
  readonly here: Screen;
  readonly kept: ChangesKept;
  /** Null until they are known. */
  comments = $state.raw<readonly Comment[] | null>(null);
  /** Why they cannot be read, or why the last request was refused. */
  problem = $state.raw<Fault | null>(null);
  editing = $state.raw<Editing | null>(null);
  words = $state("");
  isBusy = $state(false);
  /** The comment that takes the focus as soon as it is drawn. */
  wanted = $state<CommentId | null>(null);
  /** How many comments were sent a moment ago. */
  sent = $state(0);
  #refresh: Refresh<readonly Comment[]> | null = null;

  constructor(here: Screen, kept: ChangesKept) {
    this.here = here;
    this.kept = kept;
  }

  /** The files whose lines can be shown. */
  readonly #files: readonly ChangedFile[] = $derived.by(() => {
    const files = this.kept.answer?.files ?? [];
    return this.kept.onlyUnsaid ? files.filter(({ said }) => said === false) : files;
  });
  readonly #byFile: ReadonlyMap<string, readonly Comment[]> = $derived.by(() => {
    const comments = this.comments ?? [];
    const files = comments.length === 0 ? [] : this.#files;
    return new Map(
      files.flatMap((file) => {
        const own = commentsOn(file, comments);
        return own.length === 0 ? [] : [[file.path, own] as const];
      }),
    );
  });
  /** The comments that go with the next review. */
  readonly open: number = $derived.by(() => this.#count("open"));
  /** The comments in a prompt that waits. */
  readonly queued: number = $derived.by(() => this.#count("queued"));
  /** The comments that are on no shown file. */
  readonly elsewhere: readonly Comment[] = $derived.by(() => elsewhere(this.#files, this.comments ?? []));
  /** How many of the files were reviewed as they are. */
  readonly reviewed: number = $derived.by(
    () => (this.kept.answer?.files ?? []).filter(({ reviewed }) => reviewed === "yes").length,
  );

  #count(state: Comment["state"]): number {
    return (this.comments ?? []).filter((comment) => comment.state === state).length;
  }

  on(file: ChangedFile): readonly Comment[] {
    return this.#byFile.get(file.path) ?? NONE;
  }

  editingIn(file: ChangedFile): Editing | null {
    return this.editing?.file === file.path ? this.editing : null;
  }

  /** Asks for the comments; where they are depends on the states that are shown. */
  start(): void {
    this.stop();
    this.#refresh = new Refresh(
      () => this.#ask(),
      (comments) => {
        this.comments = comments;
      },
      (thrown) => {
        this.problem = faultOf(thrown);
      },
    );
    this.#refresh.now();
  }

  news(): void {
    this.#refresh?.news();
  }

  stop(): void {
    this.#refresh?.stop();
  }

  /** Begins a comment, with what was written for this place before. */
  begin(target: Target): void {
    const { answer } = this.kept;
    const object = (target.side === "before" ? answer?.from : answer?.to)?.object ?? "";
    this.#edit({ ...target, id: null, object }, "");
  }

  /** Begins to change the words of a comment, which stays where it is; `file` is null in the list of comments. */
  change(file: ChangedFile | null, comment: Comment): void {
    const { side, path, id, text, shown, anchor } = comment;
    this.#edit(
      { file: file?.path ?? path, side, path, lines: shown?.lines ?? null, id, object: anchor.object },
      text,
    );
  }

  /** Ends writing. What was written stays for the same place. */
  leave(): void {
    this.editing = null;
  }

  write(words: string): void {
    this.words = words;
    if (this.editing) keepDraft(this.#draft(this.editing), words === "" ? undefined : words);
  }

  /** Makes the comment that is being written, or changes it. Returns whether it was made. */
  async save(): Promise<boolean> {
    const { editing, words } = this;
    if (editing === null || words.trim() === "" || this.isBusy) return false;
    const story = this.here.id;
    const done = await this.#do(async () => {
      if (editing.id !== null)
        return this.#request({
          op: "change_comment",
          story,
          id: editing.id,
          change: { is: "edited", text: words },
        });
      const { side, path, lines, object } = editing;
      const anchor = await this.here.app.backend.query({
        of: "comment_anchor",
        story,
        object,
        side,
        path,
        lines,
      });
      return this.#request({ op: "comment", story, id: newId(), anchor, text: words });
    });
    if (!done) return false;
    keepDraft(this.#draft(editing), undefined);
    if (this.editing === editing) this.editing = null;
    return true;
  }

  set(comment: Comment, change: CommentChange): Promise<boolean> {
    return this.#do(() =>
      this.#request({ op: "change_comment", story: this.here.id, id: comment.id, change }),
    );
  }

  /** Sends the open comments as the next prompt. */
  async send(): Promise<void> {
    let count = 0;
    const isSent = await this.#do(async () => {
      const story = this.here.id;
      const { comments } = await this.here.app.backend.query({ of: "review", story });
      count = comments.length;
      await this.#request({ op: "review", story, id: newId(), comments });
    });
    if (isSent) this.sent = count;
  }

  /** Notes that a file was reviewed, or takes that back. */
  async review(file: ChangedFile, isReviewed: boolean): Promise<boolean> {
    const done = await this.#do(() =>
      this.#request({
        op: "file_reviewed",
        story: this.here.id,
        path: file.path,
        content: isReviewed ? contentOf(file) : null,
      }),
    );
    const { answer } = this.kept;
    if (done && answer) {
      const reviewed = isReviewed ? ("yes" as const) : ("no" as const);
      const files = answer.files.map((each) => (each.path === file.path ? { ...each, reviewed } : each));
      this.kept.answer = { ...answer, files };
    }
    return done;
  }

  #edit(editing: Editing, words: string): void {
    this.editing = editing;
    const draft = keptDraft(this.#draft(editing));
    this.words = typeof draft === "string" ? draft : words;
    this.problem = null;
  }

  #draft({ side, path, lines, id }: Editing): DraftName {
    const place = id ?? `${side} ${lines?.first ?? ""}-${lines?.last ?? ""} ${path}`;
    return { of: "comment", id: `${this.here.id} ${place}` };
  }

  /** Does something that can be refused, one at a time, and reads the comments again. */
  async #do(work: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problem = null;
    this.sent = 0;
    try {
      await work();
      this.comments = await this.#ask();
      return true;
    } catch (thrown) {
      this.problem = faultOf(thrown);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  #request(request: Intent): Promise<unknown> {
    return this.here.app.backend.ask(request);
  }

  #ask(): Promise<readonly Comment[]> {
    const { answer } = this.kept;
    return this.here.app.backend.query({
      of: "comments",
      story: this.here.id,
      shown: answer === null ? null : [answer.from.object, answer.to.object],
    });
  }
}

const NONE: readonly Comment[] = [];
