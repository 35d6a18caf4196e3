// Which way a text is written: as its first letter is. Pure.

const RTL: readonly RegExp[] = [
  /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u,
  /^[\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u,
];

/** `rtl` where the first letter is of a script that is written from right to left. */
export function directionOf(text: string): "ltr" | "rtl" {
  const [letter = ""] = /\p{L}/u.exec(text) ?? [];
  return RTL.some((letters) => letters.test(letter)) ? "rtl" : "ltr";
}
