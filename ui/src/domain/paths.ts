// Paths of files that were dropped, as words of a prompt. Pure.

/** A text with paths behind it: each as it is, in quotes where it has a blank, so that it is seen where it ends. */
export function withPaths(text: string, paths: readonly string[]): string {
  const said = paths.map((path) => (/\s/.test(path) ? `"${path}"` : path)).join(" ");
  const gap = text === "" || /\s$/.test(text) ? "" : " ";
  return `${text}${gap}${said} `;
}
