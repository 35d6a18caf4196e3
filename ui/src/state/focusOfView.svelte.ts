// Restores the focus of each view: the element that had it when the view was left gets it again on return.

import { untrack } from "svelte";
import { Focused, placeOfFocus, returnFocus } from "../parts/keptFocus";
import type { Router } from "./route.svelte";

/** Stores and restores the focus for the views of a router. Called once, by the component that shows them. */
export function keepFocus(router: Router): void {
  const kept = () => router.keep(Focused, () => new Focused());
  let here = untrack(kept);
  let giveUp: () => void = () => undefined;

  // Before the old view is removed.
  $effect.pre(() => {
    void router.place;
    untrack(() => {
      const next = kept();
      if (next === here) return;
      giveUp();
      here.place = placeOfFocus();
      here = next;
    });
  });
  // After the new view is drawn.
  $effect(() => {
    void router.place;
    untrack(() => {
      giveUp();
      if (router.isReturn && here.place !== null) giveUp = returnFocus(here.place);
    });
  });
  $effect(() => () => {
    giveUp();
  });
}
