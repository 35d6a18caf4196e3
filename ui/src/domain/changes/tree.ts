// The files of a change as a tree of folders. A folder with nothing but one folder in it is joined with it: `a/b/c`. Pure.

import type { ChangedFile } from "../../ipc/protocol";

export type FolderRow = {
  readonly kind: "folder";
  /** The whole path, which identifies it. */
  readonly path: string;
  /** The part that is shown: `a/b`. */
  readonly name: string;
  readonly depth: number;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly open: boolean;
};

export type FileRow = {
  readonly kind: "file";
  readonly file: ChangedFile;
  /** Its index among the files of the tree. */
  readonly index: number;
  readonly name: string;
  readonly depth: number;
};

export type TreeRow = FolderRow | FileRow;

type Folder = {
  readonly folders: Map<string, Folder>;
  readonly files: { file: ChangedFile; index: number }[];
};

/** The visible rows of the tree, in order; `closed` are the paths of closed folders. */
export function treeRows(files: readonly ChangedFile[], closed: ReadonlySet<string>): TreeRow[] {
  return rowsOf(grown(files), "", 0, closed);
}

/** The files in the order of the tree: of each folder its folders first. */
export function inTreeOrder(files: readonly ChangedFile[]): ChangedFile[] {
  return treeRows(files, new Set()).flatMap((row) => (row.kind === "file" ? [row.file] : []));
}

/** The parts of a path. Of a path in quotation marks, the parts with escapes are in quotation marks, too: each is written as a path is. */
export function partsOf(path: string): string[] {
  if (!path.startsWith('"')) return path.split("/");
  const parts = path.slice(1, -1).split("/");
  return parts.map((part) => (part.includes("\\") ? `"${part}"` : part));
}

/** The name of a file, without its folders. */
export function nameOf(path: string): string {
  return partsOf(path).at(-1) ?? path;
}

function grown(files: readonly ChangedFile[]): Folder {
  const root: Folder = { folders: new Map(), files: [] };
  for (const [index, file] of files.entries()) {
    let at = root;
    for (const part of partsOf(file.path).slice(0, -1)) {
      const next: Folder = at.folders.get(part) ?? { folders: new Map(), files: [] };
      at.folders.set(part, next);
      at = next;
    }
    at.files.push({ file, index });
  }
  return root;
}

function rowsOf(folder: Folder, path: string, depth: number, closed: ReadonlySet<string>): TreeRow[] {
  const folders = [...folder.folders].sort(([a], [b]) => order(a, b)).map(([name, one]) => joined(name, one));
  const files = [...folder.files].sort((a, b) => order(nameOf(a.file.path), nameOf(b.file.path)));
  return [
    ...folders.flatMap(([name, one]): TreeRow[] => {
      const whole = path === "" ? name : `${path}/${name}`;
      const open = !closed.has(whole);
      const head: FolderRow = { kind: "folder", path: whole, name, depth, ...sumOf(one), open };
      return open ? [head, ...rowsOf(one, whole, depth + 1, closed)] : [head];
    }),
    ...files.map(({ file, index }): FileRow => ({
      kind: "file",
      file,
      index,
      name: nameOf(file.path),
      depth,
    })),
  ];
}

function joined(name: string, folder: Folder): [name: string, folder: Folder] {
  const [only] = folder.folders;
  if (folder.files.length > 0 || folder.folders.size !== 1 || !only) return [name, folder];
  return joined(`${name}/${only[0]}`, only[1]);
}

function sumOf(folder: Folder): { files: number; added: number; removed: number } {
  const sums = [...folder.folders.values()].map(sumOf);
  const own = folder.files.map(({ file }) => ({ files: 1, added: file.added, removed: file.removed }));
  return [...sums, ...own].reduce(
    (all, one) => ({
      files: all.files + one.files,
      added: all.added + one.added,
      removed: all.removed + one.removed,
    }),
    { files: 0, added: 0, removed: 0 },
  );
}

/** By code units, as git orders paths, so that the order is the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
