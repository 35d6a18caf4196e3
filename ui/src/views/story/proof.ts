// What a state rests on, run by run: how each process ended or that it lives, with the place of the bytes
// that say so, and what is not known. Pure; the panel beside the timeline writes it down.
import { actorName, stopOf, stopWords } from "../../domain/actors";
import { countdownTo, timeOf } from "../../domain/countdown";
import { clock, clockWithSeconds, counted, duration, sentence } from "../../domain/format";
import { knowsReset } from "../../domain/limitedFace";
import type { JournalFold } from "../../domain/timeline/journalFold";
import type { Row } from "../../domain/timeline/row";
import type { Envelope, Evidence, Pos, Run, StoryView } from "../../ipc/protocol";

/** A fact: its name, what is known, and the bytes it was read from. `known` is false where nothing is. */
export type Fact = {
  name: string;
  text: string;
  known: boolean;
  bytes: { run: Run; pos: Pos; what: string } | null;
};

/** The facts of one run that counts for the state. */
export type Proof = {
  run: Run;
  title: string;
  command: string | null;
  facts: readonly Fact[];
  stderr: string;
};

/** A time of a limit is over, and nothing was heard since. */
const PASSED = "it has passed, and the agent has not confirmed it yet";

/** What is known beside the story itself. */
export type Known = {
  journal: JournalFold | null;
  rows: readonly Row[];
  evidence: Evidence;
  basis: Run | null;
  now: number;
};

/** The sentence that says what the state means. */
export function meaning({ story }: StoryView): string {
  switch (story.state) {
    case "draft":
      return "It was written down and nothing was started.";
    case "queued":
      return "It waits for its turn. Nothing was started yet.";
    case "starting":
      return "Its start is on record, and the agent has not said anything yet.";
    case "running":
      return "The agent's process lives, and a prompt that it was sent has no result yet.";
    case "waiting":
      return story.reason === "prompt"
        ? "The turn was interrupted. The agent's process lives and waits for what comes next."
        : "The agent asked, and nobody has answered yet.";
    case "limited":
      return "The provider refused to go on because a limit of the account is full.";
    case "gating":
      return "The agent ended well. What it made is being checked.";
    case "in_terminal":
      return "You took the conversation over in a terminal.";
    case "archived":
      return "It was put away.";
    case "stopped":
      return sentence(`${actorName(stopOf(story).by)} ended it.`);
    case "done":
      return doneMeaning(story.reason);
    case "needs_you":
      return story.reason === "gate_failed" ? "The agent ended well, and a gate did not pass." : "";
  }
}

function doneMeaning(reason: StoryView["story"]["reason"]): string {
  if (reason === "unchecked") return "The agent ended well. No gate checked what it made.";
  return reason === "recovered"
    ? "A run ended badly, and what it had made passes every gate."
    : "The agent ended well, and every gate passed after it.";
}

/** The agent's run that the state rests on, and the gates that ran after it. */
export function proofsOf(view: StoryView, known: Known): Proof[] {
  const agents = view.runs.filter((run) => run.kind === "agent");
  const last =
    agents.findLast((run) => run.started_at <= (known.basis?.started_at ?? run.started_at)) ?? null;
  if (last === null) return [];
  const after = view.runs
    .slice(view.runs.indexOf(last) + 1)
    .filter((run) => run.kind === "gate" || run.kind === "setup");
  return [agentProof(view, last, known), ...after.map((run, n) => gateProof(view, run, n, known))];
}

function agentProof(view: StoryView, run: Run, known: Known): Proof {
  const evidence = evidenceOf(run, known);
  const facts =
    run.state === "ended"
      ? ended(run, evidence, view.story.detail)
      : [...asked(view, run, known), ...living(run, known)];
  return {
    run,
    title: "Agent",
    command: null,
    facts: [...facts, ...limit(view, known.now)],
    stderr: evidence?.stderr?.trim() ?? "",
  };
}

function gateProof(view: StoryView, run: Run, n: number, known: Known): Proof {
  const number = known.journal?.starts.get(run.id)?.spec.gate ?? n + 1;
  const evidence = evidenceOf(run, known);
  const command = view.story.gates[number - 1] ?? null;
  const facts = run.state === "ended" ? ended(run, evidence, null) : living(run, known);
  return { run, title: run.kind === "setup" ? "Set-up" : `Gate ${number}`, command, facts, stderr: "" };
}

/** The journal's entry of the run's end has its evidence; the state's own is there before the journal is. */
function evidenceOf(run: Run, { journal, evidence, basis }: Known): Evidence | null {
  return journal?.ends.get(run.id)?.end.evidence ?? (basis?.id === run.id ? evidence : null);
}

function ended(run: Run, evidence: Evidence | null, detail: string | null): Fact[] {
  const isCommand = run.kind !== "agent";
  const from = Date.parse(run.started_at);
  const took = run.ended_at === null ? "" : ` after ${duration(Date.parse(run.ended_at) - from)}`;
  const facts: Fact[] = [];
  if (!isCommand) {
    const pos = evidence?.result ?? null;
    const said = evidence?.summary ?? "";
    facts.push(
      pos
        ? fact("Result", said || "the agent's own", at(run, pos, "the agent's result"))
        : missing("Result", "none: the agent left without one"),
    );
    if (evidence?.cause)
      facts.push(fact("Cause", "the event that decided", at(run, evidence.cause, "the event that decided")));
    // What the state says already is not said again.
    if (!pos && said && said !== detail) facts.push(fact("Came to", said));
  } else if (run.outcome !== null)
    facts.push(fact("Came to", run.outcome === "succeeded" ? "passed" : run.outcome.replaceAll("_", " ")));
  facts.push(exitOf(run, evidence, took));
  if (evidence?.stop)
    facts.push(fact("Stop", `by ${actorName(evidence.stop.by)}, ${stopWords(evidence.stop.why)}`));
  if (evidence && evidence.drained !== null)
    facts.push(
      fact(
        "Output",
        evidence.drained
          ? "read to its end before the end was recorded"
          : "may be incomplete: the end was recorded before all was read",
      ),
    );
  if (evidence && evidence.forced.length > 0) facts.push(fact("Needed", evidence.forced.join("; ")));
  if (evidence && evidence.left.length > 0) facts.push(fact("Left running", evidence.left.join("; ")));
  return facts;
}

function exitOf(run: Run, evidence: Evidence | null, took: string): Fact {
  const code = evidence?.exit_code ?? run.exit_code;
  const signal = evidence?.signal ?? run.signal;
  if (signal !== null) return fact("Exit", `signal ${signal}${took}`);
  return code === null
    ? missing("Exit", `not known${took && `; it was gone${took}`}`)
    : fact("Exit", `code ${code}${took}`);
}

function living(run: Run, { rows, now }: Known): Fact[] {
  const last = rows.findLast((row) => row.run === run.id && row.pos !== null);
  const age = last ? now - Date.parse(last.at) : 0;
  const facts = [
    run.pid === null
      ? missing("Process", "not known yet")
      : fact("Process", `${run.pid} lives, since ${clockWithSeconds(Date.parse(run.started_at))}`),
  ];
  facts.push(
    last?.pos
      ? fact(
          "Last word",
          age < 2000 ? "just now" : `${duration(age)} ago`,
          at(run, last.pos, "its last word"),
        )
      : missing("Last word", "none yet"),
  );
  return run.kind === "agent" ? [...facts, missing("Result", "none yet")] : facts;
}

/** The question that waits, with the line that asks it. */
function asked({ story }: StoryView, run: Run, { rows }: Known): Fact[] {
  if (story.state !== "waiting" || story.reason !== "question") return [];
  const asking = rows.findLast(
    (row) =>
      row.run === run.id && (row.kind === "question" || row.kind === "call") && row.ask?.state === "open",
  );
  const text = story.detail ?? counted(story.open_questions, "question", "questions");
  return [asking?.pos ? fact("Question", text, at(run, asking.pos, "the question")) : fact("Question", text)];
}

function limit(view: StoryView, now: number): Fact[] {
  const { story } = view;
  if (story.state !== "limited") return [];
  const time = timeOf(story.until);
  if (time === null) return [missing("Reset", "not known")];
  const at = clock(time, now);
  const reset = countdownTo(story.until, now);
  const left = reset.state === "counts" ? `, in ${reset.text}` : "";
  const passed = reset.state === "counts" ? "" : `; ${PASSED}`;
  if (knowsReset(view)) return [fact("Reset", `${at}${left}, as the provider said${passed}`)];
  return [
    missing(
      "Reset",
      story.resume_on_reset
        ? `not known; tried again at ${at}${left}, later each time${passed}`
        : "not known",
    ),
  ];
}

const at = (run: Run, pos: Pos, what: string): Fact["bytes"] => ({ run, pos, what });
const fact = (name: string, text: string, bytes: Fact["bytes"] = null): Fact => ({
  name,
  text,
  known: true,
  bytes,
});
const missing = (name: string, text: string): Fact => ({ name, text, known: false, bytes: null });

/** The entry that made the state, as it stands in the journal. */
export function entryText(entry: Envelope): string {
  const { seq, at: when, story, run, event } = entry;
  return JSON.stringify({ seq, at: when, story, run, event }, null, 2);
}
