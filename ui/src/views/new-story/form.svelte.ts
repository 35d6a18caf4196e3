// The contents of the form for a new story. They are kept while the window is open, the goal also after a restart, so that leaving the view
// loses nothing. Starting the story clears the parts that were used.
import { newId } from "../../domain/newId";
import { jobText } from "../../domain/waits";
import { unsentOf } from "../../domain/unsent";
import { faultOf } from "../../ipc/backend";
import type { AgentDefaults, Fault, FolderSummary, PermissionChoice, StoryId } from "../../ipc/protocol";
import { Scrolled } from "../../parts/keptScroll";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";
import { Once } from "../../state/once";
import type { AppState } from "../../state/appState.svelte";
import { m } from "../../paraglide/messages";
import { WorktreeForm } from "./worktreeForm.svelte";
import { gatesOf, startOf, withTyped, type GateLine, type StoryDraft } from "./storyDraft";

/** How long after the last keystroke a branch name is requested, in milliseconds. */
const QUIET = 250;
/** How often it is asked what is done for a story that starts, in milliseconds. */
const LOOK = 1000;
/** The name of the stored goal. */
const GOAL: DraftName = { of: "new-story" };

export class Form implements StoryDraft {
  readonly #app: AppState;
  #goal = $state("");
  /** The texts in the field of the path and in the field of a new gate. */
  typed = $state("");
  nextGate = $state("");
  readonly scrolled = new Scrolled();
  readonly asked = new Once();
  /** The path as it was dropped, chosen or pasted. */
  path = $state("");
  /** The paths that were dropped together and no story was started in yet. */
  #dropped = $state.raw<readonly string[]>([]);
  place = $state<"worktree" | "as_is">("worktree");
  /** The branch that the user named; if empty, it is named after the goal. */
  branch = $state("");
  readonly worktree: WorktreeForm;
  agent = $state("");
  /** The configured values of the chosen agent. */
  defaults = $state.raw<AgentDefaults | null>(null);
  /** The lines of gates above the field of a new one. */
  gateLines = $state<GateLine[]>([]);
  #model = $state<string | null>(null);
  #permission = $state<PermissionChoice | null>(null);
  resumes = $state(true);
  #facts = $state.raw<FolderSummary | null>(null);
  #proposed = $state("");
  #asking: ReturnType<typeof setTimeout> | undefined;
  #unread = $state.raw<Fault | null>(null);
  /** Why the story was not started, with the request that was refused. */
  #refused = $state.raw<{ readonly fault: Fault; readonly of: string } | null>(null);
  #reading = $state(false);
  #starting = $state(false);
  #progress = $state("");
  #read = $state.raw({ took: 0, at: 0 });
  /** The configured gates of the previous folder. */
  #gatesBefore: readonly string[] = [];
  /** The story's id. It stays the same for repeated attempts, so that a repeated request does not start a second story. */
  #id: StoryId = newId();

  constructor(app: AppState) {
    this.#app = app;
    this.worktree = new WorktreeForm(app);
    const goal = keptDraft(GOAL);
    if (typeof goal === "string") this.#goal = goal;
  }

  /** What the agent should do. */
  get goal(): string {
    return this.#goal;
  }
  set goal(goal: string) {
    this.#goal = goal;
    keepDraft(GOAL, goal === "" ? undefined : goal);
  }

  /** The model that the user named, else the configured one; if empty, the agent chooses. */
  get model(): string {
    return this.#model ?? this.defaults?.model ?? "";
  }
  set model(name: string) {
    this.#model = name;
  }
  /** The permission that the user chose, else the configured one. */
  get permission(): PermissionChoice {
    return this.#permission ?? this.defaults?.permission ?? "ask";
  }
  set permission(choice: PermissionChoice) {
    this.#permission = choice;
  }

  /** The gates of the story: the lines, and the command that stands in the field. */
  get gates(): readonly GateLine[] {
    return withTyped(this.gateLines, this.nextGate);
  }

  get facts(): FolderSummary | null {
    return this.#facts;
  }
  /** The branch name that Musher would choose; empty while it is not known, and without a folder. */
  get proposed(): string {
    return this.#facts === null ? "" : this.#proposed;
  }
  /** Why the folder could not be read. */
  get unread(): Fault | null {
    return this.#unread;
  }
  /** Why the story was not started; null after the form was changed. */
  get refused(): Fault | null {
    return this.#refused !== null && this.#refused.of === this.#wanted() ? this.#refused.fault : null;
  }
  get isReading(): boolean {
    return this.#reading;
  }
  get isStarting(): boolean {
    return this.#starting;
  }
  /** What is done for the story while it starts; empty at first. */
  get progress(): string {
    return this.#progress;
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
    this.worktree.take(null);
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

  /** Has new worktrees made at this place from now on, and reads the folder again. */
  async takePlace(place: string | null): Promise<void> {
    await this.#app.config.set("worktrees.place", place);
    if (this.#app.config.refused === null) await this.read(this.path);
  }

  async choose(): Promise<void> {
    try {
      const path = await this.#app.backend.pickFolder();
      if (path !== null) await this.read(path);
    } catch (thrown) {
      this.#unread = faultOf(thrown);
    }
  }

  /** Requests a branch name for the goal when the user has stopped typing for a moment. */
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
      // No name can be proposed: it is chosen at the start of the story, which is refused if it is impossible.
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
    const looks = setInterval(() => void this.#look(), LOOK);
    try {
      const consent = await this.#app.backend.ask({ op: "start", ...startOf(this, facts, this.#id) });
      this.#clear(goal, path);
      this.#app.open(consent.reply === "started" ? consent.story : this.#id);
    } catch (thrown) {
      this.#refused = { fault: faultOf(thrown), of };
    }
    clearInterval(looks);
    this.#starting = false;
    this.#progress = "";
  }

  /** Asks what is done for the story whose place is being made. */
  async #look(): Promise<void> {
    try {
      const said = await this.#app.backend.ask({ op: "why", story: this.#id });
      if (said.reply === "why" && said.waits_for.by === "job")
        this.#progress = m.wait_job({ what: jobText(said.waits_for) });
    } catch {
      // It is asked again; what stands there is the newest that is known.
    }
  }

  /** The request that the form would send at the moment, as text. */
  #wanted(): string {
    return this.#facts === null ? "" : JSON.stringify(startOf(this, this.#facts, this.#id));
  }

  /** Cancels the start of the story, which may take long while git makes a worktree. Everything that was made is removed. */
  async stop(): Promise<void> {
    try {
      await this.#app.backend.ask({ op: "stop", story: this.#id, why: "window", now: false });
    } catch (thrown) {
      this.#refused = { fault: faultOf(thrown), of: this.#wanted() };
    }
  }

  #found(facts: FolderSummary, took: number): void {
    this.gateLines = gatesOf(facts, this.#gatesBefore, this.gateLines);
    this.#gatesBefore = facts.gates;
    this.#facts = facts;
    this.worktree.take(facts);
    this.#read = { took, at: this.#app.clock.moment() };
    this.#proposed = facts.new_branch;
    this.place = facts.no_worktree === null || facts.not_as_is !== null ? "worktree" : "as_is";
  }

  /** Clears what the story was started with. What was written or dropped meanwhile stays for the next story. */
  #clear(goal: string, path: string): void {
    this.goal = unsentOf(this.goal, goal);
    this.branch = "";
    this.#id = newId();
    this.nextGate = "";
    this.worktree.clear();
    // Given to one story only.
    this.#permission = null;
    this.#dropped = this.#dropped.filter((dropped) => dropped !== path);
    if (this.path !== path) return;
    this.#facts = null;
    this.path = "";
    this.typed = "";
    // The gates are those of the folder; the next one has its own.
    this.gateLines = [];
    this.#gatesBefore = [];
    this.worktree.clearFolder();
  }
}
