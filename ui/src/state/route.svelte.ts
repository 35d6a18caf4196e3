// Which view the window shows. In memory only: a window has no address.

import type { StoryId } from "../ipc/protocol";

export type Route =
  | { view: "board" }
  | { view: "story"; story: StoryId }
  | { view: "new-story"; path: string | null }
  | { view: "first-start" };

export class Router {
  #route = $state.raw<Route>({ view: "board" });

  get route(): Route {
    return this.#route;
  }

  go(route: Route): void {
    this.#route = route;
  }

  /** One level up. */
  up(): void {
    this.go({ view: "board" });
  }
}
