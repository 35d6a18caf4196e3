// The palette's entries for what can be done: the keys of the view below, what can be copied of a story, and settings of the window.

import { morningTime, pauseText } from "../../domain/morning";
import type { StoryId, ThemeChoice } from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";
import type { Binding } from "../../state/keys.svelte";
import { storyCopies } from "../copies";
import { entry, type Entry } from "./entry";
import { m } from "../../paraglide/messages";

/** The actions of the view below and of the window, also those that cannot act at the moment and say why. */
export function keyEntries(app: AppState): readonly Entry[] {
  const from = (binding: Binding): Entry =>
    entry({
      id: binding.keys,
      text: binding.label,
      note: binding.about ?? "",
      key: binding.keys,
      also: binding.also ?? "",
      isDestructive: binding.destructive ?? false,
      run: binding.run,
    });
  const hindered = app.keys.hindered.map((binding) => ({
    ...from(binding),
    id: `not ${binding.label}`,
    whyNot: binding.whyNot?.() ?? null,
  }));
  return [...app.keys.all.map(from), ...hindered];
}

/** What can be copied of the story that is shown or selected. */
export function copyEntries(app: AppState): readonly Entry[] {
  const story = storyHere(app);
  const view = story === null ? undefined : app.feed.story(story);
  if (!view) return [];
  return storyCopies(view, app).map((copy) =>
    entry({
      id: `copy ${copy.text}`,
      text: copy.text,
      note: copy.what ?? view.story.title,
      also: copy.also,
      whyNot: copy.whyNot,
      run: copy.run,
    }),
  );
}

function storyHere({ router, selection }: AppState): StoryId | null {
  const { route } = router;
  if (route.view === "story") return route.story;
  return route.view === "board" ? selection.story : null;
}

const THEMES: Record<ThemeChoice, string> = {
  light: m.palette_theme_light(),
  dark: m.palette_theme_dark(),
  system: m.palette_theme_system(),
};

const THEMES_ALSO: Record<ThemeChoice, string> = {
  light: m.palette_also_theme_light(),
  dark: m.palette_also_theme_dark(),
  system: m.palette_also_theme_system(),
};

export function themeEntries({ settings }: AppState): readonly Entry[] {
  return (["light", "dark", "system"] as const).map((choice) =>
    entry({
      id: `theme ${choice}`,
      text: THEMES[choice],
      note: settings.now.theme === choice ? m.palette_now() : "",
      also: THEMES_ALSO[choice],
      run: () => {
        void settings.change({ set: "theme", to: choice });
      },
    }),
  );
}

/** Pausing notifications, or turning them on again. */
export function pauseEntries({ settings, clock }: AppState): readonly Entry[] {
  const paused = pauseText(settings.now.paused_until, clock.now);
  const pause = (to: "off" | "hour" | "morning", text: string, note = "") =>
    entry({
      id: `pause ${to}`,
      text,
      note,
      run: () => {
        void settings.change({ set: "pause", to });
      },
    });
  if (paused !== null) return [pause("off", m.palette_notifications_on(), paused)];
  return [
    pause("hour", m.palette_pause_hour()),
    pause("morning", m.palette_pause_morning({ time: morningTime(clock.now) })),
  ];
}
