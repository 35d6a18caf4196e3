import { Linter } from "eslint";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { inCatalogue } from "./catalogue.js";

const HERE = new URL(".", import.meta.url).pathname.replace(/\/$/, "");

/** What the rule finds in a file. Type information is only loaded for tests that need it. */
function found(code: string, file: "a.ts" | "a.svelte", parserOptions: object = {}): string[] {
  const isMarkup = file === "a.svelte";
  const config = [
    ...svelte.configs.base,
    {
      files: ["**/*.ts", "**/*.svelte"],
      languageOptions: {
        ...(isMarkup ? {} : { parser: ts.parser }),
        parserOptions: { ...parserOptions, ...(isMarkup ? { parser: ts.parser } : {}) },
      },
      plugins: { words: { rules: { "in-catalogue": inCatalogue } } },
      rules: { "words/in-catalogue": "error" },
    },
  ] as Linter.Config[];
  const messages = new Linter({ cwd: HERE }).verify(code, config, `${HERE}/${file}`);
  const odd = messages.filter(({ ruleId }) => ruleId !== "words/in-catalogue");
  expect(odd).toEqual([]);
  return messages.map(({ message }) => /“(.*?)”/.exec(message)?.[1] ?? "");
}

const markup = (code: string) => found(code, "a.svelte");
const code = (text: string) => found(text, "a.ts");

describe("a word in markup", () => {
  it.each([
    ["<p>Nothing used yet</p>", "Nothing used yet"],
    ["<p>{count} more</p>", "more"],
    ['<button aria-label="Close">×</button>', "Close"],
    ['<Setting title="Theme" />', "Theme"],
    ['<p title={isOpen ? "Fold it" : undefined}>{text}</p>', "Fold it"],
    ["<p>{isBusy ? `${n} runs go on` : text}</p>", "… runs go on"],
  ])("is refused in %s", (text, word) => {
    expect(markup(text)).toEqual([word]);
  });

  it.each([
    "<p>{m.usage_nothing_yet()}</p>",
    '<p class="small dim" id="all keys">{text}, {more}: 0 %</p>',
    '<Key keys="Ctrl K" />',
    '<svg viewBox="0 0 14 14"><path d="M0 0H10" /></svg>',
    "<style>p { color: red; }</style>",
    '<p class={["end tab", { on: isOn }]}>{text}</p>',
  ])("is none in %s", (text) => {
    expect(markup(text)).toEqual([]);
  });
});

describe("a word in code", () => {
  it.each([
    ['const text = "Nothing was used.";', "Nothing was used."],
    ["const text = `${n} of ${all} answered`;", "… of … answered"],
    ['const face = { word: "Queued", reason: text };', "Queued"],
    ['const text = "so " + far + " so good";', "so good"],
  ])("is refused in %s", (text, word) => {
    expect(code(text)).toEqual([word]);
  });

  it.each([
    'import { m } from "../paraglide/messages";',
    'if (event.key === "Escape") close("a b" === text);',
    'const binding = { keys: "Ctrl Shift C", run };',
    'throw new Error("no state was made");',
    'const all = document.querySelectorAll("main .row button");',
    'switch (kind) { case "Not this": break; }',
    "const key = { key: `group of ${id}` };",
  ])("is none in %s", (text) => {
    expect(code(text)).toEqual([]);
  });
});

it("is a single word, too, where the compiler takes any string", () => {
  const typed = { projectService: { allowDefaultProject: ["a.ts"] }, tsconfigRootDir: HERE };
  const text = `type Face = { tone: "failed" | "plain"; end: string };
    export const face: Face = { tone: "failed", end: "denied" };`;
  expect(found(text, "a.ts", typed)).toEqual(["denied"]);
});
