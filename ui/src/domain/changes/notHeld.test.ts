import { expect, test } from "vitest";
import { notHeldWords } from "./notHeld";

test("a file that no checkpoint has is named with its size, if that is the reason", () => {
  expect(notHeldWords({ path: "big.bin", why: "too_large", size: 83_886_080 })).toBe(
    "83.9\u202fMB, too large for a checkpoint",
  );
  expect(notHeldWords({ path: "key", why: "unreadable" })).toBe("cannot be read");
});
