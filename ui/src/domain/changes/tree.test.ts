import { expect, test } from "vitest";
import { changed } from "./changed";
import { inTreeOrder, nameOf, treeRows } from "./tree";

const files = ["src/a/b/one.rs", "src/a/b/two.rs", "README.md", "src/z.rs", "docs/x/y/deep.md"].map((path) =>
  changed(path, { added: 2, removed: 1 }),
);
const drawn = (closed: readonly string[] = []) =>
  treeRows(files, new Set(closed)).map(
    (row) => `${"  ".repeat(row.depth)}${row.kind === "folder" ? `${row.open ? "▾" : "▸"} ` : ""}${row.name}`,
  );

test("folders come before files, and one that holds nothing but a folder is joined with it", () => {
  expect(drawn()).toEqual([
    "▾ docs/x/y",
    "  deep.md",
    "▾ src",
    "  ▾ a/b",
    "    one.rs",
    "    two.rs",
    "  z.rs",
    "README.md",
  ]);
});

test("a closed folder hides what is in it and has its sums", () => {
  expect(drawn(["src"])).toEqual(["▾ docs/x/y", "  deep.md", "▸ src", "README.md"]);
  const src = treeRows(files, new Set(["src"])).find((row) => row.kind === "folder" && row.path === "src");
  expect(src).toMatchObject({ files: 3, added: 6, removed: 3 });
});

test("the files stand in the order of the tree, whatever is closed", () => {
  expect(inTreeOrder(files).map(({ path }) => path)).toEqual([
    "docs/x/y/deep.md",
    "src/a/b/one.rs",
    "src/a/b/two.rs",
    "src/z.rs",
    "README.md",
  ]);
});

test("a path in quotation marks is in the folder that it names, and its parts are written as paths are", () => {
  const paths = ['"docs/new\\nline \\377.txt"', '"docs/\\377/plain.txt"', "docs/\\377/other.txt"];
  const rows = treeRows(
    paths.map((path) => changed(path)),
    new Set(),
  );
  expect(rows.map(({ name }) => name)).toEqual([
    "docs",
    '"\\377"',
    "plain.txt",
    // A folder whose name has a backslash is another one.
    "\\377",
    "other.txt",
    '"new\\nline \\377.txt"',
  ]);
  expect(nameOf("a/b/c.ts")).toBe("c.ts");
});
