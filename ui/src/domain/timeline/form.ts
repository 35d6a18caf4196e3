// What a person writes into an MCP server's form, and the answer made of it. Values stay as they were written:
// the engine makes them what the server takes, and refuses what does not fit. Pure.
import type { Answer, FormField, FormOption, Takes } from "../../ipc/protocol";
import { ALLOWED } from "./ask";
import { m } from "../../paraglide/messages";

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
        { value: "yes", label: m.form_yes() },
        { value: "no", label: m.form_no() },
      ];
    case "text":
    case "number":
      return [];
  }
}

const FORMATS: Partial<Record<string, string>> = {
  email: m.form_email(),
  uri: m.form_uri(),
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00Z",
};

/** What a field takes, in words. */
export function takesWords(takes: Takes): string {
  switch (takes.is) {
    case "text":
      return [FORMATS[takes.format ?? ""] ?? "", charactersWords(takes)].filter(Boolean).join(", ");
    case "number":
      return numberWords(takes);
    case "several":
      return severalWords(takes);
    case "flag":
    case "one":
      return "";
  }
}

function numberWords(takes: Extract<Takes, { is: "number" }>): string {
  const range = rangeWords(takes);
  if (range === null) return takes.whole ? m.form_whole_number() : m.form_number();
  return takes.whole ? m.form_whole_number_of({ range }) : m.form_number_of({ range });
}

/** The same of a field, as a sentence. */
function takesNumber(field: string, takes: Extract<Takes, { is: "number" }>): string {
  const range = rangeWords(takes);
  if (range === null)
    return takes.whole ? m.form_takes_whole_number({ field }) : m.form_takes_number({ field });
  return takes.whole
    ? m.form_takes_whole_number_of({ field, range })
    : m.form_takes_number_of({ field, range });
}

function charactersWords(size: Size): string {
  const range = rangeWords(size);
  return range === null ? "" : m.form_characters({ range });
}

function severalWords(size: Size): string {
  const range = rangeWords(size);
  return range === null ? "" : m.form_of_these({ range });
}

type Size = { readonly min: number | null; readonly max: number | null };

/** `at most 3`, `2 to 5`; null where anything goes. */
function rangeWords({ min, max }: Size): string | null {
  if (min === null) return max === null ? null : m.form_at_most({ max });
  if (max === null) return m.form_at_least({ min });
  return min === max ? String(min) : m.form_from_to({ min, max });
}

/** What is wrong with what stands in a field; empty when nothing is. */
export function lackOf(field: FormField, written: Written): string {
  const { takes } = field;
  const isOutside = (size: number, min: number | null, max: number | null) =>
    (min !== null && size < min) || (max !== null && size > max);
  if (written.length === 0) return field.required ? m.form_not_filled_in({ field: field.title }) : "";
  const text = written[0] ?? "";
  switch (takes.is) {
    case "text":
      return isOutside([...text].length, takes.min, takes.max)
        ? m.form_takes({ field: field.title, what: takesWords(takes) })
        : "";
    case "number": {
      const number = Number(text.trim());
      const isNumber =
        text.trim() !== "" && Number.isFinite(number) && (!takes.whole || Number.isInteger(number));
      return isNumber && !isOutside(number, takes.min, takes.max) ? "" : takesNumber(field.title, takes);
    }
    case "several":
      return isOutside(written.length, takes.min, takes.max)
        ? m.form_takes({ field: field.title, what: takesWords(takes) })
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
