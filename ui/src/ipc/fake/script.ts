// What a fake agent does, repeatedly: texts, thoughts, tool calls with results. The texts are invented; their forms are those of real
// agents, so that every part of a timeline occurs.

import type { Diff, Subject, ToolKind, ToolOutput } from "../protocol";

/** A tool call and its result. */
export type CallLine = {
  does: "call";
  tool: string;
  kind: ToolKind;
  title: string;
  subject: Subject;
  ok: boolean;
  text: string;
  output: ToolOutput | null;
  ms: number;
};

export type Line = { does: "text"; text: string } | { does: "thought"; text: string; ms: number } | CallLine;

const DIFF: Diff = {
  hunks: [
    {
      start: { old: 16, new: 16 },
      heading: "impl Postcode {",
      pieces: [
        {
          side: "same",
          text: "\n    /// `None` when the shape is wrong.\n    pub fn normalise(raw: &str) -> Option<Self> {",
        },
        { side: "removed", text: "        let s = raw.replace(' ', \"\");" },
        { side: "added", text: "        let s = raw.trim();\n        let s = collapse_spaces(s);" },
        { side: "same", text: "        if !SHAPE.is_match(&s) {\n            return None;\n        }" },
      ],
    },
  ],
};

const LISTING = Array.from(
  { length: 12 },
  (_, n) => `src/${["lib", "text", "street", "postcode"][n % 4] ?? ""}_${n}.rs`,
).join("\n");

const TESTS = `    \u001b[1;32mFinished\u001b[0m \`test\` profile [unoptimized + debuginfo] target(s) in 4.81s
     \u001b[32;1mSummary\u001b[0m [   2.113s] 412 tests run: 412 \u001b[32;1mpassed\u001b[0m, 0 \u001b[33;1mskipped\u001b[0m`;

const FAILURE = `\u001b[31;1mFAIL\u001b[0m [   0.031s] address::postcode rejects_trailing_space
  thread 'postcode::rejects_trailing_space' panicked at crates/address/src/postcode.rs:48:9:
  assertion failed: Postcode::normalise("1011 AB ").is_none()
     Summary [   1.902s] 412 tests run: 410 passed, 2 failed`;

const MARKDOWN = `The three validators share **two text helpers**. The order of work:

1. Move \`collapse_spaces\` and \`fold_case\` first, so that every commit builds.
2. Then the postcode shape:

\`\`\`rust
pub fn normalise(raw: &str) -> Option<Self> {
    let s = collapse_spaces(raw.trim());
    SHAPE.is_match(&s).then(|| Self(s.to_ascii_uppercase()))
}
\`\`\`

| crate | before | after |
|---|---:|---:|
| core | 3,204 | 2,616 |
| address | 0 | 612 |

See [the guide](https://doc.rust-lang.org/cargo/) for what a crate needs to be published.`;

function command(title: string, stdout: string, ms: number, exit = 0): CallLine {
  const output = {
    kind: "command",
    stdout,
    stderr: "",
    exit_code: exit,
    interrupted: false,
    background: null,
  } as const;
  return {
    does: "call",
    tool: "Bash",
    kind: "command",
    title,
    subject: { is: "command", text: title, cwd: null },
    ok: exit === 0,
    text: stdout,
    output,
    ms,
  };
}

function read(path: string, lines: number): CallLine {
  return {
    does: "call",
    tool: "Read",
    kind: "read",
    title: path,
    subject: { is: "path", path },
    ok: true,
    text: "",
    output: { kind: "read", path, lines },
    ms: 40,
  };
}

function edit(path: string, created = false): CallLine {
  return {
    does: "call",
    tool: created ? "Write" : "Edit",
    kind: "edit",
    title: path,
    subject: { is: "change", files: [{ path, act: created ? "write" : "edit", diff: DIFF }] },
    ok: true,
    text: `The file ${path} has been updated.`,
    output: { kind: "edit", path, created, diff: DIFF },
    ms: 180,
  };
}

function other(
  tool: string,
  kind: ToolKind,
  subject: Subject,
  title: string,
  text: string,
  ms: number,
): CallLine {
  return { does: "call", tool, kind, title, subject, ok: true, text, output: null, ms };
}

const TODOS: Subject = {
  is: "todos",
  items: [
    { text: "Move the two text helpers", state: "done" },
    { text: "Move the postcode shape", state: "done" },
    { text: "Match after trim", state: "done" },
    { text: "Move the street validator", state: "doing" },
    { text: "Leave a re-export behind", state: "open" },
  ],
};

export const SCRIPT: readonly Line[] = [
  {
    does: "thought",
    text: "The validators lean on two helpers in parcel-core::text. If I move the helpers first, every commit builds.",
    ms: 14_000,
  },
  { does: "text", text: MARKDOWN },
  read("crates/core/src/text.rs", 214),
  other(
    "Grep",
    "search",
    { is: "query", text: "collapse_spaces", within: null },
    "collapse_spaces",
    "crates/core/src/text.rs:12\ncrates/core/src/validate.rs:88",
    120,
  ),
  command("git mv crates/core/src/text.rs crates/address/src/text.rs", "", 110),
  edit("crates/address/src/postcode.rs"),
  command("cargo nextest run -p address", FAILURE, 6_900, 100),
  {
    does: "text",
    text: "Two tests fail: trailing space is taken for part of the postcode. `trim` before the shape is matched.",
  },
  edit("crates/address/src/postcode.rs"),
  command("cargo nextest run -p address", TESTS, 7_100),
  read("crates/address/Cargo.toml", 19),
  other(
    "WebFetch",
    "web",
    { is: "address", url: "https://doc.rust-lang.org/cargo/reference/publishing.html" },
    "https://doc.rust-lang.org/cargo/reference/publishing.html",
    "Before you publish a crate…",
    1_900,
  ),
  edit("crates/address/README.md", true),
  command(
    "git commit -am 'address: move postcode and street validators'",
    "[feat/address-crate a41f9c2] address: move postcode and street validators\n 9 files changed",
    240,
  ),
  other("TodoWrite", "plan", TODOS, "3 of 5 done", "Todos have been modified.", 20),
  {
    does: "text",
    text: "The street validator is still in `parcel-core`. I will move it and leave a re-export behind.",
  },
  command("ls -R crates/address", LISTING, 90),
];
