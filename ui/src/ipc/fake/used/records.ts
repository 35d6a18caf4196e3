// A year of fake usage: several agents and models, gaps on most weekends, a holiday, a model without a price, and a run of today without a
// result. The same at every start.

import type { CostBasis, Tokens } from "../../protocol";
import { START } from "../shape";

/** What one turn used. */
export type UsageRecord = {
  readonly at: number;
  readonly run: string;
  readonly model: string;
  readonly agent: string;
  readonly account: string;
  readonly project: string;
  /** The story's slug. */
  readonly story: string;
  readonly tokens: Tokens;
  readonly micros: number;
  readonly basis: CostBasis;
  /** Whether a turn ended with it. */
  readonly isTurn: boolean;
};

type Kind = {
  model: string;
  agent: string;
  account: string;
  basis: CostBasis;
  perMillion: number;
  share: number;
};

const WORK = "claude:/home/ada/.claude-work:oauth";
const CODEX = "codex:/home/ada/.codex:login";
const KINDS: readonly Kind[] = [
  { model: "opus-4.8", agent: "claude", account: WORK, basis: "reported", perMillion: 2.92, share: 0.42 },
  { model: "sonnet-4.8", agent: "claude", account: WORK, basis: "reported", perMillion: 1.6, share: 0.24 },
  { model: "gpt-5.5", agent: "codex", account: CODEX, basis: "priced", perMillion: 1.65, share: 0.16 },
  {
    model: "gemini-3-pro",
    agent: "gemini",
    account: "gemini:default:oauth",
    basis: "priced",
    perMillion: 1.69,
    share: 0.07,
  },
  { model: "haiku-4.8", agent: "claude", account: WORK, basis: "reported", perMillion: 0.4, share: 0.06 },
  {
    model: "qwen3-coder",
    agent: "opencode",
    account: "opencode:default:key",
    basis: "unpriced",
    perMillion: 0,
    share: 0.05,
  },
];

/** The stories of the board by agent, and older stories that are not on it any more. */
const STORIES: Record<string, readonly (readonly [slug: string, project: string])[]> = {
  claude: [
    ["address-crate", "parcel-api"],
    ["route-list", "atlas-web"],
    ["carrier-webhooks", "parcel-api"],
    ["stop-editor-keys", "atlas-web"],
    ["duplicate-409", "parcel-api"],
  ],
  codex: [
    ["label-retry", "parcel-api"],
    ["zig-cc", "fieldkit"],
  ],
  gemini: [["dark-map", "atlas-web"]],
  opencode: [["gpx-extensions", "fieldkit"]],
};
const OLD = ["tariff-tables", "route-cache", "login-fix", "map-tiles", "csv-export", "nmea-checksum"];

const HOUR = 3_600_000;
const DAYS = 365;

/** A pseudo-random generator whose numbers are the same at every start. */
export function steady(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** The year before the fake present. */
export function yearOfUse(): UsageRecord[] {
  const random = steady(2026);
  const records: UsageRecord[] = [];
  for (let day = DAYS; day >= 0; day -= 1) {
    const midnight = new Date(new Date(START).setHours(0, 0, 0, 0));
    midnight.setDate(midnight.getDate() - day);
    const weekday = midnight.getDay();
    const isFree = ((weekday === 0 || weekday === 6) && random() < 0.7) || (day > 205 && day < 219);
    const busy = isFree ? 0 : Math.round(6 + random() * 16 * (1 - day / 900));
    for (let n = 0; n < busy; n += 1) {
      const at = midnight.getTime() + (8 + random() * 11) * HOUR;
      if (at < START) records.push(turn(random, at, day, n));
    }
  }
  records.push(...unfinished());
  return records.toSorted((a, b) => a.at - b.at);
}

/** A single day: the first on which Musher was used. */
export function oneDay(): UsageRecord[] {
  const random = steady(7);
  return [5.2, 4.1, 3.6, 2.2, 1.1, 0.4].map((hours, n) => turn(random, START - hours * HOUR, 0, n));
}

/** Fifty models over a month, as with a model router. */
export function manyModels(): UsageRecord[] {
  const random = steady(50);
  return Array.from({ length: 900 }, (_, n) => {
    const kind = `provider-${(n % 5) + 1}/model-${String(((n * 7) % 50) + 1).padStart(2, "0")}`;
    return { ...turn(random, START - random() * 29 * 24 * HOUR, 0, n), model: kind };
  });
}

/** Only usage without a price. */
export function unpricedOnly(): UsageRecord[] {
  return yearOfUse().filter((record) => record.basis === "unpriced");
}

/** A subscription: the agent reports $0.00 for everything. */
export function freeOfCharge(): UsageRecord[] {
  return yearOfUse()
    .filter((record) => record.basis === "reported")
    .map((record) => ({ ...record, micros: 0 }));
}

/** One bar that is a thousand times as high as the others, and names that are long or written from right to left. */
export function oddOnes(): UsageRecord[] {
  const random = steady(11);
  const names = [
    "us.anthropic.claude-opus-4-8-20261101-v1:0/eu-central-1/provisioned-throughput",
    "מודל-שפה-גדול-מאוד",
    "نموذج اللغة الكبير",
    "",
  ];
  const small = Array.from({ length: 60 }, (_, n) => ({
    ...turn(random, START - random() * 25 * 24 * HOUR, 0, n),
    model: names[n % names.length] ?? "",
  }));
  const huge = { ...turn(random, START - 9 * 24 * HOUR, 9, 0), micros: 4_812_345_678 };
  return [...small, huge];
}

function turn(random: () => number, at: number, day: number, n: number): UsageRecord {
  const kind = kindOf(random());
  const millions = 0.15 + random() ** 2 * 3.2;
  const [story, project] = storyOf(kind.agent, day, random());
  return record(kind, at, `${story}.${day}.${n % 3}`, story, project, Math.round(millions * 1e6), true);
}

function kindOf(part: number): Kind {
  let sum = 0;
  return KINDS.find((kind) => (sum += kind.share) >= part) ?? fallback();
}

function fallback(): Kind {
  const [first] = KINDS;
  if (!first) throw new Error("there are kinds");
  return first;
}

function storyOf(agent: string, day: number, part: number): readonly [string, string] {
  const known = STORIES[agent] ?? [];
  const story = known[Math.floor(part * known.length)];
  if (day < 21 && story) return story;
  const month = Math.floor(day / 30);
  const old = OLD[Math.floor(part * OLD.length)] ?? "old";
  return [
    `${old}-${month}`,
    ["parcel-api", "atlas-web", "fieldkit"][(month + old.length) % 3] ?? "parcel-api",
  ];
}

/** Active runs of today: their usage so far is known, their final cost is not. */
function unfinished(): UsageRecord[] {
  const [opus, sonnet] = KINDS;
  if (!opus || !sonnet) return [];
  return [
    {
      ...record(opus, START - 0.2 * HOUR, "address-crate.now", "address-crate", "parcel-api", 812_000, false),
      basis: "lower_bound",
    },
    {
      ...record(
        sonnet,
        START - 0.1 * HOUR,
        "carrier-webhooks.now",
        "carrier-webhooks",
        "parcel-api",
        344_000,
        false,
      ),
      basis: "lower_bound",
    },
  ];
}

function record(
  kind: Kind,
  at: number,
  run: string,
  story: string,
  project: string,
  total: number,
  isTurn: boolean,
): UsageRecord {
  const output = Math.round(total * 0.018);
  const input = Math.round(total * 0.03);
  const cache_write = kind.agent === "claude" ? Math.round(total * 0.06) : 0;
  const tokens = { input, output, cache_write, cache_read: total - input - output - cache_write };
  const { model, agent, account, basis } = kind;
  return {
    at,
    run,
    model,
    agent,
    account,
    project: `/home/ada/src/${project}/.git`,
    story,
    tokens,
    micros: Math.round(total * kind.perMillion),
    basis,
    isTurn,
  };
}
