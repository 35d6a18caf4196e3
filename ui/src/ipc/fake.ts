// A host that plays a prepared afternoon: for design in a browser, tests and screenshots. It behaves
// as the engine does at the interface and does nothing outside the page.

import { Refusal, type Backend, type Consent, type Intent } from "./backend";
import type { AgentFacts, Evidence, Fault, FolderFacts, JsonValue, StoryId, StoryView } from "./protocol";
import { afternoon, limits, questions } from "./fake/afternoon";
import { hugeBoard } from "./fake/huge";
import { Live } from "./fake/live";
import { storyId, storyView } from "./fake/shape";
import { writePast } from "./fake/timeline";
import { World } from "./fake/world";

/** `broken`: after the first batch nothing answers; `still`: as `full`, but nothing moves. */
export type Scene = "empty" | "full" | "narrow" | "broken" | "huge" | "still";

const SCENES: readonly Scene[] = ["empty", "full", "narrow", "broken", "huge", "still"];
const SILENT: Fault = { code: "store", message: "The engine did not answer: the store is locked.", hint: "Musher tries again by itself." };

/** The host that `?scene=huge&theme=dark` asks for. */
export function fakeFromAddress(address: string): Backend {
  const query = new URLSearchParams(address);
  const scene = SCENES.find((each) => each === query.get("scene")) ?? "full";
  return fake(scene, { theme: query.get("theme") });
}

export function fake(scene: Scene = "full", settings: Record<string, JsonValue> = {}): Backend {
  const world = new World();
  const live = new Live(world);
  const kept = new Map(Object.entries(settings));
  const noticed = new Set<(revision: number) => void>();
  let pulls = 0;

  for (const view of storiesOf(scene)) world.put(view);
  if (scene !== "empty" && scene !== "huge") world.setQuestions(questions());
  if (scene !== "empty") world.setLimits(limits());
  for (const view of world.views().slice(0, 40)) writePast(world, view);
  world.listen((revision) => { for (const hear of noticed) hear(revision); });
  if (scene !== "still") live.start();

  const silent = () => scene === "broken" && pulls > 1;
  return {
    pull(request) {
      pulls += 1;
      return silent() ? Promise.reject(new Refusal(SILENT)) : Promise.resolve(structuredClone(world.pull(request)));
    },
    ask: (intent) => (silent() ? Promise.reject(new Refusal(SILENT)) : act(world, live, intent)),
    events: (run, after, most) => Promise.resolve(world.events(run, after, most)),
    agents: () => Promise.resolve(agents(scene)),
    folder: (path) => Promise.resolve(folderAt(path)),
    pickFolder: () => Promise.resolve("/home/ada/src/parcel-api"),
    startDemo: () => Promise.resolve(begin(world, live, "The demo story", "demo")),
    evidence: (story) => Promise.resolve(evidenceOf(world.view(story))),
    raw: (_run, stream, offset, len) => Promise.resolve({ offset, len, text: `{"type":"assistant","stream":"${stream}","offset":${offset}}`, cut: false }),
    resumeCommand: (story) => Promise.resolve(resumeCommand(world.view(story))),
    copy: () => Promise.resolve(),
    openLink: () => Promise.resolve(),
    setting: (key) => Promise.resolve(kept.get(key) ?? null),
    setSetting: (key, value) => Promise.resolve(void kept.set(key, value)),
    shown: () => Promise.resolve(),
    onNotice(hear) {
      noticed.add(hear);
      return () => noticed.delete(hear);
    },
    onOpen: () => () => undefined,
    onDropped: () => () => undefined,
    onDragging: () => () => undefined,
  };
}

function storiesOf(scene: Scene): StoryView[] {
  if (scene === "empty") return [];
  return scene === "huge" ? hugeBoard() : afternoon();
}

function act(world: World, live: Live, intent: Intent): Promise<Consent> {
  switch (intent.do) {
    case "start":
      return Promise.resolve({ reply: "started", story: begin(world, live, intent.title ?? intent.prompt, intent.agent) });
    case "send":
      live.resume(intent.story, intent.text);
      break;
    case "answer":
      live.answer(intent.question, intent.answer);
      break;
    case "interrupt":
      live.turn(intent.story, "waiting", "prompt");
      break;
    case "stop":
      live.turn(intent.story, "stopped", "you", "nothing uncommitted");
      break;
    case "archive":
      live.turn(intent.story, "archived");
      break;
    case "stop_run":
    case "stop_all":
      for (const view of world.views()) if (view.story.state === "running") live.turn(view.story.id, "stopped", "you");
      break;
  }
  return Promise.resolve({ reply: "done" });
}

function begin(world: World, live: Live, title: string, agent: string): StoryId {
  const id = 900 + world.views().length;
  const minutes = (world.now - Date.parse(storyView({ id, project: "", title, state: "draft", branch: null, segments: [["draft", 0]] }).story.since)) / 60_000;
  const view = storyView({ id, project: "parcel-api", title, state: "starting", agent, branch: `musher/story-${id}`, segments: [["starting", minutes]], tokens: 0 });
  world.put(view);
  world.commit();
  setTimeout(() => { live.resume(storyId(id), title); }, 1500);
  return view.story.id;
}

function agents(scene: Scene): AgentFacts[] {
  const facts = { problem: null, how_to_get: "" };
  const claude: AgentFacts = { ...facts, agent: "claude", name: "Claude Code", path: "/home/ada/.local/bin/claude", version: "2.1.330", login: { kind: "signed_in", method: "claude.ai" } };
  const codex: AgentFacts = { ...facts, agent: "codex", name: "Codex", path: "/usr/local/bin/codex", version: "0.169.0", login: { kind: "signed_in", method: "ChatGPT" } };
  const gemini: AgentFacts = { ...facts, agent: "gemini", name: "Gemini CLI", path: "/home/ada/.npm-global/bin/gemini", version: "0.61.0", login: { kind: "signed_out", how: "gemini auth login" } };
  const opencode: AgentFacts = { ...facts, agent: "opencode", name: "OpenCode", path: null, version: null, login: { kind: "unknown", why: "not found" }, how_to_get: "npm install -g opencode-ai", problem: "Not found in your shell's PATH nor in 6 usual folders." };
  return scene === "broken" ? [opencode] : [claude, codex, gemini, opencode];
}

function folderAt(path: string): FolderFacts {
  const name = path.split("/").filter(Boolean).at(-1) ?? path;
  return { dir: path, name, is_repository: true, root: path, branch: "main", changed: 3, live: [], new_branch: `musher/${name}` };
}

function evidenceOf(view: StoryView | undefined): Evidence {
  const run = view?.runs.at(-1);
  return {
    summary: view?.story.detail ?? "The agent's result was a success.", result: { stream: "stdout", offset: 4096, len: 512, k: 0 }, cause: null,
    exit_code: run?.exit_code ?? null, signal: run?.signal ?? null, stop: null, stderr: null, drained: true, forced: [], left: [],
  };
}

function resumeCommand(view: StoryView | undefined): string | null {
  return view?.story.session ? `cd ${view.story.dir} && claude --resume ${view.story.session}` : null;
}
