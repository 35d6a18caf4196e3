import { expect, it } from "vitest";
import { KINDS } from "./boardFilter";
import { noneFound } from "./filterWords";

it.each([
  ["gpx", "No story has “gpx” in it."],
  ["  GPX  parse ", "No story has “gpx parse” in it."],
  ["is:done", "No story is done."],
  ["IS:Needs-You", "No story needs you."],
  ["is:running gpx parse", "No story that is running has “gpx parse” in it."],
  ["gpx is:archived", "No story in the archive has “gpx” in it."],
  ["is:running is:running", "No story is running."],
  ["is:running is:limited gpx", "No story matches all of “is:running is:limited gpx”."],
  [
    "is:broken gpx",
    "There is no filter “is:broken”. There are is:running, is:limited, is:needs-you, is:done, is:stopped, " +
      "is:queued, is:draft, is:archived.",
  ],
])("says for %j what there is none of", (filter, words) => {
  expect(noneFound(filter)).toBe(words);
});

it("has a sentence for each kind, alone and with words", () => {
  const said = KINDS.flatMap((kind) => [noneFound(`is:${kind}`), noneFound(`is:${kind} x`)]);
  expect(new Set(said).size).toBe(2 * KINDS.length);
  expect(said.filter((each) => each.includes("is:"))).toEqual([]);
});
