// Finds stories by words of their title, branch, project or folder. The title that was typed comes first, then titles that begin with it,
// that have it as a whole, and that have its words; then stories with the words elsewhere, then those whose words begin with the letters.
// Within each the newest comes first. Pure.

import type { StoryView } from "../ipc/protocol";
import { projectName, projectPath } from "./board";
import { match, type Piece } from "./search";

export type FoundStory = {
  readonly view: StoryView;
  /** The title, with the matches marked. */
  readonly title: readonly Piece[];
  /**
   * Where else a word was found: the branch or the folder. Empty if all were found in the title or the project's name, which are shown
   * anyway.
   */
  readonly also: string;
  /** Only the initials of some words match. */
  readonly isLoose: boolean;
};

/** How well it matches; the first is best. */
const RANKS = ["title", "beginning", "phrase", "words", "elsewhere", "initials"] as const;
type Rank = (typeof RANKS)[number];

/** The stories that contain every word, or whose title has the typed letters as initials. */
export function findStories(typed: string, stories: readonly StoryView[]): FoundStory[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return stories
    .flatMap((view) => {
      const found = findIn(view, typed, words);
      return found ? [found] : [];
    })
    .toSorted(
      (a, b) =>
        RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) ||
        (a.view.story.created_at < b.view.story.created_at ? 1 : -1),
    );
}

function findIn(
  view: StoryView,
  typed: string,
  words: readonly string[],
): (FoundStory & { rank: Rank }) | null {
  const { title, branch, project, dir } = view.story;
  const plain = [{ text: title, hit: false }];
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  if (has(title))
    return {
      view,
      title: match(typed, title)?.pieces ?? plain,
      also: "",
      isLoose: false,
      rank: rankOf(words.join(" "), title),
    };
  const places = [projectName(project), branch ?? "", dir];
  if (has([title, ...places].join("\n"))) {
    const missing = words.filter((word) => !`${title}\n${projectName(project)}`.toLowerCase().includes(word));
    const also =
      missing.length === 0
        ? ""
        : (places.find((text) => text.toLowerCase().includes(missing[0] ?? "")) ?? "");
    return { view, title: plain, also, isLoose: false, rank: "elsewhere" };
  }
  const initials = match(typed, title);
  return initials && { view, title: initials.pieces, also: "", isLoose: true, rank: "initials" };
}

/** How well a title that has every word matches the phrase of them. */
function rankOf(phrase: string, title: string): Rank {
  const text = title.toLowerCase().split(/\s+/).join(" ").trim();
  if (text === phrase) return "title";
  if (text.startsWith(phrase)) return "beginning";
  return text.includes(phrase) ? "phrase" : "words";
}

/** A project of one of these stories. */
export type FoundProject = {
  readonly name: string;
  readonly path: string;
  readonly pieces: readonly Piece[];
};

/** The projects whose path contains the typed text; the one with the newest story first. */
export function findProjects(typed: string, stories: readonly StoryView[]): FoundProject[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return [];
  const newest = stories.toSorted((a, b) => (a.story.created_at < b.story.created_at ? 1 : -1));
  const paths = [...new Set(newest.map(({ story }) => projectPath(story.project)))];
  return paths
    .filter((path) => path.toLowerCase().includes(wanted))
    .map((path) => {
      const name = projectName(path);
      const isInName = name.toLowerCase().includes(wanted);
      return { name, path, pieces: (isInName && match(typed, name)?.pieces) || [{ text: name, hit: false }] };
    });
}
