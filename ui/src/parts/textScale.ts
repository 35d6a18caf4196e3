// The factor of the text size, for elements that are positioned by script.

/** 1 at the usual size, 2 at 200 %. */
export function textScale(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}
