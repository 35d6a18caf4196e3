// How much larger than usual the system's text is: what is placed by script grows with it.

/** 1 at the usual size, 2 at 200 %. */
export function textScale(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}
