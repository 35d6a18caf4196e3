// Makes sure that the action of a route is done only on the first visit and not on each return.

import type { Route } from "../views/registry";

export class Once {
  readonly #seen = new WeakSet<Route>();

  /** Whether this route object is seen for the first time. */
  takes(route: Route): boolean {
    const isNew = !this.#seen.has(route);
    this.#seen.add(route);
    return isNew;
  }
}
