// Which view the window shows. In memory only: a window has no address. A story and a new one lie above the
// view that they were opened from, and lead back to it.

import type { StoryId } from "../ipc/protocol";

export type Route =
  | { view: "board" }
  | { view: "usage" }
  | { view: "settings" }
  | { view: "story"; story: StoryId }
  | { view: "new-story"; path: string | null }
  | { view: "first-start" };

/** The names of the views that others are opened from; all else is opened from the board. */
const NAMES: Partial<Record<Route["view"], string>> = { usage: "Usage", settings: "Settings" };

export class Router {
  #route = $state.raw<Route>({ view: "board" });
  #below = $state.raw<Route>({ view: "board" });

  get route(): Route {
    return this.#route;
  }

  /** The view that the shown one belongs to: itself, or the one that a story was opened from. */
  get below(): Route {
    return this.#below;
  }

  /** What that view is called. */
  get belowName(): string {
    return NAMES[this.#below.view] ?? "Board";
  }

  go(route: Route): void {
    if (!liesAbove(route)) this.#below = route;
    this.#route = route;
  }

  /** One level up: back to the view below, from there to the board. */
  up(): void {
    this.go(liesAbove(this.#route) ? this.#below : { view: "board" });
  }
}

function liesAbove({ view }: Route): boolean {
  return view === "story" || view === "new-story";
}
