// Folds the journal of a story to rows, and to facts that other rows use: who sent a prompt, who answered a question, why a run was
// started. It takes entries in order, each once.
import type {
  Actor,
  Answer,
  Envelope,
  JournalEvent,
  Profile,
  QuestionId,
  Reason,
  RunId,
  Seq,
  StoryState,
  Timestamp,
} from "../../ipc/protocol";
import { profileChanges } from "./profile";
import { baseOf, type Note, type Row, type RunEndRow, type StateFacts } from "./row";

type Of<T extends JournalEvent["type"]> = Extract<JournalEvent, { type: T }>;

/** A prompt that somebody queued. */
export type QueuedPrompt = {
  id: string;
  text: string;
  by: Actor;
  at: Timestamp;
  fate: "waits" | "sent" | "dropped";
};

/** A recorded answer. It is recorded before it is sent. */
export type Answered = { answer: Answer | null; by: Actor | null; at: Timestamp };

/** What the journal recorded about a run before its start. */
export type RunStart = { spec: Of<"run_starting">; resumed: "by_itself" | "by_you" | null };

/** The end of a run, from the journal. */
export type RunEnd = { end: Of<"run_ended">; at: Timestamp };

/** States that get a row; the others are visible from the events themselves. */
const SHOWN: readonly StoryState[] = [
  "queued",
  "limited",
  "in_terminal",
  "done",
  "needs_you",
  "stopped",
  "archived",
];

export class JournalFold {
  last: Seq = 0;
  /** The number of the newest checkpoint; 0 if there is none. */
  checkpoint = 0;
  /** How often something was said of the changes, or sent to the agent. */
  reviews = 0;
  /** How often something was begun with the branch, or is over: how it stands may be another way then. */
  finishes = 0;
  /** How often logs were deleted. */
  deletions = 0;
  readonly rows: Row[] = [];
  readonly prompts = new Map<string, QueuedPrompt>();
  readonly answers = new Map<QuestionId, Answered>();
  readonly starts = new Map<RunId, RunStart>();
  readonly ends = new Map<RunId, RunEnd>();
  readonly #sentTo = new Map<RunId, string[]>();
  /** The runs whose process was seen. */
  readonly #started = new Set<RunId>();
  #claimed = false;
  /** Whether a run of the agent was begun. */
  #hasBegun = false;
  #limitedSince: Timestamp | null = null;
  #profile: Profile | null = null;

  /** Takes the entries that are new; `entries` are in order. Returns whether there were any. */
  take(entries: readonly Envelope[]): boolean {
    const before = this.last;
    let next = entries.length;
    while (next > 0 && (entries[next - 1]?.seq ?? 0) > before) next--;
    for (const entry of entries.slice(next)) {
      if (entry.source !== "journal") continue;
      this.last = entry.seq;
      this.#one(entry, entry.event);
    }
    return this.last !== before;
  }

  /** The prompts that wait, in the order in which they are sent. */
  get waiting(): readonly QueuedPrompt[] {
    return [...this.prompts.values()].filter((prompt) => prompt.fate === "waits");
  }

  /** Whose words each prompt was that was recorded for a run before it was sent, in order. */
  senders(run: RunId): readonly Actor[] {
    return (this.#sentTo.get(run) ?? []).map((id) => this.prompts.get(id)?.by ?? "you");
  }

  #one(from: Envelope, event: JournalEvent): void {
    switch (event.type) {
      case "story_created":
        return this.#created(from, event);
      case "prompt_queued":
        this.reviews += event.comments === undefined ? 0 : 1;
        return this.#queued(from, event);
      case "prompt_edited":
        return this.#edited(event.id, event.text);
      case "prompt_dropped":
        this.reviews += 1;
        return this.#dropped(from, event.id);
      case "run_starting":
        return this.#starting(from, event);
      case "run_started":
        this.#claimed = false;
        if (from.run !== null) this.#started.add(from.run);
        return;
      case "input":
        this.reviews += event.kind === "prompt" ? 1 : 0;
        return this.#sent(from, event);
      case "stop_requested":
        return this.#note(from, { what: "stop", by: event.by, why: event.why });
      case "run_ended":
        return this.#ended(from, event);
      case "state_changed":
        return this.#changed(from, event);
      case "run_adopted":
        return this.#adopted(from, event.log_bytes);
      case "story_renamed":
        return this.#note(from, { what: "renamed", title: event.title });
      case "set_up_skipped":
        return this.#note(from, { what: "set_up_skipped" });
      case "gates_requested":
        return this.#note(from, { what: "gates_again" });
      case "story_unarchived":
        return this.#note(from, { what: "unarchived" });
      case "checkpoint_failed":
        return this.#note(from, { what: "checkpoint_failed", text: event.fault.message });
      case "restore_ended":
        return this.#restored(from, event);
      case "went_back": {
        const { n, before, goes_on } = event;
        return this.#note(from, { what: "went_back", n, before, goesOn: goes_on.length > 0 });
      }
      case "finish_ended": {
        this.finishes += 1;
        const { done, fault } = event;
        if (done !== undefined) this.#note(from, { what: "finished", done });
        else if (fault !== undefined) this.#note(from, { what: "finish_failed", text: fault.message });
        return;
      }
      case "finish_started":
        this.finishes += 1;
        return;
      case "logs_deleted":
        this.deletions += 1;
        return this.#note(from, { what: "logs_deleted", size: event.bytes });
      case "collision_found":
        return this.#note(from, { what: "collision", title: event.title, files: event.files });
      case "resume_claimed":
        return this.#claim(from, event.reset);
      case "checkpoint":
        this.checkpoint = Math.max(this.checkpoint, event.n);
        return;
      case "warning":
        return this.#note(from, { what: "notice", level: "warning", text: event.text });
      // No row: they are among the changes.
      case "comment_made":
      case "comment_changed":
      case "file_reviewed":
        this.reviews += 1;
        return;
      // No row: their consequences have rows.
      case "worktree_wanted":
      case "story_looked":
      case "checkpoints_pruned":
      case "pruned_removed":
      case "restore_started":
      case "resume_requested":
      case "logs_removed":
        return;
      case "profile_changed":
        return this.#profiled(from, event.profile);
      // These concern the data directory or an account; they are in no story's journal.
      case "owner_started":
      case "owner_ended":
      case "account_seen":
      case "work_measured":
      case "forecast_made":
      case "hold_started":
      case "hold_ended":
      case "config_accepted":
        return;
      default:
        return event satisfies never;
    }
  }

  /** Adds a row. One entry can have several notes, but only one of each kind, so the kind is a part of their keys. */
  #note(from: Envelope, note: Note): void {
    const base = baseOf(from);
    this.rows.push({ ...base, key: `${base.key}:${note.what}`, kind: "note", note });
  }

  #restored(from: Envelope, { n, restored, fault }: Of<"restore_ended">): void {
    if (fault !== undefined) return this.#note(from, { what: "restore_failed", n, text: fault.message });
    const { written, removed, kept, more_kept } = restored;
    this.#note(from, { what: "restored", n, written, removed, kept: kept.length + more_kept });
  }

  #created(from: Envelope, { dir, branch, gates, made, profile }: Of<"story_created">): void {
    this.#profile = profile;
    this.#note(from, { what: "created", dir, branch, gates });
    if (made === undefined) return;
    const { base, copied, failed_hook, empty_submodules, lfs_pointers, changed, ignored } = made;
    if (base !== undefined) this.#note(from, { what: "base", base });
    if (copied !== undefined && copied.files.names.length > 0) this.#note(from, { what: "copied", copied });
    if (copied !== undefined && copied.left.length > 0) this.#note(from, { what: "not_copied", copied });
    if (failed_hook !== null) this.#note(from, { what: "hook_failed", text: failed_hook });
    if (empty_submodules.length > 0) this.#note(from, { what: "submodules_empty", paths: empty_submodules });
    if (lfs_pointers !== undefined) this.#note(from, { what: "lfs_pointers", files: lfs_pointers });
    if (changed !== 0 || ignored.names.length > 0) this.#note(from, { what: "left_out", changed, ignored });
  }

  #profiled(from: Envelope, profile: Profile): void {
    const changes = profileChanges(this.#profile, profile);
    this.#profile = profile;
    this.#note(from, { what: "profile", changes });
  }

  #queued(from: Envelope, { id, text, by }: Of<"prompt_queued">): void {
    this.prompts.set(id, { id, text, by, at: from.at, fate: "waits" });
  }

  #edited(id: string, text: string): void {
    const prompt = this.prompts.get(id);
    if (prompt) this.prompts.set(id, { ...prompt, text });
  }

  #dropped(from: Envelope, id: string): void {
    const prompt = this.prompts.get(id);
    if (!prompt) return;
    this.prompts.set(id, { ...prompt, fate: "dropped" });
    this.#note(from, { what: "dropped", text: prompt.text });
  }

  #starting(from: Envelope, spec: Of<"run_starting">): void {
    if (from.run === null) return;
    // The claim of a reset is used up only by a run that started: the first try may fail.
    const resumed = this.#claimed ? "by_itself" : spec.resumes ? "by_you" : null;
    this.starts.set(from.run, { spec, resumed });
    if (spec.incomplete) this.#note(from, { what: "incomplete" });
    if (spec.kind !== "agent") return;
    if (this.#hasBegun && !spec.resumes) this.#note(from, { what: "begun_anew" });
    this.#hasBegun = true;
  }

  #sent(from: Envelope, input: Of<"input">): void {
    const prompt = this.prompts.get(input.id);
    if (prompt) this.prompts.set(input.id, { ...prompt, fate: "sent" });
    if (input.kind === "prompt" && from.run !== null)
      this.#sentTo.set(from.run, [...(this.#sentTo.get(from.run) ?? []), input.id]);
    if (input.question !== null)
      this.answers.set(input.question, { answer: input.answer, by: input.by, at: from.at });
  }

  /** Every run without an end is taken over; that its process lived then is known only if it was seen. */
  #adopted(from: Envelope, size: number): void {
    const found = from.run !== null && this.#started.has(from.run) ? "running" : "unknown";
    this.#note(from, { what: "adopted", size, found });
  }

  /** A run that was taken over may have ended before; its end says so. */
  #foundEnded(run: RunId, endedAt: Timestamp | null): void {
    const at = this.rows.findLastIndex(
      (row) => row.run === run && row.kind === "note" && row.note.what === "adopted",
    );
    const row = this.rows[at];
    if (row?.kind !== "note" || row.note.what !== "adopted") return;
    if (endedAt !== null && Date.parse(endedAt) > Date.parse(row.at)) return;
    const found = endedAt === null ? "unknown" : "ended";
    this.rows[at] = { ...row, note: { ...row.note, found } };
  }

  #ended(from: Envelope, end: Of<"run_ended">): void {
    if (from.run === null) return;
    this.ends.set(from.run, { end, at: from.at });
    this.#foundEnded(from.run, end.ended_at);
    for (const id of end.unheard ?? []) this.#unheard(id);
    const kind = this.starts.get(from.run)?.spec.kind ?? "agent";
    if (kind === "gate" || kind === "setup") return;
    this.rows.push({
      ...baseOf(from),
      kind: "run_end",
      outcome: end.outcome,
      evidence: end.evidence,
      state: null,
    });
  }

  /** A prompt that no model took waits again. */
  #unheard(id: string): void {
    const prompt = this.prompts.get(id);
    if (prompt) this.prompts.set(id, { ...prompt, fate: "waits" });
  }

  #changed(from: Envelope, change: Of<"state_changed">): void {
    const { state, reason, detail, about, until } = change;
    if (state === "limited") this.#limitedSince = change.since;
    const facts: StateFacts = { state, reason, detail, about, until };
    const last = this.rows.at(-1);
    // If the run's end caused this state, both are one row.
    if (last?.kind === "run_end" && last.run === from.run && last.state === null) {
      const joined: RunEndRow = { ...last, state: facts };
      this.rows[this.rows.length - 1] = joined;
      return;
    }
    if (this.#isOfCommand(from.run, reason)) return;
    const asksForPrompt = state === "waiting" && reason === "prompt";
    if (SHOWN.includes(state) || asksForPrompt) this.rows.push({ ...baseOf(from), kind: "state", facts });
  }

  /** Whether the row of a gate or of a set-up command says already that it failed. */
  #isOfCommand(run: RunId | null, reason: Reason | null): boolean {
    const kind = run === null ? undefined : this.starts.get(run)?.spec.kind;
    return (reason === "gate_failed" && kind === "gate") || (reason === "setup_failed" && kind === "setup");
  }

  #claim(from: Envelope, reset: Timestamp | null): void {
    this.#claimed = true;
    this.#note(from, { what: "resumed", held_from: this.#limitedSince, reset });
  }
}
