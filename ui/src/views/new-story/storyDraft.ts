// Converts the form to a request, and says what is missing and what starting the story will do. Pure.
import type {
  AgentStatus,
  Fault,
  FolderSummary,
  PermissionChoice,
  StartStory,
  StoryId,
  StoryView,
} from "../../ipc/protocol";
import { projectPath } from "../../domain/board";
import { spoken } from "../../domain/fault";
import { PERMISSION_NAMES } from "../../domain/permissions";
import { m } from "../../paraglide/messages";

export type GateLine = { command: string; on: boolean };

/** The values of the form. */
export type StoryDraft = {
  goal: string;
  place: "worktree" | "as_is";
  /** If empty, it is named after the goal. */
  branch: string;
  agent: string;
  model: string;
  permission: PermissionChoice;
  gates: readonly GateLine[];
  resumes: boolean;
  worktree: WorktreeDraft;
};

/** The values of the form that count for a new worktree. */
export type WorktreeDraft = {
  /** If empty, it begins from what is checked out in the folder. */
  readonly base: string;
  readonly fetch: boolean;
  readonly copiesUsual: boolean;
  /** Paths of ignored files that are copied in addition. */
  readonly copies: readonly string[];
  readonly setUp: readonly GateLine[];
};

/** The name and description of each permission. */
export const PERMISSIONS: Record<PermissionChoice, { name: string; says: string }> = {
  ask: { name: PERMISSION_NAMES.ask, says: m.permission_ask_says() },
  "accept-edits": { name: PERMISSION_NAMES["accept-edits"], says: m.permission_accept_edits_says() },
  "full-access": { name: PERMISSION_NAMES["full-access"], says: m.permission_full_access_says() },
  deny: { name: PERMISSION_NAMES.deny, says: m.permission_deny_says() },
};

/** What is missing; empty if the story can be started. */
export function missing(
  draft: StoryDraft,
  facts: FolderSummary | null,
  agent: AgentStatus | undefined,
): string {
  if (facts === null) return m.new_lacks_folder();
  if (draft.goal.trim() === "") return m.new_lacks_goal();
  const fault = placeFault(draft.place, facts);
  if (fault !== null) return `${fault.message} ${fault.hint}`;
  if (!agent) return m.new_lacks_agent();
  return "";
}

/** Why a story cannot be started at this place of the folder. */
export function placeFault(place: StoryDraft["place"], facts: FolderSummary): Fault | null {
  return spoken(place === "worktree" ? facts.no_worktree : facts.not_as_is);
}

/** The same as a short text beside the option that is disabled; empty if it is enabled. */
export function closedText(place: StoryDraft["place"], facts: FolderSummary | null): string {
  const fault = facts && placeFault(place, facts);
  if (!fault) return "";
  if (place === "as_is") return m.new_bare_repository();
  return facts.is_repository ? m.new_needs_commit() : m.new_needs_repository();
}

/** The commands of the lines that are on. */
function commandsOf(lines: readonly GateLine[]): string[] {
  const on = lines.filter((line) => line.on && line.command.trim() !== "");
  return on.map((line) => line.command.trim());
}

/** The pattern that names exactly this file. */
export function patternOf(path: string): string {
  const name = path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
  return `/${name.endsWith(" ") ? String.raw`${name.slice(0, -1)}\ ` : name}`;
}

/** What a request says about a new worktree; nothing where the folder is used as it is. */
function worktreeOf({
  place,
  branch,
  worktree,
}: StoryDraft): Pick<StartStory, "worktree" | "new_branch" | "base" | "fetch" | "copy" | "set_up"> {
  if (place === "as_is")
    return { worktree: null, new_branch: false, base: null, fetch: false, copy: [], set_up: [] };
  const [name, base] = [branch.trim(), worktree.base.trim()];
  return {
    worktree: name === "" ? null : name,
    new_branch: name === "",
    base: base === "" ? null : base,
    fetch: worktree.fetch,
    copy: worktree.copies.map(patternOf),
    set_up: commandsOf(worktree.setUp),
  };
}

/** The request that starts the story. */
export function startOf(draft: StoryDraft, facts: FolderSummary, id: StoryId): StartStory {
  const model = draft.model.trim();
  return {
    id,
    agent: draft.agent,
    dir: facts.dir,
    prompt: draft.goal.trim(),
    title: null,
    profile: {
      model: model === "" ? null : model,
      permission: draft.permission,
      allowed_tools: [],
      add_dirs: [],
      extra_args: [],
      bin: null,
      end_descendants: false,
    },
    gates: commandsOf(draft.gates),
    resume: null,
    resume_on_reset: draft.resumes,
    ...worktreeOf(draft),
    // The form has no field for arguments, nor for what is copied by patterns, so the configured ones are used.
    defaults:
      draft.place === "worktree" && draft.worktree.copiesUsual ? ["arguments", "copy"] : ["arguments"],
    env: null,
    set_env: {},
  };
}

/**
 * The commands for a folder that was just read: its configured ones in place of those of the folder `before`, and those that the user
 * added.
 */
export function gatesOf(
  { gates }: Pick<FolderSummary, "gates">,
  before: readonly string[],
  lines: readonly GateLine[],
): GateLine[] {
  const known = (command: string) => lines.find((line) => line.command === command);
  const configured = gates.map((command) => known(command) ?? { command, on: true });
  const isOther = ({ command }: GateLine) => !gates.includes(command) && !before.includes(command);
  return [...configured, ...lines.filter(isOther)];
}

/** The gates with a command that was typed and is no line yet. One that is a line stays as it is there. */
export function withTyped(lines: readonly GateLine[], typed: string): readonly GateLine[] {
  const command = typed.trim();
  const isKnown = command === "" || lines.some((line) => line.command === command);
  return isKnown ? lines : [...lines, { command, on: true }];
}

/** Stories in the same repository, except archived ones. */
export function storiesIn(facts: FolderSummary, stories: readonly StoryView[]): StoryView[] {
  const isHere = (project: string) => project === facts.root || projectPath(project) === facts.root;
  return stories.filter(
    ({ story }) => story.state !== "archived" && (isHere(story.project) || story.dir === facts.root),
  );
}

/** The gates of stories in the same repository, newest first, without duplicates. */
export function knownGates(stories: readonly StoryView[]): string[] {
  const newest = stories.toSorted((a, b) => (a.story.created_at < b.story.created_at ? 1 : -1));
  return [...new Set(newest.flatMap(({ story }) => story.gates))];
}

/** The models that were used with an agent, newest first, without duplicates. */
export function knownModels(agent: string, stories: readonly StoryView[]): string[] {
  const own = stories
    .filter(({ story }) => story.agent === agent)
    .toSorted((a, b) => (a.story.created_at < b.story.created_at ? 1 : -1));
  return [...new Set(own.flatMap(({ story }) => story.profile.model ?? []))];
}

/** The repositories of stories, newest first, without duplicates. */
export function knownFolders(stories: readonly StoryView[]): string[] {
  const newest = stories.toSorted((a, b) => (a.story.created_at < b.story.created_at ? 1 : -1));
  return [...new Set(newest.map(({ story }) => projectPath(story.project)))];
}
