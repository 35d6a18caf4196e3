// The view that the window shows, and the ones before it. A route holds the arguments of a view; its name and address come from the
// registry of views, which is passed in. A story and a new story are opened above another view and lead back to it.

import type { RunId, Stream } from "../ipc/protocol";
import type { Route } from "../views/registry";
import { Kept, type Type } from "./kept.svelte";

/** Identifies a step of a story permanently, by the position of its event in the run's log. */
export type StepName = {
  readonly run: RunId;
  readonly stream: Stream;
  readonly offset: number;
  readonly k: number;
};

/** What the router uses from the registry of views. */
export type Atlas = {
  nameOf: (route: Route) => string;
  liesAbove: (route: Route) => boolean;
  /** The place of a view without the action to do there: a story without its step. */
  placeOf: (route: Route) => string;
  routeOf: (address: string) => Route;
};

type Visit = { readonly route: Route; readonly below: Route };

/** How many visits, and states of views, are kept. */
export const MOST = 50;

const HOME: Visit = { route: { view: "board" }, below: { view: "board" } };

export class Router {
  #visits = $state.raw<readonly Visit[]>([HOME]);
  #at = $state(0);
  readonly #atlas: Atlas;
  /** Whether the view was reached by Back or Forward. Not a signal, because it changes together with the view. */
  #isReturn = false;
  readonly #kept = new Kept(MOST);

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
  }

  get route(): Route {
    return this.#visit.route;
  }

  /** The place of the shown view: two routes with the same place are one view with one state. */
  get place(): string {
    return this.#atlas.placeOf(this.route);
  }

  /** The view below the shown one: the one that a story was opened from, or the shown view itself. */
  get below(): Route {
    return this.#visit.below;
  }

  /** The name of that view. */
  get belowName(): string {
    return this.#atlas.nameOf(this.below);
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#visits.length - 1;
  }

  /** Whether the shown view was reached by Back or Forward, so that it is restored as it was left. */
  get isReturn(): boolean {
    return this.#isReturn;
  }

  go(route: Route): void {
    this.#isReturn = false;
    const below = this.#atlas.liesAbove(route) ? this.below : route;
    const visit = { route, below };
    if (this.#isHere(route)) {
      this.#visits = this.#visits.with(this.#at, visit);
      return;
    }
    this.#visits = [...this.#visits.slice(0, this.#at + 1), visit].slice(-MOST);
    this.#at = this.#visits.length - 1;
  }

  /** Goes to an address. */
  follow(address: string): void {
    this.go(this.#atlas.routeOf(address));
  }

  back(): void {
    if (this.canGoBack) this.#return(-1);
  }

  forward(): void {
    if (this.canGoForward) this.#return(1);
  }

  /** Goes one level up: to the view below, from there to the board. If that was the previous visit, goes back to it. */
  up(): void {
    const to: Route = this.#atlas.liesAbove(this.route) ? this.below : HOME.route;
    const before = this.#visits[this.#at - 1];
    if (before && this.#atlas.placeOf(before.route) === this.#atlas.placeOf(to)) this.back();
    else this.go(to);
  }

  /** The state of the shown view: the stored one, or a new one. All visits of one place share it. */
  keep<State extends object>(type: Type<State>, make: () => State): State {
    return this.#kept.of(this.place, type, make);
  }

  get #visit(): Visit {
    return this.#visits[this.#at] ?? HOME;
  }

  #return(by: number): void {
    this.#isReturn = true;
    this.#at += by;
  }

  #isHere(route: Route): boolean {
    return this.#atlas.placeOf(route) === this.place;
  }
}
