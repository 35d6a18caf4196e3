// The value axis of a chart, from zero to above the largest value, with up to four guides at round values. Pure geometry;
// `charts/ValueAxis.svelte` draws it. (Not d3-scale: it imports d3-color, which fails to load because the shell freezes built-in
// prototypes.)

export type Guide = { readonly value: number; readonly y: number };

export type ValueAxis = {
  /** The guides above zero, lowest first. */
  readonly guides: readonly Guide[];
  /** The y position of zero. */
  readonly zero: number;
  /** The difference between two guides, in values; 0 without guides. */
  readonly step: number;
  /** The y position of a value, in px from the top. */
  readonly y: (value: number) => number;
};

/** Round distances between guides within a power of ten. One of them always gives three or four guides, unless the units are too coarse. */
const ROUND = [1, 2, 2.5, 5] as const;
const MOST = 4;

/**
 * An axis that includes `max`; `top` and `bottom` are in px from the top. Guides are at whole multiples of `unit`, the smallest amount that
 * exists, so that no two guides have the same label.
 */
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

/** The smallest round distance, in whole units, that gives at most four guides. */
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
