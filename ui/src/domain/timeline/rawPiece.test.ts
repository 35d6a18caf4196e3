import { expect, test } from "vitest";
import { around } from "./rawPiece";

test("pieces follow each other without a hole and stop at the beginning", () => {
  expect(around({ offset: 100, len: 50 }, 1)).toEqual({ offset: 150, len: 4096 });
  expect(around({ offset: 0, len: 100_000 }, 1)).toEqual({ offset: 65_536, len: 65_536 });
  expect(around({ offset: 5000, len: 50 }, -1)).toEqual({ offset: 904, len: 4096 });
  expect(around({ offset: 904, len: 4096 }, -1)).toEqual({ offset: 0, len: 904 });
});
