// Advances the running fake stories: text is streamed as drafts, tool calls begin and end, tokens and cost grow. Answers, prompts and stops
// of the user take effect here, too.

import type {
  Activity,
  Actor,
  Answer,
  QuestionId,
  Reason,
  Run,
  StateDetail,
  StopReason,
  StoryId,
  StoryState,
  StoryView,
} from "../protocol";
import { SCRIPT, type Line } from "./script";
import { callTimes, callTimesOf } from "../../domain/callTimes";
import { totalTokens } from "../../domain/format";
import { isPartial, openBasis, settledBasis, storyBasis } from "./basis";
import { runId, storyNumber, tokensOf } from "./shape";
import { writeCall, writeLine, writePrompt, writeResult } from "./timeline";
import type { World } from "./world";

/** The interval between steps, in milliseconds. */
const BEAT = 120;
/** The number of steps for a line of the script. */
const BEATS_PER_LINE = 16;
/** The number of stories that stream at the same time. */
const LIVE = 12;

export class Live {
  readonly #world: World;
  #beat = 0;

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    setInterval(() => {
      this.#move();
    }, BEAT);
  }

  /** Sets a story's next state, from now on. */
  turn(id: StoryId, state: StoryState, reason: Reason | null = null, about: StateDetail | null = null): void {
    const view = this.#world.view(id);
    if (!view) return;
    const from = new Date(this.#world.now).toISOString();
    const ends = state === "stopped" || state === "done" || state === "needs_you";
    const runs = ends ? view.runs.map((run) => end(run, from, state)) : view.runs;
    const story = {
      ...view.story,
      state,
      reason,
      detail: null,
      about,
      since: from,
      until: null,
      open_questions: 0,
      cost_basis: storyBasis(runs),
      is_partial: isPartial(runs),
    };
    this.#world.put({
      ...view,
      story,
      runs,
      spans: [...view.spans, { state, reason, from }],
      activity: null,
      waits_for: null,
    });
    this.#world.commit();
  }

  /** Stops a story for a user. */
  stop(id: StoryId, why: StopReason): void {
    this.turn(id, "stopped", "you", { kind: "stopped", by: "you", why });
  }

  /** Continues a story in its last run or in a new one. */
  resume(id: StoryId, prompt: string, by: Actor): void {
    const view = this.#world.view(id);
    if (!view) return;
    const last = view.runs.at(-1);
    if (!last || last.state === "ended") this.#begin(view);
    const run = this.#world.view(id)?.runs.at(-1);
    if (run) writePrompt(this.#world, id, run.id, prompt, by);
    this.turn(id, "running");
  }

  answer(question: QuestionId, answer: Answer): void {
    const asked = this.#world.questions.find((each) => each.id === question);
    if (!asked) return;
    this.#world.setQuestions(this.#world.questions.filter((each) => each !== asked));
    this.#world.event(asked.story, asked.run, {
      type: "answered",
      request: asked.request_id,
      allowed: answer.behavior === "allow",
      message: answer.message,
    });
    this.turn(asked.story, "running");
  }

  #begin(view: StoryView): void {
    const started_at = new Date(this.#world.now).toISOString();
    const n = view.runs.length + 1;
    const run: Run = {
      id: runId(storyNumber(view.story.id), n),
      slug: `${view.story.slug}.${n}`,
      story: view.story.id,
      kind: "agent",
      agent: view.story.agent,
      agent_version: "2.1.330",
      model: view.story.profile.model,
      session: view.story.session,
      pid: 50_000 + n,
      state: "running",
      outcome: null,
      ending: null,
      exit_code: null,
      signal: null,
      started_at,
      ended_at: null,
      tokens: tokensOf(0),
      cost_micros: 0,
      cost_basis: openBasis(settledBasis(view.story.agent)),
      is_partial: true,
      turns: 1,
      log_bytes: 0,
      events: 0,
      decoder: "claude/1",
      gate: null,
    };
    const runs = [...view.runs, run];
    this.#world.put({
      ...view,
      runs,
      story: {
        ...view.story,
        runs: runs.map(({ id }) => id),
        cost_basis: storyBasis(runs),
        is_partial: isPartial(runs),
      },
    });
  }

  #move(): void {
    this.#beat += 1;
    const running = this.#world
      .views()
      .filter((view) => view.story.state === "running")
      .slice(0, LIVE);
    const drafts = running.flatMap((view, n) => this.#stream(view, this.#beat + n * 5));
    this.#world.setDrafts(drafts);
    this.#world.commit();
  }

  /** Advances one story by a step; adds to its draft if it is writing. */
  #stream(view: StoryView, beat: number) {
    const run = view.runs.at(-1);
    if (!run) return [];
    const phase = beat % BEATS_PER_LINE;
    const line = SCRIPT[Math.floor(beat / BEATS_PER_LINE) % SCRIPT.length];
    if (!line) return [];
    const id = `live-${run.id}-${Math.floor(beat / BEATS_PER_LINE)}`;
    if (line.does === "call") this.#call(view, run, line, id, phase);
    else if (phase === BEATS_PER_LINE - 1) writeLine(this.#world, run, line, id, this.#world.now);
    else return [draft(run, line, id, phase)];
    return [];
  }

  #call(view: StoryView, run: Run, line: Extract<Line, { does: "call" }>, id: string, phase: number): void {
    const now = this.#world.now;
    if (phase === 0) {
      writeCall(this.#world, run, line, id, now);
      this.#grow(view, { tool: line.tool, kind: line.kind, subject: line.title }, true);
    } else if (phase === BEATS_PER_LINE - 1) {
      writeResult(this.#world, run, line, id, now);
      this.#grow(view, view.activity, false);
    }
  }

  #grow(view: StoryView, activity: Activity | null, tick: boolean): void {
    const more = 21_000;
    const micros = view.story.cost_basis === "unpriced" ? 0 : 24_000;
    const tokens = tokensOf(totalTokens(view.story.tokens) + more);
    const story = { ...view.story, tokens, cost_micros: view.story.cost_micros + micros };
    const calls = tick ? callTimesOf([...callTimes(view.calls), this.#world.now]) : view.calls;
    const runs = view.runs.map((run, n) =>
      n === view.runs.length - 1
        ? { ...run, tokens: tokensOf(totalTokens(run.tokens) + more), cost_micros: run.cost_micros + micros }
        : run,
    );
    this.#world.put({ ...view, story, calls, runs, activity });
  }
}

function draft(run: Run, line: Extract<Line, { does: "text" | "thought" }>, message: string, phase: number) {
  const text = line.text.slice(0, Math.ceil((line.text.length * (phase + 1)) / BEATS_PER_LINE));
  return {
    run: run.id,
    message,
    block: 0,
    kind: line.does,
    tool: null,
    from: 0,
    end: text.length,
    checksum: 0,
    text,
  };
}

function end(run: Run, at: string, state: StoryState): Run {
  if (run.state === "ended") return run;
  const ending =
    state === "stopped" ? ({ kind: "stopped", by: "you" } as const) : ({ kind: "succeeded" } as const);
  // A stopped run reports no usage after its last result.
  const cost_basis =
    run.cost_basis === "lower_bound" && state !== "stopped" ? settledBasis(run.agent) : run.cost_basis;
  const is_partial = run.is_partial === true && state === "stopped";
  return {
    ...run,
    state: "ended",
    ended_at: at,
    outcome: ending.kind,
    ending,
    pid: null,
    cost_basis,
    is_partial,
  };
}
