import { expect, test } from "vitest";
import type { Comment, CommentPlace, CommentSide, LineRange } from "../../ipc/protocol";
import { placeWords, targetWords, whereWords } from "./commentWords";

function comment(change: Partial<Comment>, lines: LineRange | null, side: CommentSide = "after"): Comment {
  const anchor = { path: "a.rs", side, object: "o", blob: "b", lines, quote: "" };
  const spot = { path: "a.rs", line: lines?.first ?? null, last_line: lines?.last ?? null };
  const sent = { state: "open" as const, at: "2026-11-30T12:00:00.000Z", sent_at: null, prompt: null };
  return {
    id: "c",
    story: "s",
    n: 1,
    side,
    text: "",
    place: "same",
    anchor,
    shown: null,
    ...spot,
    ...sent,
    ...change,
  };
}

test("where a comment is, is said by its lines, and in the list by its path, too", () => {
  const two = { first: 3, last: 5 };
  const one = { first: 3, last: 3 };
  expect(whereWords(comment({}, two), false)).toBe("a.rs, lines 3 to 5");
  expect(whereWords(comment({}, one, "before"), false)).toBe("a.rs, line 3 before the change");
  expect(whereWords(comment({}, null), false)).toBe("a.rs, the file as a whole");
  const shown = { path: "a.rs", lines: { first: 9, last: 11 }, place: "moved" as const };
  expect(whereWords(comment({ shown }, two), true)).toBe("lines 9 to 11");
  expect(targetWords({ file: "a.rs", path: "old.rs", side: "before", lines: two })).toBe(
    "old.rs, lines 3 to 5 before the change",
  );
});

test.each<[CommentPlace, string, string]>([
  ["same", "", ""],
  ["moved", "was line 3", "was the file as a whole"],
  ["changed", "line 3 when you wrote it, changed since", "the file changed since you wrote it"],
  [
    "removed",
    "line 3 when you wrote it, removed since",
    "the file as a whole when you wrote it, removed since",
  ],
  ["gone", "the file is not there any more", "the file is not there any more"],
  ["unknown", "what became of its lines is not known", "what became of its lines is not known"],
])("what became of the lines is said: %s", (place, ofLine, ofFile) => {
  expect(placeWords(comment({ place }, { first: 3, last: 3 }), false)).toBe(ofLine);
  expect(placeWords(comment({ place }, null), false)).toBe(ofFile);
  const renamed = comment({ place, path: "b.rs" }, { first: 3, last: 3 });
  expect(placeWords(renamed, false)).toBe(place === "moved" ? "was line 3 of a.rs" : ofLine);
});
