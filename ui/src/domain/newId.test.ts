import { describe, expect, it } from "vitest";
import { newId } from "./newId";

describe("newId", () => {
  it("is a UUID of version 7 that begins with its time", () => {
    const id = newId(0x0192_3456_789a);
    expect(id).toMatch(/^01923456-789a-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("is new each time, and later ones sort after earlier ones", () => {
    const ids = Array.from({ length: 50 }, (_, n) => newId(1_763_566_268_000 + n));
    expect(new Set(ids).size).toBe(50);
    expect(ids.toSorted()).toEqual(ids);
  });
});
