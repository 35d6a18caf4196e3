// Reports whether the end of some content is visible: a thin element after it is observed, so that everything that can hide it counts (a
// scrolled region, a card without height, a window that is too small).

/** The part of the element that must be visible. */
const ENOUGH = 0.5;

/** An attachment for that element; `report` is called with each change. */
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
