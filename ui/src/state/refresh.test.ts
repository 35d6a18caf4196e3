import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refresh } from "./refresh";

let answers: ((value: string) => void)[] = [];
let taken: string[] = [];
let failed: unknown[] = [];
let refresh: Refresh<string>;
const ask = vi.fn<() => Promise<string>>();

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  taken = [];
  failed = [];
  ask.mockReset().mockImplementation(() => new Promise((answer) => answers.push(answer)));
  refresh = new Refresh(
    ask,
    (answer) => {
      taken.push(answer);
    },
    (thrown) => {
      failed.push(thrown);
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("Refresh", () => {
  it("asks at once for the first time, then at most every few seconds, however much news there is", async () => {
    refresh.news();
    await pass(0);
    expect(ask).toHaveBeenCalledTimes(1);
    answers[0]?.("a");
    await pass(0);
    for (let n = 0; n < 29; n += 1) {
      refresh.news();
      await pass(100);
    }
    expect(ask).toHaveBeenCalledTimes(1);
    await pass(100);
    expect([ask.mock.calls.length, taken]).toEqual([2, ["a"]]);
    answers[1]?.("b");
    await pass(60_000);
    expect([ask.mock.calls.length, taken]).toEqual([2, ["a", "b"]]);
  });

  it("never has two questions on their way, and asks again for what came meanwhile", async () => {
    refresh.news();
    await pass(0);
    refresh.news();
    refresh.now();
    await pass(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
    answers[0]?.("late");
    await pass(600_000 - 1);
    // After an answer that took a minute, the next request waits ten minutes.
    expect(ask).toHaveBeenCalledTimes(1);
    await pass(1);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("drops an answer that nobody wants any more", async () => {
    refresh.news();
    await pass(0);
    refresh.stop();
    answers[0]?.("late");
    await pass(60_000);
    refresh.news();
    refresh.now();
    await pass(60_000);
    expect([ask.mock.calls.length, taken, failed]).toEqual([1, [], []]);
  });

  it("tells a failure, and asks again when told to", async () => {
    ask.mockRejectedValueOnce(new Error("locked"));
    refresh.news();
    await pass(0);
    expect(failed).toEqual([new Error("locked")]);
    refresh.now();
    answers[0]?.("there");
    await pass(0);
    expect(taken).toEqual(["there"]);
  });
});
