// The keys of the forecast of a project.

import type { Binding } from "../../state/keys.svelte";
import type { ForecastState } from "./forecastState.svelte";
import { m } from "../../paraglide/messages";

export function forecastKeys(shown: ForecastState): readonly Binding[] {
  const { router } = shown.app;
  return [
    {
      keys: "F",
      label: m.forecast_finish_first(),
      about: shown.first === null ? "" : shown.title(shown.first),
      run: () => {
        shown.finishFirst();
      },
      whyNot: () => (shown.first === null ? m.forecast_not_without_story() : null),
    },
    {
      keys: "X",
      label: shown.open.size > 0 ? m.forecast_hide_lines() : m.forecast_show_lines(),
      run: () => {
        shown.toggleAll();
      },
      whyNot: () => (shown.conflicts.length === 0 ? m.forecast_not_without_conflict() : null),
    },
    {
      keys: "Esc",
      label: router.belowName,
      run: () => {
        router.up();
      },
    },
  ];
}
