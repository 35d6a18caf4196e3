// The page's state: the feed, the clock, and the user's choices. Views get it from the context. It has no rules of its own.

import { createContext } from "svelte";
import { faultOf, type Backend, type Consent, type Intent } from "../ipc/backend";
import type { Fault, StoryId } from "../ipc/protocol";
import { Clock } from "./clock.svelte";
import { Configuration } from "./config.svelte";
import { Feed } from "./feed.svelte";
import { Keys } from "./keys.svelte";
import { Router, type Atlas } from "./route.svelte";
import { Selection } from "./selection.svelte";
import { Settings } from "./settings.svelte";
import { Today } from "./today.svelte";

/** What can lie over the view: the palette, the sheet of keys, or what changes a story itself. */
export type Sheet = "palette" | "keys" | { readonly of: "rename" | "delete_logs"; readonly story: StoryId };

/** What was refused: of which story, why, and how the story stood then. */
type Refused = { readonly story: StoryId | null; readonly fault: Fault; readonly stood: string };

export class AppState {
  readonly backend: Backend;
  readonly feed: Feed;
  readonly clock = new Clock();
  readonly config: Configuration;
  readonly keys = new Keys();
  readonly router: Router;
  readonly selection = new Selection();
  readonly settings: Settings;
  readonly today: Today;
  /** The sheet that lies over the view and has the keys. */
  sheet = $state.raw<Sheet | null>(null);
  /** Takes paths that are dropped, where the view has a use for them; elsewhere a new story begins in them. */
  takesPaths = $state.raw<((paths: readonly string[]) => void) | null>(null);
  /** Takes words into the field for the agent, where the view has one. */
  takesWords: ((words: string) => void) | null = null;
  /** The story that is opened next is to have the focus on its question. */
  isLed = false;
  #refused = $state.raw<Refused | null>(null);

  constructor(backend: Backend, atlas: Atlas) {
    this.backend = backend;
    this.router = new Router(atlas);
    this.feed = new Feed(backend);
    this.config = new Configuration(backend);
    this.settings = new Settings(backend);
    this.today = new Today(backend, () => this.clock.now);
  }

  /** The last refused request, until the next one is sent or the story's state changes: the reason may then be gone. */
  get refused(): { story: StoryId | null; fault: Fault } | null {
    const refused = this.#refused;
    return refused && refused.stood === this.#standing(refused.story) ? refused : null;
  }

  /** Sends a request. If it is refused, the story shows the fault, and null is returned. */
  async ask(intent: Intent, story: StoryId | null): Promise<Consent | null> {
    this.#refused = null;
    try {
      return await this.backend.ask(intent);
    } catch (thrown) {
      this.#refused = { story, fault: faultOf(thrown), stood: this.#standing(story) };
      return null;
    }
  }

  /** Opens a story with the focus on its question. */
  lead(story: StoryId): void {
    this.open(story);
    this.isLed = true;
  }

  open(story: StoryId): void {
    this.selection.select(story);
    this.router.go({ view: "story", story, step: null });
  }

  /** Opens a story with the panel that finishes it. */
  openFinish(story: StoryId): void {
    this.selection.select(story);
    this.router.go({ view: "story", story, step: null, panel: "finish" });
  }

  /** The parts of a story's state that a refusal can depend on. */
  #standing(id: StoryId | null): string {
    const view = id === null ? undefined : this.feed.story(id);
    if (!view) return "";
    const { state, reason, since, open_questions, queued_prompts } = view.story;
    return JSON.stringify([
      state,
      reason,
      since,
      open_questions,
      queued_prompts,
      view.waits_for?.by,
      view.paused,
    ]);
  }
}

const [appState, setAppState] = createContext<AppState>();
export { appState, setAppState };
