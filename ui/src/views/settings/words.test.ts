import { expect, test } from "vitest";
import { morningText, nextMorning, pauseText } from "../../domain/morning";
import type { NotifierProgram, Verification } from "../../ipc/protocol";
import { abilities, notifierName, progressText, verdict } from "./words";

const clean: Verification = {
  entries: 1,
  runs: 2,
  events: 3_000,
  damaged: [],
  damaged_count: 0,
  differences: 0,
  tables: [],
};
const server: NotifierProgram = { name: "dunst", version: "1.9", clicks: true, body: true, keeps: false };

test("a verification says what it found and what to do", () => {
  expect(verdict(clean)).toEqual({
    isGood: true,
    text: "The store says what journal and logs say. 1 journal entry, 2 runs and 3,000 events were read.",
    help: "",
  });
  const differs = verdict({ ...clean, differences: 2, tables: ["events", "runs"] });
  expect(differs.isGood).toBe(false);
  expect(differs.text).toContain("2 rows of the store differ, in events, runs.");
  expect(differs.help).toContain("store.sqlite");
  expect(verdict({ ...clean, damaged_count: 1, damaged: [{ run: "r", damage: "short" }] }).text).toContain(
    "The logs of 1 run are damaged.",
  );
});

test("progress counts the run that is read, and never past the last", () => {
  expect(progressText(null)).toBe("Reading the journal");
  expect(progressText({ runs: 0, of: 1_204 })).toBe("Reading run 1 of 1,204");
  expect(progressText({ runs: 5, of: 5 })).toBe("Reading run 5 of 5");
});

test("what the desktop can do is said, and what it does not say is not guessed", () => {
  expect(notifierName({ ...server, version: "" })).toBe("dunst");
  expect(abilities(server)).toBe("It shows the story's name, opens the story on a click and keeps nothing.");
  expect(abilities({ ...server, body: null, keeps: null })).toBe("It opens the story on a click.");
  expect(abilities({ ...server, clicks: null, body: null, keeps: null })).toBe(
    "What it can do cannot be asked.",
  );
});

test("a pause that is over is none", () => {
  const now = Date.parse("2026-11-22T17:00:00Z");
  expect(pauseText(null, now)).toBeNull();
  expect(pauseText("2026-11-22T17:00:00Z", now)).toBeNull();
  expect(pauseText("2026-11-22T17:00:01Z", now)).toMatch(/^Paused until \d\d:00$/);
  const eight = new Date(now);
  eight.setDate(eight.getDate() + 1);
  eight.setHours(8, 0, 0, 0);
  expect(pauseText(eight.toISOString(), now)).toBe("Paused until tomorrow 08:00");
  eight.setDate(eight.getDate() + 1);
  expect(pauseText(eight.toISOString(), now)).toMatch(/^Paused until \w{3} 08:00$/);
});

test("the coming morning is later today after midnight, and tomorrow from eight on", () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
  const texts = [at(22, 23, 30), at(23, 0, 30), at(23, 7, 59), at(23, 8)].map((now) => [
    nextMorning(now),
    morningText(now),
  ]);
  expect(texts).toEqual([
    [at(23, 8), "Until tomorrow 08:00"],
    [at(23, 8), "Until 08:00"],
    [at(23, 8), "Until 08:00"],
    [at(24, 8), "Until tomorrow 08:00"],
  ]);
});
