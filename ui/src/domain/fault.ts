// Faults as they are read in the window: the engine writes them as they are printed behind `mush: `. Pure.

import type { Fault } from "../ipc/protocol";
import { sentence } from "./format";

/** The fault with its message as a sentence. A path, a name in quotes and a file's name keep their first letter. */
export function spoken<F extends Fault | null>(fault: F): F {
  return fault === null ? fault : { ...fault, message: sentenceOf(fault.message) };
}

function sentenceOf(message: string): string {
  const begin = /^[a-z]+(?=[\s,;:'’]|$)/.test(message) ? sentence(message) : message;
  return begin === "" || /[.!?…:]$/.test(begin) ? begin : `${begin}.`;
}
