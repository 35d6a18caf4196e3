// How the branch of a story stands, for design and screenshots: work to commit, a base that moved on, conflicts, and what was done.

import { isLive } from "../../domain/states";
import { Refusal } from "../backend";
import type {
  Check,
  CheckState,
  ConflictedFile,
  FailingLogs,
  FinishAct,
  FinishBranch,
  FinishDone,
  FinishOffer,
  FinishOutput,
  FinishStep,
  FinishWhyNot,
  Finishing,
  Hosted,
  KeptBecause,
  PullRequest,
  StoryView,
  WorktreeLook,
} from "../protocol";

/**
 * `open`: files to commit, and the base moved on; `conflicts`: files conflict; `clean`: everything is committed; `alone`: in a folder as it
 * is; `long`: long names, also from right to left; `hosted`: a pull request is open, and a check failed; `signed-out`: nobody is signed in.
 */
export type FinishScene = "open" | "conflicts" | "clean" | "alone" | "long" | "hosted" | "signed-out";
export const FINISHES: readonly FinishScene[] = [
  "open",
  "conflicts",
  "clean",
  "alone",
  "long",
  "hosted",
  "signed-out",
];

/** Scenes in which everything is committed and the base has nothing new. */
const UP_TO_DATE: readonly FinishScene[] = ["clean", "hosted", "signed-out"];
const ACTS: readonly FinishAct[] = [
  "commit",
  "update_by_merge",
  "update_by_rebase",
  "fast_forward",
  "merge",
  "squash",
  "push",
  "pull_request",
  "undo",
];
const HEAD = "9b1d0c5a7e42f3b8d6a1c09e5f4b3a2d1c0e9f87";
const BASE = "4a7c1d9e0b2f35866c1d7e9a0b4c2d3e5f6a7b8c";
const FILES = ["crates/address/src/lib.rs", "crates/address/src/country.rs", "crates/address/README.md"];
const LONG = [
  "packages/checkout/src/components/forms/address/validation/internationalPostalCodeValidation.test.ts",
  "\u05db\u05ea\u05d5\u05d1\u05ea/\u05d1\u05d3\u05d9\u05e7\u05d4.md",
];
const CONFLICTS: ConflictedFile[] = [
  {
    path: "crates/address/src/lib.rs",
    kind: "both_changed",
    more_pieces: 0,
    pieces: [
      {
        line: 41,
        text: [
          "<<<<<<< base",
          "pub fn validate(address: &Address) -> Result<(), Problem> {",
          "=======",
          "pub fn validate(address: &Address, rules: &Rules) -> Result<(), Vec<Problem>> {",
          ">>>>>>> branch",
        ].join("\n"),
      },
    ],
  },
  { path: "docs/addresses.md", kind: "removed_in_branch", more_pieces: 0, pieces: [] },
];

const NO_REQUEST: Hosted = {
  repository: "github.com/ada/parcel-api",
  tool: { name: "gh", state: "ready" },
  page: "https://github.com/ada/parcel-api/compare/main...musher/addresses?expand=1",
  pull_request: null,
  is_known: true,
  why_unknown: null,
};
const check = (name: string, state: CheckState): Check => ({ name, state, url: null, job: null });
const HOSTED: PullRequest = {
  number: 41,
  url: "https://github.com/ada/parcel-api/pull/41",
  title: "Move address validation",
  state: "open",
  draft: true,
  base: "main",
  head: HEAD,
  checks: [
    check("ci / test", "failed"),
    check("ci / lint", "passed"),
    check("ci / deploy", "running"),
    check("docs", "skipped"),
  ],
};
const LONG_HOSTED: PullRequest = {
  ...HOSTED,
  title: `${HOSTED.title} ${"and everything that follows from it ".repeat(5)}`,
  checks: [
    check(`verification-of-${"every-platform-".repeat(8)}`, "waiting"),
    check("\u05d1\u05d3\u05d9\u05e7\u05d4 / \u05db\u05ea\u05d5\u05d1\u05ea", "failed"),
    check("fuzz", "allowed"),
    check("new", "unknown"),
  ],
};

export class FakeFinish {
  readonly #scene: FinishScene;
  #uncommitted: readonly string[];
  #done: FinishDone[] = [];

  constructor(scene: FinishScene) {
    this.#scene = scene;
    const files = scene === "long" ? [...LONG, ...FILES, ...FILES.map((path) => `${path}.orig`)] : FILES;
    this.#uncommitted = UP_TO_DATE.includes(scene) ? [] : files;
  }

  standing(view: StoryView | undefined): Finishing {
    const branch = this.#base();
    const story = view?.story;
    const name =
      this.#scene === "long" ? `${story?.branch ?? ""}-${"and-all-that-follows-".repeat(4)}` : story?.branch;
    return {
      branch: `refs/heads/${name ?? "main"}`,
      head: this.#done.at(-1)?.to ?? HEAD,
      uncommitted: { names: [...this.#uncommitted], more: 0 },
      repositories: { names: [], more: 0 },
      operation: null,
      base: branch,
      target: branch,
      remote: this.#scene === "alone" ? null : { name: "origin", there: this.#pushed(), unpushed: 3 },
      pull_request:
        this.#scene === "alone"
          ? null
          : {
              base: "main",
              title: story?.title ?? "",
              text: `${story?.title ?? ""}\n\nCommits:\n\n* Move the rules\n* Report every problem\n`,
            },
      message: story?.title ?? "",
      squash_message: story?.title ?? "",
      offers: ACTS.map((act): FinishOffer => ({ act, why_not: this.#whyNot(act, view) })),
      last: this.#done.at(-1) ?? null,
      under_way: null,
      hand_over: this.#scene === "conflicts" ? "Your branch conflicts with main." : null,
    };
  }

  /** The commit that the remote has of the branch. */
  #pushed(): string | null {
    const pushed = this.#done.findLast(({ act }) => act === "push" || act === "pull_request");
    return pushed?.to ?? (this.#scene === "hosted" ? HEAD : null);
  }

  /** What the host has of the branch. */
  hosted(): Hosted {
    const branch = this.#scene === "long" ? LONG_HOSTED : HOSTED;
    if (this.#scene === "hosted" || this.#scene === "long") return { ...NO_REQUEST, pull_request: branch };
    if (this.#scene === "alone")
      return { ...NO_REQUEST, repository: null, tool: null, page: null, is_known: false };
    if (this.#scene === "signed-out")
      return { ...NO_REQUEST, tool: { name: "gh", state: "signed_out" }, is_known: false };
    const begun = this.#done.some(({ act }) => act === "pull_request");
    return begun ? { ...NO_REQUEST, pull_request: { ...HOSTED, checks: [] } } : NO_REQUEST;
  }

  failingLogs(): FailingLogs {
    const failed = this.hosted().pull_request?.checks.filter(({ state }) => state === "failed") ?? [];
    const checks = failed.map(({ name, url }) => ({
      name,
      url,
      log: "expected 2, found 3",
      why_unknown: null,
    }));
    return { checks, prompt: failed.length > 0 ? "A check of pull request 41 of your branch failed." : null };
  }

  /** What would go with the worktree. */
  worktree(view: StoryView | undefined): WorktreeLook {
    const isLong = this.#scene === "long";
    const none = { names: [], more: 0 };
    const server = { pid: 48112, name: "node", ports: [5173, 24678] };
    return {
      slug: view?.story.slug ?? "move-addresses",
      root: isLong
        ? `/home/ada/${"a-very-deep-folder/".repeat(6)}addresses`
        : (view?.story.dir ?? "/home/ada/src/parcel-api.worktrees/addresses"),
      is_there: true,
      is_removed: false,
      others: isLong ? ["fix-the-address-of-everything", "second"] : [],
      git: {
        branch: `refs/heads/${view?.story.branch ?? "main"}`,
        head: this.#done.at(-1)?.to ?? HEAD,
        is_main: false,
        changed: { names: [...this.#uncommitted], more: 0 },
        untracked: isLong ? { names: LONG, more: 40 } : none,
        ignored: this.#scene === "clean" ? none : { names: [".env", "node_modules/", "target/"], more: 0 },
        stashes: isLong ? 2 : 0,
        unpushed: this.#scene === "alone" ? null : 3,
        unmerged: this.#scene === "clean" ? 0 : 3,
        operation: null,
        locked: false,
        submodules: none,
      },
      processes: isLong ? [server] : [],
      bytes: isLong ? null : 48_400_000 + 1_730_000 * (view?.story.title.length ?? 0),
      kept_because: this.#keptBecause(view),
    };
  }

  #keptBecause(view: StoryView | undefined): KeptBecause[] {
    if (view && isLive(view.story.state)) return [{ is: "story", slug: view.story.slug }];
    return this.#scene === "long" ? [{ is: "processes" }] : [];
  }

  output(): FinishOutput {
    return { text: "" };
  }

  /** Does a step. */
  act(view: StoryView | undefined, step: FinishStep): { done: FinishDone; output: string } {
    const why = this.#whyNot(step.act, view);
    if (why !== null)
      throw new Refusal({
        code: "wrong_state",
        message: "it cannot be done now",
        hint: "Look at what is so.",
      });
    if (step.act === "undo") {
      const undone = this.#done.pop();
      const reference = undone?.reference ?? "";
      return {
        done: {
          n: 9,
          act: "undo",
          reference,
          from: undone?.act === "remove" ? null : (undone?.to ?? null),
          to: undone?.from ?? null,
          undid: step.n,
          ...(undone?.removed && undone.dir !== undefined ? { dir: undone.dir } : {}),
        },
        output: "",
      };
    }
    if (step.act === "remove") {
      const reference = `refs/heads/${view?.story.branch ?? ""}`;
      const head = this.#done.at(-1)?.to ?? HEAD;
      const removed = {
        project: "/home/ada/src/parcel-api/.git",
        branch: reference,
        head,
        branch_deleted: step.delete_branch,
      };
      const done: FinishDone = {
        n: 9,
        act: "remove",
        reference,
        from: head,
        to: head,
        dir: "/home/ada/src/w",
        removed,
      };
      this.#done.push(done);
      return { done, output: "" };
    }
    const isOfStory = ["commit", "update_by_merge", "update_by_rebase"].includes(step.act);
    if (step.act === "commit") this.#uncommitted = [];
    const done: FinishDone = {
      n: 7 + this.#done.length,
      act: step.act,
      reference: isOfStory ? `refs/heads/${view?.story.branch ?? ""}` : "refs/heads/main",
      from: HEAD,
      to: "c0ffee12e42f3b8d6a1c09e5f4b3a2d1c0e9f870",
    };
    if (step.act === "push" || step.act === "pull_request") {
      done.reference = `refs/remotes/origin/${view?.story.branch ?? ""}`;
      done.to = this.#done.findLast(({ act }) => act === "commit")?.to ?? HEAD;
    }
    if (step.act === "pull_request") done.url = HOSTED.url;
    this.#done.push(done);
    const output = step.act === "commit" ? "cargo fmt --check\ncargo clippy: no warnings\n" : "";
    return { done, output };
  }

  #base(): FinishBranch | null {
    if (this.#scene === "alone") return null;
    const place =
      this.#scene === "long"
        ? `/home/ada/${"a-very-deep-folder/".repeat(6)}parcel-api`
        : "/home/ada/src/parcel-api";
    return {
      name: "main",
      shown: { reference: "refs/heads/main", commit: BASE, checked_out: place },
      ahead: 3,
      behind: UP_TO_DATE.includes(this.#scene) ? 0 : 2,
      preview:
        this.#scene === "conflicts"
          ? { is: "conflicts", files: CONFLICTS, more: 0 }
          : { is: "clean", changes: true },
      worktree: { is_clean: this.#scene !== "long", operation: null, works: null },
    };
  }

  #whyNot(act: FinishAct, view: StoryView | undefined): FinishWhyNot | null {
    const scene = this.#scene;
    if (view?.runs.some((run) => run.state !== "ended")) return "works";
    if (this.#done.at(-1)?.act === "remove") return act === "undo" ? null : "removed";
    if (act === "remove") return null;
    if (act === "undo" && this.#done.length === 0) return "nothing_to_undo";
    if (act === "undo") return this.#pushed() === null ? null : "pushed";
    if (act === "push" && this.#pushed() !== null) return "nothing_to_push";
    if (act === "push" || act === "pull_request") return scene === "alone" ? "no_remote" : null;
    if (act === "commit") return this.#uncommitted.length > 0 ? null : "nothing_to_commit";
    if (scene === "alone") return "no_base";
    if (act === "update_by_merge" || act === "update_by_rebase") {
      if (UP_TO_DATE.includes(scene)) return "up_to_date";
      if (act === "update_by_rebase") return this.#uncommitted.length > 0 ? "uncommitted" : null;
      return scene === "conflicts" ? "conflicts" : null;
    }
    if (act === "fast_forward" && !UP_TO_DATE.includes(scene)) return "not_fast_forward";
    if (scene === "conflicts") return "conflicts";
    return scene === "long" ? "target_not_clean" : null;
  }
}
