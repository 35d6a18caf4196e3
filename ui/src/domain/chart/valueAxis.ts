// The value axis of a chart: from a zero line up to a round value above the largest, with three or four
// guides between. Pure geometry; `charts/ValueAxis.svelte` draws it. (Not d3-scale: it pulls in d3-color,
// which fails at load because the shell freezes built-in prototypes.)

export type Guide = { readonly value: number; readonly y: number };

export type ValueAxis = {
  /** The guides above zero, lowest first. */
  readonly guides: readonly Guide[];
  /** The zero line. */
  readonly zero: number;
  /** The distance between two guides, in values; 0 without guides. */
  readonly step: number;
  /** The place of a value, in px from the top. */
  readonly y: (value: number) => number;
};

/** Round distances between guides, in every power of ten: one of them always gives three or four guides, where units are small. */
const ROUND = [1, 2, 2.5, 5] as const;
const MOST = 4;

/** An axis on which `max` still fits; `top` and `bottom` are px from the top. Guides stand at whole multiples of
    `unit`, the smallest amount there is, so that no two have the same label. */
export function valueAxis(max: number, top: number, bottom: number, unit: number): ValueAxis {
  if (!(max > 0)) return { guides: [], zero: bottom, step: 0, y: () => bottom };
  const step = stepOf(max, unit);
  const guides = Math.ceil(max / step - 1e-9);
  const y = (value: number) => bottom - (value / (guides * step)) * (bottom - top);
  return {
    guides: Array.from({ length: guides }, (_, n) => ({
      value: step * (n + 1),
      y: Math.round(y(step * (n + 1))),
    })),
    zero: bottom,
    step,
    y,
  };
}

/** The smallest round distance of whole units at which there are no more guides than four. */
function stepOf(max: number, unit: number): number {
  const power = 10 ** Math.floor(Math.log10(max / MOST));
  const found = ROUND.find(
    (each) => each * power * MOST >= max * (1 - 1e-9) && isWhole((each * power) / unit),
  );
  return Math.max(unit, (found ?? 10) * power);
}

function isWhole(n: number): boolean {
  return Math.abs(n - Math.round(n)) < 1e-9 * Math.max(1, n);
}
