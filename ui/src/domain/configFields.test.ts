import { expect, it } from "vitest";
import { CONFIG_FIELDS } from "../ipc/protocol";
import { fieldName, fieldsOf, type ConfigSection } from "./configFields";

const SECTIONS = Object.keys(CONFIG_FIELDS) as ConfigSection[];

it("names every field that can be set, each in its own words", () => {
  for (const section of SECTIONS) {
    const names = fieldsOf(section).map((field) => fieldName(section, field));
    expect(names.every((name) => /^\p{Lu}/u.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  }
});

it("gives each number its range", () => {
  const numbers = SECTIONS.flatMap((section) => fieldsOf(section)).filter(
    ({ control }) => control === "number",
  );
  expect(numbers.length).toBeGreaterThan(0);
  for (const { least, most } of numbers) expect(least).toBeLessThan(most ?? 0);
});
