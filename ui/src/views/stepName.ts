// The name of a step in an address: `RUN:stdout:1024:0`, which is its run and the position of its event. Pure.

import type { Stream } from "../ipc/protocol";
import type { StepName } from "../state/route.svelte";

const STREAMS: { readonly [S in Stream]: S } = { stdout: "stdout", stderr: "stderr", stdin: "stdin" };
const FORM = /^([^:]+):(\w+):(\d{1,15}):(\d{1,9})$/;

export function writeStep({ run, stream, offset, k }: StepName): string {
  return [run, stream, offset, k].join(":");
}

/** Parses the name of a step; null if the text is none. */
export function readStep(text: string): StepName | null {
  const [, run, name, offset, k] = FORM.exec(text) ?? [];
  const stream = Object.values(STREAMS).find((each) => each === name);
  return run === undefined || stream === undefined
    ? null
    : { run, stream, offset: Number(offset), k: Number(k) };
}
