// What can be done with a story: one list, from which keys, the menu of a story and the board's buttons are made.

import {
  whyNotArchive,
  whyNotDeleteLogs,
  whyNotInterrupt,
  whyNotRunGates,
  whyNotStop,
  whyNotUnarchive,
} from "../domain/may";
import { newId } from "../domain/newId";
import {
  canSkipSetUp,
  goOnPrompt,
  needOf,
  resumeWord,
  sendBackPrompt,
  type NeedAction,
} from "../domain/needs";
import type { Intent } from "../ipc/backend";
import type { Story, StoryView } from "../ipc/protocol";
import type { AppState } from "../state/appState.svelte";
import { m } from "../paraglide/messages";

export type StoryAct = {
  readonly keys: string;
  readonly label: string;
  /** Further words by which the palette finds it. */
  readonly also?: string;
  /** What it is called for one story, if that differs. */
  readonly labelOf?: (story: Story) => string;
  readonly isDestructive?: boolean;
  /** Why it cannot be done now; null if it can. */
  readonly whyNot: (view: StoryView, app: AppState) => string | null;
  readonly run: (view: StoryView, app: AppState) => void;
};

export const SEND_BACK: StoryAct = {
  keys: "Ctrl Enter",
  label: m.need_send_back(),
  whyNot: (view, app) => (isOffered("send_back", view, app) ? null : m.not_without_failed_gate()),
  run: (view, app) => {
    const text = sendBackPrompt(view);
    // Where the story is open, its field takes the words, as by the button there: they can be changed before they are sent.
    if (isHere(view, app) && app.takesWords) app.takesWords(text);
    else goOn({ op: "send", story: view.story.id, id: newId(), text }, view, app);
  },
};

export const RESUME: StoryAct = {
  keys: "Ctrl Enter",
  label: m.action_resume(),
  labelOf: resumeWord,
  whyNot: (view, app) => (isOffered("resume", view, app) ? null : m.not_while_it_goes_on()),
  run: (view, app) => {
    const { id, queued_prompts } = view.story;
    if (isHere(view, app) && app.takesWords && queued_prompts === 0) app.takesWords(goOnPrompt(view));
    else goOn({ op: "resume", story: id, id: newId(), now: false }, view, app);
  },
};

export const SKIP_SET_UP: StoryAct = {
  keys: "Ctrl Shift Enter",
  label: m.action_skip_set_up(),
  whyNot: ({ story }) => (canSkipSetUp(story) ? null : m.not_without_set_up()),
  run: (view, app) => {
    goOn({ op: "skip_set_up", story: view.story.id }, view, app);
  },
};

export const RUN_GATES: StoryAct = {
  keys: "Ctrl Shift G",
  label: m.action_run_gates(),
  whyNot: (view, { clock }) => whyNotRunGates(view, clock.now),
  run: (view, app) => {
    goOn({ op: "run_gates", story: view.story.id }, view, app);
  },
};

export const INTERRUPT: StoryAct = {
  keys: "Ctrl I",
  label: m.action_interrupt(),
  isDestructive: true,
  whyNot: whyNotInterrupt,
  run: ({ story: { id } }, app) => void app.ask({ op: "interrupt", story: id }, id),
};

/** Stops it at the second time, as the key does. */
export const STOP: StoryAct = {
  keys: "Ctrl .",
  label: m.action_stop(),
  isDestructive: true,
  whyNot: (view, { clock }) => whyNotStop(view, clock.now),
  run: (view, app) => {
    const { id } = view.story;
    const why = isHere(view, app) ? "window" : "board";
    if (why === "board") app.selection.select(id);
    if (app.selection.confirm(id)) void app.ask({ op: "stop", story: id, why, now: false }, id);
  },
};

export const RENAME: StoryAct = {
  keys: "F2",
  label: m.action_rename(),
  whyNot: () => null,
  run: ({ story: { id } }, app) => {
    app.sheet = { of: "rename", story: id };
  },
};

export const ARCHIVE: StoryAct = {
  keys: "Ctrl Shift A",
  label: m.action_archive(),
  isDestructive: true,
  whyNot: (view, { clock }) => whyNotArchive(view, clock.now),
  run: ({ story: { id } }, app) => void app.ask({ op: "archive", story: id }, id),
};

export const UNARCHIVE: StoryAct = {
  keys: "Ctrl Shift A",
  label: m.action_unarchive(),
  whyNot: whyNotUnarchive,
  run: ({ story: { id } }, app) => void app.ask({ op: "unarchive", story: id }, id),
};

export const FORECAST: StoryAct = {
  keys: "Ctrl Shift J",
  label: m.action_forecast(),
  also: m.palette_also_forecast(),
  whyNot: () => null,
  run: ({ story: { project } }, app) => {
    app.router.go({ view: "forecast", project });
  },
};

export const DELETE_LOGS: StoryAct = {
  keys: "Ctrl Shift L",
  label: m.action_delete_logs(),
  isDestructive: true,
  whyNot: (view, { clock }) => whyNotDeleteLogs(view, clock.now),
  run: ({ story: { id } }, app) => {
    app.sheet = { of: "delete_logs", story: id };
  },
};

/** What has its agent or its gates go on, or ends that. */
export const OF_WORK: readonly StoryAct[] = [SEND_BACK, RESUME, SKIP_SET_UP, RUN_GATES, INTERRUPT, STOP];

/** What is done with the story as a whole. */
export const OF_WHOLE: readonly StoryAct[] = [RENAME, FORECAST, ARCHIVE, UNARCHIVE, DELETE_LOGS];

/** Whether its own view is shown. */
export function isHere({ story }: StoryView, { router }: AppState): boolean {
  return router.route.view === "story" && router.route.story === story.id;
}

/** Whether its line in "Needs you" has the button. */
function isOffered(action: NeedAction, view: StoryView, { feed, clock }: AppState): boolean {
  if (view.story.state !== "needs_you") return false;
  return needOf(view, undefined, feed.agents, clock.now).buttons.some((button) => button.action === action);
}

/** On the board the story leaves its place by that, and stays in sight. */
function goOn(intent: Intent, view: StoryView, app: AppState): void {
  const { id } = view.story;
  if (!isHere(view, app)) app.selection.follow(id);
  void app.ask(intent, id);
}
