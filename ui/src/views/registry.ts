// All views of the window: name, address, place in the bar, and component. There is no other list of views.

import type { Component } from "svelte";
import { loaded, type Load } from "../parts/Later.svelte";
import type { StoryId } from "../ipc/protocol";
import type { Atlas, StepName } from "../state/route.svelte";
import Board from "./board/Board.svelte";
import FirstStart from "./first-start/FirstStart.svelte";
import Missing from "./missing/Missing.svelte";
import { readStep, writeStep } from "./stepName";
import type { Panel } from "./story/kept.svelte";
import { m } from "../paraglide/messages";

/** A view with its arguments. */
export type Route =
  | { view: "board" }
  | { view: "usage" }
  | { view: "settings" }
  | { view: "worktrees" }
  /** `panel`: the panel that is to be shown beside its timeline. */
  | { view: "story"; story: StoryId; step: StepName | null; panel?: Panel }
  | { view: "forecast"; project: string }
  /** `others` were dropped together with the path. */
  | { view: "new-story"; path: string | null; others?: readonly string[] }
  | { view: "first-start" }
  /** An address that no view has: the reason, and a view that may be meant. */
  | { view: "missing"; address: string; why: string; instead: Route | null };

export type RouteOf<Name extends Route["view"]> = Extract<Route, { view: Name }>;

type Kind = Route["view"];

/** The parts of an address after `musher://`. */
type Words = { readonly path: readonly string[]; readonly query: URLSearchParams };

/** The error in an address, and the view that may be meant. */
class Wrong {
  constructor(
    readonly why: string,
    readonly instead: Route | null = null,
  ) {}
}

type Address<R extends Route> = {
  /** The part of the address after the view's name, for a route: `018f0000-…?pos=…`. */
  write: (route: R) => string;
  read: (words: Words) => R | Wrong;
};

export type View<R extends Route> = {
  name: string;
  address: Address<R>;
  /** Its key in the bar, and the label of that key. */
  nav?: { key: string; label: string };
  /** It is shown above the view that it was opened from, and leads back there. */
  liesAbove?: true;
  /** The view in the bar that it belongs to, regardless of the view that it was opened from. */
  partOf?: Kind;
} & (
  | { View: Component<{ route: R }> }
  /** `soon`: its code is loaded as soon as the first view is drawn, because a person is likely to go there. */
  | { load: Load<R>; soon?: true }
);

const VIEWS: { readonly [K in Kind]: View<RouteOf<K>> } = {
  board: {
    name: m.view_board(),
    address: plain({ view: "board" }),
    nav: { key: "Ctrl 1", label: m.action_go_board() },
    View: bare(Board),
  },
  usage: {
    name: m.view_usage(),
    address: plain({ view: "usage" }),
    nav: { key: "Ctrl 2", label: m.action_go_usage() },
    load: loadBare(() => import("./usage/Usage.svelte")),
  },
  settings: {
    name: m.view_settings(),
    address: plain({ view: "settings" }),
    nav: { key: "Ctrl ,", label: m.action_go_settings() },
    load: loadBare(() => import("./settings/Settings.svelte")),
  },
  worktrees: {
    name: m.view_worktrees(),
    address: plain({ view: "worktrees" }),
    partOf: "board",
    load: loadBare(() => import("./worktrees/Worktrees.svelte")),
  },
  story: {
    name: m.view_story(),
    address: {
      write: ({ story, step }) => encodeURIComponent(story) + queryOf({ pos: step && writeStep(step) }),
      read: ({ path, query }) => {
        const [story = ""] = path;
        if (story === "") return new Wrong(m.link_no_story());
        const pos = query.get("pos");
        const step = pos === null ? null : readStep(pos);
        return pos !== null && step === null
          ? new Wrong(m.link_no_step(), { view: "story", story, step })
          : { view: "story", story, step };
      },
    },
    liesAbove: true,
    partOf: "board",
    load: () => import("./story/Story.svelte"),
    soon: true,
  },
  forecast: {
    name: m.view_forecast(),
    address: {
      write: ({ project }) => encodeURIComponent(project),
      read: ({ path }) => {
        const [project = ""] = path;
        return project === "" ? new Wrong(m.link_no_project()) : { view: "forecast", project };
      },
    },
    liesAbove: true,
    partOf: "board",
    load: () => import("./forecast/Forecast.svelte"),
  },
  "new-story": {
    name: m.view_new_story(),
    address: {
      write: ({ path }) => queryOf({ path }),
      read: ({ query }) => ({ view: "new-story", path: query.get("path") }),
    },
    liesAbove: true,
    partOf: "board",
    load: () => import("./new-story/NewStory.svelte"),
    soon: true,
  },
  "first-start": {
    name: m.view_first_start(),
    address: plain({ view: "first-start" }),
    partOf: "board",
    View: bare(FirstStart),
  },
  missing: {
    name: m.view_missing(),
    address: { write: ({ address }) => queryOf({ address }), read: () => new Wrong(m.link_no_view()) },
    liesAbove: true,
    View: Missing,
  },
};

const SCHEME = "musher://";
const KINDS = Object.keys(VIEWS) as Kind[];

/** The views in the bar, in order. */
export const NAV = KINDS.flatMap((kind) => {
  const { name, nav } = VIEWS[kind];
  return nav ? [{ kind, name, ...nav, to: routeOf(SCHEME + kind) }] : [];
});

/** Loads the code of the views that a person is likely to open next. A view that cannot be loaded says so when it is shown. */
export async function loadSoon(): Promise<void> {
  const soon = KINDS.map((kind) => VIEWS[kind] as View<Route>).flatMap((view) =>
    "load" in view && view.soon ? [loaded(view.load)] : [],
  );
  await Promise.allSettled(soon);
}

/** The view of a route. The cast is needed because the compiler does not know that both have the same name. */
export function viewOf(route: Route): View<Route> {
  return VIEWS[route.view] as View<Route>;
}

/** The view in the bar that a route belongs to; `below` is the view that it was opened from. */
export function navOf(route: Route, below: Route): Kind {
  return VIEWS[route.view].partOf ?? VIEWS[below.view].partOf ?? below.view;
}

/** The address of a route: `musher://story/018f0000-…?pos=…`. */
export function addressOf(route: Route): string {
  const rest = viewOf(route).address.write(route);
  return SCHEME + route.view + (rest === "" || rest.startsWith("?") ? rest : `/${rest}`);
}

/** The route of an address. An invalid address leads to the view that explains the error. */
export function routeOf(address: string): Route {
  const found = read(address);
  return found instanceof Wrong
    ? { view: "missing", address, why: found.why, instead: found.instead }
    : found;
}

function read(address: string): Route | Wrong {
  if (!address.startsWith(SCHEME)) return new Wrong(m.link_foreign());
  const [path = "", query = ""] = address.slice(SCHEME.length).split("?", 2);
  const [kind = "", ...rest] = path.split("/").filter(Boolean).map(decoded);
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) return new Wrong(m.link_unknown_view({ view: kind }));
  return VIEWS[known].address.read({ path: rest, query: new URLSearchParams(query) });
}

/** What the router uses. */
export const ATLAS: Atlas = {
  nameOf: (route) => viewOf(route).name,
  liesAbove: (route) => viewOf(route).liesAbove ?? false,
  placeOf: (route) =>
    route.view === "missing" ? addressOf(route) : (addressOf(route).split("?", 1)[0] ?? ""),
  routeOf,
};

function plain<R extends Route>(route: R): Address<R> {
  return {
    write: () => "",
    read: ({ path }) =>
      path.length === 0 ? route : new Wrong(m.link_unknown_place({ place: path.join("/") })),
  };
}

/** Wraps a view that takes no route. */
function bare(View: Component): Component<{ route: Route }> {
  return (internals) => View(internals, {});
}

/** Wraps the code of a view that takes no route. */
function loadBare(load: () => Promise<{ default: Component }>): Load<Route> {
  return async () => ({ default: bare((await load()).default) });
}

function queryOf(values: Readonly<Record<string, string | null>>): string {
  const known = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return known.length === 0 ? "" : `?${new URLSearchParams(known).toString()}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
