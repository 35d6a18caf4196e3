import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Backend } from "../../ipc/backend";
import { FORBIDDEN, HOSTILE } from "./hostile";
import MarkdownStage from "./MarkdownStage.svelte";

const opened: string[] = [];
const copied: string[] = [];
const backend = {
  openLink: (url: string) => (opened.push(url), Promise.resolve()),
  copy: (text: string) => (copied.push(text), Promise.resolve()),
} as Partial<Backend> as Backend;

let shown: Record<string, unknown> | null = null;

beforeEach(() => {
  opened.length = 0;
  copied.length = 0;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
});
afterEach(() => {
  if (shown) void unmount(shown);
  shown = null;
});

function show(text: string, open = false, passes = false): HTMLElement {
  if (shown) void unmount(shown);
  shown = mount(MarkdownStage, { target: document.body, props: { backend, text, open, passes } });
  flushSync();
  const element = document.querySelector<HTMLElement>(".markdown");
  if (!element) throw new Error("nothing was shown");
  return element;
}

describe("hostile text", () => {
  test("is a corpus worth its name", () => {
    expect(new Set(HOSTILE).size).toBe(HOSTILE.length);
    expect(HOSTILE.length).toBeGreaterThan(80);
  });

  test.each(HOSTILE)("%j makes no element of its own", (text) => {
    for (const open of [true, false]) {
      const element = show(text, open);
      expect([...element.querySelectorAll(FORBIDDEN)].map((one) => one.tagName)).toEqual([]);
      for (const one of element.querySelectorAll("*")) {
        for (const { name, value } of one.attributes) {
          expect(name, one.tagName).not.toMatch(/^on/i);
          expect(value, one.tagName).not.toMatch(/script:|data:|url\(/i);
        }
      }
    }
  });

  test.each(HOSTILE)("%j opens nothing but https", (text) => {
    for (const button of show(text).querySelectorAll("button")) button.click();
    expect(opened.filter((url) => !url.startsWith("https://"))).toEqual([]);
  });

  test("that passes is all there, with hidden characters named and without its markup being read", () => {
    const element = show("# One\n\n**two** <b>three</b>\u202e", true, true);
    expect(element.querySelector(".passes")?.textContent).toContain("# One\n\n**two** <b>three</b>");
    expect(element.querySelectorAll("b, strong")).toHaveLength(0);
    expect(element.querySelector(".hidden")?.textContent).toContain("RLO");
  });

  test("is all there to be read", () => {
    const words = "<img src=x onerror=alert(1)> and <b>bold</b>";
    expect(show(words).textContent).toContain(words);
  });
});

test("a link shows where it leads and is opened by the host", () => {
  const element = show("[the guide](https://doc.rust-lang.org/cargo/)");
  expect(element.textContent).toBe("the guidehttps://doc.rust-lang.org/cargo/");
  element.querySelector("button")?.click();
  expect(opened).toEqual(["https://doc.rust-lang.org/cargo/"]);
});

test("a bare address is shown once", () => {
  expect(show("See https://docs.rs/").textContent).toBe("See https://docs.rs/");
});

test("a picture is an address, and nothing is fetched", () => {
  const element = show("![a chart](https://example.org/chart.png)");
  expect(element.textContent).toBe("Image not loaded: a chart https://example.org/chart.png");
});

test("what is not seen is named", () => {
  expect(show("a\u202eb `c\u200bd`").textContent).toBe("aRLOb cZWSPd");
});

test("code is copied as it was written", () => {
  const element = show("```sh\nls\u00a0-l\n```");
  expect(element.querySelector("pre")?.textContent).toBe("lsNBSP-l");
  element.querySelector<HTMLButtonElement>("figcaption button")?.click();
  expect(copied).toEqual(["ls\u00a0-l\n"]);
});

const rows = (count: number) =>
  `| n | name |\n|---|---|\n${Array.from({ length: count }, (_, n) => `| ${n} | row number ${n} |\n`).join("")}`;

test("a long table is laid out in part, says how much is left, and shows more of it", () => {
  const element = show(rows(3000));
  const drawn = () => element.querySelectorAll("tr").length - 1;
  const first = drawn();
  const more = () => element.querySelector<HTMLButtonElement>(".more button");
  expect(first).toBeGreaterThan(100);
  expect(first).toBeLessThan(250);
  expect(more()?.textContent).toBe(`Show more: ${(3000 - first).toLocaleString("en")} lines are left`);
  more()?.click();
  flushSync();
  expect(drawn()).toBeGreaterThan(3 * first);
  more()?.click();
  flushSync();
  expect([drawn(), more()]).toEqual([3000, null]);
});

test("of a long text that is being written the beginning stays as it is, and the newest lines are shown", () => {
  const element = show(rows(2000), true);
  const row = element.querySelectorAll("tr")[150];
  expect(element.querySelector(".more")?.textContent.trim()).toMatch(
    /^[\d,]+ more lines so far, the newest:$/,
  );
  expect(element.querySelector(".end")?.textContent).toContain("row number 1999");
  expect(row?.textContent).toContain("149");
});

test("a line of 190 kB is laid out in part", () => {
  const element = show("word ".repeat(38_000));
  expect(element.querySelector("p")?.textContent.length).toBe(15_999);
  expect(element.querySelector(".more")?.textContent.trim()).toBe("Show more: 1 line is left");
});

test("each block is written as its own first letter is", () => {
  const element = show(
    "שלום world\n\nhello שלום\n\n- אחת\n- two\n\n> **می\u200cخواهم**\n\n| שם |\n|---|\n| a |",
  );
  const ways = [...element.querySelectorAll(":scope > *")].map((each) => each.getAttribute("dir"));
  expect(ways).toEqual(["rtl", "ltr", "rtl", "rtl", "rtl"]);
  expect(element.textContent).not.toContain("ZWNJ");
});
