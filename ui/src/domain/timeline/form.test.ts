import { expect, test } from "vitest";
import type { FormField, Takes } from "../../ipc/protocol";
import { ALLOWED } from "./ask";
import { filled, filledWords, lackOf, lacking, offersOf, proposed, takesWords } from "./form";

const field = (name: string, takes: Takes, more: Partial<FormField> = {}): FormField => ({
  name,
  title: name.toUpperCase(),
  description: null,
  required: true,
  proposed: [],
  takes,
  ...more,
});
const text: Takes = { is: "text", min: 1, max: 3, format: null };
const whole: Takes = { is: "number", whole: true, min: 1, max: 10 };
const options = [
  { value: "a", label: "Addresses" },
  { value: "b", label: "Billing" },
];

test("what does not fit is said before it is sent", () => {
  const lacks = (takes: Takes, ...written: string[]) => lackOf(field("f", takes), written);
  expect([lacks(text, "äöü"), lacks(whole, "7"), lacks(whole, "1e1"), lacks({ is: "flag" }, "yes")]).toEqual([
    "",
    "",
    "",
    "",
  ]);
  expect(lacks(text)).toBe("F is not filled in.");
  expect(lacks(text, "four")).toBe("F takes 1 to 3 characters.");
  expect([lacks(whole, "7.5"), lacks(whole, "11"), lacks(whole, "seven"), lacks(whole, " ")]).toEqual(
    Array(4).fill("F takes a whole number, 1 to 10."),
  );
  expect(lacks({ is: "several", options, min: null, max: 1 }, "a", "b")).toBe("F takes at most 1 of these.");
  expect(lackOf(field("f", text, { required: false }), [])).toBe("");
});

test("a form begins with what is proposed, and its answer has what stands in it", () => {
  const fields = [
    field("name", text),
    field("rows", whole, { required: false, proposed: ["5"] }),
    field(
      "tags",
      { is: "several", options, min: null, max: null },
      { required: false, proposed: ["a", "b"] },
    ),
  ];
  const written = proposed(fields);
  expect(written).toEqual([[], ["5"], ["a", "b"]]);
  expect(lacking(fields, written)).toBe("NAME is not filled in.");
  const answer = filled(fields, [["x"], [], ["a", "b"]]);
  expect(answer).toEqual({
    ...ALLOWED,
    fields: [
      { name: "name", written: ["x"] },
      { name: "tags", written: ["a", "b"] },
    ],
  });
  expect(filledWords(answer)).toEqual(["name: x", "tags: a, b"]);
  expect(filled([], [])).toEqual(ALLOWED);
});

test("each field says what it takes and offers", () => {
  expect(takesWords({ is: "text", min: null, max: null, format: "email" })).toBe("An e-mail address");
  expect(takesWords({ is: "number", whole: false, min: null, max: 1 })).toBe("A number, at most 1");
  expect(offersOf({ is: "flag" }).map(({ label }) => label)).toEqual(["Yes", "No"]);
  expect(offersOf(text)).toEqual([]);
});
