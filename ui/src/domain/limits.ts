// What is known of each account's limits, as the bars at the top say it: how much is used, how much of
// the window's time has passed, and whether that is ahead of pace. Pure.

import type { AgentId, AgentName, Limit, StoryView } from "../ipc/protocol";
import { agentName } from "./agents";
import { countdownTo, timeOf } from "./countdown";
import { clock, counted, duration, percent, THIN } from "./format";
import { byLength, windowText } from "./windowName";

/** Older than this, a value says so. */
const OLD = 15 * 60_000;
/** Used beyond the time that passed by more than this is ahead of pace. */
const SLACK = 0.05;

export type LimitWindow = {
  readonly id: string;
  /** `5 h`, `7 d Opus` */
  readonly label: string;
  /** `62 %`, or words when it is not known. */
  readonly used: string;
  /** The fill, 0 to 1; null when it is not known. */
  readonly fill: number | null;
  /** How much of the window's time has passed, 0 to 1; null when that is not known. */
  readonly passed: number | null;
  /** It stops its stories now. */
  readonly isHeld: boolean;
  /** `1 h 39 left`, `Held, 50:52` */
  readonly left: string;
  /** `resets 18:30` */
  readonly resets: string;
  /** `ahead, full Mon 13:00` */
  readonly note: string;
  readonly isAhead: boolean;
};

export type LimitAccount = {
  readonly id: string;
  readonly agentId: AgentId | null;
  readonly agent: string;
  readonly name: string;
  readonly windows: readonly LimitWindow[];
};

/** What the accounts are made of, as the feed has it. */
type Known = {
  readonly limits: readonly Limit[];
  readonly stories: readonly StoryView[];
  readonly agents: readonly AgentName[];
};

/** The accounts with their windows, the shortest first. */
export function limitAccounts({ limits, stories, agents }: Known, now: number): LimitAccount[] {
  const accounts = new Map<string, Limit[]>();
  for (const limit of limits) accounts.set(limit.account, [...(accounts.get(limit.account) ?? []), limit]);
  return [...accounts].map(([id, windows]) => {
    const agentId = windows[0]?.agent ?? null;
    const held = stories.filter(
      (view) => view.story.state === "limited" && view.story.agent === agentId,
    ).length;
    const ordered = windows.toSorted((a, b) => byLength(a.name, b.name));
    return {
      id,
      agentId,
      ...accountName(windows[0] ?? { account: id, agent: null, account_name: null }, agents),
      windows: ordered.map((limit) => limitWindow(limit, held, now)),
    };
  });
}

/** Whose limits these are: of an account that is not known there is only its id. */
export function accountName(
  { account, agent, account_name }: Pick<Limit, "account" | "agent" | "account_name">,
  agents: readonly AgentName[],
): { agent: string; name: string } {
  return { agent: agent === null ? account : agentName(agents, agent), name: account_name ?? "" };
}

function limitWindow(limit: Limit, held: number, now: number): LimitWindow {
  const reset = timeOf(limit.resets_at);
  const isOver = reset !== null && reset <= now;
  const isHeld = limit.status === "rejected" && !isOver;
  const passed = isOver ? null : passedOf(limit.name.length_ms, reset, now);
  const fill = isOver ? null : limit.utilization;
  const pace = isHeld ? null : paceOf(fill, passed, limit.name.length_ms, reset, now);
  return {
    id: `${limit.account} ${limit.window}`,
    label: windowText(limit.name),
    used: fill === null ? "" : percent(fill),
    fill: fill === null ? (isHeld ? 1 : null) : Math.min(1, fill),
    passed,
    isHeld,
    left: leftText(limit, isHeld, now),
    resets:
      reset === null
        ? "reset not known"
        : isOver
          ? `reset ${clock(reset, now)}`
          : `resets ${clock(reset, now)}`,
    note: [noteText(limit, isHeld, isOver, held, pace), ageText(limit, isHeld, now)]
      .filter(Boolean)
      .join(", "),
    isAhead: pace !== null && pace.full !== null,
  };
}

/** What holds its stories counts down; what does not says how long it goes on. */
function leftText(limit: Limit, isHeld: boolean, now: number): string {
  const reset = countdownTo(limit.resets_at, now);
  switch (reset.state) {
    case "unknown":
      return isHeld ? "Held" : "";
    case "passed":
      return "reset passed";
    case "counts":
      return isHeld ? `Held, ${reset.text}` : `${minutesLeft(limit, now)} left`;
  }
}

function minutesLeft(limit: Limit, now: number): string {
  const left = (timeOf(limit.resets_at) ?? now) - now;
  return left < 60_000 ? `less than 1${THIN}min` : duration(left);
}

type Pace = { full: number | null };

/** Ahead of pace, with the time at which it will be full; or on pace. */
function paceOf(
  used: number | null,
  passed: number | null,
  length: number | null,
  reset: number | null,
  now: number,
): Pace | null {
  if (used === null || passed === null || reset === null || length === null) return null;
  const isAhead = used > passed + SLACK && passed > 0;
  if (!isAhead) return { full: null };
  const begin = reset - length;
  const full = begin + (now - begin) / used;
  return { full: full < reset ? full : null };
}

function noteText(limit: Limit, isHeld: boolean, isOver: boolean, held: number, pace: Pace | null): string {
  if (isHeld) return held > 0 ? `${counted(held, "story", "stories")} held` : "nothing waits for it";
  if (isOver) return limit.status === "rejected" ? "waiting for the agent to confirm" : "not heard of since";
  if (limit.status === "overage") return "extra usage is used";
  if (limit.utilization === null) return "use not known";
  if (pace === null) return limit.status === "warning" ? "near its end" : "";
  return pace.full === null ? "on pace" : `ahead, full ${clock(pace.full, Date.parse(limit.seen_at))}`;
}

function ageText(limit: Limit, isHeld: boolean, now: number): string {
  const age = now - Date.parse(limit.seen_at);
  return age > OLD && !isHeld ? `seen ${duration(age)} ago` : "";
}

/** A window whose length is not known has no pace. */
function passedOf(length: number | null, reset: number | null, now: number): number | null {
  if (length === null || reset === null) return null;
  return Math.max(0, Math.min(1, 1 - (reset - now) / length));
}
