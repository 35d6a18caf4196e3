// The focus of each view: what had it when the view was left has it again when one comes back.

import { untrack } from "svelte";
import { Focused, placeOfFocus, returnFocus } from "../parts/keptFocus";
import type { Router } from "./route.svelte";

/** Keeps the focus of the views that a router leads to. It is called once, by what shows them. */
export function keepFocus(router: Router): void {
  const kept = () => router.keep(Focused, () => new Focused());
  let here = untrack(kept);
  let giveUp: () => void = () => undefined;

  // Before what is left is taken away.
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
  // After what is shown now is drawn.
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
