// The forecast of a project, for design and screenshots: stories that conflict, that change the same file, and that are not known.

import type {
  Collision,
  Forecast,
  ForecastPair,
  ForecastStands,
  Overlap,
  OverlapFile,
  SharedFile,
  SharedKind,
  StoryId,
  StoryView,
} from "../protocol";
import { at, storyId, storyNumber } from "./shape";

/**
 * `some`: two stories conflict; `none`: nothing conflicts; `alone`: only one story was compared; `kinds`: every kind of conflict, and of
 * what is not known; `long`: long names, also from right to left.
 */
export type ForecastScene = "some" | "none" | "alone" | "kinds" | "long";
export const FORECASTS: readonly ForecastScene[] = ["some", "none", "alone", "kinds", "long"];

const KINDS: readonly SharedKind[] = [
  "lines",
  "both_added",
  "removed",
  "renamed",
  "binary",
  "file_and_folder",
  "other_kind",
  "submodule",
  "other",
  "merges",
];

const file = (path: string, kind: SharedKind = "lines"): SharedFile => ({ kind, path });
const together = (is: "conflicts" | "same_file", ...some: SharedFile[]): Overlap => ({
  is,
  files: { some, more: 0 },
});
const LINES = together("conflicts", file("crates/carriers/src/label.rs"), file("Cargo.toml", "merges"));
const ADDED = together("conflicts", file("docs/webhooks.md", "both_added"));

/** What is found of the afternoon's stories, by their numbers. */
const SOME: readonly [one: number, other: number, overlap: Overlap][] = [
  [2, 3, LINES],
  [1, 2, together("same_file", file("Cargo.lock", "merges"), file("crates/api/src/lib.rs", "merges"))],
  [1, 4, { is: "unknown", why: { is: "too_long", seconds: 20 } }],
];

function pairsOf(scene: ForecastScene): readonly [number, number, Overlap][] {
  switch (scene) {
    case "some":
      return SOME;
    case "none":
    case "alone":
      return [];
    case "kinds":
      return [
        [
          1,
          2,
          { is: "conflicts", files: { some: KINDS.map((kind) => file(`src/${kind}.rs`, kind)), more: 12 } },
        ],
        [1, 3, ADDED],
        [2, 3, { is: "unknown", why: { is: "git_too_old", version: "2.34.1" } }],
        [2, 4, { is: "unknown", why: { is: "nothing_in_common" } }],
        [3, 4, { is: "unknown", why: { is: "git", why: "object 8c1f… is missing" } }],
        [1, 4, { is: "unknown", why: { is: "too_many" } }],
      ];
    case "long":
      return [
        [
          1,
          2,
          together(
            "conflicts",
            file(`${"very-long-folder-name/".repeat(9)}file-with-a-long-name.component.svelte`),
            file("תיקייה/קובץ-ארוך.rs"),
          ),
        ],
        [2, 3, LINES],
      ];
  }
}

/** A story of the afternoon with the stories that it conflicts with. */
export function withCollisions(view: StoryView): StoryView {
  const n = storyNumber(view.story.id);
  const collisions = SOME.flatMap(([one, other, overlap]): Collision[] => {
    if (overlap.is !== "conflicts" || (n !== one && n !== other)) return [];
    return [{ with: storyId(n === one ? other : one), files: overlap.files }];
  });
  return collisions.length === 0 ? view : { ...view, collisions };
}

/** The forecast of the project of these stories. */
export function forecastOf(scene: ForecastScene, project: string, views: readonly StoryView[]): Forecast {
  const stories = views
    .filter(({ story }) => story.project === project && story.state !== "archived")
    .toSorted((a, b) => (a.story.id < b.story.id ? -1 : 1))
    .map(({ story }, n) => ({
      story: story.id,
      slug: story.slug,
      title:
        scene === "long" && n === 0 ? `${"A very long title of a story ".repeat(6)}שלום עולם` : story.title,
      branch: story.branch,
      stands: standsOf(scene, n),
    }));
  const compared = stories.filter(({ stands }) => stands.is === "compared").map(({ story }) => story);
  const pairs = pairsOf(scene).map(([one, other, overlap]): ForecastPair => ({
    one: storyId(one),
    other: storyId(other),
    checkpoints: [one + 3, other + 3],
    overlap,
  }));
  const known = pairs.filter(({ one, other }) => compared.includes(one) && compared.includes(other));
  const all = (compared.length * (compared.length - 1)) / 2;
  return { project, stories, pairs: known, separate: all - known.length, order: orderOf(compared, known) };
}

function standsOf(scene: ForecastScene, n: number): ForecastStands {
  if (scene === "alone" && n > 0) return { is: "nothing_new", checkpoint: n };
  if (n < 4) return { is: "compared", checkpoint: n + 4, at: at(-n - 2), is_outdated: n === 1 };
  const others: ForecastStands[] = [
    { is: "no_checkpoint" },
    { is: "same_worktree", with: storyId(1) },
    { is: "no_worktree" },
    { is: "not_yet" },
    { is: "unknown", why: { is: "git_too_old", version: "2.34.1" } },
  ];
  return others[(n - 4) % others.length] ?? { is: "not_yet" };
}

/** Those without a conflict first. */
function orderOf(stories: readonly StoryId[], pairs: readonly ForecastPair[]): Forecast["order"] {
  const between = (one: StoryId, other: StoryId) =>
    pairs.find((pair) => [pair.one, pair.other].includes(one) && [pair.one, pair.other].includes(other))
      ?.overlap.is;
  const isFree = (one: StoryId, other: StoryId) => {
    const is = between(one, other);
    return is !== "conflicts" && is !== "unknown";
  };
  const first: StoryId[] = [];
  for (const story of stories) if (first.every((before) => isFree(before, story))) first.push(story);
  const order = [...first, ...stories.filter((story) => !first.includes(story))];
  const steps = order.map((story, n) => {
    const before = order.slice(0, n);
    return {
      story,
      conflicts_with: before.filter((each) => between(each, story) === "conflicts"),
      unknown_with: before.filter((each) => between(each, story) === "unknown"),
    };
  });
  return { steps, is_best: true };
}

/** The lines of two stories that conflict. */
export function piecesOf(one: StoryId, other: StoryId): OverlapFile[] {
  const text = [
    `<<<<<<< story-${storyNumber(one)}`,
    "    let label = client.purchase(&shipment).await?;",
    "=======",
    "    let label = retry(3, || client.purchase(&shipment)).await?;",
    `>>>>>>> story-${storyNumber(other)}`,
  ].join("\n");
  return [
    { path: "crates/carriers/src/label.rs", pieces: [{ line: 118, text }], more_pieces: 2 },
    { path: "assets/logo.png", pieces: [], more_pieces: 0 },
  ];
}
