// What a person writes into an MCP server's form, and the answer made of it. Values stay as they were written:
// the engine makes them what the server takes, and refuses what does not fit. Pure.
import type { Answer, FormField, FormOption, Takes } from "../../ipc/protocol";
import { ALLOWED } from "./ask";

/** What stands in one field: nothing, one value, or several. */
export type Written = readonly string[];

/** What stands in the fields at first. */
export function proposed(fields: readonly FormField[]): Written[] {
  return fields.map((field) => field.proposed.filter((value) => value !== ""));
}

/** What a field offers, where it does. */
export function offersOf(takes: Takes): FormOption[] {
  switch (takes.is) {
    case "one":
    case "several":
      return takes.options;
    case "flag":
      return [
        { value: "yes", label: "Yes" },
        { value: "no", label: "No" },
      ];
    case "text":
    case "number":
      return [];
  }
}

const FORMATS: Partial<Record<string, string>> = {
  email: "An address of e-mail",
  uri: "An address with its scheme",
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00Z",
};

/** What a field takes, in words. */
export function takesWords(takes: Takes): string {
  switch (takes.is) {
    case "text":
      return [FORMATS[takes.format ?? ""] ?? "", range(takes.min, takes.max, "characters")]
        .filter(Boolean)
        .join(", ");
    case "number":
      return numberWords(takes, "A");
    case "several":
      return range(takes.min, takes.max, "of these");
    case "flag":
    case "one":
      return "";
  }
}

function numberWords(takes: Extract<Takes, { is: "number" }>, article: "A" | "a"): string {
  const number = takes.whole ? "whole number" : "number";
  return [`${article} ${number}`, range(takes.min, takes.max, "")].filter(Boolean).join(", ");
}

function range(min: number | null, max: number | null, what: string): string {
  if (min === null && max === null) return "";
  const words =
    min === null
      ? `at most ${max}`
      : max === null
        ? `at least ${min}`
        : min === max
          ? `${min}`
          : `${min} to ${max}`;
  return `${words} ${what}`.trim();
}

/** What is wrong with what stands in a field; empty when nothing is. */
export function lackOf(field: FormField, written: Written): string {
  const { takes } = field;
  const isOutside = (size: number, min: number | null, max: number | null) =>
    (min !== null && size < min) || (max !== null && size > max);
  if (written.length === 0) return field.required ? `${field.title} is not filled in.` : "";
  const text = written[0] ?? "";
  switch (takes.is) {
    case "text":
      return isOutside([...text].length, takes.min, takes.max)
        ? `${field.title} takes ${takesWords(takes)}.`
        : "";
    case "number": {
      const number = Number(text.trim());
      const isNumber =
        text.trim() !== "" && Number.isFinite(number) && (!takes.whole || Number.isInteger(number));
      return isNumber && !isOutside(number, takes.min, takes.max)
        ? ""
        : `${field.title} takes ${numberWords(takes, "a")}.`;
    }
    case "several":
      return isOutside(written.length, takes.min, takes.max)
        ? `${field.title} takes ${takesWords(takes)}.`
        : "";
    case "flag":
    case "one":
      return "";
  }
}

/** The first thing that is wrong with a form; empty when it can be sent. */
export function lacking(fields: readonly FormField[], written: readonly Written[]): string {
  return fields.map((field, k) => lackOf(field, written[k] ?? [])).find((lack) => lack !== "") ?? "";
}

/** The answer: each field that something stands in. */
export function filled(fields: readonly FormField[], written: readonly Written[]): Answer {
  const given = fields.flatMap(({ name }, k) => {
    const values = written[k] ?? [];
    return values.length === 0 ? [] : [{ name, written: [...values] }];
  });
  return given.length === 0 ? ALLOWED : { ...ALLOWED, fields: given };
}

/** Neither yes nor no. */
export const CANCELLED: Answer = { behavior: "cancel", message: null, labels: [], choices: [] };

/** What was filled in, as the timeline shows it: `name: sales`. */
export function filledWords({ fields = [] }: Answer): string[] {
  return fields.map(({ name, written }) => `${name}: ${written.join(", ")}`);
}
