import { afterEach, beforeEach, expect, it } from "vitest";
import { keepSelection } from "./keptSelection";

let list: HTMLElement;

/** An element with these children; a text is a text node. */
function make(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

beforeEach(() => {
  list = make(
    "div",
    "",
    make("div", "body", make("p", "", "one two")),
    make("div", "body", make("p", "", "three")),
  );
  document.body.append(make("p", "outside", "before"), list);
});
afterEach(() => {
  getSelection()?.removeAllRanges();
  document.body.replaceChildren();
});

const textIn = (selector: string) => {
  const text = document.querySelector(selector)?.firstChild;
  if (!(text instanceof Text)) throw new Error(`${selector} has a text`);
  return text;
};
const chosen = () => getSelection()?.toString();

it("keeps a selection in a text that goes on", () => {
  const text = textIn(".body p");
  getSelection()?.setBaseAndExtent(text, 4, text, 7);
  const reselect = keepSelection(list, ".body");
  text.data = "one two and more";
  expect(chosen()).toBe("");
  reselect();
  expect(chosen()).toBe("two");
});

it("keeps one whose beginning is elsewhere, and its direction", () => {
  const text = textIn(".body p");
  getSelection()?.setBaseAndExtent(text, 3, textIn(".outside"), 3);
  const reselect = keepSelection(list, ".body");
  text.data = "one two and more";
  reselect();
  expect([chosen(), getSelection()?.anchorNode, getSelection()?.focusOffset]).toEqual(["oreone", text, 3]);
});

it("finds the same words when the elements around them are other ones", () => {
  const text = textIn(".body p");
  getSelection()?.setBaseAndExtent(text, 4, text, 7);
  const reselect = keepSelection(list, ".body");
  document.querySelector(".body")?.replaceChildren(make("h2", "", "one ", make("b", "", "two"), " more"));
  reselect();
  expect(chosen()).toBe("two");
});

it("selects nothing when the words are gone, when nothing was selected, or when it was selected elsewhere", () => {
  const text = textIn(".body p");
  getSelection()?.setBaseAndExtent(text, 4, text, 7);
  const gone = keepSelection(list, ".body");
  document.querySelector(".body")?.remove();
  gone();
  expect(chosen()).toBe("");
  keepSelection(list, ".body")();
  expect(chosen()).toBe("");
  const outside = textIn(".outside");
  getSelection()?.setBaseAndExtent(outside, 0, outside, 6);
  const elsewhere = keepSelection(list, ".body");
  getSelection()?.removeAllRanges();
  elsewhere();
  expect(chosen()).toBe("");
});
