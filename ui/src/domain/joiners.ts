// Finds invisible characters that belong to the text around them: joiners in scripts and emoji, variation selectors, flags made of tag
// characters, soft hyphens. Pure.

/** Letters of scripts whose shapes depend on their neighbours. */
const JOINING: readonly RegExp[] = [
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mandaic}\p{Script=Mongolian}]$/u,
  /^[\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Sogdian}]$/u,
  /^[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}]$/u,
  /^[\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}]$/u,
  /^[\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]$/u,
  /^[\p{Script=Tibetan}\p{Script=Balinese}\p{Script=Javanese}]$/u,
];
const joins = (char: string) => JOINING.some((letters) => letters.test(char));
const letter = /^(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}]$/u;
const pictograph = /^\p{Extended_Pictographic}$/u;
/** Characters after which a joiner continues an emoji. */
const emoji = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;
/** Characters that can be shown as text or as an emoji, including digits (keycaps). */
const varied = /^[\p{Extended_Pictographic}\p{Emoji_Component}]$/u;
const ideograph = /^\p{Ideographic}$/u;
const mongolian = /^\p{Script=Mongolian}$/u;

/** A black flag, tag letters for a part of a country, and the end tag: for example England. */
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{3,6}\u{e007f}/gu;
/** The length of the longest flag, in UTF-16 units. */
const FLAG_MOST = 2 * 8;

/** Whether the character at this index is part of the word or emoji around it. */
export function belongs(text: string, char: string, index: number): boolean {
  const before = lastOf(text.slice(Math.max(0, index - 2), index));
  const after = firstOf(text.slice(index + char.length, index + char.length + 2));
  const code = char.codePointAt(0) ?? 0;
  if (code === 0xad) return letter.test(before) && letter.test(after);
  if (code === 0x200c) return joins(before) || joins(after);
  if (code === 0x200d) return joins(before) || joins(after) || (emoji.test(before) && pictograph.test(after));
  if (code === 0xfe0e || code === 0xfe0f) return varied.test(before) || ideograph.test(before);
  if (code >= 0xfe00 && code <= 0xfe0d) return ideograph.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return ideograph.test(before);
  if (code >= 0x180b && code <= 0x180f && code !== 0x180e) return mongolian.test(before);
  if (code >= 0xe0020 && code <= 0xe007f) return isInFlag(text, index);
  return false;
}

function isInFlag(text: string, index: number): boolean {
  const from = Math.max(0, index - FLAG_MOST);
  const around = text.slice(from, index + FLAG_MOST);
  return [...around.matchAll(FLAG)].some(
    (flag) => from + flag.index <= index && index < from + flag.index + flag[0].length,
  );
}

function firstOf(text: string): string {
  return [...text][0] ?? "";
}

function lastOf(text: string): string {
  return [...text].at(-1) ?? "";
}
