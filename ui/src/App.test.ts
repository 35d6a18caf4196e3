import { flushSync, mount, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import App from "./App.svelte";
import type { Backend } from "./ipc/backend";
import { fake, type Scene } from "./ipc/fake";
import type { StoryId } from "./ipc/protocol";
import { storyId } from "./ipc/fake/shape";

let app: ReturnType<typeof mount> | undefined;

function start(scene: Scene, change: Partial<Backend> = {}): void {
  app = mount(App, { target: document.body, props: { backend: { ...fake(scene), ...change } } });
}

afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

const see = (what: () => void) =>
  vi.waitFor(
    () => {
      flushSync();
      what();
    },
    { timeout: 15_000 },
  );

describe("App", () => {
  it("opens the story of a notification that was clicked, and tells what is on screen", async () => {
    let open: (story: string) => void = () => undefined;
    const shown = vi.fn<Backend["shown"]>().mockResolvedValue();
    start("still", {
      shown,
      onOpen: (hear) => {
        open = hear;
        return () => undefined;
      },
    });
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
    open(storyId(2));
    await see(() => {
      expect(document.querySelector("h1")?.textContent).toContain("Replace carrier polling");
    });
    expect(shown).toHaveBeenLastCalledWith(storyId(2));
  });

  it("says what dropping does, and begins a new story in what was dropped", async () => {
    let drag: (over: boolean) => void = () => undefined;
    let drop: (paths: string[]) => void = () => undefined;
    start("still", {
      onDragging: (hear) => {
        drag = hear;
        return () => undefined;
      },
      onDropped: (hear) => {
        drop = hear;
        return () => undefined;
      },
    });
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
    drag(true);
    flushSync();
    expect(document.body.textContent).toContain("Drop a folder to start a story in it.");
    drag(false);
    drop(["/home/ada/src/parcel-api"]);
    flushSync();
    expect(document.body.textContent).not.toContain("Drop a folder to start a story in it.");
    expect(document.querySelector(".board")).toBeNull();
  });

  it("shows every folder that was dropped, and reads the first", async () => {
    let drop: (paths: string[]) => void = () => undefined;
    start("still", {
      onDropped: (hear) => {
        drop = hear;
        return () => undefined;
      },
    });
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
    drop(["/srv/one", "/srv/two", "/srv/three"]);
    const others = () =>
      [...document.querySelectorAll(".others button")].map((each) => each.textContent.trim());
    await see(() => {
      expect(document.querySelector(".found h1")?.textContent).toBe("one");
      expect(others()).toEqual(["/srv/two", "/srv/three"]);
    });
    document.querySelector<HTMLElement>(".others button")?.click();
    await see(() => {
      expect(document.querySelector(".found h1")?.textContent).toBe("two");
      expect(others()).toEqual(["/srv/one", "/srv/three"]);
    });
  });

  it("puts the path of what is dropped on a story behind the words that were written", async () => {
    let drop: (paths: string[]) => void = () => undefined;
    let name: (paths: string[]) => void = () => undefined;
    let open: (story: StoryId) => void = () => undefined;
    start("still", {
      onOpen: (hear) => {
        open = hear;
        return () => undefined;
      },
      onDropped: (hear) => {
        drop = hear;
        return () => undefined;
      },
      onFolders: (hear) => {
        name = hear;
        return () => undefined;
      },
    });
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
    open(storyId(2));
    const field = () => document.querySelector<HTMLTextAreaElement>(".compose textarea");
    await see(() => {
      expect(field()).not.toBeNull();
    });
    const composer = field();
    if (!composer) throw new Error("the story has a field");
    composer.value = "Look at";
    composer.dispatchEvent(new Event("input", { bubbles: true }));
    drop(["/srv/my notes.txt"]);
    await see(() => {
      expect(field()?.value).toBe('Look at "/srv/my notes.txt" ');
    });
    expect(document.querySelector("section.head h1")).not.toBeNull();
    // A folder that a second start names begins a story, and what was written stays with this one.
    name(["/srv/one"]);
    await see(() => {
      expect(document.querySelector(".found h1")?.textContent).toBe("one");
    });
    open(storyId(2));
    await see(() => {
      expect(field()?.value).toBe('Look at "/srv/my notes.txt" ');
    });
  });

  it("names what its bar offers, however short it is written in a narrow window", async () => {
    start("still");
    await see(() => {
      expect(document.querySelector(".board")).not.toBeNull();
    });
    const names = [...document.querySelectorAll("header button")].map((each) =>
      each.textContent.replaceAll(/\s+/g, " ").trim(),
    );
    expect(names).toEqual([
      "Board",
      "Usage",
      "Settings",
      expect.stringMatching(/^Search stories, run a command/),
      expect.stringMatching(/^New story/),
    ]);
  });

  it("keeps the appearance that was chosen", async () => {
    const { settings, path, problem } = await fake("still", { theme: "dark" }).settings();
    start("still", { settings: () => Promise.resolve({ settings, path, problem }) });
    await see(() => {
      expect(document.documentElement.dataset.theme).toBe("dark");
    });
    expect(localStorage.getItem("theme")).toBe("dark");
  });

  it("shows the first start while there are no stories, and the board from the first one on", async () => {
    start("empty");
    await see(() => {
      expect(document.body.textContent).toContain("No stories yet");
    });
    expect(document.querySelector(".board")).toBeNull();
  });
});
