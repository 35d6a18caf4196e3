// The groups and the order of the board: first all stories that need a person, the longest waiting first; then the projects with running
// work in the order in which they were added, then the others, the one where something happened last first.
// Pure. No other module decides where a row is.

import type { StoryId, StoryState, StoryView } from "../ipc/protocol";
import type { MarkState } from "../parts/glyphs";
import { isLive, needsPerson } from "./states";
import { m } from "../paraglide/messages";

export const NEEDS_YOU = "needs-you";

export type Group = {
  /** {@link NEEDS_YOU}, or the id of the project. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly stories: readonly StoryView[];
};

/** The present order of the groups whose rows must not move now, because the user points at them. */
export type HeldOrders = ReadonlyMap<string, readonly StoryId[]>;

const ORDER: readonly StoryState[] = [
  "running",
  "in_terminal",
  "gating",
  "limited",
  "starting",
  "queued",
  "draft",
  "done",
  "stopped",
];

/**
 * The groups of the board. Rows of a group in `held` keep their order, and new rows come last; the same holds for the groups in
 * `heldGroups`.
 */
export function arrange(
  stories: readonly StoryView[],
  held: HeldOrders = new Map(),
  heldGroups: readonly string[] = [],
): Group[] {
  const shown = stories.filter((view) => view.story.state !== "archived");
  const needs = needsInOrder(shown);
  const projects: Group[] = [];
  for (const [project, members] of byProject(shown)) {
    const rest = members.filter((view) => !needsPerson(view.story)).toSorted(byState);
    if (rest.length === 0) continue;
    projects.push({
      id: project,
      name: projectName(project),
      path: projectPath(project),
      stories: hold(rest, held.get(project)),
    });
  }
  const ordered = inOrder(projects, heldGroups);
  if (needs.length === 0) return ordered;
  const first = hold(needs, held.get(NEEDS_YOU));
  return [{ id: NEEDS_YOU, name: m.board_needs_you(), path: "", stories: first }, ...ordered];
}

/** What was put away, by project, the latest first. */
export function arrangeArchived(stories: readonly StoryView[]): Group[] {
  const archived = stories.filter((view) => view.story.state === "archived");
  return byProject(archived).map(([project, members]) => ({
    id: project,
    name: projectName(project),
    path: projectPath(project),
    stories: members.toSorted(bySince).toReversed(),
  }));
}

/** The stories that need a person, the one that waits longest first. */
export function needsInOrder(stories: readonly StoryView[]): StoryView[] {
  return stories.filter((view) => needsPerson(view.story)).toSorted(bySince);
}

/** The story after `from` among those that need a person, or the first after the last one. The first, if `from` is not among them. */
export function needAfter(needs: readonly StoryView[], from: StoryId | null): StoryView | undefined {
  const at = needs.findIndex((view) => view.story.id === from);
  return needs[(at + 1) % needs.length];
}

/** Projects with running work come first, then those where something happened last, unless their order is held. */
function inOrder(projects: readonly Group[], held: readonly string[]): Group[] {
  const goesOn = (group: Group) => group.stories.some((view) => isLive(view.story.state));
  const placeOf = (group: Group) => {
    const at = held.indexOf(group.id);
    return at < 0 ? held.length : at;
  };
  return projects.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) ||
      Number(goesOn(b)) - Number(goesOn(a)) ||
      (goesOn(a) ? 0 : compare(latest(b), latest(a))),
  );
}

/** When the state of one of its stories changed last. */
function latest({ stories }: Group): string {
  return stories.reduce((last, { story }) => (compare(story.since, last) > 0 ? story.since : last), "");
}

/** The repository's name, from the path of its common git directory. */
export function projectName(project: string): string {
  return projectPath(project).split(/[/\\]/).at(-1) ?? project;
}

/**
 * The repository's folder, from the path of its common git directory. The git directory of a submodule lies within that of its parent
 * repository; its path there names the folder of the submodule.
 */
export function projectPath(project: string): string {
  return project.replaceAll(/[/\\]\.git[/\\]modules(?=[/\\])/g, "").replace(/[/\\]\.(git|bare)[/\\]?$/, "");
}

/** The state that Musher's icon shows; the same as in the tray. */
export function markState(stories: readonly StoryView[]): MarkState {
  if (stories.some((view) => needsPerson(view.story))) return "waiting";
  if (stories.some((view) => isLive(view.story.state))) return "running";
  if (stories.some((view) => view.story.state === "limited")) return "limited";
  return "idle";
}

function byProject(stories: readonly StoryView[]): [string, StoryView[]][] {
  const groups = new Map<string, StoryView[]>();
  for (const view of stories.toSorted((a, b) => compare(a.story.created_at, b.story.created_at))) {
    const members = groups.get(view.story.project);
    if (members) members.push(view);
    else groups.set(view.story.project, [view]);
  }
  return [...groups];
}

function bySince(a: StoryView, b: StoryView): number {
  return compare(a.story.since, b.story.since) || compare(a.story.id, b.story.id);
}

/** By state; within a state active stories by age, ended ones by their end, the latest first. */
function byState(a: StoryView, b: StoryView): number {
  const states = ORDER.indexOf(a.story.state) - ORDER.indexOf(b.story.state);
  if (states !== 0) return states;
  const isOver = a.story.state === "done" || a.story.state === "stopped";
  const times = isOver
    ? compare(b.story.since, a.story.since)
    : compare(a.story.created_at, b.story.created_at);
  return times || compare(a.story.id, b.story.id);
}

function hold(ordered: readonly StoryView[], before: readonly StoryId[] | undefined): StoryView[] {
  if (!before) return [...ordered];
  const place = new Map(before.map((id, at) => [id, at]));
  const placeOf = (view: StoryView) => place.get(view.story.id) ?? before.length;
  return ordered.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Compares timestamps or ids: their texts sort in the order of time. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
