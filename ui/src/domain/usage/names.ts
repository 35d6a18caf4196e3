// What the groups of a report are called on screen. Ids come from the engine; titles of stories from the
// feed. What is not known is said in words. Pure.

import type { AgentName, StoryView, UsageGroup, UsageTotal } from "../../ipc/protocol";
import { agentName } from "../agents";
import { projectName, projectPath } from "../board";
import { count } from "../format";

export type GroupName = {
  readonly text: string;
  /** The whole name, where the text is short for it. */
  readonly whole: string;
  /** The story that it stands for, if it is on the page. */
  readonly story: StoryView | null;
};

/** The groups that one can choose, as the buttons and the heads of tables say them. */
export const GROUPS: readonly { readonly group: UsageGroup; readonly text: string; readonly many: string }[] =
  [
    { group: "model", text: "Model", many: "models" },
    { group: "agent", text: "Agent", many: "agents" },
    { group: "account", text: "Account", many: "accounts" },
    { group: "project", text: "Project", many: "projects" },
    { group: "story", text: "Story", many: "stories" },
    { group: "class", text: "Class", many: "classes" },
  ];

/** Why a class of tokens has no cost. */
export const CLASS_WHY = "Agents do not report cost by class of tokens. Choose another group to see cost.";

const CLASSES: Readonly<Partial<Record<string, string>>> = {
  input: "Input",
  output: "Output",
  cache_read: "Cache read",
  cache_write: "Cache write",
};

const UNKNOWN: Record<UsageGroup, string> = {
  model: "Not reported by model",
  agent: "Agent not known",
  account: "Account not known",
  project: "Project not known",
  story: "Story not known",
  class: "Cost, not reported by class",
};

export function groupText(group: UsageGroup): string {
  return GROUPS.find((each) => each.group === group)?.text ?? group;
}

/** What the names are made of, as the feed has it. */
export type Named = { readonly stories: readonly StoryView[]; readonly agents: readonly AgentName[] };

/** What a group is called. */
export function groupName(total: UsageTotal, group: UsageGroup, { stories, agents }: Named): GroupName {
  if (total.rest_of > 0) return plain(`${count(total.rest_of)} ${total.rest_of === 1 ? "other" : "others"}`);
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

/** The groups that a chart stacks: with classes, the one that holds only the cost has no tokens to show. */
export function isStacked(total: UsageTotal, group: UsageGroup): boolean {
  return group !== "class" || total.rest_of > 0 || (total.by.class ?? "") !== "";
}
