import { expect, test } from "vitest";
import { hides, turns, visible, visibleText } from "./visible";

test("text without anything hidden is one piece", () => {
  for (const text of [
    "",
    "plain",
    "two\nlines\tand a tab",
    "größe, 東京, Привет, שלום",
    "👩‍💻 works, ❤️ too, 👍🏽",
    "می\u200cخواهم کتاب\u200cها را بخوانم",
    "क्\u200dष and क्\u200cष",
    "❤\ufe0e in text, 葛\u{e0100} and 葛\ufe00",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} plays",
    "Donau\u00addampf\u00adschiff",
    "ᠠ\u180b",
  ]) {
    expect(visible(text)).toEqual([{ text, hidden: false }]);
  }
});

test.each([
  ["zero width", "rm\u200b -rf", "rm‹ZWSP› -rf"],
  ["turned around", "a\u202egpj.exe\u202c", "a‹RLO›gpj.exe‹PDF›"],
  ["isolates", "\u2066x\u2069", "‹LRI›x‹PDI›"],
  ["terminal commands", "\u001b]52;c;AAAA\u0007", "‹ESC›]52;c;AAAA‹BEL›"],
  ["a return that overwrites", "safe\rrm", "safe‹CR›rm"],
  ["C1 controls", "\u009b31m", "‹U+009B›31m"],
  ["tags", "hi\u{e0041}\u{e007f}", "hi‹U+E0041›‹U+E007F›"],
  ["soft hyphens between no letters, and fillers", "a\u00ad\u115f\u3164b", "a‹SHY›‹U+115F›‹U+3164›b"],
  [
    "words behind a flag",
    "\u{1f3f4}\u{e0072}\u{e006d}\u{e0020}\u{e002d}",
    "\u{1f3f4}‹U+E0072›‹U+E006D›‹U+E0020›‹U+E002D›",
  ],
  ["a flag that does not end", "\u{1f3f4}\u{e0067}\u{e0062}", "\u{1f3f4}‹U+E0067›‹U+E0062›"],
  ["a variation of an ideograph behind a letter", "a\u{e0100}", "a‹U+E0100›"],
  ["half a pair", "x\ud800y", "x‹U+D800›y"],
  ["line separators", "a\u2028b", "a‹LS›b"],
  ["a joiner that joins nothing", "pass\u200dword", "pass‹ZWJ›word"],
  ["variations of letters", "A\ufe0f\ufe01", "A‹U+FE0F›‹U+FE01›"],
  ["nothing that looks like a letter", "a\u2800b", "a‹U+2800›b"],
])("%s is named", (_, text, named) => {
  expect(visibleText(text)).toBe(named);
  expect(hides(text)).toBe(true);
});

test("in a command what joins is named", () => {
  for (const text of ["می\u200cخواهم", "👩\u200d💻", "so\u00adft", "葛\u{e0100}"]) {
    expect(hides(text), text).toBe(true);
    expect(visibleText(text), text).toBe(text);
  }
});

test("in a command odd spaces are named, too", () => {
  expect(visible("ls\u00a0-l", "command").map((piece) => piece.text)).toEqual(["ls", "NBSP", "-l"]);
  expect(visible("ls\u00a0-l")).toHaveLength(1);
  expect(hides("ls -l")).toBe(false);
});

test("in a path newlines and tabs are named, too", () => {
  expect(visibleText("new\nline\there\r", "path")).toBe("new‹LF›line‹TAB›here‹CR›");
  expect(visibleText("a b/\u00a0c", "path")).toBe("a b/‹NBSP›c");
  expect(visible("src/main.rs", "path")).toEqual([{ text: "src/main.rs", hidden: false }]);
});

test("letters from right to left are known", () => {
  expect([turns("echo \u05d0"), turns("\u0627"), turns("echo é ж 字 📦")]).toEqual([true, true, false]);
});
