// The keys that archive a story, take it out of the archive, rename it, run its gates again and delete its logs: the same on the board and
// in the story.

import { whyNotArchive, whyNotDeleteLogs, whyNotRunGates, whyNotUnarchive } from "../domain/may";
import type { StoryView } from "../ipc/protocol";
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
  const key = (
    keys: string,
    label: string,
    run: (view: StoryView) => void,
    whyNot: (view: StoryView) => string | null,
    more: Partial<Binding> = {},
  ): Binding => ({
    keys,
    label,
    quiet: true,
    ...more,
    ...(isNamed ? { about: story()?.story.title ?? "" } : {}),
    run: () => {
      const view = story();
      if (!view) return;
      inSight(view, keys, () => {
        run(view);
      });
    },
    whyNot: () => {
      const view = story();
      return view === undefined ? m.not_without_story() : whyNot(view);
    },
  });
  return [
    key(
      "Ctrl Shift A",
      m.action_archive(),
      ({ story: { id } }) => void app.ask({ op: "archive", story: id }, id),
      (view) => whyNotArchive(view, app.clock.now),
      { destructive: true },
    ),
    key(
      "Ctrl Shift A",
      m.action_unarchive(),
      ({ story: { id } }) => void app.ask({ op: "unarchive", story: id }, id),
      whyNotUnarchive,
    ),
    key(
      "F2",
      m.action_rename(),
      ({ story: { id } }) => {
        app.sheet = { of: "rename", story: id };
      },
      () => null,
    ),
    key(
      "Ctrl Shift J",
      m.action_forecast(),
      ({ story: { project } }) => {
        app.router.go({ view: "forecast", project });
      },
      () => null,
      { also: m.palette_also_forecast() },
    ),
    key(
      "Ctrl Shift G",
      m.action_run_gates(),
      ({ story: { id } }) => void app.ask({ op: "run_gates", story: id }, id),
      (view) => whyNotRunGates(view, app.clock.now),
    ),
    key(
      "Ctrl Shift L",
      m.action_delete_logs(),
      ({ story: { id } }) => {
        app.sheet = { of: "delete_logs", story: id };
      },
      (view) => whyNotDeleteLogs(view, app.clock.now),
      { destructive: true },
    ),
  ];
}

/** Where only one story is shown, it is in sight. */
const now: InSight = (_view, _keys, run) => {
  run();
};

/** A binding that moves, so it repeats while its key is held. */
export function moves(keys: string, label: string, run: () => void): Binding {
  return { keys, label, run, repeats: true };
}
