// What the fake knows of the repository of a new story: its branches, what a worktree begins from, and which ignored files there are.
import { Refusal } from "../backend";
import type { BaseSummary, Branches, CopyOffer } from "../protocol";

const HOUR = 3_600_000;

const BRANCHES: readonly (readonly [name: string, hours: number, subject: string])[] = [
  ["origin/main", 2, "Quote rates per parcel class"],
  ["main", 26, "Cache the carriers' answers"],
  ["origin/release/4.2", 70, "Release 4.2.1"],
  ["feat/webhooks", 120, "Receive webhooks of carriers"],
];

const at = (hours: number, now: number) => new Date(now - hours * HOUR).toISOString();

export function fakeBranches(now: number): Branches {
  const newest = BRANCHES.map(([name, hours, subject]) => ({
    name,
    is_remote: name.startsWith("origin/"),
    subject,
    at: at(hours, now),
  }));
  return { newest, more: 0, fetch: false };
}

/** The base of this name; `main`, which is behind its remote, if there is none. */
export function fakeBase(name: string | null, now: number): BaseSummary {
  const found = BRANCHES.find(([known]) => known === (name ?? "main"));
  if (found === undefined)
    throw new Refusal({
      code: "bad_input",
      message: `there is no branch, tag or commit "${name ?? ""}" here`,
      hint: "Choose a branch of the list, or write the id of a commit.",
    });
  const [shown, hours, subject] = found;
  const upstream = shown === "main" ? { upstream: { name: "origin/main", behind: 4, ahead: 0 } } : {};
  return {
    base: { name: shown, commit: "1f8a2c0b9d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70", fetched: false, ...upstream },
    subject,
    at: at(hours, now),
    remote: "origin",
    fetched_at: at(5, now),
  };
}

export const FAKE_COPIES: CopyOffer = {
  by_repository: true,
  patterns: [],
  environment: [".env", "apps/web/.env.local"],
};
