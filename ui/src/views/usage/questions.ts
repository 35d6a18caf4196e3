// The queries of the Usage view, in the order in which a round sends them. No query for the chart asks for more than 62 units of time or
// more than five groups besides the rest.

import type { Backend } from "../../ipc/backend";
import type { LimitHistory, UsageGroup, UsageQuery, UsageReport, UsageStep } from "../../ipc/protocol";
import { isUsed, wholeSum, type Sum } from "../../domain/usage/amount";
import { unpacked } from "../../domain/usage/packed";
import type { Span } from "../../domain/usage/range";

/** The most groups that a chart shows; the others are joined. */
export const MOST_GROUPS = 5;
/** The most rows of the table with all groups. */
export const MOST_ROWS = 100;
/** How many of the most expensive stories are listed. */
export const MOST_STORIES = 8;

export class Questions {
  readonly #backend: Backend;
  readonly #zone: string;

  constructor(backend: Backend, zone: string) {
    this.#backend = backend;
    this.#zone = zone;
  }

  /** The bars: by time and group. */
  chart(span: Span, step: UsageStep, by: UsageGroup): Promise<UsageReport> {
    return this.#ask({ ...of(span), step, by: [by], most: MOST_GROUPS });
  }

  /** A range without groups; all time if `span` is null. */
  whole(span: Span | null): Promise<UsageReport> {
    return this.#ask(of(span));
  }

  /** Every group of a range, up to the table's limit. */
  table(span: Span, by: UsageGroup): Promise<UsageReport> {
    return this.#ask({ ...of(span), by: [by], most: MOST_ROWS });
  }

  stories(span: Span): Promise<UsageReport> {
    return this.#ask({ ...of(span), by: ["story"], most: MOST_STORIES });
  }

  /** The sum of a range; null if nothing was used in it. */
  async sum(span: Span): Promise<Sum | null> {
    // At midnight the range of today is empty, and the engine refuses an empty range.
    if (span.from >= span.to) return null;
    const sum = wholeSum((await this.whole(span)).whole);
    return isUsed(sum) ? sum : null;
  }

  limits(span: Span): Promise<LimitHistory[]> {
    return this.#backend.query({ of: "limit_history", from: iso(span.from), to: iso(span.to) });
  }

  async #ask(query: Partial<UsageQuery>): Promise<UsageReport> {
    const report = await this.#backend.query({
      of: "usage",
      step: null,
      by: [],
      from: null,
      to: null,
      most: null,
      ...query,
      zone: this.#zone,
    });
    return unpacked(report);
  }
}

function of(span: Span | null): Pick<UsageQuery, "from" | "to"> {
  return { from: span ? iso(span.from) : null, to: span ? iso(span.to) : null };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
