// The keys that show the panels of a story, and lead back to its timeline.

import type { Binding } from "../../state/keys.svelte";
import { ofChanges, ofFinish } from "../actsElsewhere";
import type { Tab } from "./kept.svelte";
import type { Screen } from "./screen.svelte";
import { m } from "../../paraglide/messages";

export function panelKeys(here: Screen): readonly Binding[] {
  const show = (tab: Tab) => {
    here.kept.tab = here.kept.tab === tab ? "timeline" : tab;
  };
  return [
    {
      keys: "W",
      label: m.action_why(),
      run: () => {
        show("why");
      },
    },
    {
      keys: "D",
      // The way back as well: the changes bind it only once their code is loaded.
      label: here.kept.tab === "changes" ? m.action_leave_changes() : m.action_changes(),
      also: m.palette_also_changes(),
      run: () => {
        show("changes");
      },
    },
    {
      keys: "F",
      label: here.kept.tab === "finish" ? m.action_leave_finish() : m.action_finish(),
      also: m.palette_also_finish(),
      run: () => {
        here.wantsFinish = here.kept.tab !== "finish";
        show("finish");
      },
    },
    ...ofChanges(),
    ...ofFinish(),
  ];
}
