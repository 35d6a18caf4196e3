import { expect, test } from "vitest";
import { configKey } from "./configKey";

test("a field that is no plain word stands in quotes", () => {
  expect(configKey("agents", "claude", "model")).toBe("agents.claude.model");
  expect(configKey("projects", "/home/ann/shop.v2", "gates")).toBe('projects."/home/ann/shop.v2".gates');
  expect(configKey("projects", 'a"b')).toBe('projects."a\\"b"');
});
