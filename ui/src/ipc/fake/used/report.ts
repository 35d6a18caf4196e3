// Sums the fake records as the engine does: by the calendar of the page's time zone, in groups, the most expensive first and the cheapest
// joined in one.

import { addTokens, sumOf, sumOn, weakest, ZERO } from "../../../domain/usage/amount";
import { nextOf, startOf } from "../../../domain/usage/calendar";
import { totalTokens } from "../../../domain/format";
import type {
  CostBasis,
  Tokens,
  UsageCell,
  UsageGroup,
  UsageQuery,
  UsageReport,
  UsageTotal,
  UsageWhole,
} from "../../protocol";
import { Refusal } from "../../backend";
import type { UsageRecord } from "./records";

type By = UsageTotal["by"];
/** The part of a record that belongs to a group: all of it, its tokens of one class, or only its cost. */
type Share = {
  readonly by: By;
  readonly record: UsageRecord;
  readonly tokens: Tokens;
  readonly hasCost: boolean;
};

const CLASSES = ["input", "output", "cache_read", "cache_write"] as const;

export function reportOf(records: readonly UsageRecord[], query: UsageQuery): UsageReport {
  const first = records[0]?.at ?? 0;
  const last = records.at(-1)?.at ?? 0;
  const from = query.from === null ? first : Date.parse(query.from);
  const to = query.to === null ? last + 1 : Date.parse(query.to);
  if (to < from) {
    throw new Refusal({
      code: "bad_input",
      message: "The range ends before it begins.",
      hint: "Give an end after the beginning.",
    });
  }
  const starts = startsOf(query, from, to);
  const within = records.filter((record) => record.at >= from && record.at < to);
  const shares = within.flatMap((record) => sharesOf(record, query.by));
  const groups = groupsOf(shares, query.most);
  const index = new Map(groups.flatMap(({ keys }, n) => keys.map((key) => [key, n] as const)));
  const cells = new Map<string, { step: number; group: number; shares: Share[] }>();
  for (const share of shares) {
    const step = starts.findLastIndex((start) => start <= share.record.at);
    const group = index.get(keyOf(share.by)) ?? 0;
    const cell = cells.get(`${step} ${group}`) ?? { step, group, shares: [] };
    cell.shares.push(share);
    cells.set(`${step} ${group}`, cell);
  }
  const iso = (at: number) => new Date(at).toISOString();
  return {
    from: iso(from),
    to: iso(to),
    starts: starts.map(iso),
    groups: groups.map((group) => group.total),
    cells: [...cells.values()].map((cell): UsageCell => ({
      step: cell.step,
      group: cell.group,
      ...sums(cell.shares),
    })),
    whole: wholeOf(within),
  };
}

const BASES: readonly CostBasis[] = ["reported", "priced", "lower_bound", "unpriced"];

function wholeOf(records: readonly UsageRecord[]): UsageWhole {
  const bases = BASES.flatMap((basis) => {
    const own = records.filter((record) => record.basis === basis);
    return own.length === 0
      ? []
      : [
          {
            basis,
            tokens: addTokens(own.map(({ tokens }) => tokens)),
            cost_micros: own.reduce((sum, { micros }) => sum + micros, 0),
          },
        ];
  });
  return {
    bases,
    runs: new Set(records.map(({ run }) => run)).size,
    turns: records.filter(({ isTurn }) => isTurn).length,
  };
}

function startsOf({ step }: UsageQuery, from: number, to: number): number[] {
  if (step === null) return [from];
  const starts: number[] = [];
  for (let at = startOf(step, from); at < to; at = nextOf(step, at)) starts.push(Math.max(at, from));
  return starts;
}

function sharesOf(record: UsageRecord, by: readonly UsageGroup[]): Share[] {
  const rest = Object.fromEntries(
    by.filter((group) => group !== "class").map((group) => [group, valueOf(record, group)]),
  ) as By;
  if (!by.includes("class")) return [{ by: rest, record, tokens: record.tokens, hasCost: true }];
  const classes = CLASSES.filter((each) => record.tokens[each] > 0);
  return [
    { by: { ...rest, class: null }, record, tokens: ZERO, hasCost: true },
    ...classes.map((each) => ({
      by: { ...rest, class: each },
      record,
      tokens: { ...ZERO, [each]: record.tokens[each] },
      hasCost: false,
    })),
  ];
}

function valueOf(record: UsageRecord, group: UsageGroup): string | null {
  switch (group) {
    case "model":
      return record.model;
    case "agent":
      return record.agent;
    case "account":
      return record.account;
    case "project":
      return record.project;
    case "story":
      return record.story;
    case "class":
      return null;
  }
}

function groupsOf(shares: readonly Share[], most: number | null): { keys: string[]; total: UsageTotal }[] {
  const byKey = new Map<string, Share[]>();
  for (const share of shares) byKey.set(keyOf(share.by), [...(byKey.get(keyOf(share.by)) ?? []), share]);
  const all = [...byKey].map(([key, own]) => ({
    keys: [key],
    shares: own,
    total: { by: own[0]?.by ?? {}, rest_of: 0, ...sums(own) },
  }));
  const ordered = all.toSorted(
    (a, b) =>
      (b.total.cost_micros ?? 0) - (a.total.cost_micros ?? 0) ||
      totalTokens(b.total.tokens) - totalTokens(a.total.tokens),
  );
  // A single remaining group is shown itself.
  if (most === null || ordered.length <= most + 1) return ordered;
  const rest = ordered.slice(most);
  const by = Object.fromEntries(Object.keys(rest[0]?.total.by ?? {}).map((group) => [group, null])) as By;
  return [
    ...ordered.slice(0, most),
    {
      keys: rest.flatMap(({ keys }) => keys),
      total: { by, rest_of: rest.length, ...sums(rest.flatMap((group) => group.shares)) },
    },
  ];
}

function sums(shares: readonly Share[]): Omit<UsageCell, "step" | "group"> {
  const costs = shares.filter((share) => share.hasCost);
  const { unpriced_tokens, is_partial } = sumOf(
    shares.map(({ record, tokens }) => sumOn(record.basis, tokens, 0)),
  );
  return {
    tokens: addTokens(shares.map((share) => share.tokens)),
    cost_micros: costs.length === 0 ? null : costs.reduce((sum, { record }) => sum + record.micros, 0),
    cost_basis: weakest(shares.map(({ record }) => record.basis)),
    runs: new Set(shares.map(({ record }) => record.run)).size,
    turns: shares.filter(({ record }) => record.isTurn).length,
    unpriced_tokens,
    is_partial,
  };
}

function keyOf(by: By): string {
  return JSON.stringify(Object.entries(by).toSorted());
}
