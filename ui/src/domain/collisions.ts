// With which other stories the work of a story conflicts, in words for the board, the timeline and the panel Finish. Pure.

import type { Collision, SharedFiles, StoryId, StoryView } from "../ipc/protocol";
import { fewText } from "./newWorktree";
import { m } from "../paraglide/messages";

/** A story that another one conflicts with. */
export type Colliding = { readonly view: StoryView; readonly files: SharedFiles };

/** The stories that this one conflicts with, as far as they are on the board: an archived one is merged by nobody. */
export function colliding(
  { collisions = [] }: StoryView,
  story: (id: StoryId) => StoryView | undefined,
): Colliding[] {
  return collisions.flatMap(({ with: id, files }: Collision) => {
    const view = story(id);
    return view === undefined || view.story.state === "archived" ? [] : [{ view, files }];
  });
}

/** Whether lines conflict, and not only files as a whole. */
export const isOfLines = ({ some }: SharedFiles): boolean => some.some(({ kind }) => kind === "lines");

/** `same lines as Dark map and 1 more`; empty without any. */
export function collisionWords(all: readonly Colliding[]): string {
  const [first, ...more] = all;
  if (first === undefined) return "";
  const { title } = first.view.story;
  const isLines = all.some(({ files }) => isOfLines(files));
  if (more.length > 0) {
    const count = more.length;
    return isLines ? m.collision_lines_more({ title, count }) : m.collision_conflicts_more({ title, count });
  }
  return isLines ? m.collision_lines({ title }) : m.collision_conflicts({ title });
}

/** The files that conflict: `a.rs, b.rs and 2 more`. */
export function collisionFiles({ some, more }: SharedFiles): string {
  const names = some.filter(({ kind }) => kind !== "merges").map(({ path }) => path);
  return fewText({ names, more });
}

/** Each of them with its files, a line each. */
export function collisionLines(all: readonly Colliding[]): string[] {
  return all.map((each) =>
    m.collision_with_files({ what: collisionWords([each]), files: collisionFiles(each.files) }),
  );
}

/** The row of the timeline in which a story is told of another one. */
export function collisionNote(title: string, files: SharedFiles): string {
  const words = { title, files: collisionFiles(files) };
  return isOfLines(files) ? m.note_collision_lines(words) : m.note_collision(words);
}
