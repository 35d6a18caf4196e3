// Which view the window shows, and which it showed before. A route is what a view is asked for with; what it
// is called and its address is said by the registry of views, which is handed in. A story and a new one lie
// above the view that they were opened from, and lead back to it.

import type { RunId, StoryId, Stream } from "../ipc/protocol";
import { Kept, type Type } from "./kept.svelte";

/** A step of a story by its lasting name: the position of its event in the run's log. */
export type StepName = {
  readonly run: RunId;
  readonly stream: Stream;
  readonly offset: number;
  readonly k: number;
};

export type Route =
  | { view: "board" }
  | { view: "usage" }
  | { view: "settings" }
  | { view: "story"; story: StoryId; step: StepName | null }
  /** `others` were dropped together with the path. */
  | { view: "new-story"; path: string | null; others?: readonly string[] }
  | { view: "first-start" }
  /** An address that leads to no view: why, and what may be meant. */
  | { view: "missing"; address: string; why: string; instead: Route | null };

export type RouteOf<Name extends Route["view"]> = Extract<Route, { view: Name }>;

/** What the router must know of views. */
export type Atlas = {
  nameOf: (route: Route) => string;
  liesAbove: (route: Route) => boolean;
  /** The view that is meant, without what it is to do there: a story without its step. */
  placeOf: (route: Route) => string;
  routeOf: (address: string) => Route;
};

type Visit = { readonly route: Route; readonly below: Route };

/** As many visits, and the state of as many views, are kept. */
export const MOST = 50;

const HOME: Visit = { route: { view: "board" }, below: { view: "board" } };

export class Router {
  #visits = $state.raw<readonly Visit[]>([HOME]);
  #at = $state(0);
  readonly #atlas: Atlas;
  /** The shown view was come back to; no signal, it changes with the view. */
  #isReturn = false;
  readonly #kept = new Kept(MOST);

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
  }

  get route(): Route {
    return this.#visit.route;
  }

  /** The place of the shown view: two routes to one place are one view on screen, with one state. */
  get place(): string {
    return this.#atlas.placeOf(this.route);
  }

  /** The view that the shown one belongs to: itself, or the one that a story was opened from. */
  get below(): Route {
    return this.#visit.below;
  }

  /** What that view is called. */
  get belowName(): string {
    return this.#atlas.nameOf(this.below);
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#visits.length - 1;
  }

  /** Whether the shown view was reached by Back or Forward, and is to be found as it was left. */
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

  /** Goes where an address leads. */
  follow(address: string): void {
    this.go(this.#atlas.routeOf(address));
  }

  back(): void {
    if (this.canGoBack) this.#return(-1);
  }

  forward(): void {
    if (this.canGoForward) this.#return(1);
  }

  /** One level up: to the view below, from there to the board. Back, where one came from there. */
  up(): void {
    const to: Route = this.#atlas.liesAbove(this.route) ? this.below : HOME.route;
    const before = this.#visits[this.#at - 1];
    if (before && this.#atlas.placeOf(before.route) === this.#atlas.placeOf(to)) this.back();
    else this.go(to);
  }

  /** The state of the shown view: as it was left, or made now. Each visit of one place has the same. */
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
