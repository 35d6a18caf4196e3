// The items of the context menu: copying what is under the pointer, and opening what it refers to. Elements offer their content by
// `offers`; rows of stories are found by `data-story`.

import type { StoryId } from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";
import { storyCopies } from "../copies";
import { isHere, OF_WHOLE, OF_WORK, type StoryAct } from "../storyActs";
import { offerAt } from "./offers";
import { m } from "../../paraglide/messages";

export type MenuItem = {
  readonly text: string;
  readonly run: () => void;
  /** Whether a line stands above it, if it is not the first. */
  readonly isApart?: boolean;
};

/** The menu for a clicked element; empty if there is nothing to copy or open. */
export function itemsAt(target: Element, app: AppState): MenuItem[] {
  const story = storyAt(target, app);
  return [
    ...selectionItems(target, app),
    ...linkItems(target, app),
    ...copyItems(target, app),
    ...(story === null ? [] : storyItems(story, app)),
  ];
}

/** Whether this is a text field, which keeps the system's own menu for editing. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("textarea, input, [contenteditable=true]") !== null;
}

function selectionItems(target: Element, app: AppState): MenuItem[] {
  const selection = getSelection();
  const text = selection?.toString() ?? "";
  if (!selection || text.trim() === "" || !selection.containsNode(target, true)) return [];
  return [copying(m.menu_copy_selection(), text, app)];
}

function linkItems(target: Element, app: AppState): MenuItem[] {
  const address = offerAt(target, "link");
  if (address === undefined) return [];
  const open = {
    text: m.menu_open_link(),
    run: () => void app.backend.openLink(address).catch(() => undefined),
  };
  return [...(/^https:\/\//i.test(address) ? [open] : []), copying(m.menu_copy_address(), address, app)];
}

function copyItems(target: Element, app: AppState): MenuItem[] {
  const exact = offerAt(target, "copy");
  if (exact !== undefined) return [copying(m.menu_copy_this(), exact, app)];
  const code = target.closest("code, pre");
  if (code !== null && isExact(code) && code.textContent.trim() !== "")
    return [copying(m.menu_copy_this(), code.textContent, app)];
  const step = target.closest(".st .body");
  const text = step === null || !isExact(step) ? "" : wordsOf(step);
  return text === "" ? [] : [copying(m.menu_copy_step(), text, app)];
}

/** Whether the element shows the text unchanged. If hidden characters are replaced by their names, a copy would be a different text. */
function isExact(element: Element): boolean {
  return element.querySelector(".hidden") === null;
}

/** The visible text of an element without its buttons. */
function wordsOf(element: Element): string {
  const read = element.cloneNode(true) as Element;
  for (const aside of read.querySelectorAll("figcaption, .sr")) aside.remove();
  return read.textContent.trim();
}

/** The story under the pointer; for the menu key, the selected story. */
function storyAt(target: Element, app: AppState): StoryId | null {
  const row = target.closest<HTMLElement>("[data-story]")?.dataset["story"];
  return row ?? (target.matches("[role=grid]") ? app.selection.story : null);
}

function storyItems(id: StoryId, app: AppState): MenuItem[] {
  const view = app.feed.story(id);
  if (!view) return [];
  const open = {
    text: m.action_open_story(),
    run: () => {
      app.open(id);
    },
  };
  const acts = (of: readonly StoryAct[]): MenuItem[] =>
    of
      .filter((act) => act.whyNot(view, app) === null)
      .map((act) => ({
        text: act.labelOf?.(view.story) ?? act.label,
        run: () => {
          act.run(view, app);
        },
      }));
  return [
    ...(isHere(view, app) ? [] : [open]),
    ...acts(OF_WORK),
    ...apart(storyCopies(view, app).filter(({ whyNot }) => whyNot === null)),
    ...apart(acts(OF_WHOLE)),
  ];
}

/** Items with a line above the first of them. */
function apart(items: readonly MenuItem[]): MenuItem[] {
  return items.map(({ text, run }, n) => ({ text, run, isApart: n === 0 }));
}

function copying(text: string, what: string, app: AppState): MenuItem {
  return { text, run: () => void app.backend.copy(what).catch(() => undefined) };
}
