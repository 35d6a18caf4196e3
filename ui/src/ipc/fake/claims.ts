// Claims of an agent for stories that are over: proved by a step of their own timeline, by git, and not at all.

import type { Claim, Envelope, StoryView } from "../protocol";

/** The claims of a story, beside the events of its last run. */
export function claimsOf(view: StoryView | undefined, events: readonly Envelope[]): Claim[] {
  const run = view?.runs.findLast(({ kind }) => kind === "agent")?.id;
  const said = events.findLast((each) => each.source === "run" && each.event.type === "turn_ended");
  const step = events.findLast((each) => each.source === "run" && each.event.type === "tool_call");
  if (run === undefined || !said?.pos) return [];
  const shared = { said_run: run, said_pos: said.pos, run: null, pos: null } as const;
  const words = "The crate builds and its tests pass.";
  return [
    step?.pos
      ? {
          ...shared,
          kind: "tests",
          words,
          verdict: "proved",
          run,
          pos: step.pos,
          command: "cargo nextest run --workspace",
          exit_code: 0,
        }
      : { ...shared, kind: "tests", words, verdict: "not_run" },
    {
      ...shared,
      kind: "lint",
      words: "Clippy is clean.",
      verdict: "result_unknown",
      why: "pipe",
      run,
      pos: step?.pos ?? null,
      command: "cargo clippy --all-targets | tail -20",
    },
    {
      ...shared,
      kind: "committed",
      words: "It is committed and pushed.",
      verdict: "before_edit",
      why: "uncommitted",
      count: 2,
      object: "9b1d0c5a7e42f3b8d6a1c09e5f4b3a2d1c0e9f87",
    },
    {
      ...shared,
      kind: "pushed",
      words: "It is committed and pushed.",
      verdict: "not_found",
      why: "not_on_remote",
      count: 1,
    },
    {
      ...shared,
      kind: "file",
      words: "I wrote crates/address/README.md.",
      verdict: "proved",
      path: "crates/address/README.md",
      object: "4a7c1d9e0b2f35866c1d7e9a0b4c2d3e5f6a7b8c",
    },
  ];
}
