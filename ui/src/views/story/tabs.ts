// The names of a story's tabs, and of the panels beside its timeline.

import type { Panel, Tab } from "./kept.svelte";
import { m } from "../../paraglide/messages";

type Choice = { readonly value: Tab; readonly text: string };

export const PANEL_NAMES: Record<Panel, string> = {
  why: m.panel_why(),
  usage: m.panel_usage(),
  raw: m.panel_raw(),
  finish: m.panel_finish(),
};

/** The tabs beside the timeline; in a narrow window, and beside the changes, the timeline is the first. */
export const TABS: readonly Choice[] = [
  { value: "changes", text: m.tab_changes() },
  { value: "why", text: m.tab_why() },
  { value: "usage", text: m.view_usage() },
  { value: "raw", text: m.tab_raw() },
  { value: "finish", text: m.tab_finish() },
];
export const ALL_TABS: readonly Choice[] = [{ value: "timeline", text: m.tab_timeline() }, ...TABS];
