// Reads the list of shipped libraries that `cargo xtask licences` writes: rows of name, version and licence, for crates and npm packages.
// Pure.

export type Licence = {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
};

/** Both parts of the file as one list, sorted by name. */
export function listOf(file: Record<"crates" | "packages", readonly string[][]>): Licence[] {
  const rows = (kind: "crates" | "packages") =>
    file[kind].map(([name = "", version = "", licence = ""]) => ({
      key: `${kind} ${name} ${version}`,
      name,
      version,
      licence,
    }));
  return [...rows("crates"), ...rows("packages")].toSorted(
    (a, b) => a.name.localeCompare(b.name, "en") || a.key.localeCompare(b.key, "en"),
  );
}
