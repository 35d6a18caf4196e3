import { describe, expect, it } from "vitest";
import type { Limit, StateDetail, StoryView } from "../ipc/protocol";
import { afternoon, CODEX, limits } from "../ipc/fake/afternoon";
import { AGENTS, at, lasting, START } from "../ipc/fake/shape";
import { limitAccounts, type LimitWindow } from "./limits";

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");

const known = (limits: readonly Limit[]) => ({ limits, stories: afternoon(), agents: AGENTS });

function only(part: Partial<Limit>): LimitWindow {
  const limit: Limit = {
    account: "claude:default:oauth",
    agent: "claude",
    account_name: "oauth",
    window: "w",
    name: lasting(5),
    status: "allowed",
    utilization: 0.5,
    resets_at: at(150),
    seen_at: at(0),
    source: "r",
    ...part,
  };
  const window = limitAccounts(known([limit]), START)[0]?.windows[0];
  if (!window) throw new Error("one limit is one window");
  return window;
}

describe("limitAccounts", () => {
  it("tells the windows of each account, the shortest first", () => {
    const accounts = limitAccounts(known(limits().toReversed()), START);
    expect(
      accounts.map((account) => [
        account.agent,
        account.name,
        ...account.windows.map((window) => `${plain(window.label)} ${plain(window.used)}`),
      ]),
    ).toEqual([
      ["Codex", "login", "5 h 100 %", "7 d 78 %"],
      ["Claude", "work", "5 h 62 %", "7 d 41 %"],
    ]);
  });

  it("says of an account that is not known its id", () => {
    const [limit] = limits();
    const accounts = limit
      ? limitAccounts(known([{ ...limit, agent: null, account_name: null }]), START)
      : [];
    expect(accounts).toMatchObject([{ agent: "claude:/home/ada/.claude-work:oauth", name: "" }]);
  });

  it("says the pace in words", () => {
    expect(only({ utilization: 0.5 })).toMatchObject({ note: "on pace", isAhead: false, passed: 0.5 });
    expect(only({ utilization: 0.8 })).toMatchObject({ note: "ahead, full 17:28", isAhead: true });
    expect(only({ utilization: 0.53 }).note).toBe("on pace");
  });

  it("says that a window holds its stories, for how long and how many", () => {
    const held = limitAccounts(known(limits()), START)[1]?.windows[0];
    expect(held && [plain(held.left), held.note, held.isHeld]).toEqual(["Held, 50:52", "1 story held", true]);
    expect(only({ status: "rejected" })).toMatchObject({ isHeld: true, note: "nothing waits for it" });
    expect(only({ status: "overage" })).toMatchObject({ isHeld: false, note: "extra usage is used" });
  });

  it("counts the stories of each window, of its own account", () => {
    const [codex, of] = [CODEX.account, (limit: Limit) => limit.account === CODEX.account];
    const [five, week] = limits().filter(of);
    if (!five || !week) throw new Error("the account has two windows");
    const full = { status: "rejected", resets_at: at(150) } as const;
    const held = (about: StateDetail, until: string | null = at(50)): StoryView[] =>
      afternoon()
        .filter((view) => view.story.state === "limited")
        .map((view) => ({ ...view, story: { ...view.story, about, until } }));
    const notes = (stories: readonly StoryView[]) => {
      const both = [five, { ...week, ...full, resets_at: at(9000) }].map((limit) => ({
        ...limit,
        status: "rejected" as const,
      }));
      const [account] = limitAccounts({ limits: both, stories, agents: AGENTS }, START);
      return account?.windows.map((window) => window.note);
    };
    const one = ["1 story held", "nothing waits for it"];
    expect(notes(held({ kind: "held", account: codex, window: five.window }))).toEqual(one);
    expect(notes(held({ kind: "held", account: codex, window: week.window }))).toEqual(one.toReversed());
    // The agent named no window: the one that resets when the wait ends.
    expect(notes(held({ kind: "held", account: codex }, at(9000)))).toEqual(one.toReversed());
    const none = ["nothing waits for it", "nothing waits for it"];
    expect(notes(held({ kind: "held", account: "codex:other:login", window: five.window }))).toEqual(none);
  });

  it("says that a window is no longer held after a success", () => {
    const over = { status: "rejected", utilization: 1, is_over: true } as const;
    expect(only(over)).toMatchObject({ isHeld: false, fill: null, note: "no longer held" });
  });

  it("says of extra usage that is refused that there is none, because it holds nothing", () => {
    const name = { label: "extra usage", length_ms: null, model: null, is_extra: true };
    const refused = { name, status: "rejected", utilization: null } as const;
    expect(only(refused)).toMatchObject({ isHeld: false, fill: null, note: "no extra usage" });
    expect(only({ ...refused, resets_at: at(-1) }).note).toBe("not heard of since");
  });

  it("makes no figure up", () => {
    expect(only({ utilization: null })).toMatchObject({ fill: null, used: "", note: "use not known" });
    expect(only({ resets_at: null })).toMatchObject({ passed: null, resets: "reset not known", left: "" });
    expect(only({ resets_at: at(-1), status: "rejected" })).toMatchObject({
      fill: null,
      isHeld: false,
      left: "reset passed",
      note: "waiting for the agent to confirm",
    });
    expect(only({ resets_at: at(-1) })).toMatchObject({
      fill: null,
      isHeld: false,
      left: "reset passed",
      note: "not heard of since",
    });
    expect(only({ resets_at: "soon", status: "rejected" })).toMatchObject({
      isHeld: true,
      left: "Held",
      resets: "reset not known",
    });
    expect(
      only({ name: { label: "monthly credits", length_ms: null, model: null, is_extra: false } }),
    ).toMatchObject({ label: "monthly credits", passed: null, note: "" });
  });

  it("says how old a value is", () => {
    expect(plain(only({ seen_at: at(-22) }).note)).toBe("on pace, seen 22 min ago");
    expect(plain(only({ name: { ...lasting(168), model: "Opus" } }).label)).toBe("7 d Opus");
  });
});

describe("the time that is left", () => {
  it("counts seconds only where something is held", () => {
    const left = (part: Partial<Limit>) => plain(only(part).left);
    expect([
      left({ resets_at: at(99) }),
      left({ resets_at: at(43.5) }),
      left({ resets_at: at(0.5) }),
    ]).toEqual(["1 h 39 left", "43 min left", "less than 1 min left"]);
    const held = (minutes: number) => left({ status: "rejected", resets_at: at(minutes) });
    expect([held(99), held(43.5), held(0.5), held(0)]).toEqual([
      "Held, 1 h 39",
      "Held, 43:30",
      "Held, 30 s",
      "reset passed",
    ]);
  });
});
