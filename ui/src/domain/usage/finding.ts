// The sentence that summarises a chart of usage: the total, the highest bar, and the group with the largest share. It is shown below the
// chart and is the chart's name for screen readers. Pure.

import type { UsageGroup, UsageStep } from "../../ipc/protocol";
import { percent } from "../format";
import { certainty, costText, tokensText, type Sum } from "./amount";
import { valueOf, type Measure, type UsageBars } from "./bars";
import { groupName, type Named } from "./names";
import { stretchText } from "./times";
import { m } from "../../paraglide/messages";

/** `Highest day: Wed 18 Nov, $61.13.` */
const HIGHEST: Record<UsageStep, (bar: { stretch: string; used: string }) => string> = {
  hour: m.finding_highest_hour,
  day: m.finding_highest_day,
  week: m.finding_highest_week,
  month: m.finding_highest_month,
};

/**
 * `$460.01 in the 30 days to today. Highest day: Wed 18 Nov, $61.13. 63 % of it is opus-4.8.` If a comparison is known, it follows the
 * amount.
 */
export function findingText(
  shown: UsageBars,
  range: string,
  comparison: string,
  named: Named,
  now: number,
): string {
  const all = shown.whole;
  const value = valueOf(all, shown.measure);
  const used = shown.bars.filter((bar) => bar.cells.some((cell) => cell !== null));
  if (used.length === 0) return m.finding_nothing({ range });
  const sentences = [totalText(all, shown.measure, range, comparison)];
  const highest = used.reduce((most, bar) =>
    valueOf(bar.sum, shown.measure) > valueOf(most.sum, shown.measure) ? bar : most,
  );
  if (value > 0 && used.length > 1) {
    sentences.push(
      HIGHEST[shown.step]({
        stretch: stretchText(shown.step, highest.from, highest.to, now),
        used: sumText(highest.sum, shown.measure),
      }),
    );
  }
  const share = shareText(shown, value, named);
  return [...sentences, ...(share ? [share] : [])].join(" ");
}

/** The sum of the range, or the reason why there is none. */
function totalText(all: Sum, measure: Measure, range: string, comparison: string): string {
  if (measure === "cost" && all.cost_micros === 0) {
    switch (certainty(all)) {
      case "none":
        return m.finding_no_price({ range });
      case "part":
        return all.is_partial ? m.finding_not_known_yet({ range }) : m.finding_not_known({ range });
      case "exact":
        return comparison === "" ? m.finding_free({ range }) : m.finding_free_compared({ range, comparison });
      case "estimate":
      case "unreported":
        break;
    }
  }
  const used = capital(sumText(all, measure));
  return comparison === ""
    ? m.finding_total({ used, range })
    : m.finding_total_compared({ used, range, comparison });
}

/** `63 % of it is opus-4.8.` */
function shareText({ groups, measure, by }: UsageBars, value: number, named: Named): string | null {
  const own = groups.filter((group) => group.rest_of === 0);
  const [first] = own.toSorted((a, b) => valueOf(b, measure) - valueOf(a, measure));
  if (!first || groups.length < 2 || value === 0) return null;
  const share = valueOf(first, measure);
  const name = sentenceName(groupName(first, by, named).text, by);
  const isAmongMany = groups.some((group) => group.rest_of > 0 && valueOf(group, measure) > share);
  return isAmongMany
    ? m.finding_largest_part({ name, percent: percent(share / value) })
    : m.finding_share({ name, percent: percent(share / value) });
}

/** The title of a story is in quotes, because it may be a sentence. The name of a class is in lower case. */
function sentenceName(text: string, by: UsageGroup): string {
  if (by === "class") return text.toLowerCase();
  return by === "story" ? m.quoted({ text: text.replace(/\.$/, "") }) : text;
}

/** An amount within a sentence: `$61.13`, `≥ 6.89 M tokens`. */
export function sumText(sum: Sum, measure: Measure): string {
  return measure === "tokens" ? tokensText(sum) : costText(sum);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
