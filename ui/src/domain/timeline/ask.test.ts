import { expect, test } from "vitest";
import type { QuestionOption } from "../../ipc/protocol";
import { ALLOWED, decided, denied, exactOf, furtherOf, takes } from "./ask";

test("what is allowed is exactly what the machine will read", () => {
  expect(exactOf({ is: "command", text: "rm -rf x\nls", cwd: "/" })).toBe("rm -rf x\nls");
  const diff = { hunks: [] };
  expect(
    exactOf({
      is: "change",
      files: [
        { path: "/a", act: "edit", diff },
        { path: "/b", act: "edit", moved_to: "/c", diff },
      ],
    }),
  ).toBe("/a\n/b\n/c");
  expect(exactOf({ is: "query", text: "root", within: "/etc" })).toBe("root");
  expect(exactOf({ is: "other", words: "first" })).toBe("");
});

test("decisions beside a plain yes and no are answered by their id, and only a no has words", () => {
  const option = (does: QuestionOption["does"]): QuestionOption => ({ id: `the ${does}`, does });
  const options = [option("allow_once"), option("allow_always"), option("deny_and_end")];
  expect(furtherOf(options).map(({ does }) => does)).toEqual(["allow_always", "deny_and_end"]);
  expect([takes(options, "allow_once"), takes(options, "deny"), takes([], "deny")]).toEqual([
    true,
    false,
    true,
  ]);
  expect(decided(option("allow_always"), "why")).toEqual({ ...ALLOWED, option: "the allow_always" });
  expect(decided(option("deny_and_end"), " why ")).toEqual({ ...denied("why"), option: "the deny_and_end" });
});
