// The keys that archive a story, take it out of the archive, rename it and delete its logs: the same on the board and in the story.

import { canArchive, canDeleteLogs, canUnarchive } from "../domain/states";
import type { StoryView } from "../ipc/protocol";
import type { AppState } from "../state/appState.svelte";
import type { Binding } from "../state/keys.svelte";
import { m } from "../paraglide/messages";

/** `story` is the one that they act on at the moment. With `isNamed` they say its title, because the view shows several. */
export function storyKeys(
  app: AppState,
  story: () => StoryView | undefined,
  { isNamed = false } = {},
): readonly Binding[] {
  const key = (
    keys: string,
    label: string,
    run: (view: StoryView) => void,
    can: (view: StoryView) => boolean,
  ): Binding => ({
    keys,
    label,
    quiet: true,
    ...(isNamed ? { about: story()?.story.title ?? "" } : {}),
    run: () => {
      const view = story();
      if (view) run(view);
    },
    when: () => {
      const view = story();
      return view !== undefined && can(view);
    },
  });
  return [
    key(
      "Ctrl Shift A",
      m.action_archive(),
      ({ story: { id } }) => void app.ask({ do: "archive", story: id }, id),
      (view) => canArchive(view, app.clock.now),
    ),
    key(
      "Ctrl Shift A",
      m.action_unarchive(),
      ({ story: { id } }) => void app.ask({ do: "unarchive", story: id }, id),
      canUnarchive,
    ),
    key(
      "F2",
      m.action_rename(),
      ({ story: { id } }) => {
        app.sheet = { of: "rename", story: id };
      },
      () => true,
    ),
    key(
      "Ctrl Shift L",
      m.action_delete_logs(),
      ({ story: { id } }) => {
        app.sheet = { of: "delete_logs", story: id };
      },
      (view) => canDeleteLogs(view, app.clock.now),
    ),
  ];
}

/** A binding that moves, so it repeats while its key is held. */
export function moves(keys: string, label: string, run: () => void): Binding {
  return { keys, label, run, repeats: true };
}
