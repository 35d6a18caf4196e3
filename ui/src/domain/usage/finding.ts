// The sentence that sums up a chart of usage: what the total is, which bar is the highest, which group
// has most of it. It is the chart's name for ears and stands under it for eyes. Pure.

import type { StoryView, UsageGroup, UsageStep } from "../../ipc/protocol";
import { percent, tokens as tokenText, totalTokens } from "../format";
import { costText, sumOf, type Sum } from "./amount";
import { valueOf, type Measure, type UsageBars } from "./bars";
import { groupName } from "./names";
import { stretchText } from "./times";

const PER: Record<UsageStep, string> = { hour: "hour", day: "day", week: "week", month: "month" };

/** `$460.01 in the 30 days to today. Highest day: Wed 18 Nov, $61.13. 63 % of it is opus-4.8.` Beside the amount
    stands how it compares, where that is known. */
export function findingText(shown: UsageBars, range: string, comparison: string, stories: readonly StoryView[], now: number): string {
  const all = sumOf(shown.groups);
  const value = valueOf(all, shown.measure);
  const used = shown.bars.filter((bar) => bar.cells.some((cell) => cell !== null));
  if (used.length === 0) return `Nothing was used ${range}.`;
  const sentences = [`${capital(sumText(all, shown.measure))} ${range}${comparison ? `, ${comparison}` : ""}.`];
  const highest = used.reduce((most, bar) => (valueOf(bar.sum, shown.measure) > valueOf(most.sum, shown.measure) ? bar : most));
  if (value > 0 && used.length > 1) {
    sentences.push(`Highest ${PER[shown.step]}: ${stretchText(shown.step, highest.from, highest.to, now)}, ${sumText(highest.sum, shown.measure)}.`);
  }
  const share = shareText(shown, value, stories);
  return [...sentences, ...(share ? [share] : [])].join(" ");
}

/** `63 % of it is opus-4.8.` */
function shareText({ groups, measure, by }: UsageBars, value: number, stories: readonly StoryView[]): string | null {
  const own = groups.filter((group) => group.rest_of === 0);
  const [first] = own.toSorted((a, b) => valueOf(b, measure) - valueOf(a, measure));
  if (!first || groups.length < 2 || value === 0) return null;
  const share = valueOf(first, measure);
  const name = sentenceName(groupName(first, by, stories).text, by);
  const isAmongMany = groups.some((group) => group.rest_of > 0 && valueOf(group, measure) > share);
  return isAmongMany ? `The largest part is ${name}, ${percent(share / value)}.` : `${percent(share / value)} of it is ${name}.`;
}

/** A story's title is quoted: it is a sentence of its own. */
function sentenceName(text: string, by: UsageGroup): string {
  return by === "story" ? `“${text.replace(/\.$/, "")}”` : text;
}

/** An amount in a sentence: `$61.13`, `6.89 M tokens`. */
export function sumText(sum: Sum, measure: Measure): string {
  return measure === "tokens" ? `${tokenText(totalTokens(sum.tokens))} tokens` : costText(sum);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
