import { expect, test } from "vitest";
import { belongs } from "./joiners";
import cases from "../../../tests/fixtures/joiners.json";

// The Rust code has a test with the same cases, so that titles look the same on both sides.
const HIDDEN = /^\p{Default_Ignorable_Code_Point}$/u;

test.each(cases as [string, string][])("what belongs to a word or a sign stays: %j", (text, shown) => {
  let named = "";
  let index = 0;
  for (const char of text) {
    named += HIDDEN.test(char) && !belongs(text, char, index) ? "?" : char;
    index += char.length;
  }
  expect(named).toBe(shown);
});
