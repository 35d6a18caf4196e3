import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { prompt, Recorder } from "../../../domain/timeline/recorder";
import { Refusal, type Backend, type Intent } from "../../../ipc/backend";
import { fake } from "../../../ipc/fake";
import type { ChangesScene } from "../../../ipc/fake/changes/answers";
import { until } from "../../../ipc/fake/until";
import { batch, button, press, show, words } from "../storyStage";

const feed = () => batch(new Recorder().run("r1").says(prompt("Hi")));

/** Shows the changes by their key. Returns what was asked of the engine. */
async function open(changes: ChangesScene = "zoo", change: Partial<Backend> = {}): Promise<Intent[]> {
  const backend = fake("still", {}, "none", changes);
  const asked: Intent[] = [];
  const ask: Backend["ask"] = (intent) => {
    asked.push(intent);
    return backend.ask(intent);
  };
  await show(feed(), { query: backend.query, ask, ...change });
  press("d");
  await until(() => {
    expect(words(".lines .line.add").length).toBeGreaterThan(2);
  });
  return asked;
}
const field = () => document.querySelector<HTMLTextAreaElement>(".editor textarea");
const comments = () => words(".lines .comment .text");
const selected = () => words(".lines .line.here .text");

function write(text: string): void {
  const shown = field();
  if (!shown) throw new Error("no field");
  shown.value = text;
  shown.dispatchEvent(new Event("input", { bubbles: true }));
}
function key(name: string, more: KeyboardEventInit = {}): void {
  field()?.dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }),
  );
}
async function begin(): Promise<void> {
  press("c");
  await until(() => {
    expect(document.activeElement).toBe(field());
    expect(field()).not.toBeNull();
  });
}

describe("a comment is written", () => {
  test("on the lines that the keys select, saved by Ctrl Enter, and sent by a chord", async () => {
    const asked = await open();
    press("ArrowDown");
    const first = selected();
    expect(first).toHaveLength(1);
    press("ArrowDown");
    press("ArrowDown", { shiftKey: true });
    expect(selected()).toHaveLength(2);
    await begin();
    expect(field()?.getAttribute("aria-label")).toMatch(/^Comment on .+, lines \d+ to \d+$/);
    key("Enter", { ctrlKey: true });
    expect(asked).toEqual([]);
    write("Why both?");
    key("Enter", { ctrlKey: true });
    await until(() => {
      expect(comments()).toEqual(["Why both?"]);
    });
    expect(field()).toBeNull();
    expect(words(".bar")[0]).toContain("1 comment not sent");
    const made = asked.find((intent) => intent.op === "comment");
    expect(made?.anchor.lines).toEqual({ first: 2, last: 3 });
    press("S", { ctrlKey: true, shiftKey: true });
    await until(() => {
      expect(words(".lines .comment b")).toEqual(["Sent"]);
      expect(words("[role=status]").join(" ")).toContain("1 comment is sent");
    });
    expect(asked.map(({ op }) => op)).toEqual(["comment", "review"]);
  });

  test("on a whole file, and what was written stays for its place when it is left", async () => {
    await open();
    press("J", { shiftKey: true });
    press("C", { shiftKey: true });
    await until(() => {
      expect(field()?.getAttribute("aria-label")).toContain("the file as a whole");
    });
    write("Half a thou");
    key("Escape");
    await until(() => {
      expect(field()).toBeNull();
    });
    press("C", { shiftKey: true });
    await until(() => {
      expect(field()?.value).toBe("Half a thou");
    });
    // The letters of the field are no keys.
    key("s");
    expect(comments()).toEqual([]);
  });

  test("on the state that was shown when it was begun, whatever is shown when it is made", async () => {
    const asked = await open("outdated");
    press("ArrowDown");
    await begin();
    button("Checkpoint now")?.click();
    await until(() => {
      expect(words(".ends")[0]).toContain("checkpoint 7");
    });
    write("Why?");
    key("Enter", { ctrlKey: true });
    await until(() => {
      expect(comments()).toEqual(["Why?"]);
    });
    expect(asked.find((intent) => intent.op === "comment")?.anchor.object).toBe("6".padStart(40, "e"));
  });

  test("by a press on the number of a line", async () => {
    await open();
    const number = document.querySelector(".lines .line.add > i");
    if (!number) throw new Error("no number");
    const row = number.closest("[data-index]");
    document.elementFromPoint = () => row;
    number.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, cancelable: true, button: 0 }));
    window.dispatchEvent(new MouseEvent("pointerup"));
    await until(() => {
      expect(field()?.getAttribute("aria-label")).toMatch(/, line \d+$/);
    });
  });

  test("and a refusal is said where it is written; nothing is lost", async () => {
    const ask: Backend["ask"] = () =>
      Promise.reject(
        new Refusal({ code: "bad_input", message: "the file has no such line", hint: "Look again." }),
      );
    await open("zoo", { ask });
    press("ArrowDown");
    await begin();
    write("Why?");
    key("Enter", { ctrlKey: true });
    await until(() => {
      expect(words(".editor [role=alert]")).toEqual(["The file has no such line. Look again."]);
    });
    expect(field()?.value).toBe("Why?");
  });
});

describe("comments that there are", () => {
  test("stand among the lines, are gone through by a key, resolved and removed", async () => {
    const asked = await open("review");
    press("m");
    await until(() => {
      expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^Comment \d, line/);
    });
    const label = () => document.activeElement?.getAttribute("aria-label") ?? "";
    const first = label();
    press("m");
    await until(() => {
      expect(label()).not.toBe(first);
    });
    press("M", { shiftKey: true });
    await until(() => {
      expect(label()).toBe(first);
    });
    button("Resolve")?.click();
    await until(() => {
      expect(asked).toMatchObject([{ op: "change_comment", change: { is: "resolved" } }]);
    });
  });

  test("are listed, also those on files that are not shown", async () => {
    const asked = await open("review");
    await until(() => {
      expect(words(".bar")[0]).toContain("1 comment is on a file that is not shown here");
    });
    press("l");
    await until(() => {
      expect(words(".list .comment")).toHaveLength(6);
    });
    const gone = words(".list .comment").at(-1);
    expect(gone).toContain("docs/removed-since.md, line 4");
    expect(gone).toContain("the file is not there any more");
    expect(words(".list .comment b")).toEqual([
      "Not sent",
      "Sent",
      "Changed since sent",
      "Resolved",
      "Not sent",
      "Sent",
    ]);
    expect(await axe.run(".changes", { rules: { "color-contrast": { enabled: false } } })).toMatchObject({
      violations: [],
    });
    // One on a file that is gone is changed in the list: its words, not its place.
    [...document.querySelectorAll<HTMLElement>(".list .comment button")]
      .filter((each) => each.textContent === "Edit")
      .at(-1)
      ?.click();
    await until(() => {
      expect(document.activeElement).toBe(field());
    });
    expect(field()?.value).not.toBe("");
    write("Is it gone for good?");
    key("Enter", { ctrlKey: true });
    await until(() => {
      expect(words(".list .comment .text")).toContain("Is it gone for good?");
    });
    expect(asked).toEqual([
      expect.objectContaining({
        op: "change_comment",
        change: { is: "edited", text: "Is it gone for good?" },
      }),
    ]);
    expect(words(".list .comment").filter((each) => each.includes("Is it gone"))).toEqual([
      expect.stringContaining("Not sent"),
    ]);
    press("Escape");
    await until(() => {
      expect(document.querySelector('[aria-label="All comments"]')).toBeNull();
    });
    expect(document.querySelector(".changes")).not.toBeNull();
  });
});

test("files are reviewed one after the other by a chord, and counted", async () => {
  const asked = await open();
  expect(words(".sum").at(1)).toBe("0 of 26 reviewed");
  press("J", { shiftKey: true });
  const current = () => words(".lines .head.here h2");
  const first = current();
  press("E", { ctrlKey: true, shiftKey: true });
  await until(() => {
    expect(words(".sum").at(1)).toBe("1 of 26 reviewed");
    expect(current()).not.toEqual(first);
  });
  expect(asked).toMatchObject([{ op: "file_reviewed", path: first[0] }]);
});

test("everything has a name and a role", async () => {
  await open("review");
  press("ArrowDown");
  await begin();
  const found = await axe.run(".changes", { rules: { "color-contrast": { enabled: false } } });
  expect(found.violations).toEqual([]);
});
