import { describe, expect, it } from "vitest";
import {
  clock,
  costFact,
  duration,
  hourAndMinute,
  money,
  moneyText,
  percent,
  shortPath,
  tokens,
  took,
} from "./format";

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;

/** Replaces special spaces by plain ones, so that the expected texts are readable. */
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");

describe("tokens", () => {
  it("has three figures and a unit", () => {
    expect(
      [0, 999, 1000, 12_345, 812_345, 999_499, 999_500, 2_871_000, 26_500_000, 1_400_000_000].map((n) =>
        plain(tokens(n)),
      ),
    ).toEqual(["0", "999", "1.00 k", "12.3 k", "812 k", "999 k", "1.00 M", "2.87 M", "26.5 M", "1.40 G"]);
  });

  it("puts a narrow no-break space before the unit", () => {
    expect(tokens(812_000)).toBe("812\u202fk");
    expect(percent(0.62)).toBe("62\u202f%");
  });
});

describe("money", () => {
  it("always has cents, and the sign of its basis apart from the amount", () => {
    expect(money(4_060_000, "reported")).toEqual({ sign: "", amount: "$4.06" });
    expect(money(3_110_000, "priced")).toEqual({ sign: "≈", amount: "$3.11" });
    expect(money(20_000_000, "lower_bound")).toEqual({ sign: "≥", amount: "$20.00" });
    expect(plain(moneyText(1_234_560_000, "priced"))).toBe("≈ $1,234.56");
  });

  it("shows no made-up zero", () => {
    expect(money(0, "unpriced").amount).toBe("not priced yet");
    expect(money(4_060_000, "unpriced")).toEqual({ sign: "≥", amount: "$4.06" });
    expect(money(0, "lower_bound")).toEqual({ sign: "", amount: "not known", inWords: true });
    expect(moneyText(0, "unpriced")).toBe("not priced yet");
    expect(costFact(0, "unpriced")).toBe("not priced yet");
    expect(costFact(0, "lower_bound")).toBe("cost not known");
    expect(plain(costFact(1_500_000, "lower_bound"))).toBe("≥ $1.50");
    expect(plain(moneyText(1_500_000, "lower_bound"))).toBe("≥ $1.50");
    expect(plain(money(400, "reported").amount)).toBe("< $0.01");
    expect(plain(moneyText(8_399, "lower_bound"))).toBe("≥ $0.0083");
    expect(money(0, "reported").amount).toBe("$0.00");
  });
});

describe("durations", () => {
  it("have two units at most", () => {
    expect(
      [20 * S, 59.9 * S, 43 * MIN, 74 * MIN, 60 * MIN, 112 * H, 48 * H, -5].map((ms) => plain(duration(ms))),
    ).toEqual(["20 s", "59 s", "43 min", "1 h 14", "1 h 00", "4 d 16 h", "2 d", "0 s"]);
  });

  it("tell how long a step took more finely", () => {
    expect([100, 9_940, 38_200, 112 * S, 120 * S, 90 * MIN].map((ms) => plain(took(ms)))).toEqual([
      "0.1 s",
      "9.9 s",
      "38 s",
      "1 min 52 s",
      "2 min",
      "1 h 30",
    ]);
  });
});

describe("clock", () => {
  const now = new Date(2026, 10, 19, 16, 51).getTime();
  it("says as much as is needed", () => {
    const times = [
      new Date(2026, 10, 19, 9, 5),
      new Date(2026, 10, 24, 9, 0),
      new Date(2026, 10, 14, 8, 30),
      new Date(2026, 10, 12, 9, 0),
      new Date(2026, 10, 26, 9, 0),
    ];
    expect(times.map((time) => clock(time.getTime(), now))).toEqual([
      "09:05",
      "Tue 09:00",
      "Sat 08:30",
      "12 Nov",
      "26 Nov",
    ]);
  });

  it("writes midnight as the day begins", () => {
    expect(hourAndMinute(new Date(2026, 10, 19, 0, 0).getTime())).toBe("00:00");
  });
});

describe("shortPath", () => {
  it("writes the home directory as a person does", () => {
    expect(
      ["/home/ada/src/x", "/Users/ada/x", "C:\\Users\\ada\\x", "/srv/home/ada", "/home/ada"].map(shortPath),
    ).toEqual(["~/src/x", "~/x", "~\\x", "/srv/home/ada", "~"]);
  });
});
