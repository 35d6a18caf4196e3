import { describe, expect, it } from "vitest";
import type { Question, QuestionKind, Reason, StoryView } from "../ipc/protocol";
import { afternoon, questions } from "../ipc/fake/afternoon";
import { START, storyView } from "../ipc/fake/shape";
import { newsOf } from "./announce";
import { askOf, subjectOf } from "./asks";
import { needOf, sendBackPrompt } from "./needs";

function question(part: Partial<Question>): Question {
  const [first] = questions();
  if (!first) throw new Error("the afternoon has a question");
  return { ...first, ...part };
}

function bad(reason: Reason): StoryView {
  return storyView({ id: 1, project: "p", title: "t", state: "needs_you", reason, branch: null, detail: "2 tests fail", gates: ["npm test"], segments: [["needs_you", -5, reason]], runs: [{ from: -9, to: -5 }] });
}

const keys = (view: StoryView, asked?: Question) => needOf(view, asked).buttons.map((button) => `${button.key} ${button.does}`);

describe("askOf", () => {
  it("says who asks to do what", () => {
    expect(askOf(question({ tool: "WebSearch", tool_kind: "web", request: { query: "postcodes" } }), "claude")).toMatchObject({ who: "Claude asks to search the web for", what: "postcodes" });
    expect(askOf(question({}), "claude")).toEqual({ who: "Claude asks to run", what: "cargo publish --dry-run -p address", rest: "", isPart: false });
    expect(askOf(question({ tool: "Edit", tool_kind: "edit", request: { file_path: "/a/b.ts" } }), "claude")).toMatchObject({ who: "Claude asks to write", what: "/a/b.ts" });
    expect(askOf(question({ tool: "mcp__db__query", tool_kind: "mcp", request: { sql: 1 } }), "codex")).toMatchObject({ who: "Codex asks to use db query:", what: "{\"sql\":1}" });
  });

  it("reads choices and plans", () => {
    expect(askOf(question({ kind: "choice", request: { questions: [{ question: "Which one?" }, { question: "Why?" }] } }), "claude")).toMatchObject({ who: "Claude asks", rest: "Which one? Why?" });
    expect(askOf(question({ kind: "plan", request: { plan: "\n# Move it\n1. First" } }), "claude")).toMatchObject({ who: "Claude has a plan", rest: "Move it" });
    expect(subjectOf("plain")).toBe("plain");
    expect(subjectOf(null)).toBe("null");
  });
});

describe("needOf", () => {
  it("offers to allow and to deny a permission, and to read the rest", () => {
    const waiting = afternoon().find((view) => view.story.state === "waiting");
    if (!waiting) throw new Error("one story waits");
    expect(keys(waiting, question({}))).toEqual(["Ctrl Enter allow", "Ctrl Backspace deny"]);
    expect(keys(waiting, question({ kind: "plan" }))).toEqual(["Enter open"]);
    expect(needOf(waiting, question({}), false).hasAnswer).toBe(false);
    expect(keys(waiting)).toEqual(["Enter open"]);
  });

  it("does not offer to allow what is not seen whole in one line", () => {
    const waiting = afternoon().find((view) => view.story.state === "waiting");
    if (!waiting) throw new Error("one story waits");
    const asks = (request: Question["request"], tool = "Bash") => keys(waiting, question({ tool, request }));
    const read = ["Enter open", "Ctrl Backspace deny"];
    expect(asks({ command: "ls", timeout: 3 })).toEqual(["Ctrl Enter allow", "Ctrl Backspace deny"]);
    expect(asks({ command: "ls\nrm -r x" })).toEqual(read);
    expect(asks({ command: "ls \u202e" })).toEqual(read);
    expect(asks({ command: "ls", run_in_background: true })).toEqual(read);
    expect(asks({ file_path: "/a/b.ts", old_string: "a", new_string: "b" }, "Edit")).toEqual(read);
    expect(asks({ file_path: "/a/b.ts" }, "Read")).toEqual(["Ctrl Enter allow", "Ctrl Backspace deny"]);
    expect(asks({ sql: 1 }, "mcp__db__query")).toEqual(["Ctrl Enter allow", "Ctrl Backspace deny"]);
  });

  it("offers to resume where that makes sense, and to send a failed gate back", () => {
    expect(keys(bad("crashed"))).toEqual(["Ctrl Enter resume", "Enter open"]);
    expect(keys(bad("start_failed"))).toEqual(["Enter open"]);
    expect(keys(bad("gate_failed"))).toEqual(["Ctrl Enter send_back", "Enter open"]);
    expect(sendBackPrompt(bad("gate_failed"))).toBe("The gate `npm test` failed.\n\n2 tests fail\n\nRun it, find the cause and fix it.");
  });
});

describe("newsOf", () => {
  it("says what changed, and what needs a person before anything else", () => {
    const before = newsOf(null, afternoon(), START);
    expect([before.calm, before.urgent]).toEqual([[], []]);
    const after = afternoon().map((view) => (view.story.state === "running" ? { ...view, story: { ...view.story, state: "needs_you" as const, reason: "no_result" as const } } : view.story.state === "queued" ? { ...view, story: { ...view.story, state: "starting" as const } } : view));
    const news = newsOf(before.seen, after, START);
    expect(news.urgent).toEqual(["Replace carrier polling with webhooks: No result, ended without an answer.", "Dark map style and legend: No result, ended without an answer."]);
    expect(news.calm).toEqual(["Drop the legacy date picker: Starting."]);
    expect(newsOf(news.seen, after, START).urgent).toEqual([]);
  });

  it("says a question and a plan in words, without a tool's name or Markdown", () => {
    const before = afternoon();
    const spoken = (asks: QuestionKind, tool: string, subject: string) => {
      const about = { kind: "question", question: "q", asks, tool, tool_kind: "other", subject } as const;
      const after = before.map((view) => (view.story.state === "running" ? { ...view, story: { ...view.story, state: "waiting" as const, reason: "question" as const, about } } : view));
      return newsOf(newsOf(null, before, START).seen, after, START).urgent[0]?.replace(/^.*?: /, "");
    };
    const said = [
      spoken("plan", "ExitPlanMode", "## Overdue **parcels**⏎1. Read"), spoken("choice", "AskUserQuestion", "How should `old` ones be shown?"),
      spoken("choice", "AskUserQuestion", ""), spoken("permission", "Bash", "grep -c '**' a"),
    ];
    expect(said).toEqual([
      "Waiting for you, a plan, Overdue parcels.", "Waiting for you, How should old ones be shown?", "Waiting for you, a question.", "Waiting for you, Bash grep -c '**' a.",
    ]);
  });
});
