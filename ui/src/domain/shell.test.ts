import { expect, it } from "vitest";
import { shellPath, shellWord } from "./shell";

it("quotes what a shell would read otherwise, and leaves the home folder to it", () => {
  expect(["a-b.c", "my app", "it's", "", "$x"].map(shellWord)).toEqual([
    "a-b.c",
    "'my app'",
    String.raw`'it'\''s'`,
    "''",
    "'$x'",
  ]);
  expect(["~/src/app", "~/my app.worktrees", "/srv/my app", "~", "~/"].map(shellPath)).toEqual([
    "~/src/app",
    "~/'my app.worktrees'",
    "'/srv/my app'",
    "~",
    "~/",
  ]);
});
