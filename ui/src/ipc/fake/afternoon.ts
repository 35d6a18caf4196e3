// One invented afternoon, Thursday 19 November 2026, 16:51: twelve stories in three projects, in
// every state that a board can show, two questions, and the limits of two accounts.

import type { Limit, Question } from "../protocol";
import { at, lasting, runId, storyId, storyView, type Sketch } from "./shape";

const SUCCEEDED = { kind: "succeeded" } as const;
const FAILED = { kind: "crashed", code: 100, signal: null } as const;
const KILLED = { kind: "crashed", code: null, signal: 9 } as const;

const SKETCHES: Sketch[] = [
  {
    id: 1, project: "parcel-api", title: "Move address validation into its own crate", state: "waiting", reason: "question",
    model: "opus-4.8", branch: "feat/address-crate", tokens: 6.21, dollars: 18.42, gates: ["cargo nextest run --workspace"],
    segments: [["running", -286], ["limited", -250], ["running", -201], ["needs_you", -179, "crashed"], ["running", -151], ["gating", -49],
      ["running", -47], ["gating", -31], ["done", -30, "checked"], ["running", -13], ["waiting", -4, "question"]],
    ticks: [[-286, -250, 2], [-201, -179, 1.7], [-151, -49, 2.4], [-47, -31, 1.8], [-13, -4, 1.4]],
    runs: [{ from: -286, to: -179, outcome: KILLED }, { from: -151, to: -49, outcome: SUCCEEDED }, { from: -49, to: -47, kind: "gate", outcome: FAILED },
      { from: -47, to: -31, outcome: SUCCEEDED }, { from: -31, to: -30, kind: "gate", outcome: SUCCEEDED }, { from: -13 }],
  },
  {
    id: 2, project: "parcel-api", title: "Replace carrier polling with webhooks", state: "running", model: "sonnet-4.8",
    branch: "feat/carrier-webhooks", activity: { tool: "Bash", kind: "command", subject: "cargo nextest run -p carriers" }, tokens: 2.87, dollars: 4.06,
    segments: [["running", -74], ["waiting", -52, "question"], ["running", -46]], ticks: [[-74, -52, 1.6], [-46, 0, 1.7]], runs: [{ from: -74 }],
  },
  {
    id: 3, project: "parcel-api", title: "Retry label purchases on carrier time-outs", state: "limited", agent: "codex", model: "gpt-5.5",
    branch: "fix/label-retry", tokens: 1.94, dollars: 3.11, basis: "priced", until: 50 + 52 / 60,
    segments: [["running", -96], ["limited", -22]], ticks: [[-96, -22, 2.2]],
    runs: [{ from: -96, to: -22, outcome: { kind: "limited", window: "five_hour", name: lasting(5), until: at(50 + 52 / 60) } }],
  },
  {
    id: 4, project: "parcel-api", title: "Return 409 on duplicate shipment references", state: "done", reason: "checked", model: "sonnet-4.8",
    branch: "fix/duplicate-409", tokens: 1.08, dollars: 1.92, gates: ["cargo nextest run --workspace"],
    segments: [["running", -171], ["gating", -118], ["done", -116, "checked"]], ticks: [[-171, -118, 1.9]],
    runs: [{ from: -171, to: -118, outcome: SUCCEEDED }, { from: -118, to: -116, kind: "gate", outcome: SUCCEEDED }],
  },
  {
    id: 5, project: "atlas-web", title: "Virtualise the route list", state: "needs_you", reason: "gate_failed", model: "opus-4.8",
    branch: "perf/route-list", detail: "2 of 214 tests fail, 3 of 3 attempts used. First: route-list › keeps focus after scroll",
    tokens: 5.3, dollars: 14.87, gates: ["npm test"],
    segments: [["running", -140], ["gating", -70], ["running", -67], ["gating", -41], ["running", -38], ["gating", -19], ["needs_you", -16, "gate_failed"]],
    ticks: [[-140, -70, 2], [-67, -41, 2], [-38, -19, 1.7]],
    runs: [{ from: -140, to: -70, outcome: SUCCEEDED }, { from: -70, to: -67, kind: "gate", outcome: FAILED }, { from: -67, to: -41, outcome: SUCCEEDED },
      { from: -41, to: -38, kind: "gate", outcome: FAILED }, { from: -38, to: -19, outcome: SUCCEEDED }, { from: -19, to: -16, kind: "gate", outcome: FAILED }],
  },
  {
    id: 6, project: "atlas-web", title: "Dark map style and legend", state: "running", agent: "gemini", model: "gemini-3-pro", branch: "feat/dark-map",
    activity: { tool: "Edit", kind: "edit", subject: "src/map/style-dark.ts" }, tokens: 0.812, dollars: 1.37, basis: "priced",
    segments: [["running", -43]], ticks: [[-43, 0, 1.5]], runs: [{ from: -43 }],
  },
  {
    id: 7, project: "atlas-web", title: "Keyboard navigation in the stop editor", state: "gating", model: "sonnet-4.8", branch: "feat/stop-editor-keys",
    tokens: 2.15, dollars: 3.58, gates: ["npm run lint", "npm run check", "npm test"],
    segments: [["running", -88], ["gating", -3]], ticks: [[-88, -3, 2.1]],
    runs: [{ from: -88, to: -3, outcome: SUCCEEDED }, { from: -3, to: -2, kind: "gate", outcome: SUCCEEDED }, { from: -2, kind: "gate" }],
  },
  {
    id: 8, project: "atlas-web", title: "Drop the legacy date picker", state: "queued", model: "haiku-4.8", branch: "chore/date-picker",
    detail: "after Keyboard navigation…", segments: [["queued", -36]],
  },
  { id: 9, project: "atlas-web", title: "Offline cache for map tiles", state: "draft", branch: null, segments: [] },
  {
    id: 10, project: "fieldkit", title: "Parse GPX 1.1 extensions without copying", state: "needs_you", reason: "crashed", agent: "opencode",
    model: "qwen3-coder", branch: "feat/gpx-extensions", tokens: 3.44, basis: "unpriced",
    detail: "OpenCode was killed by signal 9 at 16:24. 2 commits and 5 uncommitted files are safe; the session can be resumed.",
    segments: [["running", -120], ["needs_you", -27, "crashed"]], ticks: [[-120, -27, 2.6]], runs: [{ from: -120, to: -27, outcome: KILLED }],
  },
  {
    id: 11, project: "fieldkit", title: "Fuzz the NMEA reader", state: "starting", model: "haiku-4.8", branch: "test/fuzz-nmea",
    detail: "set-up script, step 2 of 3", segments: [["queued", -14], ["starting", -0.35]], runs: [{ from: -0.35 }],
  },
  {
    id: 12, project: "fieldkit", title: "Port the build to zig cc", state: "stopped", reason: "you", agent: "codex", model: "gpt-5.5",
    branch: "build/zig-cc", detail: "1 commit, nothing uncommitted", about: { kind: "stopped", by: "you", why: "board" }, tokens: 1.21, dollars: 2.04, basis: "priced",
    segments: [["running", -165], ["stopped", -109, "you"]], ticks: [[-165, -109, 2.4]],
    runs: [{ from: -165, to: -109, outcome: { kind: "stopped", by: "you" } }],
  },
];

export const afternoon = () => SKETCHES.map(storyView);

export const questions = (): Question[] => [
  {
    id: `${runId(1, 6)}:r-118`, story: storyId(1), run: runId(1, 6), kind: "permission", tool: "Bash", tool_kind: "command",
    title: "cargo publish --dry-run -p address", request_id: "r-118",
    description: "Check that the crate packages without the workspace.",
    subject: { is: "command", text: "cargo publish --dry-run -p address", cwd: null },
    state: "open", at: at(-4), answer: null,
  },
];

export const CLAUDE = { account: "claude:/home/ada/.claude-work:oauth", agent: "claude", account_name: "work" };
export const CODEX = { account: "codex:/home/ada/.codex:login", agent: "codex", account_name: "login" };

export const limits = (): Limit[] => [
  limit(CLAUDE, "five_hour", 5, 0.62, 99.6, -0.2, 2),
  limit(CLAUDE, "seven_day", 168, 0.41, 112.15 * 60, -0.2, 2),
  { ...limit(CODEX, "five_hour", 5, 1, 50 + 52 / 60, -22, 3), status: "rejected" },
  limit(CODEX, "seven_day", 168, 0.78, 42.15 * 60, -22, 3),
];

function limit(account: Pick<Limit, "account" | "agent" | "account_name">, window: string, hours: number, utilization: number, resets: number, seen: number, story: number): Limit {
  return { ...account, window, name: lasting(hours), status: "allowed", utilization, resets_at: at(resets), seen_at: at(seen), source: runId(story, 1) };
}
