// The keys of the panel *Finish*.

import type { Binding } from "../../../state/keys.svelte";
import type { FinishScreen } from "./finishing.svelte";
import type { HostScreen } from "./host.svelte";
import { m } from "../../../paraglide/messages";

type Make = (keys: string, label: string, run: () => Promise<void>, whyNot: () => string | null) => Binding;

const making =
  (screen: FinishScreen): Make =>
  (keys, label, run, whyNot) => ({
    keys,
    label,
    quiet: true,
    inFields: true,
    destructive: true,
    run: () => void run(),
    whyNot: () => (screen.underWay === null ? whyNot() : m.finish_not_under_way()),
  });

/** The keys of the remote and the host. */
export function hostKeys(host: HostScreen, screen: FinishScreen): readonly Binding[] {
  const key = making(screen);
  return [
    key(
      "Ctrl Shift Y",
      m.finish_push(),
      () => host.push(),
      () => screen.whyNot("push"),
    ),
    key(
      "Ctrl Shift H",
      m.host_begin(),
      () => host.begin(),
      () => host.whyNotBegin(),
    ),
    key(
      "Ctrl Shift D",
      m.host_send_logs(),
      () => host.sendLogs(),
      () => host.whyNotSend(),
    ),
  ];
}

export function finishKeys(screen: FinishScreen): readonly Binding[] {
  const key = making(screen);
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
