import { describe, expect, it } from "vitest";
import { match, search } from "./search";

const marked = (typed: string, text: string) =>
  match(typed, text)
    ?.pieces.map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
    .join("") ?? null;

describe("match", () => {
  it("marks the text as it was typed, preferably where a word begins", () => {
    expect(marked("no", "Pause notifications")).toBe("Pause [no]tifications");
    expect(marked("no", "know nothing")).toBe("know [no]thing");
    expect(marked("map style", "Dark map style")).toBe("Dark [map style]");
  });

  it("finds letters in their order, at the beginnings of words if it can", () => {
    expect(marked("ns", "New story")).toBe("[N]ew [s]tory");
    expect(marked("ny", "Next that needs you")).toBe("[N]ext that needs [y]ou");
    expect(marked("xyz", "New story")).toBeNull();
    expect(marked("yn", "New story")).toBeNull();
  });

  it("finds everything while nothing is typed", () => {
    expect(match("  ", "a")).toEqual({ score: 0, pieces: [{ text: "a", hit: false }] });
  });
});

describe("search", () => {
  it("puts the best first and keeps the order of equals", () => {
    const texts = ["Snow", "Next that needs you", "New story", "Notify", "Not now"];
    expect(search("no", texts, (text) => text).map((each) => each.item)).toEqual([
      "Notify",
      "Not now",
      "New story",
      "Next that needs you",
      "Snow",
    ]);
    expect(search("", texts, (text) => text).map((each) => each.item)).toEqual(texts);
  });
});
