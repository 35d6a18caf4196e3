// A step of the build: writes characters beyond ASCII in scripts as escapes. A web view keeps a script of ASCII with one byte per
// character, and one with a single other character with two, and reads it more slowly.

/**
 * The script with `\u` escapes, which mean the same in texts, templates, patterns and names.
 *
 * @param {string} code
 */
export function escaped(code) {
  const hidden = /\\[^\0-\x7F]|String\.raw`[^`]*[^\0-\x7F`]/.exec(code);
  // There an escape would mean something else.
  if (hidden) throw new Error(`write it without: ${code.slice(hidden.index, hidden.index + 40)}`);
  return code.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The plugin for Vite.
 *
 * @returns {import("vite").Plugin}
 */
export function ascii() {
  return {
    name: "ascii",
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk") chunk.code = escaped(chunk.code);
      }
    },
  };
}
