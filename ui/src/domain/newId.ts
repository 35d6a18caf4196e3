// Ids that the page makes for its requests, so that a request whose answer was lost can be sent again without taking effect twice. They are
// UUIDs of version 7, whose texts sort by time, like those of the engine.

/**
 * A new id for a story or a prompt. `crypto.randomUUID` is not used: it makes version 4, and it is missing in webviews that do not treat
 * the window's URL scheme as secure.
 */
export function newId(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let n = 0; n < 6; n += 1) bytes[n] = Math.floor(now / 256 ** (5 - n)) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
