// A host with prepared data, for design in a browser, tests and screenshots. At the interface it behaves like the engine; it has no effects
// outside the page.

import { shellWord } from "../domain/shell";
import { Refusal, type Backend, type Consent, type Intent } from "./backend";
import {
  GO_ON,
  type AgentStatus,
  type Evidence,
  type Fault,
  type FolderSummary,
  type Question,
  type StoryId,
  type StoryView,
  type WaitsFor,
  type WindowSettings,
} from "./protocol";
import { afternoon, limits, questions } from "./fake/afternoon";
import { CHANGES, FakeChanges, type ChangesScene } from "./fake/changes/answers";
import { claimsOf } from "./fake/claims";
import { FakeFinish, FINISHES, type FinishScene } from "./fake/finish";
import { FORECASTS, forecastOf, piecesOf, withCollisions, type ForecastScene } from "./fake/forecast";
import { configHost } from "./fake/config";
import { desk } from "./fake/desk";
import { hugeBoard, longStory } from "./fake/huge";
import { Live } from "./fake/live";
import { deleteLogs, logSize } from "./fake/logs";
import { answering } from "./fake/queries";
import { dropPrompt, editPrompt, isBusy, queuePrompt } from "./fake/queue";
import { storyId, storyView } from "./fake/shape";
import { everyQuestion, everyState } from "./fake/states";
import { limitPast } from "./fake/used/limitPast";
import {
  freeOfCharge,
  manyModels,
  oddOnes,
  oneDay,
  unpricedOnly,
  yearOfUse,
  type UsageRecord,
} from "./fake/used/records";
import { packed } from "./fake/used/packed";
import { reportOf } from "./fake/used/report";
import { endEvidence, NO_EVIDENCE, writePast } from "./fake/timeline";
import { storyUsageOf } from "./fake/storyUsage";
import { FAKE_COPIES, fakeBase, fakeBranches } from "./fake/worktree";
import { World } from "./fake/world";

/**
 * `broken`: nothing answers after the first batch; `refuses`: every request is refused; `still`: like `full`, but nothing changes by
 * itself; `states`: every state and reason; `long`: a story with a hundred thousand events.
 */
export type Scene = "empty" | "full" | "broken" | "refuses" | "huge" | "still" | "states" | "long";

const SCENES: readonly Scene[] = ["empty", "full", "broken", "refuses", "huge", "still", "states", "long"];
/** In these scenes nothing changes by itself. */
const UNMOVED: readonly Scene[] = ["still", "states", "long"];
const REFUSED: Fault = {
  code: "bad_input",
  message: "The folder is gone: ~/src/parcel-api.worktrees/address-crate.",
  hint: "Put it back or start a new story; what the agent printed is kept.",
};
const NO_COMMIT: Fault = {
  code: "git",
  message: "the repository has no commit yet, so there is nothing to make a worktree of",
  hint: "Make a first commit, or use the folder as it is.",
};
const SENT: Fault = {
  code: "wrong_state",
  message: "the prompt does not wait any more: its agent has it, or it was taken back",
  hint: "End the turn to stop what it asks for.",
};
const SILENT: Fault = {
  code: "store",
  message: "The engine did not answer: the store is locked.",
  hint: "Musher tries again by itself.",
};

/** What waits in the afternoon's second story, which works. */
const WAITING = [
  "Then run the whole test suite once, and say which tests are slow.",
  "When that is done, write the release note: two sentences, no list.",
];

/** What was used, by the name that `?usage=` gives; a year of several agents without one. */
const USED: Record<string, () => UsageRecord[]> = {
  none: () => [],
  day: oneDay,
  models: manyModels,
  unpriced: unpricedOnly,
  free: freeOfCharge,
  odd: oddOnes,
};

/** The host for an address such as `?scene=huge&theme=dark&story=3`. */
export function fakeFromAddress(address: string): Backend {
  const query = new URLSearchParams(address);
  const scene = SCENES.find((each) => each === query.get("scene")) ?? "full";
  const story = query.get("story");
  const changes = CHANGES.find((each) => each === query.get("changes"));
  const finish = FINISHES.find((each) => each === query.get("finish"));
  const forecast = FORECASTS.find((each) => each === query.get("forecast"));
  const backend = fake(scene, chosen(query), query.get("usage") ?? undefined, changes, finish, forecast);
  return story === null
    ? backend
    : {
        ...backend,
        onOpen: (hear) => {
          hear(storyId(Number(story)));
          return () => undefined;
        },
      };
}

/** The settings in the address. */
function chosen(query: URLSearchParams): Partial<WindowSettings> {
  const theme = query.get("theme");
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    density: query.get("density") === "compact" ? "compact" : "comfortable",
  };
}

export function fake(
  scene: Scene = "full",
  settings: Partial<WindowSettings> = {},
  used = scene === "empty" ? "none" : "year",
  changed: ChangesScene = scene === "broken" ? "broken" : "zoo",
  finished: FinishScene = "open",
  forecast: ForecastScene = "some",
): Backend {
  const world = new World();
  const live = new Live(world);
  const changes = new FakeChanges(changed);
  const finish = new FakeFinish(finished);
  const noticed = new Set<(revision: number) => void>();
  let records: UsageRecord[] | null = null;
  let pulls = 0;

  for (const view of storiesOf(scene)) world.put(view);
  world.setQuestions(questionsOf(scene));
  if (scene !== "empty") world.setLimits(limits());
  for (const view of world.views().slice(0, 60)) writePast(world, view);
  for (const [n, text] of WAITING.entries()) queuePrompt(world, storyId(2), `waits-${n}`, text);
  world.listen((revision) => {
    for (const hear of noticed) hear(revision);
  });
  if (!UNMOVED.includes(scene)) live.start();

  const silent = () => scene === "broken" && pulls > 1;
  return {
    pull(request) {
      pulls += 1;
      return silent()
        ? Promise.reject(new Refusal(SILENT))
        : Promise.resolve(structuredClone(world.pull(request)));
    },
    ask(intent) {
      const fault = silent() ? SILENT : scene === "refuses" ? REFUSED : null;
      if (fault !== null) return Promise.reject(new Refusal(fault));
      if (intent.op === "checkpoint") return hold(world, changes, intent.story);
      if (intent.op === "looked") return look(world, changes, intent.story);
      if (intent.op === "finish") return finishStep(world, finish, intent);
      if (isOfReview(intent)) return saidOf(world, live, changes, intent);
      return act(world, live, intent);
    },
    configure: configHost(scene === "states"),
    agents: () => Promise.resolve(agents(scene)),
    pickFolder: () => Promise.resolve("/home/ada/src/parcel-api"),
    startDemo: () => Promise.resolve(begin(world, live, "The demo story", "demo")),
    ...answering({
      events: ({ run, after, most }) => world.events(run, after, most),
      folder: ({ path }) => folderAt(path),
      new_branch: ({ goal }) => branchOf(goal, world.views()),
      branches: () => fakeBranches(world.now),
      base: ({ name }) => fakeBase(name, world.now),
      ...changes.answers,
      claims: ({ story }) => {
        const view = world.view(story);
        const run = view?.runs.findLast(({ kind }) => kind === "agent")?.id;
        return claimsOf(view, run === undefined ? [] : world.events(run, 0, 5000));
      },
      finishing: ({ story }) => finish.standing(world.view(story)),
      worktrees: () =>
        world
          .views()
          .filter(({ story }) => story.branch)
          .map(({ story }) => story.id),
      worktree: ({ story }) => finish.worktree(world.view(story)),
      finish_output: () => finish.output(),
      hosted: () => finish.hosted(),
      failing_logs: () => finish.failingLogs(),
      forecast: ({ project }) => forecastOf(forecast, project, world.views()),
      overlap_pieces: ({ one, other }) => piecesOf(one, other),
      since_looked: ({ story }) => changes.since(world.view(story)?.story.looked?.at ?? null),
      evidence: ({ story }) => evidenceOf(world.view(story)),
      raw: ({ stream, offset, len }) => ({
        offset,
        len,
        text: `{"type":"assistant","stream":"${stream}","offset":${offset}}`,
        cut: false,
      }),
      log_size: ({ story }) => logSize(world.view(story)),
      resume_command: ({ story }) => resumeCommand(world.view(story)),
      usage: (query) => {
        records ??= (USED[used] ?? yearOfUse)();
        if (silent()) throw new Refusal(SILENT);
        return packed(reportOf(records, query));
      },
      story_usage: ({ story }) => {
        if (silent()) throw new Refusal(SILENT);
        return storyUsageOf(world.view(story), world.now);
      },
      limit_history: ({ from, to }) => (used === "none" ? [] : limitPast(Date.parse(from), Date.parse(to))),
    }),
    copy: () => Promise.resolve(),
    openLink: () => Promise.resolve(),
    ...desk(settings, scene === "refuses", () => world.now),
    shown: () => Promise.resolve(),
    onNotice(hear) {
      noticed.add(hear);
      return () => noticed.delete(hear);
    },
    onOpen: () => () => undefined,
    onView: () => () => undefined,
    onConfig: () => () => undefined,
    onDropped: () => () => undefined,
    onFolders: () => () => undefined,
    onDragging: () => () => undefined,
  };
}

function storiesOf(scene: Scene): StoryView[] {
  switch (scene) {
    case "empty":
      return [];
    case "huge":
      return hugeBoard();
    case "states":
      return everyState();
    case "long":
      return [longStory()];
    case "full":
    case "still":
    case "broken":
    case "refuses":
      return afternoon().map(withCollisions);
  }
}

function questionsOf(scene: Scene): Question[] {
  if (scene === "states") return everyQuestion();
  return scene === "empty" || scene === "huge" || scene === "long" ? [] : questions();
}

/** The person looked at a story. */
function look(world: World, changes: FakeChanges, id: StoryId): Promise<Consent> {
  const view = world.view(id);
  const checkpoint = changes.look();
  if (view) {
    const looked = { at: new Date(world.now).toISOString(), checkpoint };
    world.put({ ...view, story: { ...view.story, looked } });
    world.commit();
  }
  return Promise.resolve({ reply: "done" });
}

/** Holds the files of a story by a checkpoint. */
function hold(world: World, changes: FakeChanges, story: StoryId): Promise<Consent> {
  const checkpoint = changes.hold(story);
  const { n, commit, tree, because, left_out, more_left_out } = checkpoint;
  world.entry(story, null, { type: "checkpoint", n, commit, tree, because, left_out, more_left_out });
  world.commit();
  return Promise.resolve({ reply: "checkpoint", checkpoint });
}

/** Does something with the branch of a story. */
function finishStep(
  world: World,
  finish: FakeFinish,
  { story, step }: Extract<Intent, { op: "finish" }>,
): Promise<Consent> {
  try {
    const { done, output } = finish.act(world.view(story), step);
    world.entry(story, null, { type: "finish_ended", n: done.n, done, output });
    world.commit();
    return Promise.resolve({ reply: "finished", done, output });
  } catch (thrown) {
    return Promise.reject(thrown instanceof Error ? thrown : new Refusal(SILENT));
  }
}

type ReviewIntent = Extract<Intent, { op: "comment" | "change_comment" | "review" | "file_reviewed" }>;
const OF_REVIEW: readonly Intent["op"][] = ["comment", "change_comment", "review", "file_reviewed"];
const isOfReview = (intent: Intent): intent is ReviewIntent => OF_REVIEW.includes(intent.op);

/** A person says something of the changes. */
function saidOf(world: World, live: Live, { said }: FakeChanges, intent: ReviewIntent): Promise<Consent> {
  const { story } = intent;
  try {
    switch (intent.op) {
      case "comment":
        said.make(story, intent.id, intent.anchor, intent.text);
        break;
      case "change_comment":
        said.change(intent.id, intent.change);
        break;
      case "review": {
        const ids = intent.comments.map(({ id }) => id);
        send(world, live, { op: "send", story, id: intent.id, text: said.send(intent.id, ids) });
        break;
      }
      case "file_reviewed":
        said.setReviewed(intent.path, intent.content);
        break;
    }
  } catch (thrown) {
    return Promise.reject(thrown instanceof Error ? thrown : new Refusal(SILENT));
  }
  return Promise.resolve({ reply: "done" });
}

function act(
  world: World,
  live: Live,
  intent: Exclude<Intent, ReviewIntent | { op: "checkpoint" | "looked" | "finish" }>,
): Promise<Consent> {
  switch (intent.op) {
    case "start":
      return Promise.resolve({
        reply: "started",
        story: begin(world, live, intent.title ?? intent.prompt, intent.agent),
      });
    case "send":
      send(world, live, intent);
      break;
    // The fake sends prompts at once, so none waits.
    case "unsend":
      if (!dropPrompt(world, intent.prompt)) return Promise.reject(new Refusal(SENT));
      break;
    case "edit_prompt":
      if (!editPrompt(world, intent.prompt, intent.text)) return Promise.reject(new Refusal(SENT));
      break;
    case "resume":
    case "skip_set_up":
      live.resume(intent.story, GO_ON, "musher");
      break;
    case "run_gates":
      live.turn(intent.story, "gating");
      break;
    case "why":
      return Promise.resolve({ reply: "why", waits_for: MAKING });
    case "answer":
      live.answer(intent.question, intent.answer);
      break;
    // The fake is done at once, so nothing is left to be cancelled.
    case "cancel_finish":
      break;
    case "interrupt":
      live.turn(intent.story, "waiting", "prompt");
      break;
    case "stop":
      live.stop(intent.story, intent.why);
      break;
    case "archive":
      live.turn(intent.story, "archived");
      break;
    case "unarchive":
      live.turn(intent.story, "done", "unchecked");
      break;
    case "delete_logs":
      deleteLogs(world, intent.story);
      break;
    case "rename":
      rename(world, intent.story, intent.title);
      break;
    case "stop_run":
    case "stop_all":
      for (const view of world.views())
        if (view.story.state === "running") live.stop(view.story.id, intent.why);
      break;
    default:
      intent satisfies never;
  }
  return Promise.resolve({ reply: "done" });
}

/** What is done for every story whose place is being made. */
const MAKING: WaitsFor = { by: "job", job: "checkout", since: new Date(0).toISOString(), percent: 45 };

function send(world: World, live: Live, { story, id, text }: Extract<Intent, { op: "send" }>): void {
  const view = world.view(story);
  if (view && isBusy(view)) queuePrompt(world, story, id, text);
  else live.resume(story, text, "you");
}

function rename(world: World, id: StoryId, title: string): void {
  const view = world.view(id);
  if (!view) return;
  world.put({ ...view, story: { ...view.story, title } });
  world.commit();
}

function begin(world: World, live: Live, title: string, agent: string): StoryId {
  const id = 900 + world.views().length;
  const minutes =
    (world.now -
      Date.parse(
        storyView({ id, project: "", title, state: "draft", branch: null, segments: [["draft", 0]] }).story
          .since,
      )) /
    60_000;
  const view = storyView({
    id,
    project: "parcel-api",
    title,
    state: "starting",
    agent,
    branch: `musher/story-${id}`,
    segments: [["starting", minutes]],
    tokens: 0,
  });
  world.put(view);
  world.commit();
  setTimeout(() => {
    live.resume(storyId(id), title, "you");
  }, 1500);
  return view.story.id;
}

function agents(scene: Scene): AgentStatus[] {
  const facts = { problem: null, how_to_get: "" };
  const claude: AgentStatus = {
    ...facts,
    agent: "claude",
    name: "Claude Code",
    path: "/home/ada/.local/bin/claude",
    version: "2.1.330",
    login: { kind: "signed_in", method: "claude.ai" },
  };
  const codex: AgentStatus = {
    ...facts,
    agent: "codex",
    name: "Codex",
    path: "/usr/local/bin/codex",
    version: "0.169.0",
    login: { kind: "signed_in", method: "ChatGPT" },
  };
  const gemini: AgentStatus = {
    ...facts,
    agent: "gemini",
    name: "Gemini CLI",
    path: "/home/ada/.npm-global/bin/gemini",
    version: "0.61.0",
    login: { kind: "signed_out", how: "gemini auth login" },
  };
  const opencode: AgentStatus = {
    ...facts,
    agent: "opencode",
    name: "OpenCode",
    path: null,
    version: null,
    login: { kind: "unknown", why: "not found" },
    how_to_get: "Run `npm install -g opencode-ai`, then test again.",
    problem: "Not found in your shell's PATH nor in 6 usual folders.",
  };
  return scene === "broken" ? [opencode] : [claude, codex, gemini, opencode];
}

/** A branch name in the form that the engine makes, for Latin letters. */
function branchOf(goal: string, views: readonly StoryView[]): string {
  const base = `musher/${
    (goal.trim().split("\n")[0] ?? "")
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.slice(0, 5)
      .join("-") ?? "story"
  }`;
  const isTaken = (name: string) => views.some(({ story }) => story.branch === name);
  let name = base;
  for (let n = 2; isTaken(name); n += 1) name = `${base}-${n}`;
  return name;
}

function folderAt(path: string): FolderSummary {
  const name = path.split("/").filter(Boolean).at(-1) ?? path;
  // A folder of this name is a repository without a commit.
  const no_worktree = name === "fresh" ? NO_COMMIT : null;
  return {
    dir: path,
    name,
    is_repository: true,
    root: path,
    branch: "main",
    changed: 3,
    ignored: { names: [], more: 0 },
    live: [],
    new_branch: "musher/story",
    worktrees: `${path}.worktrees`,
    gates: [],
    no_place: null,
    set_up: [],
    copies: FAKE_COPIES,
    no_worktree,
    not_as_is: null,
  };
}

function evidenceOf(view: StoryView | undefined): Evidence {
  const run = view?.runs.at(-1);
  const ends = view !== undefined && ["done", "needs_you", "limited", "stopped"].includes(view.story.state);
  // Only the end of a run has evidence; the other states come from the journal alone.
  return view && run && ends ? endEvidence(run, view.story) : NO_EVIDENCE;
}

function resumeCommand(view: StoryView | undefined): string | null {
  return view?.story.session
    ? `cd ${shellWord(view.story.dir)} && claude --resume ${view.story.session}`
    : null;
}
