// What a person writes into a new story. It is kept for as long as the window is open, so leaving the
// screen loses nothing; a started story empties it.
import { newId } from "../../domain/newId";
import { faultOf } from "../../ipc/backend";
import type { AgentDefaults, Fault, FolderSummary, PermissionChoice, StoryId } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { Once } from "../../state/once";
import type { AppState } from "../../state/appState.svelte";
import { gatesOf, startOf, type GateLine, type StoryDraft } from "./storyDraft";

/** How long nobody types before a name is asked for, in milliseconds. */
const QUIET = 250;

export class Form implements StoryDraft {
  readonly #app: AppState;
  goal = $state("");
  /** The path that is being typed, and the command that is. */
  typed = $state("");
  nextGate = $state("");
  readonly scrolled = new Scrolled();
  readonly asked = new Once();
  /** The path as it was dropped, chosen or pasted. */
  path = $state("");
  place = $state<"worktree" | "as_is">("worktree");
  /** The branch that a person named; empty: it is named after the goal. */
  branch = $state("");
  agent = $state("");
  /** What the configuration says of the agent that is chosen. */
  defaults = $state.raw<AgentDefaults | null>(null);
  gates = $state<GateLine[]>([]);
  #model = $state<string | null>(null);
  #permission = $state<PermissionChoice | null>(null);
  resumes = $state(true);
  #facts = $state.raw<FolderSummary | null>(null);
  #proposed = $state("");
  #asking: ReturnType<typeof setTimeout> | undefined;
  #unread = $state.raw<Fault | null>(null);
  #refused = $state.raw<Fault | null>(null);
  #reading = $state(false);
  #starting = $state(false);
  #read = $state.raw({ took: 0, at: 0 });
  /** The configured gates of the folder that was read last. */
  #gatesBefore: readonly string[] = [];
  /** The story's id is made once per attempt, so that asking again does not make a second story. */
  #id: StoryId = newId();

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The model that a person named, or else the configured one; empty: the agent's own choice. */
  get model(): string {
    return this.#model ?? this.defaults?.model ?? "";
  }
  set model(name: string) {
    this.#model = name;
  }
  /** What a person chose, or else what is configured. */
  get permission(): PermissionChoice {
    return this.#permission ?? this.defaults?.permission ?? "ask";
  }
  set permission(choice: PermissionChoice) {
    this.#permission = choice;
  }

  get facts(): FolderSummary | null {
    return this.#facts;
  }
  /** The branch that the story would get by itself; empty while that is not known. */
  get proposed(): string {
    return this.#proposed;
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

  /** Reads what a folder is. Its name is kept as it was written: it may end in a space. */
  async read(path: string): Promise<void> {
    const asked = path.trim() === "" ? "" : path;
    this.path = asked;
    this.#facts = null;
    this.#unread = null;
    if (asked === "") return;
    this.#reading = true;
    const begin = performance.now();
    try {
      const facts = await this.#app.backend.query({ of: "folder", path: asked });
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

  /** Asks for the branch that fits the goal, when nobody has typed for a moment. */
  propose(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.#askBranch(), QUIET);
  }

  async #askBranch(): Promise<void> {
    const [facts, goal] = [this.#facts, this.goal];
    if (!facts?.is_repository) return;
    try {
      const name = await this.#app.backend.query({ of: "new_branch", dir: facts.dir, goal });
      if (this.#facts === facts && this.goal === goal) this.#proposed = name;
    } catch {
      // Its name is made when it starts, and refused then if it cannot be.
      if (this.#facts === facts && this.goal === goal) this.#proposed = "";
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

  /** Ends the making of the story, which can take as long as git takes for a worktree; nothing of it is left. */
  async stop(): Promise<void> {
    try {
      await this.#app.backend.ask({ do: "stop", story: this.#id, why: "window", now: false });
    } catch (thrown) {
      this.#refused = faultOf(thrown);
    }
  }

  #found(facts: FolderSummary, took: number): void {
    this.gates = gatesOf(facts, this.#gatesBefore, this.gates);
    this.#gatesBefore = facts.gates;
    this.#facts = facts;
    this.#read = { took, at: this.#app.clock.now };
    this.branch = "";
    this.#proposed = facts.new_branch;
    this.place = facts.no_worktree === null || facts.not_as_is !== null ? "worktree" : "as_is";
  }

  #clear(): void {
    this.goal = "";
    this.branch = "";
    this.#id = newId();
    this.#facts = null;
    this.path = "";
    this.typed = "";
    this.nextGate = "";
  }
}
