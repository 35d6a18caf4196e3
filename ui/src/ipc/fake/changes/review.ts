// A review of the fake's changes: comments in every state, new ones, and the files that were reviewed. Lines do not change here, so
// comments stay where they are.

import { Refusal } from "../../backend";
import type {
  ChangedFile,
  Comment,
  CommentAnchor,
  CommentChange,
  CommentPlace,
  CommentState,
  Fault,
  Review,
  StoryId,
} from "../../protocol";
import { contentOf } from "../../../domain/changes/reviewed";
import { at } from "../shape";
import type { FakeFile } from "./script";

const NO_LINE: Fault = {
  code: "bad_input",
  message: "the file has no such line",
  hint: "Name lines that are in the file as it was last held.",
};
const NONE_OPEN: Fault = {
  code: "wrong_state",
  message: "there are no open comments to be sent",
  hint: "Comment on a line or a file of its changes first.",
};

export class FakeReview {
  #comments: Comment[] = [];
  #made = 0;
  readonly #reviewed = new Map<string, string>();

  /** The lines of a file that a comment would be on. */
  anchor(file: FakeFile, on: Omit<CommentAnchor, "blob" | "quote">): CommentAnchor {
    const { lines, side } = on;
    const sign = side === "before" ? "+" : "-";
    const all = file.script.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
    if (lines !== null && lines.last > all.length) throw new Refusal(NO_LINE);
    const quote = lines === null ? "" : all.slice(lines.first - 1, lines.last).join("\n");
    return { ...on, blob: "d".repeat(40), quote };
  }

  make(story: StoryId, id: string, anchor: CommentAnchor, text: string): void {
    this.#made += 1;
    const { path, side, lines } = anchor;
    this.#comments.push({
      id,
      story,
      n: this.#made,
      path,
      side,
      line: lines?.first ?? null,
      last_line: lines?.last ?? null,
      text: text.trim(),
      state: "open",
      place: "same",
      at: at(-3),
      sent_at: null,
      prompt: null,
      anchor,
      shown: null,
    });
  }

  change(id: string, change: CommentChange): void {
    if (change.is === "removed") this.#comments = this.#comments.filter((comment) => comment.id !== id);
    else
      this.#set(
        id,
        change.is === "edited"
          ? { text: change.text }
          : change.is === "resolved"
            ? { state: "resolved" }
            : { state: "open", sent_at: null, prompt: null },
      );
  }

  /** The comments, with where they are among these files. */
  comments(files: readonly ChangedFile[]): Comment[] {
    const isShown = ({ path, side }: Comment) =>
      files.some((file) => (side === "before" ? (file.old_path ?? file.path) : file.path) === path);
    return this.#comments.map((comment) => {
      const { path, line, last_line, place } = comment;
      const lines = line === null || last_line === null ? null : { first: line, last: last_line };
      return { ...comment, shown: isShown(comment) ? { path, lines, place } : null };
    });
  }

  review(): Review {
    const open = this.#comments.filter(({ state }) => state === "open");
    const comments = open.map(({ id, path, line, last_line, place }) => {
      const lines = line === null || last_line === null ? null : { first: line, last: last_line };
      return { id, spot: { path, lines, place } };
    });
    return { comments, prompt: open.map(({ path, text }) => `${path}: ${text}`).join("\n\n") };
  }

  /** Sends comments. Returns the prompt. */
  send(prompt: string, ids: readonly string[]): string {
    const text = this.review().prompt;
    if (ids.length === 0) throw new Refusal(NONE_OPEN);
    for (const id of ids) this.#set(id, { state: "sent", sent_at: at(-1), prompt });
    return text;
  }

  setReviewed(path: string, content: string | null): void {
    if (content === null) this.#reviewed.delete(path);
    else this.#reviewed.set(path, content);
  }

  /** The file with whether it was reviewed. */
  marked(file: ChangedFile): ChangedFile {
    const content = this.#reviewed.get(file.path);
    const reviewed = content === undefined ? "no" : content === contentOf(file) ? "yes" : "changed_since";
    return { ...file, reviewed };
  }

  /** Comments in every state, and files that were reviewed. */
  prepare(files: readonly FakeFile[], story: StoryId): void {
    const states: [CommentState, CommentPlace, string][] = [
      ["open", "same", "Handle an empty line here, too: the carrier sends some."],
      ["sent", "moved", "Why is the field public now?\nNothing outside of the crate reads it."],
      ["addressed", "changed", "Return the error instead of a default."],
      ["resolved", "same", "Is this still needed?"],
      ["open", "same", "שורה זו ארוכה מדי: please split it at the comma."],
    ];
    const texts = files.filter(({ script, file }) => script.length > 30 && !file.binary && file.new !== null);
    for (const [n, [state, place, text]] of states.entries()) {
      const file = texts[Math.floor(n / 3)];
      if (!file) continue;
      const line = file.script
        .filter((each) => !each.startsWith("-"))
        .findIndex((each) => each.startsWith("+"));
      const lines = { first: line + 1 + (n % 3), last: line + 1 + (n % 3) + (n === 1 ? 1 : 0) };
      const { path } = file.file;
      const anchor = this.anchor(file, { path, side: "after", object: "e".repeat(40), lines });
      this.make(story, `comment-${n}`, anchor, text);
      const was = { first: lines.first - 2, last: lines.last - 2 };
      this.#set(`comment-${n}`, {
        state,
        place,
        sent_at: state === "open" ? null : at(-9),
        anchor: place === "moved" ? { ...anchor, lines: was } : anchor,
      });
    }
    const elsewhere: CommentAnchor = {
      path: "docs/removed-since.md",
      side: "after",
      object: "e".repeat(40),
      blob: "d".repeat(40),
      lines: { first: 4, last: 4 },
      quote: "Start it with `make`.",
    };
    this.make(story, "comment-gone", elsewhere, "Say which version of make.");
    this.#set("comment-gone", { state: "sent", place: "gone", line: null, last_line: null, sent_at: at(-9) });
    for (const { file } of files.slice(0, 5)) this.setReviewed(file.path, contentOf(file));
    const changed = files[5];
    if (changed) this.setReviewed(changed.file.path, "is file 0 -");
  }

  #set(id: string, change: Partial<Comment>): void {
    this.#comments = this.#comments.map((each) => (each.id === id ? { ...each, ...change } : each));
  }
}
