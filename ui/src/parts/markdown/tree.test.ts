import { expect, test } from "vitest";
import { Stream } from "./stream";
import { read, textOf, type Block } from "./tree";

const blocks = (text: string): Block[] => read(text).map(({ block }) => block);

test("blocks and what stands in a line become a tree", () => {
  expect(blocks("## A **look**\n\nOne `two`\nthree.\n\n> quoted\n\n---")).toEqual([
    {
      is: "heading",
      level: 2,
      of: [
        { is: "text", text: "A " },
        { is: "strong", of: [{ is: "text", text: "look" }] },
      ],
    },
    {
      is: "paragraph",
      tight: false,
      of: [
        { is: "text", text: "One " },
        { is: "code", text: "two" },
        { is: "text", text: "\n" },
        { is: "text", text: "three." },
      ],
    },
    { is: "quote", of: [{ is: "paragraph", tight: false, of: [{ is: "text", text: "quoted" }] }] },
    { is: "rule" },
  ]);
});

test("lists keep their start, their nesting and how tight they are", () => {
  expect(blocks("3. a\n4. b\n   - c")).toEqual([
    {
      is: "list",
      start: 3,
      items: [
        [{ is: "paragraph", tight: true, of: [{ is: "text", text: "a" }] }],
        [
          { is: "paragraph", tight: true, of: [{ is: "text", text: "b" }] },
          {
            is: "list",
            start: null,
            items: [[{ is: "paragraph", tight: true, of: [{ is: "text", text: "c" }] }]],
          },
        ],
      ],
    },
  ]);
});

test("tables keep their columns", () => {
  expect(blocks("| a | b |\n|---|--:|\n| 1 | 2 |")).toEqual([
    {
      is: "table",
      align: [null, "right"],
      head: [[{ is: "text", text: "a" }], [{ is: "text", text: "b" }]],
      rows: [[[{ is: "text", text: "1" }], [{ is: "text", text: "2" }]]],
    },
  ]);
});

test("code keeps its language and every character", () => {
  expect(blocks("```sh title\nrm <b>&amp;\n```\n\n    indented\n")).toEqual([
    { is: "code", language: "sh", text: "rm <b>&amp;\n" },
    { is: "code", language: "", text: "indented\n" },
  ]);
});

test("an address in the text is a link, a bare name is not", () => {
  const [block] = blocks("See https://doc.rust-lang.org/ and example.com and a@b.example.");
  const links = block?.is === "paragraph" ? block.of.filter((node) => node.is === "link") : [];
  expect(links.map((link) => ("address" in link ? link.address : ""))).toEqual([
    "https://doc.rust-lang.org/",
  ]);
});

test("an address that looks like another one shows what it is", () => {
  const [block] = blocks("[apple](https://\u0430pple.com/)");
  expect(block).toMatchObject({ of: [{ is: "link", address: "https://xn--pple-43d.com/" }] });
});

const strong = (text: string) => {
  const [block] = blocks(text);
  return block?.is === "paragraph"
    ? block.of.flatMap((node) => (node.is === "strong" ? [textOf(node.of)] : []))
    : [];
};

test.each([
  ["**注意：**请先备份。含**「重点」**内容。", ["注意：", "「重点」"]],
  ["これは**「大事」**です", ["「大事」"]],
  ["**먼저(중요)**입니다", ["먼저(중요)"]],
  ["用**npm install**安装", ["npm install"]],
  ["一个**`code`**。", ["code"]],
  ["a **b:** c", ["b:"]],
])("%s is strong where it is written so", (text, wanted) => {
  expect(strong(text)).toEqual(wanted);
});

test.each(["a ** b ** c", "2**3**4 * x", "**「x", "snake_case_name", "**b:**c"])(
  "emphasis elsewhere is what it was: %s",
  (text) => {
    expect(strong(text)).toEqual(text === "2**3**4 * x" ? ["3"] : []);
  },
);

test("what is nested too deep is still there", () => {
  const words = (all: readonly Block[]): string =>
    all
      .map((block) => {
        if (block.is === "quote") return words(block.of);
        if (block.is === "list") return block.items.map(words).join(" ");
        return "of" in block ? textOf(block.of) : "";
      })
      .join(" ");
  expect(words(blocks(`${">".repeat(20_000)} the end`))).toContain("the end");
  const items = Array.from({ length: 60 }, (_, n) => `${"  ".repeat(n)}- item ${n}.`).join("\n");
  const shown = words(blocks(items));
  for (let n = 0; n < 60; n += 1) expect(shown).toContain(`item ${n}.`);
});

test("words of a line are read through what is around them", () => {
  const [block] = blocks("a **b _c_** `d` ![e](f)");
  expect(block?.is === "paragraph" ? textOf(block.of) : "").toBe("a b c d e");
});

const TEXTS = [
  "# One\n\nTwo **three\nfour**\n\n- a\n- b\n\n  c\n\n```sh\nls\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nEnd.",
  "a\n===\nb\n---\n> q\nlazy\n\n1. x\n\n\n2. y\n---\ntext",
  "```\nopen fence\n\n\nwith blank lines",
  "- a\r\n- b\r\n\r\nnext\r\n\r\n    code\r\n",
  "",
];

test("text that grows gives the same blocks as the whole text", () => {
  for (const text of TEXTS) {
    for (const step of [1, 2, 7]) {
      const stream = new Stream();
      for (let end = 0; end < text.length; end += step) stream.read(text.slice(0, end), false);
      const open = stream.read(text, false);
      expect(open, JSON.stringify(text)).toEqual(blocks(text));
    }
  }
});

test("blocks before the last one stay the same objects while the text grows", () => {
  const stream = new Stream();
  const before = stream.read("One.\n\n```sh\nls\n```\n\nThr", false);
  const after = stream.read("One.\n\n```sh\nls\n```\n\nThree and", false);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).not.toBe(before[2]);
});

test("a reference defined at the end is found when the text is whole", () => {
  const stream = new Stream();
  const text = "See [the guide][g].\n\nMore.\n\n[g]: https://example.org/";
  stream.read("See [the guide][g].\n\nMore.", false);
  const [first] = stream.read(text, true);
  expect(first).toMatchObject({ of: [{}, { is: "link", address: "https://example.org/" }, {}] });
});

test("text that was replaced is read anew", () => {
  const stream = new Stream();
  stream.read("One.\n\nTwo.", false);
  expect(stream.read("Other.", false)).toEqual(blocks("Other."));
});
