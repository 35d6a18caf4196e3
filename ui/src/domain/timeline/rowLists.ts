// The growing lists of a run's rows: one for the run itself, and one for each call with a subagent. Rows are never modified but replaced at
// their place, so a view recognises a changed row by identity.
import type { Row } from "./row";

/** The place of a row, which never changes. */
export type Spot = { list: (Row | null)[]; index: number };

type RowOf<K extends Row["kind"]> = Extract<Row, { kind: K }>;

export class RowLists {
  readonly top: (Row | null)[] = [];
  #holes = 0;
  readonly #children = new Map<string, (Row | null)[]>();
  readonly #keys = new Set<string>();

  /** The rows below a call. */
  of(call: string): readonly (Row | null)[] {
    return this.#children.get(call) ?? [];
  }

  add(row: Row, parent: string | null = null): Spot {
    const list = this.#list(parent);
    const key = this.#keys.has(row.key) ? `${row.key}~${this.#keys.size}` : row.key;
    this.#keys.add(key);
    list.push(key === row.key ? row : { ...row, key });
    return { list, index: list.length - 1 };
  }

  get<K extends Row["kind"]>(spot: Spot | undefined, kind: K): RowOf<K> | null {
    const row = spot?.list[spot.index];
    return row?.kind === kind ? (row as RowOf<K>) : null;
  }

  set(spot: Spot, row: Row | null): void {
    if (row === null) this.#holes += 1;
    spot.list[spot.index] = row;
  }

  /** The rows of a list, without removed ones. It is only copied if a row was removed. */
  present(list: readonly (Row | null)[]): readonly Row[] {
    return this.#holes === 0 ? (list as readonly Row[]) : list.filter((row) => row !== null);
  }

  /** The last row of a list, if it is of this kind. */
  last<K extends Row["kind"]>(kind: K, parent: string | null = null): { spot: Spot; row: RowOf<K> } | null {
    const list = this.#list(parent);
    const spot = { list, index: list.length - 1 };
    const row = this.get(spot, kind);
    return row && { spot, row };
  }

  #list(parent: string | null): (Row | null)[] {
    if (parent === null) return this.top;
    const known = this.#children.get(parent);
    if (known) return known;
    const made: (Row | null)[] = [];
    this.#children.set(parent, made);
    return made;
  }
}
