// How the branch of a story stands, for design and screenshots: work to commit, a base that moved on, conflicts, and what was done.

import { Refusal } from "../backend";
import type {
  ConflictedFile,
  FinishAct,
  FinishBranch,
  FinishDone,
  FinishOffer,
  FinishOutput,
  FinishStep,
  FinishWhyNot,
  Finishing,
  StoryView,
} from "../protocol";

/**
 * `open`: files to commit, and the base moved on; `conflicts`: files conflict; `clean`: everything is committed; `alone`: in a folder as it
 * is; `long`: long names, also from right to left.
 */
export type FinishScene = "open" | "conflicts" | "clean" | "alone" | "long";
export const FINISHES: readonly FinishScene[] = ["open", "conflicts", "clean", "alone", "long"];

const ACTS: readonly FinishAct[] = [
  "commit",
  "update_by_merge",
  "update_by_rebase",
  "fast_forward",
  "merge",
  "squash",
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

export class FakeFinish {
  readonly #scene: FinishScene;
  #uncommitted: readonly string[];
  #done: FinishDone[] = [];

  constructor(scene: FinishScene) {
    this.#scene = scene;
    const files = scene === "long" ? [...LONG, ...FILES, ...FILES.map((path) => `${path}.orig`)] : FILES;
    this.#uncommitted = scene === "clean" ? [] : files;
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
      message: story?.title ?? "",
      squash_message: story?.title ?? "",
      offers: ACTS.map((act): FinishOffer => ({ act, why_not: this.#whyNot(act, view) })),
      last: this.#done.at(-1) ?? null,
      under_way: null,
      hand_over: this.#scene === "conflicts" ? "Your branch conflicts with main." : null,
    };
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
          from: undone?.to ?? null,
          to: undone?.from ?? null,
          undid: step.n,
        },
        output: "",
      };
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
      behind: this.#scene === "clean" ? 0 : 2,
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
    if (act === "undo") return this.#done.length > 0 ? null : "nothing_to_undo";
    if (act === "commit") return this.#uncommitted.length > 0 ? null : "nothing_to_commit";
    if (scene === "alone") return "no_base";
    if (act === "update_by_merge" || act === "update_by_rebase") {
      if (scene === "clean") return "up_to_date";
      if (act === "update_by_rebase") return this.#uncommitted.length > 0 ? "uncommitted" : null;
      return scene === "conflicts" ? "conflicts" : null;
    }
    if (act === "fast_forward" && scene !== "clean") return "not_fast_forward";
    if (scene === "conflicts") return "conflicts";
    return scene === "long" ? "target_not_clean" : null;
  }
}
