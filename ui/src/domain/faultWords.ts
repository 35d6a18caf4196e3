// Texts of faults for the window. The engine's hints may name commands of the command line, and systems add error numbers; both are
// replaced or removed. Pure.

import type { ErrorCode, Fault } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** What to do in the window, in place of a command in the hint. */
const INSTEAD: Partial<Record<ErrorCode, string>> = {
  not_found: m.fault_gone(),
  store: m.fault_check_data(),
  keeper: m.fault_check_agents(),
  git: m.fault_check_agents(),
};

/** Removes the error numbers of the system: `No such file or directory (os error 2)`. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/ ?\(os error -?\d+\)/g, "");
}

/** A fault without commands of a terminal and without error numbers of the system. */
export function inWindow({ code, message, hint }: Fault): Fault {
  const sentences = withoutNumbers(hint).split(/(?<=[.!?]) /);
  const said = sentences.filter((sentence) => !sentence.includes("`mush "));
  const isCommand = said.length < sentences.length;
  const instead = isCommand && said.length === 0 ? (INSTEAD[code] ?? "") : "";
  return { code, message: withoutNumbers(message), hint: said.join(" ") || instead };
}
