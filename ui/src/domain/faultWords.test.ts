import { expect, test } from "vitest";
import { inWindow } from "./faultWords";

test.each([
  [
    "a command of the terminal alone",
    { code: "not_found", message: "there is no question q1", hint: "`mush questions` lists what is open." },
    {
      code: "not_found",
      message: "there is no question q1",
      hint: "It may have been removed or answered meanwhile.",
    },
  ],
  [
    "a command beside something that helps",
    { code: "git", message: "git did not start", hint: "Look at its path. Run `mush doctor`." },
    { code: "git", message: "git did not start", hint: "Look at its path." },
  ],
  [
    "a number of the system",
    { code: "data_dir", message: "Cannot read /a: No such file or directory (os error 2)", hint: "Make it." },
    { code: "data_dir", message: "Cannot read /a: No such file or directory", hint: "Make it." },
  ],
  [
    "a path of the agent",
    { code: "cannot_start", message: "x", hint: "Run `claude login`, then test again." },
    { code: "cannot_start", message: "x", hint: "Run `claude login`, then test again." },
  ],
] as const)("%s", (_, fault, shown) => {
  expect(inWindow(fault)).toEqual(shown);
});
