// What a person writes into a new story. It is kept for as long as the window is open, so leaving the
// screen loses nothing; a started story empties it.
import { newId } from "../../domain/newId";
import { faultOf } from "../../ipc/backend";
import type { Fault, FolderFacts, PermissionChoice, StoryId } from "../../ipc/protocol";
import type { Cockpit } from "../../state/cockpit.svelte";
import { startOf, type GateLine, type Wish } from "./wish";

export class Form implements Wish {
  readonly #app: Cockpit;
  goal = $state("");
  /** The path as it was dropped, chosen or pasted. */
  path = $state("");
  place = $state<"worktree" | "as_is">("worktree");
  branch = $state("");
  agent = $state("");
  model = $state("");
  permission = $state<PermissionChoice>("ask");
  gates = $state<GateLine[]>([]);
  resumes = $state(true);
  #facts = $state.raw<FolderFacts | null>(null);
  #unread = $state.raw<Fault | null>(null);
  #refused = $state.raw<Fault | null>(null);
  #reading = $state(false);
  #starting = $state(false);
  #read = $state.raw({ took: 0, at: 0 });
  /** The story's id is made once per attempt, so that asking again does not make a second story. */
  #id: StoryId = newId();

  constructor(app: Cockpit) {
    this.#app = app;
  }

  get facts(): FolderFacts | null {
    return this.#facts;
  }
  /** Why the folder could not be read. */
  get unread(): Fault | null {
    return this.#unread;
  }
  /** Why the story was not started. */
  get refused(): Fault | null {
    return this.#refused;
  }
  get isReading(): boolean {
    return this.#reading;
  }
  get isStarting(): boolean {
    return this.#starting;
  }
  /** When the folder was read, and how long that took, in milliseconds. */
  get reading(): { took: number; at: number } {
    return this.#read;
  }

  /** Reads what a folder is. */
  async read(path: string): Promise<void> {
    const asked = path.trim();
    this.path = asked;
    this.#facts = null;
    this.#unread = null;
    if (asked === "") return;
    this.#reading = true;
    const begin = performance.now();
    try {
      const facts = await this.#app.backend.folder(asked);
      if (this.path === asked) this.#found(facts, performance.now() - begin);
    } catch (thrown) {
      if (this.path === asked) this.#unread = faultOf(thrown);
    }
    if (this.path === asked) this.#reading = false;
  }

  async choose(): Promise<void> {
    try {
      const path = await this.#app.backend.pickFolder();
      if (path !== null) await this.read(path);
    } catch (thrown) {
      this.#unread = faultOf(thrown);
    }
  }

  async start(): Promise<void> {
    const facts = this.#facts;
    if (this.#starting || facts === null) return;
    this.#starting = true;
    this.#refused = null;
    try {
      const consent = await this.#app.backend.ask({ do: "start", ...startOf(this, facts, this.#id) });
      this.#clear();
      this.#app.open(consent.reply === "started" ? consent.story : this.#id);
    } catch (thrown) {
      this.#refused = faultOf(thrown);
    }
    this.#starting = false;
  }

  #found(facts: FolderFacts, took: number): void {
    this.#facts = facts;
    this.#read = { took, at: this.#app.clock.now };
    this.branch = facts.new_branch;
    this.place = facts.is_repository ? "worktree" : "as_is";
  }

  #clear(): void {
    this.goal = "";
    this.#id = newId();
    this.#facts = null;
    this.path = "";
  }
}

const kept = new WeakMap<Cockpit, Form>();

/** The form of this window. */
export function formOf(app: Cockpit): Form {
  const known = kept.get(app);
  if (known) return known;
  const made = new Form(app);
  kept.set(app, made);
  return made;
}
