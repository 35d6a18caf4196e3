// The form of an MCP server as a person fills it in, and the answer made of it. Values stay texts; the engine converts them to the server's
// types and refuses values that do not fit. Pure.
import type { Answer, FormField, FormOption, Takes } from "../../ipc/protocol";
import { ALLOWED } from "./ask";
import { m } from "../../paraglide/messages";

/** The value of a field: none, one, or several texts. */
export type Written = readonly string[];

/** The initial values of the fields. */
export function proposed(fields: readonly FormField[]): Written[] {
  return fields.map((field) => field.proposed.filter((value) => value !== ""));
}

/** The options of a field; empty if it has none. */
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

/** What a field accepts, as text. */
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

/** As a sentence with the field's name. */
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

/** `at most 3`, `2 to 5`; null if any size is accepted. */
function rangeWords({ min, max }: Size): string | null {
  if (min === null) return max === null ? null : m.form_at_most({ max });
  if (max === null) return m.form_at_least({ min });
  return min === max ? String(min) : m.form_from_to({ min, max });
}

/** What is wrong with the value of a field; empty if nothing is. */
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

/** The first problem in a form; empty if it can be sent. */
export function lacking(fields: readonly FormField[], written: readonly Written[]): string {
  return fields.map((field, k) => lackOf(field, written[k] ?? [])).find((lack) => lack !== "") ?? "";
}

/** The answer, with every field that has a value. */
export function filled(fields: readonly FormField[], written: readonly Written[]): Answer {
  const given = fields.flatMap(({ name }, k) => {
    const values = written[k] ?? [];
    return values.length === 0 ? [] : [{ name, written: [...values] }];
  });
  return given.length === 0 ? ALLOWED : { ...ALLOWED, fields: given };
}

/** Closes the form without a yes or no. */
export const CANCELLED: Answer = { behavior: "cancel", message: null, labels: [], choices: [] };

/** The values, as the timeline shows them: `name: sales`. */
export function filledWords({ fields = [] }: Answer): string[] {
  return fields.map(({ name, written }) => `${name}: ${written.join(", ")}`);
}
