// The writing direction of a text, which is that of its first letter. Pure.

const RTL: readonly RegExp[] = [
  /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u,
  /^[\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u,
];

/** `rtl` if the first letter belongs to a script that is written from right to left. */
export function directionOf(text: string): "ltr" | "rtl" {
  const [letter = ""] = /\p{L}/u.exec(text) ?? [];
  return RTL.some((letters) => letters.test(letter)) ? "rtl" : "ltr";
}
