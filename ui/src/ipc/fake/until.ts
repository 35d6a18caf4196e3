// Waits in the page's tests.

import { flushSync } from "svelte";
import { vi } from "vitest";

/** Waits until the page is as `what` expects it, as long as a busy machine may take. */
export function until(what: () => void): Promise<void> {
  return vi.waitFor(
    () => {
      flushSync();
      what();
    },
    { timeout: 15_000 },
  );
}
