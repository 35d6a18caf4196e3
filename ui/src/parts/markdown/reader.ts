// The Markdown parser: markdown-it, with raw HTML as text and two changed rules. Emphasis is recognised beside Chinese, Japanese and Korean
// text, which has no spaces; and content that is nested too deeply is kept as text, where markdown-it would drop it.
import markdownIt, { type StateBlock, type StateInline } from "markdown-it";

/** The deepest nesting; deeper content is text. */
const DEEPEST = 24;

export const reader = markdownIt({
  html: false,
  linkify: true,
  typographer: false,
  breaks: false,
  maxNesting: DEEPEST,
});
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// All addresses are accepted, because nothing is loaded here: each is shown, and the Link component decides whether it can be opened.
reader.validateLink = () => true;

/** Letters and punctuation of scripts that use no spaces. */
const DENSE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]$/u;
const SPACE = /^\s$/u;
const SIGN = /^[\p{P}\p{S}]$/u;

reader.inline.State.prototype.scanDelims = function (
  this: StateInline,
  start: number,
  canSplitWord: boolean,
) {
  const { src, posMax } = this;
  let end = start;
  while (end < posMax && src[end] === src[start]) end += 1;
  const before = edge([...src.slice(Math.max(0, start - 2), start)].at(-1));
  const after = edge([...src.slice(end, Math.min(posMax, end + 2))][0]);
  const opens = !after.isSpace && (!after.isSign || before.isSpace || before.isSign || before.isDense);
  const closes = !before.isSpace && (!before.isSign || after.isSpace || after.isSign || after.isDense);
  return {
    can_open: opens && (canSplitWord || !closes || before.isSign),
    can_close: closes && (canSplitWord || !opens || after.isSign),
    length: end - start,
  };
};

/** The character at one side of an emphasis mark. The end of the text counts as a space. */
function edge(char = " "): { isSpace: boolean; isSign: boolean; isDense: boolean } {
  const isDense = DENSE.test(char);
  return { isSpace: SPACE.test(char), isSign: SIGN.test(char) && !isDense, isDense };
}

const { block } = reader;
const tokenize = block.tokenize.bind(block);
block.tokenize = (state: StateBlock, from: number, to: number) => {
  if (state.level < DEEPEST) {
    tokenize(state, from, to);
    return;
  }
  const token = state.push("too_deep", "", 0);
  token.content = state.getLines(from, to, 0, false).trim();
  token.map = [from, to];
  state.line = to;
};
