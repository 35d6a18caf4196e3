// The edits of prompts that wait, as they were typed and not saved yet. They are kept until they are saved or discarded, also when the
// field is closed, and after a restart.

import type { StoryId } from "../../ipc/protocol";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";

/** How a prompt was when it was opened, and how it is to be. */
export type PromptEdit = { readonly was: string; readonly text: string };

export class PromptEdits {
  readonly #name: DraftName;
  #all = $state.raw<Readonly<Record<string, PromptEdit>>>({});
  /** The prompt whose field is open. */
  editing = $state<string | null>(null);

  constructor(story: StoryId) {
    this.#name = { of: "prompts", id: story };
    this.#all = editsOf(keptDraft(this.#name));
  }

  get ids(): readonly string[] {
    return Object.keys(this.#all);
  }

  of(prompt: string): PromptEdit | undefined {
    return this.#all[prompt];
  }

  /** What stands in the open field. */
  get text(): string {
    return this.editing === null ? "" : (this.#all[this.editing]?.text ?? "");
  }

  /** Opens a prompt's field, with what was typed in it before. */
  open(prompt: string, text: string): void {
    if (!this.#all[prompt]) this.#set({ ...this.#all, [prompt]: { was: text, text } });
    this.editing = prompt;
  }

  write(text: string): void {
    const edit = this.editing === null ? undefined : this.#all[this.editing];
    if (this.editing !== null && edit) this.#set({ ...this.#all, [this.editing]: { ...edit, text } });
  }

  /** Closes the field. What was typed is kept, if it changes the prompt. */
  close(): void {
    const edit = this.editing === null ? undefined : this.#all[this.editing];
    if (this.editing !== null && edit?.text === edit?.was) this.drop(this.editing);
    this.editing = null;
  }

  /** Forgets the edit of a prompt, because it was saved or discarded, or stands elsewhere now. */
  drop(prompt: string): void {
    this.#set(Object.fromEntries(Object.entries(this.#all).filter(([id]) => id !== prompt)));
    if (this.editing === prompt) this.editing = null;
  }

  #set(all: Readonly<Record<string, PromptEdit>>): void {
    this.#all = all;
    const typed = Object.entries(all).filter(([, { was, text }]) => was !== text);
    keepDraft(this.#name, typed.length === 0 ? undefined : Object.fromEntries(typed));
  }
}

/** A stored draft, if it has the form of this version. */
function editsOf(found: unknown): Readonly<Record<string, PromptEdit>> {
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, PromptEdit] => isEdit(entry[1])),
  );
}

function isEdit(each: unknown): each is PromptEdit {
  if (typeof each !== "object" || each === null) return false;
  const { was, text } = each as Record<keyof PromptEdit, unknown>;
  return typeof was === "string" && typeof text === "string";
}
