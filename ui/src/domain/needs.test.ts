import { describe, expect, it } from "vitest";
import type { Field, Question, QuestionKind, Reason, StoryView, Subject } from "../ipc/protocol";
import { afternoon, questions } from "../ipc/fake/afternoon";
import { AGENTS, START, storyView } from "../ipc/fake/shape";
import { newsOf } from "./announce";
import { askOf } from "./asks";
import { needOf, sendBackPrompt } from "./needs";

function question(part: Partial<Question>): Question {
  const [first] = questions();
  if (!first) throw new Error("the afternoon has a question");
  return { ...first, ...part };
}

function bad(reason: Reason): StoryView {
  return storyView({
    id: 1,
    project: "p",
    title: "t",
    state: "needs_you",
    reason,
    branch: null,
    detail: "2 tests fail",
    gates: ["npm test"],
    segments: [["needs_you", -5, reason]],
    runs: [{ from: -9, to: -5 }],
  });
}

const keys = (view: StoryView, asked?: Question) =>
  needOf(view, asked, AGENTS, START).buttons.map((button) => `${button.key} ${button.action}`);

describe("askOf", () => {
  const said = (part: Partial<Question>, agent = "Claude") => askOf(question(part), agent, "/work");
  const change = {
    is: "change",
    files: [{ path: "/a/b.ts", act: "edit", diff: { hunks: [] } }],
  } satisfies Subject;

  it("says who asks to do what", () => {
    expect(
      said({
        tool: "WebSearch",
        tool_kind: "web",
        subject: { is: "query", text: "postcodes", within: null },
      }),
    ).toMatchObject({ who: "Claude asks to search the web for", what: "postcodes" });
    expect(said({})).toEqual({
      who: "Claude asks to run",
      what: "cargo publish --dry-run -p address",
      rest: "",
      isPart: false,
    });
    expect(said({ tool: "Edit", tool_kind: "edit", subject: change })).toMatchObject({
      who: "Claude asks to write",
      what: "/a/b.ts",
    });
    expect(
      said(
        {
          tool: "db query",
          tool_kind: "mcp",
          subject: { is: "other", words: "1" },
          beside: [{ name: "sql", value: "1" }],
        },
        "Codex",
      ),
    ).toMatchObject({ who: "Codex asks to use db query:", what: "sql: 1", isPart: false });
  });

  it("reads choices and plans", () => {
    const choice = (text: string) => ({ question: text, header: null, several: false, options: [] });
    expect(
      said({ kind: "choice", subject: { is: "choices", questions: [choice("Which one?"), choice("Why?")] } }),
    ).toMatchObject({ who: "Claude asks", rest: "Which one? Why?" });
    expect(said({ kind: "plan", subject: { is: "plan", markdown: "\n# Move it\n1. First" } })).toMatchObject({
      who: "Claude has a plan",
      rest: "Move it",
    });
  });
});

describe("needOf", () => {
  it("offers to allow and to deny a permission, and to read the rest", () => {
    const waiting = afternoon().find((view) => view.story.state === "waiting");
    if (!waiting) throw new Error("one story waits");
    expect(keys(waiting, question({}))).toEqual(["Ctrl Enter allow", "Ctrl Backspace deny"]);
    expect(keys(waiting, question({ kind: "plan" }))).toEqual(["Enter open"]);
    expect(needOf(waiting, question({}), AGENTS, START, { isWhole: false }).hasAnswer).toBe(false);
    expect(keys(waiting)).toEqual(["Enter open"]);
  });

  it("leads to the card where a person has begun to answer in words", () => {
    const waiting = afternoon().find((view) => view.story.state === "waiting");
    if (!waiting) throw new Error("one story waits");
    const need = needOf(waiting, question({}), AGENTS, START, { hasWords: true });
    expect(need.buttons.map((button) => button.action)).toEqual(["open"]);
    expect(need.hasAnswer).toBe(false);
  });

  it("does not offer to allow what is not seen whole in one line", () => {
    const waiting = afternoon().find((view) => view.story.state === "waiting");
    if (!waiting) throw new Error("one story waits");
    const asks = (subject: Subject, ...beside: Field[]) => keys(waiting, question({ subject, beside }));
    const command = (text: string, cwd: string | null = null): Subject => ({ is: "command", text, cwd });
    const field = (name: string): Field => ({ name, value: "3" });
    const [allow, read] = [
      ["Ctrl Enter allow", "Ctrl Backspace deny"],
      ["Enter open", "Ctrl Backspace deny"],
    ];
    expect(asks(command("ls"), { ...field("timeout"), aside: true })).toEqual(allow);
    expect(asks(command("ls\nrm -r x"))).toEqual(read);
    expect(asks(command("ls \u202e"))).toEqual(read);
    expect(asks(command("ls"), field("in_background"))).toEqual(read);
    expect(asks(command("ls", waiting.story.dir))).toEqual(allow);
    expect(asks(command("ls", "/elsewhere"))).toEqual(read);
    expect(asks({ is: "change", files: [{ path: "/a/b.ts", act: "edit", diff: { hunks: [] } }] })).toEqual(
      read,
    );
    expect(asks({ is: "path", path: "/a/b.ts" })).toEqual(allow);
    expect(asks({ is: "query", text: "root", within: "/etc" })).toEqual(read);
    expect(asks({ is: "other", words: "1" }, field("sql"))).toEqual(allow);
    expect(asks({ is: "other", words: "1" }, field("sql"), field("force"))).toEqual(read);
  });

  it("names the set-up that failed, and offers to run it again or to start without it", () => {
    const view = bad("setup_failed");
    const about = { kind: "set_up", number: 1, of: 2, command: "npm ci", words: "exit code 1" } as const;
    const story = { ...view.story, about, queued_prompts: 1 };
    const need = needOf({ ...view, story }, undefined, AGENTS, START);
    expect(need).toMatchObject({ who: "Set-up", what: "npm ci", rest: "exit code 1" });
    expect(need.buttons.map((button) => button.text)).toEqual([
      "Run set-up again",
      "Start anyway",
      "See how it ended",
    ]);
  });

  it("offers to resume where that makes sense, and to send a failed gate back", () => {
    expect(keys(bad("crashed"))).toEqual(["Ctrl Enter resume", "Enter open"]);
    expect(keys(bad("start_failed"))).toEqual(["Enter open"]);
    expect(keys(bad("setup_failed"))).toEqual(["Ctrl Shift Enter skip_set_up", "Enter open"]);
    expect(keys(bad("gate_failed"))).toEqual([
      "Ctrl Enter send_back",
      "Ctrl Shift G run_gates",
      "Enter open",
    ]);
    expect(sendBackPrompt(bad("gate_failed"))).toBe(
      "The gate `npm test` failed.\n\n2 tests fail\n\nRun it, find the cause and fix it.",
    );
  });
});

describe("newsOf", () => {
  it("says what changed, and what needs a person before anything else", () => {
    const before = newsOf(null, afternoon(), START);
    expect([before.calm, before.urgent]).toEqual([[], []]);
    const after = afternoon().map((view) =>
      view.story.state === "running"
        ? { ...view, story: { ...view.story, state: "needs_you" as const, reason: "no_result" as const } }
        : view.story.state === "queued"
          ? { ...view, story: { ...view.story, state: "starting" as const } }
          : view,
    );
    const news = newsOf(before.seen, after, START);
    expect(news.urgent).toEqual([
      "Replace carrier polling with webhooks: No result, ended without an answer.",
      "Dark map style and legend: No result, ended without an answer.",
    ]);
    expect(news.calm).toEqual(["Drop the legacy date picker: Starting."]);
    expect(newsOf(news.seen, after, START).urgent).toEqual([]);
  });

  it("says a question and a plan in words, without a tool's name or Markdown", () => {
    const before = afternoon();
    const spoken = (asks: QuestionKind, tool: string, subject: string) => {
      const about = { kind: "question", question: "q", asks, tool, tool_kind: "other", subject } as const;
      const after = before.map((view) =>
        view.story.state === "running"
          ? {
              ...view,
              story: { ...view.story, state: "waiting" as const, reason: "question" as const, about },
            }
          : view,
      );
      return newsOf(newsOf(null, before, START).seen, after, START).urgent[0]?.replace(/^.*?: /, "");
    };
    const said = [
      spoken("plan", "ExitPlanMode", "## Overdue **parcels**⏎1. Read"),
      spoken("choice", "AskUserQuestion", "How should `old` ones be shown?"),
      spoken("choice", "AskUserQuestion", ""),
      spoken("permission", "Bash", "grep -c '**' a"),
    ];
    expect(said).toEqual([
      "Waiting for you, a plan, Overdue parcels.",
      "Waiting for you, How should old ones be shown?",
      "Waiting for you, a question.",
      "Waiting for you, Bash grep -c '**' a.",
    ]);
  });
});
