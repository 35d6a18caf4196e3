// A line's text in segments: its syntax, the part that differs, and what was found in it. Pure.

/** A part of a line in the colour of what it is in its language. */
export type Span = { readonly start: number; readonly end: number; readonly hue: Hue };

/** What a part of a text is in its language, as far as it is told apart. */
export type Hue = "comment" | "keyword" | "string" | "number" | "name" | "tag";

export type Segment = {
  readonly text: string;
  readonly hue: Hue | null;
  readonly isMarked: boolean;
  readonly found: "no" | "yes" | "current";
};

export type Range = readonly [start: number, end: number];

type Line = {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly mark: Range | null;
  readonly hits: readonly { readonly start: number; readonly end: number; readonly isCurrent: boolean }[];
};

/** The segments of a line: between two borders everything is the same. */
export function segmentsOf({ text, spans, mark, hits }: Line): Segment[] {
  if (spans.length === 0 && mark === null && hits.length === 0)
    return [{ text, hue: null, isMarked: false, found: "no" }];
  const borders = [
    0,
    text.length,
    ...spans.flatMap(({ start, end }) => [start, end]),
    ...(mark ?? []),
    ...hits.flatMap(({ start, end }) => [start, end]),
  ];
  const sorted = [...new Set(borders)].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b);
  return sorted.slice(1).map((end, n) => {
    const start = sorted[n] ?? 0;
    const covers = (range: { start: number; end: number }) => range.start <= start && end <= range.end;
    const hit = hits.find(covers);
    return {
      text: text.slice(start, end),
      // The innermost span is the last one that covers it.
      hue: spans.findLast(covers)?.hue ?? null,
      isMarked: mark !== null && mark[0] <= start && end <= mark[1],
      found: hit === undefined ? "no" : hit.isCurrent ? "current" : "yes",
    };
  });
}
