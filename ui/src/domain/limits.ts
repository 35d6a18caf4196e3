// The data of the limit bars at the top: for each account and window how much is used, how much of the window's time has passed, and
// whether usage is ahead of that. Pure.

import type { AgentId, AgentName, Limit, Story, StoryView } from "../ipc/protocol";
import { agentName } from "./agents";
import { countdownTo, timeOf } from "./countdown";
import { clock, duration, percent } from "./format";
import { byLength, windowText } from "./windowName";
import { m } from "../paraglide/messages";

/** A value older than this (ms) is shown with its age. */
const OLD = 15 * 60_000;
/** Usage is ahead of pace if its fraction exceeds the passed fraction of the time by more than this. */
const SLACK = 0.05;

export type LimitWindow = {
  readonly id: string;
  /** `5 h`, `7 d Opus` */
  readonly label: string;
  /** `62 %`, or a text if it is not known. */
  readonly used: string;
  /** The filled part of the bar, 0 to 1; null if it is not known. */
  readonly fill: number | null;
  /** The passed part of the window's time, 0 to 1; null if it is not known. */
  readonly passed: number | null;
  /** It stops stories now. */
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

/** The parts of the feed that this module reads. */
type Known = {
  readonly limits: readonly Limit[];
  readonly stories: readonly StoryView[];
  readonly agents: readonly AgentName[];
};

/** The accounts with their windows, shortest window first. */
export function limitAccounts({ limits, stories, agents }: Known, now: number): LimitAccount[] {
  const accounts = new Map<string, Limit[]>();
  for (const limit of limits) accounts.set(limit.account, [...(accounts.get(limit.account) ?? []), limit]);
  return [...accounts].map(([id, windows]) => {
    const agentId = windows[0]?.agent ?? null;
    const held = stories.filter(({ story }) => story.state === "limited" && isHeldBy(story, id));
    const ordered = windows.toSorted((a, b) => byLength(a.name, b.name));
    return {
      id,
      agentId,
      ...accountName(windows[0] ?? { account: id, agent: null, account_name: null }, agents),
      windows: ordered.map((limit) => {
        const ofWindow = held.filter(({ story }) => isRefusedBy(story, limit));
        return limitWindow(limit, ofWindow.length, now);
      }),
    };
  });
}

function isHeldBy({ about }: Story, account: string): boolean {
  return about?.kind === "held" && about.account === account;
}

/** Whether this window stopped the story: the one that its agent named, else the one that resets when the story's
    wait ends. */
function isRefusedBy({ about, until }: Story, limit: Limit): boolean {
  const window = about?.kind === "held" ? about.window : undefined;
  if (window !== undefined) return window === limit.window;
  const [end, reset] = [timeOf(until), timeOf(limit.resets_at)];
  return end !== null && end === reset;
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
  const isHeld = holds(limit) && !isOver;
  const passed = isOver ? null : passedOf(limit.name.length_ms, reset, now);
  const fill = isOver || limit.is_over ? null : limit.utilization;
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
        ? m.limit_reset_not_known()
        : isOver
          ? m.limit_was_reset({ time: clock(reset, now) })
          : m.limit_resets({ time: clock(reset, now) }),
    note: [noteText(limit, isHeld, isOver, held, pace), ageText(limit, isHeld, now)]
      .filter(Boolean)
      .join(", "),
    isAhead: pace !== null && pace.full !== null,
  };
}

/** Whether it was refused, so that it holds work until it resets. Extra usage that is refused holds nothing: it only
    serves when another window is full, and that one holds. The engine says the same (`Limit::holds`). */
export function holds({ status, name, is_over }: Pick<Limit, "status" | "name" | "is_over">): boolean {
  return status === "rejected" && !name.is_extra && is_over !== true;
}

/** A limit that stops stories shows a countdown; another one shows how long its window still lasts. */
function leftText(limit: Limit, isHeld: boolean, now: number): string {
  const reset = countdownTo(limit.resets_at, now);
  switch (reset.state) {
    case "unknown":
      return isHeld ? m.limit_held() : "";
    case "passed":
      return m.limit_reset_passed();
    case "counts":
      return isHeld
        ? m.limit_held_for({ time: reset.text })
        : m.limit_left({ time: minutesLeft(limit, now) });
  }
}

function minutesLeft(limit: Limit, now: number): string {
  const left = (timeOf(limit.resets_at) ?? now) - now;
  return left < 60_000 ? m.limit_less_than_a_minute() : duration(left);
}

type Pace = { full: number | null };

/**
 * If usage is ahead of pace, with the time at which the window will be full, if that is before its reset. Null if it cannot be computed.
 */
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
  if (isHeld) return held > 0 ? m.limit_holds({ count: held }) : m.limit_holds_nothing();
  if (isOver) return holds(limit) ? m.limit_unconfirmed() : m.limit_not_heard_of();
  if (limit.status === "rejected")
    return limit.name.is_extra ? m.limit_no_extra_usage() : m.limit_no_longer_held();
  if (limit.status === "overage") return m.limit_extra_usage();
  if (limit.utilization === null) return m.limit_use_not_known();
  if (pace === null) return limit.status === "warning" ? m.limit_near_its_end() : "";
  return pace.full === null
    ? m.limit_on_pace()
    : m.limit_ahead({ time: clock(pace.full, Date.parse(limit.seen_at)) });
}

function ageText(limit: Limit, isHeld: boolean, now: number): string {
  const age = now - Date.parse(limit.seen_at);
  return age > OLD && !isHeld ? m.limit_seen({ time: duration(age) }) : "";
}

/** A window of unknown length has no pace. */
function passedOf(length: number | null, reset: number | null, now: number): number | null {
  if (length === null || reset === null) return null;
  return Math.max(0, Math.min(1, 1 - (reset - now) / length));
}
