// What a route asks for is done when it comes, not again each time one comes back to it.

import type { Route } from "./route.svelte";

export class Once {
  readonly #seen = new WeakSet<Route>();

  /** Whether this very route comes for the first time. */
  takes(route: Route): boolean {
    const isNew = !this.#seen.has(route);
    this.#seen.add(route);
    return isNew;
  }
}
