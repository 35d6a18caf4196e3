import { afterEach, describe, expect, it, vi } from "vitest";
import { keyShortcut, keyText } from "../parts/keyNames";
import { Keys, WAY_OUT } from "./keys.svelte";

function press(
  key: string,
  part: KeyboardEventInit = {},
  target: EventTarget = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...part });
  target.dispatchEvent(event);
  return event;
}

afterEach(() => {
  document.body.replaceChildren();
});

describe("Keys", () => {
  it("gives a key to the topmost layer that has it", () => {
    const keys = new Keys();
    const [below, above] = [vi.fn(), vi.fn()];
    keys.push(() => [
      { keys: "J", label: "", run: below },
      { keys: "N", label: "", run: below },
    ]);
    const end = keys.push(() => [{ keys: "J", label: "", run: above }]);
    keys.press(press("j"));
    expect([below, above].map((each) => each.mock.calls.length)).toEqual([0, 1]);
    keys.press(press("n"));
    end();
    keys.press(press("j"));
    expect(below).toHaveBeenCalledTimes(2);
  });

  it("lets no key through a sheet that has them alone", () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push(() => [{ keys: "S", label: "Stop", run }]);
    const end = keys.push(() => [{ keys: "Esc", label: "Close", run: () => undefined }], { alone: true });
    expect(keys.press(press("s"))).toBe(false);
    end();
    expect(keys.press(press("s"))).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("says why a key does nothing, until the next key", () => {
    const keys = new Keys();
    const run = vi.fn();
    let isOver = false;
    keys.push(() => [
      { keys: "Ctrl Shift A", label: "Archive", run, whyNot: () => (isOver ? null : "it is not over") },
      { keys: "Ctrl Shift A", label: "Take out", run, whyNot: () => "it is not in the archive" },
      { keys: "X", label: "", run, when: () => false, whyNot: () => "never said" },
    ]);
    const archive = () => keys.press(press("A", { ctrlKey: true, shiftKey: true }));
    expect([archive(), keys.said]).toEqual([false, "Archive: it is not over"]);
    keys.press(press("x"));
    expect(keys.said).toBeNull();
    // In a field the key is not the view's.
    const input = document.body.appendChild(document.createElement("input"));
    keys.press(press("A", { ctrlKey: true, shiftKey: true }, input));
    expect(keys.said).toBeNull();
    // A layer below that can act has the key.
    const end = keys.push(() => [{ keys: "Ctrl Shift A", label: "Above", run, whyNot: () => "not here" }]);
    isOver = true;
    expect([archive(), keys.said, run.mock.calls.length]).toEqual([true, null, 1]);
    end();
  });

  it("shows what acts in the field that has the focus, and how to leave it", () => {
    const keys = new Keys();
    const run = vi.fn();
    const end = keys.push(() => [
      { keys: "J", label: "Next", run },
      { keys: "Ctrl O", label: "Choose", run, inFields: true },
    ]);
    const shown = () => keys.shown.map((binding) => `${binding.keys} ${binding.label}`);
    const input = document.body.appendChild(document.createElement("input"));
    keys.focus(input);
    expect([keys.isWriting, shown()]).toEqual([true, ["Ctrl O Choose", "Esc Leave the field"]]);
    keys.push(() => [{ keys: "Esc", label: "Back, kept for later", run, inFields: true }]);
    expect(shown()).toEqual(["Esc Back, kept for later"]);
    end();
    keys.focus(document.body);
    expect([keys.isWriting, shown()]).toEqual([false, ["Esc Back, kept for later"]]);
  });

  it("leaves keys to a text that is being written, but for those that act there", () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push(() => [
      { keys: "A", label: "", run },
      { keys: "Esc", label: "", run, inFields: true },
    ]);
    const input = document.body.appendChild(document.createElement("input"));
    input.addEventListener("keydown", (event) => {
      keys.press(event);
    });
    press("a", {}, input);
    expect(run).not.toHaveBeenCalled();
    press("Escape", {}, input);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("leaves a field by Esc, where nothing else has Esc there", () => {
    const keys = new Keys();
    const up = vi.fn();
    const input = document.body.appendChild(document.createElement("input"));
    input.addEventListener("keydown", (event) => {
      keys.press(event);
    });
    input.focus();
    press("Escape", {}, input);
    expect(document.activeElement).toBe(document.body);
    keys.push(() => [{ keys: "Esc", label: "", run: up }]);
    input.focus();
    press("Escape", {}, input);
    expect([document.activeElement, up.mock.calls.length]).toEqual([document.body, 0]);
    input.focus();
    press("Escape", { isComposing: true }, input);
    expect(document.activeElement).toBe(input);
  });

  it("finds a binding on a layout of other letters, and a sign once the layout is known", () => {
    const keys = new Keys();
    const [next, filter, stop] = [vi.fn(), vi.fn(), vi.fn()];
    keys.push(() => [
      { keys: "J", label: "", run: next },
      { keys: "/", label: "", run: filter },
      { keys: "Ctrl .", label: "", run: stop },
    ]);
    const calls = () => [next, filter, stop].map((each) => each.mock.calls.length);
    keys.press(press(".", { code: "Slash" }));
    expect(calls()).toEqual([0, 0, 0]);
    keys.press(press("о", { code: "KeyJ" }));
    keys.press(press(".", { code: "Slash" }));
    expect(calls()).toEqual([1, 1, 0]);
    keys.press(press(".", { code: "Slash", ctrlKey: true }));
    keys.press(press("ю", { code: "Period", ctrlKey: true }));
    expect(calls()).toEqual([1, 1, 2]);
    keys.press(press("x", { code: "KeyX" }));
    keys.press(press(".", { code: "Slash" }));
    expect(calls()).toEqual([1, 1, 2]);
  });

  it("does a thing once however long its key is held, unless it moves", () => {
    const keys = new Keys();
    const [answer, move] = [vi.fn(), vi.fn()];
    keys.push(() => [
      { keys: "Ctrl Enter", label: "", run: answer },
      { keys: "J", label: "", run: move, repeats: true },
    ]);
    keys.press(press("Enter", { ctrlKey: true }));
    keys.press(press("j"));
    const held = press("Enter", { ctrlKey: true, repeat: true });
    keys.press(held);
    keys.press(press("j", { repeat: true }));
    expect([answer.mock.calls.length, move.mock.calls.length, held.defaultPrevented]).toEqual([1, 2, true]);
  });

  it("hears nothing of a word that is being composed", () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push(() => [{ keys: "Enter", label: "", run, inFields: true }]);
    keys.press(press("Enter", { isComposing: true }));
    keys.press(press("Enter", { keyCode: 229 }));
    expect(run).not.toHaveBeenCalled();
  });

  it("presses no button by a chord, which is a key of the view wherever the focus is", () => {
    const keys = new Keys();
    const allow = vi.fn();
    let can = true;
    keys.push(() => [{ keys: "Ctrl Enter", label: "", run: allow, when: () => can }]);
    const button = document.body.appendChild(document.createElement("button"));
    const chord = press("Enter", { ctrlKey: true }, button);
    expect(keys.press(chord)).toBe(true);
    expect([allow.mock.calls.length, chord.defaultPrevented]).toEqual([1, true]);
    // Also while the view's key does nothing: the focused button may be another answer.
    can = false;
    const idle = press("Enter", { ctrlKey: true }, button);
    expect(keys.press(idle)).toBe(false);
    expect([allow.mock.calls.length, idle.defaultPrevented]).toEqual([1, true]);
  });

  it("lets a held Enter press a button once", () => {
    const keys = new Keys();
    const button = document.body.appendChild(document.createElement("button"));
    button.addEventListener("keydown", (event) => {
      keys.press(event);
    });
    expect([
      press("Enter", {}, button).defaultPrevented,
      press("Enter", { repeat: true }, button).defaultPrevented,
    ]).toEqual([false, true]);
  });

  it("takes a box that is ticked for no text", () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push(() => [{ keys: "Enter", label: "", run }]);
    const box = document.body.appendChild(document.createElement("input"));
    box.type = "radio";
    box.addEventListener("keydown", (event) => {
      keys.press(event);
    });
    press("Enter", {}, box);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("lets Enter press the button that has the focus", () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push(() => [{ keys: "Enter", label: "", run }]);
    const button = document.body.appendChild(document.createElement("button"));
    button.addEventListener("keydown", (event) => {
      keys.press(event);
    });
    const event = press("Enter", {}, button);
    expect([run.mock.calls.length, event.defaultPrevented]).toEqual([0, false]);
  });

  it("shows what can act", () => {
    const keys = new Keys();
    let can = false;
    const run = () => undefined;
    keys.push(() => [
      { keys: "S", label: "Stop", run, when: () => can },
      { keys: "J", label: "Next", run },
      { keys: "Down", label: "Next", run, quiet: true },
    ]);
    expect(keys.shown.map((each) => each.keys)).toEqual(["J"]);
    can = true;
    expect(keys.press(press("s"))).toBe(true);
  });
});

describe("a layer that claims every key", () => {
  const OUT: KeyboardEventInit = { ctrlKey: true, shiftKey: true };
  const LEFT_ALONE: readonly [key: string, part: KeyboardEventInit][] = [
    ["a", {}],
    ["Escape", {}],
    ["Enter", {}],
    ["Enter", { ctrlKey: true }],
    ["k", { ctrlKey: true }],
    ["n", { ctrlKey: true }],
    [".", { ctrlKey: true }],
    ["?", { shiftKey: true }],
    ["Tab", {}],
    ["ArrowLeft", { altKey: true }],
    ["F1", {}],
    ["o", { ctrlKey: true }],
    ["O", { shiftKey: true }],
    ["O", { ...OUT, altKey: true }],
  ];

  function claimed() {
    const keys = new Keys();
    const [below, leave] = [vi.fn(), vi.fn()];
    keys.push(() =>
      ["A", "Esc", "Enter", "Ctrl Enter", "Ctrl K", "Ctrl N", "Ctrl .", "?", "Tab", "Alt Left", "F1"].map(
        (each) => ({ keys: each, label: "", run: below, inFields: true }),
      ),
    );
    const end = keys.claim("Leave the terminal", leave);
    return { keys, below, leave, end };
  }
  const hear = (keys: Keys, event: KeyboardEvent) => keys.capture(event) || keys.press(event);

  it.each(LEFT_ALONE)("leaves %s %o to what has the focus", (key, part) => {
    const { keys, below, leave } = claimed();
    const event = press(key, part);
    expect([hear(keys, event), event.defaultPrevented]).toEqual([false, false]);
    expect([below.mock.calls, leave.mock.calls]).toEqual([[], []]);
  });

  it("takes the way out, once however long it is held, and shows it", () => {
    const { keys, leave, end } = claimed();
    const event = press("O", OUT);
    expect([hear(keys, event), event.defaultPrevented, leave.mock.calls.length]).toEqual([true, true, 1]);
    expect(hear(keys, press("O", { ...OUT, repeat: true }))).toBe(true);
    expect(leave).toHaveBeenCalledTimes(1);
    expect(keys.shown.map(({ keys: each, label }) => [each, label])).toEqual([
      [WAY_OUT, "Leave the terminal"],
    ]);
    end();
    expect(hear(keys, press("O", OUT))).toBe(false);
  });

  it("gives its keys to a sheet that is laid on top, and nothing of them further down", () => {
    const { keys, below, leave } = claimed();
    const close = vi.fn();
    const end = keys.push(() => [{ keys: "Esc", label: "Close", run: close }]);
    hear(keys, press("Escape"));
    hear(keys, press("k", { ctrlKey: true }));
    end();
    hear(keys, press("Escape"));
    expect([close, below, leave].map((each) => each.mock.calls.length)).toEqual([1, 0, 0]);
  });

  it("gives the keys back when it goes", () => {
    const { keys, below, end } = claimed();
    end();
    hear(keys, press("k", { ctrlKey: true }));
    expect(below).toHaveBeenCalledTimes(1);
  });
});

describe("names of keys", () => {
  it("are words, and symbols on macOS", () => {
    expect([keyText("Ctrl K", false), keyText("Ctrl Shift Enter", true)]).toEqual(["Ctrl K", "⌘⇧↩"]);
    expect([keyShortcut("Ctrl K", false), keyShortcut("Ctrl K", true)]).toEqual(["Control+K", "Meta+K"]);
  });
});
