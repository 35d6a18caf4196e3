import { afterEach, expect, test, vi } from "vitest";
import { whenLeft } from "./whenLeft";
import { until } from "../ipc/fake/until";

afterEach(() => {
  document.body.replaceChildren();
});

function typed(save: (text: string) => void) {
  const field = document.body.appendChild(document.createElement("input"));
  const end = whenLeft(save)(field);
  field.value = "new";
  field.dispatchEvent(new Event("input"));
  return { field, end };
}

test("a field is saved when it is left by a key, and once", () => {
  const save = vi.fn();
  const { field, end } = typed(save);
  field.dispatchEvent(new Event("change"));
  expect(save).toHaveBeenCalledExactlyOnceWith("new");
  end();
  expect(save).toHaveBeenCalledTimes(1);
});

test("a field that a press leaves is saved after the click, so that nothing moves under the pointer before it", async () => {
  const order: string[] = [];
  const { field } = typed(() => order.push("saved"));
  const button = document.body.appendChild(document.createElement("button"));
  button.addEventListener("click", () => order.push("clicked"));
  button.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  field.dispatchEvent(new Event("change"));
  button.dispatchEvent(new Event("pointerup", { bubbles: true }));
  button.click();
  await until(() => {
    expect(order).toEqual(["clicked", "saved"]);
  });
});

test("a field whose view goes away is saved, and one that nobody changed is not", () => {
  const save = vi.fn();
  typed(save).end();
  expect(save).toHaveBeenCalledExactlyOnceWith("new");
  whenLeft(save)(document.createElement("input"))();
  expect(save).toHaveBeenCalledTimes(1);
});
