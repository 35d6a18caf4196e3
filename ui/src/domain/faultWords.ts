// A fault in the words of the window: the engine's hints are for the command line, too, and systems add numbers
// that say nothing to a reader. Pure.

import type { ErrorCode, Fault } from "../ipc/protocol";
import { m } from "../paraglide/messages";

/** What to do in the window, where the engine names a command. */
const INSTEAD: Partial<Record<ErrorCode, string>> = {
  not_found: m.fault_gone(),
  store: m.fault_check_data(),
  keeper: m.fault_check_agents(),
  git: m.fault_check_agents(),
};

/** Without the number that a system gives to an error: `No such file or directory (os error 2)`. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/ ?\(os error -?\d+\)/g, "");
}

/** The fault without commands of a terminal and without numbers of the system. */
export function inWindow({ code, message, hint }: Fault): Fault {
  const sentences = withoutNumbers(hint).split(/(?<=[.!?]) /);
  const said = sentences.filter((sentence) => !sentence.includes("`mush "));
  const isCommand = said.length < sentences.length;
  const instead = isCommand && said.length === 0 ? (INSTEAD[code] ?? "") : "";
  return { code, message: withoutNumbers(message), hint: said.join(" ") || instead };
}
