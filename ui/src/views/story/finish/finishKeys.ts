// The keys of the panel *Finish*.

import type { Binding } from "../../../state/keys.svelte";
import type { FinishScreen } from "./finishing.svelte";
import { m } from "../../../paraglide/messages";

export function finishKeys(screen: FinishScreen): readonly Binding[] {
  const key = (
    keys: string,
    label: string,
    run: () => Promise<void>,
    whyNot: () => string | null,
  ): Binding => ({
    keys,
    label,
    quiet: true,
    inFields: true,
    destructive: true,
    run: () => void run(),
    whyNot: () => (screen.underWay === null ? whyNot() : m.finish_not_under_way()),
  });
  return [
    key(
      "Ctrl Shift K",
      m.finish_commit(),
      () => screen.commit(),
      () => screen.whyNot("commit"),
    ),
    key(
      "Ctrl Shift U",
      m.finish_update_by_merge(),
      () => screen.update("update_by_merge"),
      () => screen.whyNot("update_by_merge"),
    ),
    key(
      "Ctrl Shift B",
      m.finish_update_by_rebase(),
      () => screen.update("update_by_rebase"),
      () => screen.whyNot("update_by_rebase"),
    ),
    key(
      "Ctrl Shift G",
      m.finish_merge(),
      () => screen.merge(),
      () => screen.whyNot(screen.way),
    ),
    key(
      "Ctrl Shift Z",
      m.finish_undo(),
      () => screen.undo(),
      () => screen.whyNot("undo"),
    ),
    {
      keys: "Ctrl Shift X",
      label: m.finish_cancel(),
      quiet: true,
      inFields: true,
      destructive: true,
      run: () => {
        screen.cancel();
      },
      when: () => screen.underWay !== null,
    },
  ];
}
