// Writes the past of a fake story: for every run its session, prompt, steps and end, and the journal entries. Deterministic, from the
// story's runs and ticks.

import type { Actor, ApiUsage, Evidence, Run, RunId, Story, StoryId, StoryView } from "../protocol";
import { callTimes } from "../../domain/callTimes";
import { SCRIPT, type CallLine, type Line } from "./script";
import type { World } from "./world";

export const NO_EVIDENCE: Evidence = {
  summary: "",
  result: null,
  cause: null,
  exit_code: null,
  signal: null,
  stop: null,
  stderr: null,
  drained: null,
  forced: [],
  left: [],
};

/** The evidence that the engine would record at a run's end. */
export function endEvidence(run: Run, { detail, about }: Pick<Story, "detail" | "about">): Evidence {
  const hasResult = run.kind === "agent" && ["succeeded", "failed", "limited"].includes(run.outcome ?? "");
  const pos = { stream: "stdout", offset: 48_128, len: 512, index: 0 } as const;
  return {
    ...NO_EVIDENCE,
    summary:
      run.outcome === "succeeded"
        ? run.kind === "agent"
          ? "the agent reported success"
          : "exit code 0"
        : (detail ?? ""),
    result: hasResult ? pos : null,
    cause: run.outcome === "limited" || run.outcome === "failed" ? { ...pos, offset: 47_616 } : null,
    exit_code: run.exit_code,
    signal: run.signal,
    drained: run.outcome === "lost" ? null : true,
    stop: run.outcome === "stopped" && about?.kind === "stopped" ? { by: about.by, why: about.why } : null,
    stderr:
      run.outcome === "start_failed"
        ? "error: unknown option '--fast'\n(Did you mean --fallback-model?)"
        : null,
    forced: run.outcome === "stopped" ? ["asked its process group to end: 2 processes, 412 ms"] : [],
    left: run.outcome === "crashed" ? ["gradle (8123): shared with others, left alone"] : [],
  };
}

/** Writes everything that a story's runs did until now. */
export function writePast(world: World, view: StoryView): void {
  const { story } = view;
  const created = Date.parse(story.created_at);
  const { slug, title, project, dir, branch, agent, profile, gates } = story;
  world.entry(
    story.id,
    null,
    {
      type: "story_created",
      slug,
      title,
      project,
      dir,
      branch,
      agent,
      profile,
      gates,
      resume_on_reset: true,
    },
    created,
  );
  const states = new States(world, view);
  for (const [n, run] of view.runs.entries()) writeRun(world, view, run, n, states);
  states.write(Infinity);
}

/** Writes the story's states in order between the entries of its runs. */
class States {
  readonly #world: World;
  readonly #view: StoryView;
  #next = 0;
  #run: RunId | null = null;

  constructor(world: World, view: StoryView) {
    this.#world = world;
    this.#view = view;
  }

  /** Writes the states that began before this time. */
  write(before: number): void {
    const { story, spans } = this.#view;
    for (let span = spans[this.#next]; span && Date.parse(span.from) < before; span = spans[this.#next]) {
      this.#next += 1;
      const { state, reason } = span;
      const { detail, about, until } =
        this.#next === spans.length ? story : { detail: null, about: null, until: null };
      this.#world.entry(
        story.id,
        this.#run,
        {
          type: "state_changed",
          state,
          reason,
          detail,
          about,
          since: span.from,
          until,
          evidence: NO_EVIDENCE,
          notifies: null,
        },
        Date.parse(span.from),
      );
    }
  }

  /** The states that follow were caused by this run. */
  rest(on: RunId): void {
    this.#run = on;
  }
}

function writeRun(world: World, view: StoryView, run: Run, n: number, states: States): void {
  const from = Date.parse(run.started_at);
  states.write(from + 1);
  states.rest(run.id);
  const to = run.ended_at === null ? world.now : Date.parse(run.ended_at);
  const story = run.story;
  const argv =
    run.kind === "gate"
      ? ["sh", "-c", view.story.gates[0] ?? "true"]
      : [run.agent, "--model", run.model ?? "default"];
  world.entry(
    story,
    run.id,
    {
      type: "run_starting",
      slug: run.slug,
      kind: run.kind,
      agent: run.agent,
      decoder: run.decoder,
      account: null,
      session: run.session,
      resumes: n > 0,
      argv,
      usage_baseline: { models: {}, cost_micros: 0 },
      gate: run.gate,
      input: "two_way",
      incomplete: false,
    },
    from,
  );
  world.entry(story, run.id, { type: "run_started", pid: run.pid ?? 4000 + n }, from + 40);
  if (run.kind === "gate") writeGate(world, run, to);
  else writeAgent(world, view, run, from, to, n);
  states.write(to);
  if (run.ending)
    world.entry(
      story,
      run.id,
      {
        type: "run_ended",
        outcome: run.ending,
        evidence: endEvidence(run, view.story),
        question_lost: false,
        ended_at: run.ended_at,
      },
      to,
    );
}

function writeGate(world: World, run: Run, to: number): void {
  const lines =
    run.outcome === "succeeded"
      ? ["Summary 412 tests run: 412 passed"]
      : [
          "FAIL address::postcode rejects_trailing_space",
          "FAIL address::postcode keeps_inner_space",
          "Summary 412 tests run: 410 passed, 2 failed",
        ];
  for (const line of lines)
    world.event(run.story, run.id, { type: "output", stream: "stdout", text: line }, to - 500);
}

function writeAgent(world: World, view: StoryView, run: Run, from: number, to: number, n: number): void {
  const { story } = view;
  world.event(
    story.id,
    run.id,
    {
      type: "session",
      session: run.session,
      model: run.model,
      agent_version: run.agent_version,
      cwd: story.dir,
      permission_mode: "default",
      credential: "oauth",
      tools: ["Bash", "Edit", "Read"],
      mcp_servers: [],
    },
    from + 300,
  );
  const prompt =
    n === 0
      ? `${story.title}. No change in behaviour; keep the public re-exports until 3.0.`
      : n % 3 === 0
        ? "The gate failed. Its last 80 lines follow:\n\n2 of 412 tests fail."
        : "Go on from where you were.";
  writePrompt(world, story.id, run.id, prompt, n === 0 ? "you" : "musher", from + 350);
  const moments = callTimes(view.calls).filter((tick) => tick >= from && tick < to);
  moments.forEach((moment, k) => {
    writeLine(world, run, SCRIPT[(k + n * 5) % SCRIPT.length], `${run.id}-${k}`, moment);
  });
  if (run.outcome === "succeeded") writeEnd(world, run, to);
  writeQuestion(world, story.id, run);
}

/** Writes a prompt as the engine does: recorded with its sender, then sent. */
export function writePrompt(
  world: World,
  story: StoryId,
  run: RunId,
  text: string,
  by: Actor,
  at = world.now,
): void {
  const id = `${run} ${at}`;
  world.entry(story, null, { type: "prompt_queued", id, text, by }, at);
  world.entry(
    story,
    run,
    { type: "input", id, kind: "prompt", text, question: null, answer: null, by: null },
    at,
  );
  world.event(story, run, { type: "prompt", text }, at);
}

/** Writes one line of the script as finished steps. */
export function writeLine(world: World, run: Run, line: Line | undefined, id: string, moment: number): void {
  if (!line) return;
  const step = { message: id, block: 0, parent: null };
  if (line.does === "text")
    world.event(run.story, run.id, { type: "text", ...step, text: line.text }, moment);
  else if (line.does === "thought")
    world.event(
      run.story,
      run.id,
      { type: "thought", ...step, text: line.text, duration_ms: line.ms },
      moment,
    );
  else {
    writeCall(world, run, line, id, moment);
    writeResult(world, run, line, id, moment + line.ms);
  }
}

export function writeCall(world: World, run: Run, line: CallLine, call: string, moment: number): void {
  world.event(
    run.story,
    run.id,
    {
      type: "tool_call",
      call,
      name: line.tool,
      kind: line.kind,
      title: line.title,
      subject: line.subject,
      parent: null,
    },
    moment,
  );
}

export function writeResult(world: World, run: Run, line: CallLine, call: string, moment: number): void {
  world.event(
    run.story,
    run.id,
    {
      type: "tool_result",
      call,
      ok: line.ok,
      denied: false,
      text: line.text,
      output: line.output,
      images: [],
      duration_ms: line.ms,
      parent: null,
    },
    moment,
  );
}

function writeEnd(world: World, run: Run, to: number): void {
  const usage: ApiUsage = {
    totals: {
      models: {
        [run.model ?? "default"]: { tokens: run.tokens, cost_micros: run.cost_micros, price_unknown: false },
      },
      cost_micros: run.cost_micros,
    },
    since_last: null,
  };
  world.event(
    run.story,
    run.id,
    {
      type: "turn_ended",
      turn: "completed",
      said: "success",
      text: "The crate builds and its tests pass.",
      usage,
      index: 1,
      queued: 0,
      from_task: false,
      denials: [],
      duration_ms: 95_000,
      api_ms: 61_000,
      login_expires_at: null,
      number: 1,
      shares: [
        {
          model: run.model ?? "default",
          tokens: run.tokens,
          cost: { micros: run.cost_micros, basis: run.cost_basis },
        },
      ],
    },
    to - 50,
  );
}

function writeQuestion(world: World, story: string, run: Run): void {
  const question = world.questions.find((each) => each.story === story && each.run === run.id);
  if (!question) return;
  world.event(
    story,
    run.id,
    {
      type: "question",
      request: question.request_id,
      kind: question.kind,
      tool: question.tool,
      tool_kind: question.tool_kind,
      call: null,
      title: question.title,
      description: question.description,
      subject: question.subject,
      beside: question.beside ?? [],
      options: question.options ?? [],
      input: null,
      why: question.kind === "permission" ? "Reaches the network. No allow rule covers it." : null,
      blocked_path: null,
    },
    Date.parse(question.at),
  );
}
