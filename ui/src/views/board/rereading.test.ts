import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test } from "vitest";
import App from "../../App.svelte";
import type { Backend } from "../../ipc/backend";
import { fake } from "../../ipc/fake";
import { storiesOf } from "../../ipc/fake/topics";
import { until } from "../../ipc/fake/until";

let app: ReturnType<typeof mount> | undefined;

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

const words = (selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());

test("a story whose logs are being read again shows no figure that is not known", async () => {
  const host = fake("still");
  const backend: Backend = {
    ...host,
    async pull(request) {
      const batch = await host.pull(request);
      for (const { story } of storiesOf(batch)) story.rereading = true;
      return batch;
    },
  };
  app = mount(App, { target: document.body, props: { backend } });
  await until(() => {
    flushSync();
    expect(words("[role=gridcell].c-tokens").length).toBeGreaterThan(0);
  });
  expect(new Set(words("[role=gridcell].c-tokens"))).toEqual(new Set(["reading"]));
  expect(new Set(words("[role=gridcell].c-tokens + .num"))).toEqual(new Set([""]));
});
