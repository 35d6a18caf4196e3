import { expect, test } from "vitest";
import { printedLines, spansOf } from "./printed";

const ESC = "\u001b";
const shown = (text: string) =>
  spansOf(text).map(({ text: words, hue, bold, faint }) =>
    [words, hue ?? "", bold ? "bold" : "", faint ? "faint" : ""].filter(Boolean).join(" "),
  );

test.each([
  [
    "colours, a link and a progress",
    `${ESC}[31mFAIL${ESC}[39m src/a.test.ts\n${ESC}]8;;https://x\u0007link${ESC}]8;;\u0007\r50%\r100%`,
    [`${ESC}[31mFAIL${ESC}[39m src/a.test.ts`, "link", "100%"],
  ],
  ["a bar", "[#..] 1/3\r[##.] 2/3\r[###] 3/3\ndone", ["[###] 3/3", "done"]],
  ["two things in one line", "Fetching a\rFetching b\r", ["Fetching a", "Fetching b"]],
  ["lines of Windows", "a\r\nb\r\r\nc", ["a", "b", "c"]],
  ["moves of the cursor", `${ESC}[2K${ESC}[1Gready${ESC}[?25h`, ["ready"]],
  ["a title without an end", `${ESC}]0;title`, [""]],
  ["a command that is cut off", `x${ESC}[`, ["x"]],
  ["short commands", `${ESC}(Bx${ESC}=y${ESC}7`, ["xy"]],
  ["letters that were taken back", "ab\bc _\bu", ["ac u"]],
  ["a bell", "ding\u0007", ["ding"]],
])("%s", (_, text, lines) => {
  expect(printedLines(text)).toEqual(lines);
});

test("colours are kept, and end where they end", () => {
  expect(shown(`a ${ESC}[31mFAIL${ESC}[39m b`)).toEqual(["a ", "FAIL red", " b"]);
  expect(shown(`${ESC}[1;32mok${ESC}[m.`)).toEqual(["ok green bold", "."]);
  expect(shown(`${ESC}[90mfaint${ESC}[0m${ESC}[2mtoo${ESC}[22m no`)).toEqual([
    "faint faint",
    "too faint",
    " no",
  ]);
  expect(shown(`${ESC}[97mwhite${ESC}[94mblue`)).toEqual(["white", "blue blue"]);
  expect(shown("plain")).toEqual(["plain"]);
});

test("many colours are the nearest that the look has", () => {
  expect(shown(`${ESC}[38;5;196mx${ESC}[38;5;244my${ESC}[38;2;0;120;250mz`)).toEqual([
    "x red",
    "y",
    "z blue",
  ]);
  expect(shown(`${ESC}[38:2:250:160:0mx${ESC}[38;5;3my${ESC}[38;2;200;0;200;1mz`)).toEqual([
    "x yellow",
    "y yellow",
    "z magenta bold",
  ]);
});

test("a coloured ground is the colour of its text", () => {
  expect(shown(`${ESC}[41m FAIL ${ESC}[49m${ESC}[30;42mPASS${ESC}[0m`)).toEqual([
    " FAIL  red bold",
    "PASS green bold",
  ]);
});
