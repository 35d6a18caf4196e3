// Words of a command that a person may copy into a POSIX shell. Nothing here is ever run. Pure.

/** The word, quoted if a shell would read it otherwise. */
export function shellWord(word: string): string {
  return /^[\w/.\-+=:@%,]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A path as it is shown, quoted but for `~/`, which the shell has to replace. */
export function shellPath(path: string): string {
  return path.startsWith("~/")
    ? `~/${path === "~/" ? "" : shellWord(path.slice(2))}`
    : path === "~"
      ? path
      : shellWord(path);
}
