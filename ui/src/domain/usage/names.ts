// The names of a report's groups. Ids come from the engine, titles of stories from the feed. If a name is not known, a text says so. Pure.

import type { AgentName, StoryView, UsageGroup, UsageTotal } from "../../ipc/protocol";
import { agentName } from "../agents";
import { projectName, projectPath } from "../board";
import { m } from "../../paraglide/messages";

export type GroupName = {
  readonly text: string;
  /** The full name, if the text is shortened. */
  readonly whole: string;
  /** The story that it stands for, if the feed has it. */
  readonly story: StoryView | null;
};

/** The possible groupings, as on the buttons and in the heads of tables. */
export const GROUPS: readonly { readonly group: UsageGroup; readonly text: string; readonly by: string }[] = [
  { group: "model", text: m.group_model(), by: m.group_by_model() },
  { group: "agent", text: m.group_agent(), by: m.group_by_agent() },
  { group: "account", text: m.group_account(), by: m.group_by_account() },
  { group: "project", text: m.group_project(), by: m.group_by_project() },
  { group: "story", text: m.group_story(), by: m.group_by_story() },
  { group: "class", text: m.group_class(), by: m.group_by_class() },
];

/** Why classes of tokens have no cost. */
export const CLASS_WHY = m.usage_class_has_no_cost();

const CLASSES: Readonly<Partial<Record<string, string>>> = {
  input: m.class_input(),
  output: m.class_output(),
  cache_read: m.class_cache_read(),
  cache_write: m.class_cache_write(),
};

const UNKNOWN: Record<UsageGroup, string> = {
  model: m.usage_no_model(),
  agent: m.usage_no_agent(),
  account: m.usage_no_account(),
  project: m.usage_no_project(),
  story: m.usage_no_story(),
  class: m.usage_no_class(),
};

export function groupText(group: UsageGroup): string {
  return GROUPS.find((each) => each.group === group)?.text ?? group;
}

/** `By model` */
export function groupBy(group: UsageGroup): string {
  return GROUPS.find((each) => each.group === group)?.by ?? group;
}

const MANY: Record<UsageGroup, (groups: { count: number }) => string> = {
  model: m.group_many_model,
  agent: m.group_many_agent,
  account: m.group_many_account,
  project: m.group_many_project,
  story: m.group_many_story,
  class: m.group_many_class,
};

/** How many groups there are, if only some of them have a colour. */
export function groupMany(group: UsageGroup, count: number): string {
  return MANY[group]({ count });
}

/** The parts of the feed that names come from. */
export type Named = { readonly stories: readonly StoryView[]; readonly agents: readonly AgentName[] };

/** The name of a group. */
export function groupName(total: UsageTotal, group: UsageGroup, { stories, agents }: Named): GroupName {
  if (total.rest_of > 0) return plain(m.usage_others({ count: total.rest_of }));
  const value = total.by[group] ?? "";
  if (value === "") return plain(UNKNOWN[group]);
  switch (group) {
    case "agent":
      return { ...plain(agentName(agents, value)), whole: value };
    case "project":
      return { ...plain(projectName(value)), whole: projectPath(value) };
    case "class":
      return plain(CLASSES[value] ?? value);
    case "account":
    case "model":
      return plain(value);
    case "story":
      return storyName(value, stories);
  }
}

function storyName(slug: string, stories: readonly StoryView[]): GroupName {
  const story = stories.find((view) => view.story.slug === slug) ?? null;
  const text = story?.story.title ?? slug;
  return { text, whole: text, story };
}

function plain(text: string): GroupName {
  return { text, whole: text, story: null };
}

/** Whether a chart stacks this group. With classes, one group holds only the cost and has no tokens to show. */
export function isStacked(total: UsageTotal, group: UsageGroup): boolean {
  return group !== "class" || total.rest_of > 0 || (total.by.class ?? "") !== "";
}
