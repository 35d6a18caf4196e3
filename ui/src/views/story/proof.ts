// The evidence for a state, run by run: how each process ended, or that it is alive, with the position of the bytes that show it, and what
// is not known. Pure; the panel beside the timeline shows it.
import { actorName, stopOf, stopWords } from "../../domain/actors";
import { countdownTo, timeOf } from "../../domain/countdown";
import { clock, clockWithSeconds, duration, sentence } from "../../domain/format";
import { knowsReset } from "../../domain/limitedDisplay";
import type { JournalFold } from "../../domain/timeline/journalFold";
import type { Row } from "../../domain/timeline/row";
import type { Envelope, Evidence, OutcomeWord, Pos, Run, StoryView } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

/** A fact: its name, its value, and the bytes that it was read from. `known` is false if there is no value. */
export type Fact = {
  name: string;
  text: string;
  known: boolean;
  bytes: { run: Run; pos: Pos; what: string } | null;
};

/** The facts of a run that matters for the state. */
export type Proof = {
  run: Run;
  title: string;
  command: string | null;
  facts: readonly Fact[];
  stderr: string;
};

/** The data that is used in addition to the story. */
export type Known = {
  journal: JournalFold | null;
  rows: readonly Row[];
  evidence: Evidence;
  basis: Run | null;
  now: number;
};

/** A sentence that explains the state. */
export function meaning({ story }: StoryView): string {
  switch (story.state) {
    case "draft":
      return m.meaning_draft();
    case "queued":
      return m.meaning_queued();
    case "starting":
      return m.meaning_starting();
    case "running":
      return m.meaning_running();
    case "waiting":
      return story.reason === "prompt" ? m.meaning_waiting_prompt() : m.meaning_waiting();
    case "limited":
      return m.meaning_limited();
    case "gating":
      return m.meaning_gating();
    case "in_terminal":
      return m.meaning_in_terminal();
    case "archived":
      return m.meaning_archived();
    case "stopped":
      return sentence(m.meaning_stopped({ actor: actorName(stopOf(story).by) }));
    case "done":
      return doneMeaning(story.reason);
    case "needs_you":
      return story.reason === "gate_failed" ? m.meaning_gate_failed() : "";
  }
}

function doneMeaning(reason: StoryView["story"]["reason"]): string {
  if (reason === "unchecked") return m.meaning_unchecked();
  return reason === "recovered" ? m.meaning_recovered() : m.meaning_checked();
}

/** The agent's run that caused the state, and the gates that ran after it; before there is one, the set-up. */
export function proofsOf(view: StoryView, known: Known): Proof[] {
  const agents = view.runs.filter((run) => run.kind === "agent");
  const last =
    agents.findLast((run) => run.started_at <= (known.basis?.started_at ?? run.started_at)) ?? null;
  if (last === null) return view.runs.map((run, n) => gateProof(view, run, n, known));
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
    title: m.agent(),
    command: null,
    facts: [...facts, ...limit(view, known.now)],
    stderr: evidence?.stderr?.trim() ?? "",
  };
}

function gateProof(view: StoryView, run: Run, n: number, known: Known): Proof {
  const spec = known.journal?.starts.get(run.id)?.spec;
  const number = spec?.gate ?? n + 1;
  const evidence = evidenceOf(run, known);
  const isSetUp = run.kind === "setup";
  const command = (isSetUp ? spec?.argv.at(-1) : view.story.gates[number - 1]) ?? null;
  const facts = run.state === "ended" ? ended(run, evidence, null) : living(run, known);
  return { run, title: isSetUp ? m.setup() : m.gate_number({ number }), command, facts, stderr: "" };
}

/** The evidence of a run, from the journal entry of its end. Before the journal is loaded, the state's own evidence is used. */
function evidenceOf(run: Run, { journal, evidence, basis }: Known): Evidence | null {
  return journal?.ends.get(run.id)?.end.evidence ?? (basis?.id === run.id ? evidence : null);
}

function ended(run: Run, evidence: Evidence | null, detail: string | null): Fact[] {
  const isCommand = run.kind !== "agent";
  const from = Date.parse(run.started_at);
  const took = run.ended_at === null ? null : duration(Date.parse(run.ended_at) - from);
  const facts: Fact[] = [];
  if (!isCommand) {
    const pos = evidence?.result ?? null;
    const said = evidence?.summary ?? "";
    facts.push(
      pos
        ? fact(m.proof_result(), said || m.proof_own_result(), at(run, pos, m.bytes_result()))
        : missing(m.proof_result(), m.proof_no_result()),
    );
    if (evidence?.cause)
      facts.push(fact(m.proof_cause(), m.proof_event(), at(run, evidence.cause, m.proof_event())));
    // Not repeated if the state already says it.
    if (!pos && said && said !== detail) facts.push(fact(m.proof_came_to(), said));
  } else if (run.outcome !== null) facts.push(fact(m.proof_came_to(), cameTo(run.outcome)));
  facts.push(exitOf(run, evidence, took));
  if (evidence?.stop)
    facts.push(
      fact(
        m.action_stop(),
        m.proof_stop({ actor: actorName(evidence.stop.by), why: stopWords(evidence.stop.why) }),
      ),
    );
  if (evidence && evidence.drained !== null)
    facts.push(
      fact(m.proof_output(), evidence.drained ? m.proof_output_read() : m.proof_output_incomplete()),
    );
  if (evidence && evidence.forced.length > 0) facts.push(fact(m.proof_needed(), evidence.forced.join("; ")));
  if (evidence && evidence.left.length > 0)
    facts.push(fact(m.proof_left_running(), evidence.left.join("; ")));
  return facts;
}

function cameTo(outcome: OutcomeWord): string {
  switch (outcome) {
    case "succeeded":
      return m.outcome_word_passed();
    case "failed":
      return m.outcome_word_failed();
    case "limited":
      return m.outcome_word_limited();
    case "stopped":
      return m.outcome_word_stopped();
    case "start_failed":
      return m.outcome_word_start_failed();
    case "crashed":
      return m.outcome_word_crashed();
    case "no_result":
      return m.outcome_word_no_result();
    case "timed_out":
      return m.outcome_word_timed_out();
    case "lost":
      return m.outcome_word_lost();
  }
}

function exitOf(run: Run, evidence: Evidence | null, time: string | null): Fact {
  const code = evidence?.exit_code ?? run.exit_code;
  const signal = evidence?.signal ?? run.signal;
  const name = m.proof_exit();
  if (signal !== null)
    return fact(name, time === null ? m.proof_signal({ signal }) : m.proof_signal_after({ signal, time }));
  if (code === null)
    return missing(name, time === null ? m.proof_not_known() : m.proof_exit_gone_after({ time }));
  return fact(name, time === null ? m.proof_code({ code }) : m.proof_code_after({ code, time }));
}

function living(run: Run, { rows, now }: Known): Fact[] {
  const last = rows.findLast((row) => row.run === run.id && row.pos !== null);
  const age = last ? now - Date.parse(last.at) : 0;
  const facts = [
    run.pid === null
      ? missing(m.proof_process(), m.proof_not_known_yet())
      : fact(
          m.proof_process(),
          m.proof_process_lives({ pid: run.pid, time: clockWithSeconds(Date.parse(run.started_at)) }),
        ),
  ];
  facts.push(
    last?.pos
      ? fact(
          m.proof_last_word(),
          age < 2000 ? m.time_just_now() : m.time_ago({ time: duration(age) }),
          at(run, last.pos, m.bytes_last_word()),
        )
      : missing(m.proof_last_word(), m.proof_none_yet()),
  );
  return run.kind === "agent" ? [...facts, missing(m.proof_result(), m.proof_none_yet())] : facts;
}

/** The open question, with the line of the log that asks it. */
function asked({ story }: StoryView, run: Run, { rows }: Known): Fact[] {
  if (story.state !== "waiting" || story.reason !== "question") return [];
  const asking = rows.findLast(
    (row) =>
      row.run === run.id && (row.kind === "question" || row.kind === "call") && row.ask?.state === "open",
  );
  const text = story.detail ?? m.questions({ count: story.open_questions });
  const bytes = asking?.pos ? at(run, asking.pos, m.bytes_question()) : null;
  return [fact(m.proof_question(), text, bytes)];
}

function limit(view: StoryView, now: number): Fact[] {
  const { story } = view;
  if (story.state !== "limited") return [];
  const time = timeOf(story.until);
  if (time === null) return [missing(m.proof_reset(), m.proof_not_known())];
  const at = clock(time, now);
  const reset = countdownTo(story.until, now);
  const left = reset.state === "counts" ? reset.text : null;
  if (knowsReset(view))
    return [
      fact(m.proof_reset(), left === null ? m.proof_reset_passed({ at }) : m.proof_reset_in({ at, left })),
    ];
  if (!story.resume_on_reset) return [missing(m.proof_reset(), m.proof_not_known())];
  return [
    missing(m.proof_reset(), left === null ? m.proof_tried_passed({ at }) : m.proof_tried_in({ at, left })),
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

/** The journal entry that set the state, as text. */
export function entryText(entry: Envelope): string {
  const { seq, at: when, story, run, event } = entry;
  return JSON.stringify({ seq, at: when, story, run, event }, null, 2);
}
