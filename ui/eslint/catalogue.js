// An eslint rule: texts on screen are in messages/en.json only. Whether a string is such a text depends on its place: text in markup and in
// attributes that people read always is, and in code a string is if any string is allowed at its place.

import ts from "typescript";

const names = (...lines) => new Set(lines.flatMap((line) => line.split(" ")));

/** Attributes and properties of components that people see or hear. */
const READ = names(
  "aria-description aria-label aria-roledescription aria-valuetext about action alt caption finding heading label",
  "placeholder readout text title warning",
);

/** Attributes that people neither see nor hear. */
const MACHINE = names(
  "class style id for role type name dir d viewBox transform fill stroke href text-anchor inputmode from where",
  "aria-controls aria-activedescendant aria-labelledby aria-current aria-keyshortcuts aria-live aria-expanded",
  "aria-selected aria-checked aria-invalid aria-disabled aria-hidden key keys kind tone glyph",
);

/** Properties whose values people neither see nor hear. */
const MACHINE_FIELDS = names("key keys id value d dash code");

/** Calls whose arguments people neither see nor hear: DOM methods, string methods, errors for programmers. */
const MACHINE_CALLS = names(
  "querySelector querySelectorAll closest matches getElementById addEventListener removeEventListener getData",
  "getPropertyValue setItem getItem matchMedia includes startsWith endsWith indexOf split join replace replaceAll",
  "localeCompare toLocaleString Symbol RegExp Error NumberFormat DateTimeFormat get attrGet configKey",
);

/** Names of keys, as bindings write them; parts/keyNames.ts makes the text that is shown. */
const KEYS = names(
  "Ctrl Alt Shift Meta Control Enter Esc esc Escape Space Tab Backspace Up Down Left Right Home End",
  "PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight",
);

/** Texts that are the same in every language: the program's name, units, commands. */
const NAMES = new Set(["Musher", "UTC", "min", "git worktree add -b", "git fetch", "cd"]);

/** Whether a text contains a letter. */
function hasWord(text) {
  return /\p{L}/u.test(text);
}

/** Whether a text looks like prose and not like a name in code: it has a space between letters, or begins with a capital letter. */
function looksRead(text) {
  return /\p{L}[\p{L},.;:’'”)]* +[\p{L}“(]/u.test(text) || /^\p{Lu}\p{Ll}/u.test(text);
}

/** The same for a template string, in which each expression is a `…`: a word stands beside a space or at an end. */
function looksReadAround(text) {
  return looksRead(text) || /(?:^|\s)\p{L}{2,}[,.;:’'”)]*(?:\s|$)/u.test(text);
}

function isName(text) {
  const parts = text.trim().split(" ");
  return parts.every((part) => KEYS.has(part) || part.length === 1) || NAMES.has(text.trim());
}

function keyName(key) {
  return typeof key?.name === "string" ? key.name : String(key?.value ?? "");
}

function calleeName(callee) {
  return callee.type === "MemberExpression" ? keyName(callee.property) : keyName(callee);
}

/** Whether the code around a string shows that people neither see nor hear it. */
function isForMachine(node) {
  const { parent } = node;
  switch (parent?.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSLiteralType":
    case "TSEnumMember":
    case "SwitchCase":
    case "ThrowStatement":
      return true;
    case "BinaryExpression":
      return parent.operator !== "+";
    case "MemberExpression":
      return parent.property === node;
    case "Property":
    case "PropertyDefinition":
      return parent.key === node || MACHINE_FIELDS.has(keyName(parent.key));
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node && MACHINE_CALLS.has(calleeName(parent.callee));
    case "SvelteAttribute":
      return MACHINE.has(keyName(parent.key));
    case "SvelteDirective":
    case "SvelteSpecialDirective":
    case "SvelteStyleDirective":
    case "SvelteStyleElement":
      return true;
    case "AssignmentExpression":
      return parent.left.type === "MemberExpression" && keyName(parent.left.object.property) === "dataset";
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ArrayExpression":
    case "TemplateLiteral":
    case "SvelteMustacheTag":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "ObjectExpression":
    case "SpreadElement":
      return isForMachine(parent);
    default:
      return false;
  }
}

/** Whether the type at this place allows any string. A string of a fixed set of names is not shown as it is. */
function takesAnyString(node, services) {
  const expression = services.program && services.esTreeNodeToTSNodeMap.get(node);
  if (!expression) return false;
  const type = services.program.getTypeChecker().getContextualType(expression);
  if (!type) return false;
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & ts.TypeFlags.String) !== 0);
}

export const inCatalogue = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      outside:
        "“{{ text }}” is a word on screen: put it into messages/en.json and call its message. " +
        "A name that only the machine reads belongs to a type of its own.",
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const report = (node, text) => {
      context.report({ node, messageId: "outside", data: { text: text.trim().slice(0, 60) } });
    };
    const isOutside = (node, text) => {
      if (!hasWord(text) || isName(text) || isForMachine(node)) return false;
      if (looksRead(text)) return true;
      return /^\p{Ll}[\p{Ll}-]+$/u.test(text) && takesAnyString(node, services);
    };
    return {
      SvelteText(node) {
        if (hasWord(node.value) && !isName(node.value) && !isForMachine(node)) report(node, node.value);
      },
      SvelteLiteral(node) {
        if (node.parent.type !== "SvelteAttribute" || !READ.has(keyName(node.parent.key))) return;
        if (hasWord(node.value) && !isName(node.value)) report(node, node.value);
      },
      Literal(node) {
        if (typeof node.value === "string" && isOutside(node, node.value)) report(node, node.value);
      },
      TemplateLiteral(node) {
        const text = node.quasis.map((quasi) => quasi.value.cooked ?? "").join("…");
        if (!hasWord(text) || isForMachine(node)) return;
        if (text.includes("…") ? looksReadAround(text) : isOutside(node, text)) report(node, text);
      },
    };
  },
};
