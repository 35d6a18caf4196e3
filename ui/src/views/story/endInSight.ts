// Reports whether the end of something is in sight: a thin mark behind it is watched, so that all that hides it
// (a scrolled region, a card without height, a window that is too small) counts.

/** How much of the mark must be seen. */
const ENOUGH = 0.5;

/** An attachment for the mark; `report` gets each change. */
export function endInSight(report: (isSeen: boolean) => void) {
  return (mark: HTMLElement) => {
    const watch = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last) report(last.isIntersecting && last.intersectionRatio >= ENOUGH);
      },
      { threshold: [0, ENOUGH] },
    );
    watch.observe(mark);
    return () => {
      watch.disconnect();
    };
  };
}
