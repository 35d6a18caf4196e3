import { expect, it } from "vitest";
import { offerAt, offers } from "./offers";

it("is found at the element or the nearest one around it, as it is now, until it goes", () => {
  const [outer, inner] = [document.createElement("div"), document.createElement("span")];
  outer.append(inner);
  let text = "a";
  const end = offers(() => ({ copy: text }))(outer);
  offers(() => ({ link: "https://example.org/" }))(inner);
  text = "b";
  expect([offerAt(inner, "copy"), offerAt(inner, "link"), offerAt(outer, "link")]).toEqual([
    "b",
    "https://example.org/",
    undefined,
  ]);
  end();
  expect(offerAt(inner, "copy")).toBeUndefined();
});
