// The list of what ships with Musher, as `cargo xtask licences` writes it: rows of name, version and
// licence, crates and npm packages apart. Pure.

export type Licence = {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
};

/** One list by name, from the file. */
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
