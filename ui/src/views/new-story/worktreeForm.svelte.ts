// What the form for a new story says about its new worktree: what it begins from, whether that is fetched first, which ignored files are
// copied, and which commands prepare it. What git knows of it is asked for while the user types.
import { faultOf } from "../../ipc/backend";
import type { BaseSummary, Branches, Fault, FolderSummary } from "../../ipc/protocol";
import type { AppState } from "../../state/appState.svelte";
import { gatesOf, withTyped, type GateLine, type WorktreeDraft } from "./storyDraft";

/** How long after the last keystroke git is asked, in milliseconds. */
const QUIET = 250;
const NO_BRANCHES: Branches = { newest: [], more: 0, fetch: false };

/** What git says of a base. */
type Known = { readonly name: string; readonly summary: BaseSummary | null; readonly fault: Fault | null };

export class WorktreeForm implements WorktreeDraft {
  readonly #app: AppState;
  /** The branch, tag or commit that the user named; if empty, what is checked out in the folder. */
  base = $state("");
  /** Whether what `.worktreeinclude` or the configuration names is copied. */
  copiesUsual = $state(true);
  /** The set-up commands above the field of a new one, and the text in that field. */
  setUpLines = $state<GateLine[]>([]);
  nextSetUp = $state("");
  #facts = $state.raw<FolderSummary | null>(null);
  #branches = $state.raw<Branches>(NO_BRANCHES);
  #known = $state.raw<Known | null>(null);
  #remote = $state.raw<string | null>(null);
  #fetch = $state<boolean | null>(null);
  #copied = $state.raw<readonly string[]>([]);
  #setUpBefore: readonly string[] = [];
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  get branches(): Branches {
    return this.#branches;
  }
  /** What git knows of the base; null while it is asked, and if there is no such base. */
  get summary(): BaseSummary | null {
    return this.#known !== null && this.#known.name === this.base.trim() ? this.#known.summary : null;
  }
  /** Why there is no such base. */
  get fault(): Fault | null {
    return this.#known !== null && this.#known.name === this.base.trim() ? this.#known.fault : null;
  }
  /** The remote that can be fetched; null if there is none. A base that is not known here may come with a fetch. */
  get remote(): string | null {
    return this.#remote;
  }

  /** Whether to fetch first: as the user chose, else as configured. */
  get fetch(): boolean {
    return this.remote !== null && (this.#fetch ?? this.#branches.fetch);
  }
  set fetch(wanted: boolean) {
    this.#fetch = wanted;
  }

  /** The paths of the files that are copied in addition. */
  get copies(): readonly string[] {
    return this.#copied;
  }
  isCopied(path: string): boolean {
    return this.#copied.includes(path);
  }
  copy(path: string, wanted: boolean): void {
    const others = this.#copied.filter((copied) => copied !== path);
    this.#copied = wanted ? [...others, path] : others;
  }

  /** The set-up commands of the story: the lines, and the command that stands in the field. */
  get setUp(): readonly GateLine[] {
    return withTyped(this.setUpLines, this.nextSetUp);
  }

  /** Takes the folder that was read; null while there is none. */
  take(facts: FolderSummary | null): void {
    this.#facts = facts;
    this.#branches = NO_BRANCHES;
    this.#known = null;
    this.#remote = null;
    this.#copied = [];
    if (facts === null) return;
    this.setUpLines = gatesOf({ gates: facts.set_up }, this.#setUpBefore, this.setUpLines);
    this.#setUpBefore = facts.set_up;
    if (!facts.is_repository || facts.no_worktree !== null) return;
    void this.#askBranches(facts);
    void this.#askBase(facts, this.base.trim());
  }

  /** Asks about the base when the user has stopped typing for a moment. */
  askLater(): void {
    clearTimeout(this.#asking);
    const facts = this.#facts;
    const name = this.base.trim();
    if (facts === null || !facts.is_repository || this.#known?.name === name) return;
    this.#asking = setTimeout(() => void this.#askBase(facts, name), QUIET);
  }

  /** Forgets what a story was started with. */
  clear(): void {
    this.base = "";
    this.copiesUsual = true;
    this.nextSetUp = "";
    this.#fetch = null;
    this.#copied = [];
  }

  /** Forgets the commands of the folder, too. */
  clearFolder(): void {
    this.setUpLines = [];
    this.#setUpBefore = [];
    this.take(null);
  }

  async #askBranches(facts: FolderSummary): Promise<void> {
    try {
      const branches = await this.#app.backend.query({ of: "branches", dir: facts.dir });
      if (this.#facts === facts) this.#branches = branches;
    } catch {
      // None is offered: what the user writes is asked about itself.
      if (this.#facts === facts) this.#branches = NO_BRANCHES;
    }
  }

  async #askBase(facts: FolderSummary, name: string): Promise<void> {
    const known = await this.#baseOf(facts, name);
    if (this.#facts !== facts || this.base.trim() !== name) return;
    this.#known = known;
    if (known.summary !== null) this.#remote = known.summary.remote;
  }

  async #baseOf(facts: FolderSummary, name: string): Promise<Known> {
    try {
      const wanted = name === "" ? null : name;
      const summary = await this.#app.backend.query({ of: "base", dir: facts.dir, name: wanted });
      return { name, summary, fault: null };
    } catch (thrown) {
      return { name, summary: null, fault: faultOf(thrown) };
    }
  }
}
