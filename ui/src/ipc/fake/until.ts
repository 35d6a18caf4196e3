// Waits in the page's tests.

import { flushSync } from "svelte";
import { vi } from "vitest";

/** Waits until the page is as `what` expects it, as long as a busy machine may take. Returns what it returned. */
export function until<Seen>(what: () => Seen): Promise<Seen> {
  return vi.waitFor(
    () => {
      flushSync();
      return what();
    },
    { timeout: 15_000 },
  );
}
