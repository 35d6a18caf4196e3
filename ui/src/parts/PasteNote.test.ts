import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, it } from "vitest";
import PasteNote from "./PasteNote.svelte";

let note: Record<string, unknown> | undefined;

afterEach(async () => {
  if (note) await unmount(note);
  document.body.replaceChildren();
});

function paste(target: Element, text: string): void {
  const event = Object.assign(new Event("paste", { bubbles: true }), {
    clipboardData: { getData: () => text },
  });
  target.dispatchEvent(event);
  flushSync();
}
const said = () => document.querySelector("[role=status]")?.textContent.trim();

it("says that an image cannot be pasted, until something is written", () => {
  note = mount(PasteNote, { target: document.body });
  const field = document.body.appendChild(document.createElement("textarea"));
  flushSync();
  paste(field, "words");
  expect(said()).toBeUndefined();
  paste(field, "");
  expect(said()).toBe("An image cannot be pasted here. Save it in a file and name the file.");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  flushSync();
  expect(said()).toBeDefined();
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  flushSync();
  expect(said()).toBeUndefined();
  paste(document.body, "");
  expect(said()).toBeUndefined();
  paste(field, "");
  paste(field, "words");
  expect(said()).toBeUndefined();
});
