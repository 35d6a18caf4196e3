// What can be copied of a story, for its menu and the palette.

import { whyNotResumeElsewhere } from "../domain/may";
import type { StoryId, StoryView } from "../ipc/protocol";
import type { AppState } from "../state/appState.svelte";
import { m } from "../paraglide/messages";

export type Copy = {
  readonly text: string;
  /** Other words by which the palette finds it. */
  readonly also: string;
  /** What is copied, if it is known now and short. */
  readonly what: string | null;
  /** Why there is nothing to copy; null if there is. */
  readonly whyNot: string | null;
  readonly run: () => void;
};

/** How many events are read at once when the last answer is looked for. */
const PIECE = 500;

export function storyCopies(view: StoryView, app: AppState): readonly Copy[] {
  const { id, title, slug, branch, dir } = view.story;
  const known = (
    text: string,
    what: string | null,
    { also = "", whyNot = null }: Partial<Copy> = {},
  ): Copy => ({ text, also, what, whyNot, run: () => void put(what, app) });
  return [
    known(m.menu_copy_title(), title),
    known(m.menu_copy_slug(), slug, { also: m.palette_also_id() }),
    known(m.menu_copy_branch(), branch, { whyNot: branch === null ? m.not_without_branch() : null }),
    known(m.menu_copy_folder(), dir, { also: m.palette_also_folder() }),
    {
      text: m.menu_copy_answer(),
      also: m.palette_also_answer(),
      what: null,
      whyNot: view.runs.some(({ kind }) => kind === "agent") ? null : m.not_without_answer(),
      run: () => void lastAnswer(view, app).then((answer) => put(answer, app)),
    },
    {
      text: m.action_copy_resume(),
      also: "",
      what: null,
      whyNot: whyNotResumeElsewhere(view),
      run: () => void resumeCommand(id, app).then((command) => put(command, app)),
    },
  ];
}

async function put(what: string | null, app: AppState): Promise<void> {
  if (what !== null) await app.backend.copy(what).catch(() => undefined);
}

async function resumeCommand(story: StoryId, app: AppState): Promise<string | null> {
  return app.backend.query({ of: "resume_command", story }).catch(() => null);
}

/** The last text that the agent itself wrote, not one of its helpers; null if it wrote none. */
async function lastAnswer(view: StoryView, app: AppState): Promise<string | null> {
  for (const { id, events } of view.runs.filter(({ kind }) => kind === "agent").toReversed()) {
    for (let end = events; end > 0; end -= PIECE) {
      const after = Math.max(0, end - PIECE);
      const most = end - after;
      const piece = await app.backend.query({ of: "events", run: id, after, most }).catch(() => []);
      const texts = piece.flatMap(({ event }) =>
        event.type === "text" && event.parent === null ? [event.text] : [],
      );
      const last = texts.at(-1);
      if (last !== undefined) return last;
    }
  }
  return null;
}
