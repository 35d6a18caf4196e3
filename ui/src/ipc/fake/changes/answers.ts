// Answers the queries about changes: a change with a file of every kind, one with very many files, none, or a scope that is not possible.

import { Refusal } from "../../backend";
import type {
  ChangedFile,
  ChangeEnd,
  Changes,
  ChangeScope,
  Checkpoint,
  Fault,
  LeftOut,
  SinceLooked,
  StoryCommits,
  StoryId,
  Timestamp,
} from "../../protocol";
import type { Answers } from "../queries";
import { at } from "../shape";
import { FakeReview } from "./review";
import { diffOf, linesOf, scripted, type FakeFile } from "./script";
import { manyFiles, UNREADABLE, zoo } from "./zoo";

/** What a story's changes are: `outdated` since its newest checkpoint, `first`: there is no checkpoint yet, `review`: with comments. */
export const CHANGES = ["zoo", "many", "none", "outdated", "first", "broken", "review"] as const;
export type ChangesScene = (typeof CHANGES)[number];

const NO_CHECKPOINT: Fault = {
  code: "not_found",
  message: "the story has no checkpoint yet, so it is not known what changed",
  hint: "One is made before each prompt and after each turn.",
};
const GONE: Fault = {
  code: "git",
  message: "git could not read this file: the object 5f2c1e is not there",
  hint: "Fetch it, or look at the file in the folder.",
};
const BROKEN: Fault = {
  code: "git",
  message: "git did not answer within 30 s",
  hint: "Try again; the repository may be busy.",
};

/** What no checkpoint has. */
const LEFT_OUT: Partial<Record<ChangesScene, readonly LeftOut[]>> = {
  zoo: [{ path: "data/parcels.sqlite", why: "too_large", size: 83_886_080 }],
  many: [
    { path: "data/parcels.sqlite", why: "too_large", size: 83_886_080 },
    { path: "data/new\nline.bin", why: "too_much", size: 4_200_000 },
    { path: "run/agent.sock", why: "socket" },
    { path: '"secret/\\377.key"', why: "unreadable" },
  ],
};

/** The queries that are answered here. */
type Answered = Pick<
  Answers,
  | "changes"
  | "file_change"
  | "file_lines"
  | "commits"
  | "checkpoints"
  | "comment_anchor"
  | "comments"
  | "review"
>;

export class FakeChanges {
  readonly said = new FakeReview();
  #isPrepared = false;
  /** The files of the changes that were asked for last. */
  #asked: readonly ChangedFile[] = [];
  readonly #scene: ChangesScene;
  #files: FakeFile[] | null = null;
  /** The number of the newest checkpoint. */
  #newest = 6;
  #isOutdated: boolean;
  /** The checkpoint at which the person looked. */
  #looked: number | null = null;

  constructor(scene: ChangesScene) {
    this.#scene = scene;
    this.#isOutdated = scene === "outdated";
  }

  readonly answers: Answered = {
    changes: ({ story, scope }) => {
      this.#prepare(story);
      const changes = this.#changes(scope);
      this.#asked = changes.files;
      return changes;
    },
    comment_anchor: ({ path, side, object, lines }) =>
      this.said.anchor(this.#fileOn(path), { path, side, object, lines }),
    comments: ({ story, shown }) => {
      this.#prepare(story);
      return this.said.comments(shown === null ? [] : this.#asked);
    },
    review: () => this.said.review(),
    file_change: ({ path, skip, white_space }) => {
      if (path === UNREADABLE) throw new Refusal(GONE);
      return diffOf(this.#file(path), skip, white_space);
    },
    file_lines: ({ path, first, most }) => linesOf(this.#file(path), first, most),
    commits: () => COMMITS,
    checkpoints: ({ story }) => Array.from({ length: this.#newest }, (_, n) => checkpoint(story, n + 1)),
  };

  /** Holds the files: what changed since is in the answers from now on. Returns the new checkpoint. */
  hold(story: StoryId): Checkpoint {
    this.#newest += 1;
    this.#isOutdated = false;
    const more = [" // since the checkpoint before", `+// checkpoint ${this.#newest}`];
    this.#all();
    this.#files = [
      ...this.#all().filter(({ file }) => file.path !== "src/later.rs"),
      scripted("src/later.rs", more, { said: false }),
    ];
    return checkpoint(story, this.#newest);
  }

  /** The person looked: nothing is new to them. Returns the number of the newest checkpoint. */
  look(): number {
    this.#looked = this.#newest;
    return this.#newest;
  }

  /** What came since the person looked; the scenes without changes have nothing new. */
  since(looked: Timestamp | null): SinceLooked {
    const none = { input: 0, output: 0, cache_read: 0, cache_write: 0 };
    const isNothing = this.#scene === "none" || (this.#looked !== null && this.#newest === this.#looked);
    const n = isNothing ? 0 : 1;
    return {
      looked: looked ?? at(-52),
      files: this.#scene === "first" ? null : isNothing ? 0 : this.#of({ of: "looked" }).length,
      commands: 7 * n,
      questions: n,
      gates_passed: n,
      gates_failed: 0,
      tokens: { ...none, input: 21_300 * n, output: 4_120 * n },
      cost: { micros: 410_000 * n, basis: "reported" },
      is_partial: false,
    };
  }

  #changes(scope: ChangeScope): Changes {
    if (this.#scene === "broken") throw new Refusal(BROKEN);
    if (this.#scene === "first") throw new Refusal(NO_CHECKPOINT);
    const files = this.#of(scope).map(({ file }) => this.said.marked(file));
    return {
      from: fromOf(scope),
      to: this.#to(scope),
      turn: scope.of === "turn" ? (scope.turn ?? 3) : null,
      never_looked: scope.of === "looked" && this.#looked === null,
      is_outdated: this.#isOutdated,
      added: files.reduce((sum, { added }) => sum + added, 0),
      removed: files.reduce((sum, { removed }) => sum + removed, 0),
      files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      more_files: 0,
      renames_by_content_only: false,
      left_out: scope.of === "commit" ? [] : [...(LEFT_OUT[this.#scene] ?? [])],
      more_left_out: this.#scene === "many" ? 12 : 0,
    };
  }

  #of(scope: ChangeScope): readonly FakeFile[] {
    switch (scope.of) {
      case "base":
        return this.#all();
      case "looked":
        return this.#looked === null
          ? this.#all()
          : this.#all().slice(this.#newest > this.#looked ? -1 : Infinity);
      case "turn":
      case "commit":
        return this.#all().filter((_, n) => n < 6);
      case "checkpoints":
        return this.#all().filter((_, n) => n % 2 === 0);
      case "uncommitted":
        return [];
    }
  }

  #to(scope: ChangeScope): ChangeEnd {
    if (scope.of === "commit")
      return {
        object: "c".repeat(40),
        is: { is: "commit", subject: COMMITS.commits[0]?.subject ?? "", at: at(-40) },
      };
    const n = (scope.of === "checkpoints" ? scope.until : null) ?? this.#newest;
    return {
      object: `${n}`.padStart(40, "e"),
      is: { is: "checkpoint", n, at: at(n * 8 - 60), because: "turn" },
    };
  }

  #all(): readonly FakeFile[] {
    this.#files ??= this.#scene === "none" ? [] : this.#scene === "many" ? manyFiles() : zoo();
    return this.#files;
  }

  /** The file with this path, or which had it. */
  #fileOn(path: string): FakeFile {
    return this.#all().find(({ file }) => file.old_path === path) ?? this.#file(path);
  }

  #prepare(story: StoryId): void {
    if (this.#isPrepared || this.#scene !== "review") return;
    this.#isPrepared = true;
    this.said.prepare(this.#all(), story);
  }

  #file(path: string): FakeFile {
    const found = this.#all().find(({ file }) => file.path === path);
    if (!found) throw new Refusal(GONE);
    return found;
  }
}

function fromOf(scope: ChangeScope): ChangeEnd {
  const object = "b".repeat(40);
  switch (scope.of) {
    case "base":
      return { object, is: { is: "base", name: "origin/main" } };
    case "turn":
      return { object, is: { is: "checkpoint", n: 5, at: at(-20), because: "prompt" } };
    case "looked":
      return { object, is: { is: "beginning", n: 1, at: at(-52) } };
    case "uncommitted":
      return { object, is: { is: "head", n: 6, branch: "feat/address-crate" } };
    case "commit":
      return { object, is: { is: "parent" } };
    case "checkpoints":
      return {
        object,
        is: { is: "checkpoint", n: scope.since, at: at(scope.since * 8 - 60), because: "turn" },
      };
  }
}

function checkpoint(story: StoryId, n: number): Checkpoint {
  const id = String(n).padStart(40, "0");
  return {
    story,
    n,
    at: at(n * 8 - 60),
    commit: id,
    tree: id,
    because: n % 2 === 0 ? "turn" : "prompt",
    left_out: [],
    more_left_out: 0,
  };
}

const COMMITS: StoryCommits = {
  commits: [
    {
      commit: "9c4e1f0".padEnd(40, "0"),
      subject: "address: validation has errors of its own",
      author: "Ada",
      at: at(-40),
    },
    { commit: "2b7d8a3".padEnd(40, "0"), subject: "address: a crate of its own", author: "Ada", at: at(-51) },
  ],
  more: 0,
};
