// What a person writes into a new story. It is kept for as long as the window is open, and its goal over a
// restart, so leaving the screen loses nothing; a started story takes away what it was started with.
import { newId } from "../../domain/newId";
import { unsentOf } from "../../domain/unsent";
import { faultOf } from "../../ipc/backend";
import type { AgentDefaults, Fault, FolderSummary, PermissionChoice, StoryId } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";
import { Once } from "../../state/once";
import type { AppState } from "../../state/appState.svelte";
import { gatesOf, startOf, type GateLine, type StoryDraft } from "./storyDraft";

/** How long nobody types before a name is asked for, in milliseconds. */
const QUIET = 250;
/** The name under which the goal is kept. */
const GOAL: DraftName = { of: "new-story" };

export class Form implements StoryDraft {
  readonly #app: AppState;
  #goal = $state("");
  /** The path that is being typed, and the command that is. */
  typed = $state("");
  nextGate = $state("");
  readonly scrolled = new Scrolled();
  readonly asked = new Once();
  /** The path as it was dropped, chosen or pasted. */
  path = $state("");
  /** The paths that were dropped together and no story was started in yet. */
  #dropped = $state.raw<readonly string[]>([]);
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
  /** Why the story was not started as it was asked for then. */
  #refused = $state.raw<{ readonly fault: Fault; readonly of: string } | null>(null);
  #reading = $state(false);
  #starting = $state(false);
  #read = $state.raw({ took: 0, at: 0 });
  /** The configured gates of the folder that was read last. */
  #gatesBefore: readonly string[] = [];
  /** The story's id is made once per attempt, so that asking again does not make a second story. */
  #id: StoryId = newId();

  constructor(app: AppState) {
    this.#app = app;
    const goal = keptDraft(GOAL);
    if (typeof goal === "string") this.#goal = goal;
  }

  /** What is to be done. */
  get goal(): string {
    return this.#goal;
  }
  set goal(goal: string) {
    this.#goal = goal;
    keepDraft(GOAL, goal === "" ? undefined : goal);
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
  /** Why the story was not started; null once something else would be asked for. */
  get refused(): Fault | null {
    return this.#refused !== null && this.#refused.of === this.#wanted() ? this.#refused.fault : null;
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

  /** The paths that were dropped with the one that is chosen. */
  get others(): readonly string[] {
    return this.#dropped.filter((path) => path !== this.path);
  }

  /** Takes what was dropped: the first is read, the others stay to be chosen. */
  drop(path: string, others: readonly string[]): void {
    this.#dropped = [...new Set([path, ...others, ...this.#dropped])];
    void this.read(path);
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
    const { goal, path } = this;
    const of = this.#wanted();
    try {
      const consent = await this.#app.backend.ask({ do: "start", ...startOf(this, facts, this.#id) });
      this.#clear(goal, path);
      this.#app.open(consent.reply === "started" ? consent.story : this.#id);
    } catch (thrown) {
      this.#refused = { fault: faultOf(thrown), of };
    }
    this.#starting = false;
  }

  /** What would be asked for now. */
  #wanted(): string {
    return this.#facts === null ? "" : JSON.stringify(startOf(this, this.#facts, this.#id));
  }

  /** Ends the making of the story, which can take as long as git takes for a worktree; nothing of it is left. */
  async stop(): Promise<void> {
    try {
      await this.#app.backend.ask({ do: "stop", story: this.#id, why: "window", now: false });
    } catch (thrown) {
      this.#refused = { fault: faultOf(thrown), of: this.#wanted() };
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

  /** Takes away what a story was started with. What was written or dropped meanwhile is for the next one. */
  #clear(goal: string, path: string): void {
    this.goal = unsentOf(this.goal, goal);
    this.branch = "";
    this.#id = newId();
    this.nextGate = "";
    this.#dropped = this.#dropped.filter((dropped) => dropped !== path);
    if (this.path !== path) return;
    this.#facts = null;
    this.path = "";
    this.typed = "";
  }
}
