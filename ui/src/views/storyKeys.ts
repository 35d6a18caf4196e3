// The keys that archive a story, take it out of the archive, rename it, run its gates again and delete its logs: the same on the board and
// in the story.

import type { StoryView } from "../ipc/protocol";
import {
  ARCHIVE,
  DELETE_LOGS,
  FORECAST,
  RENAME,
  RUN_GATES,
  UNARCHIVE,
  type StoryAct,
} from "../parts/storyActs";
import type { AppState } from "../state/appState.svelte";
import type { Binding } from "../state/keys.svelte";
import { m } from "../paraglide/messages";

/** Does something to a story, if it is in sight; otherwise brings it there. */
type InSight = (view: StoryView, keys: string, run: () => void) => void;

/**
 * `story` is the one that they act on at the moment. With `isNamed` they say its title, because the view shows several; there the story may
 * also be out of sight.
 */
export function storyKeys(
  app: AppState,
  story: () => StoryView | undefined,
  { isNamed = false, inSight = now }: { isNamed?: boolean; inSight?: InSight } = {},
): readonly Binding[] {
  const key = ({ keys, label, also, isDestructive = false, ...act }: StoryAct): Binding => ({
    keys,
    label,
    quiet: true,
    ...(also === undefined ? {} : { also }),
    ...(isDestructive ? { destructive: true } : {}),
    ...(isNamed ? { about: story()?.story.title ?? "" } : {}),
    run: () => {
      const view = story();
      if (!view) return;
      inSight(view, keys, () => {
        act.run(view, app);
      });
    },
    whyNot: () => {
      const view = story();
      return view === undefined ? m.not_without_story() : act.whyNot(view, app);
    },
  });
  return [ARCHIVE, UNARCHIVE, RENAME, FORECAST, RUN_GATES, DELETE_LOGS].map(key);
}

/** Where only one story is shown, it is in sight. */
const now: InSight = (_view, _keys, run) => {
  run();
};

/** A binding that moves, so it repeats while its key is held. */
export function moves(keys: string, label: string, run: () => void): Binding {
  return { keys, label, run, repeats: true };
}
