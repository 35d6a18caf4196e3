// The agent programs on this machine. Querying them is slow, so the result is kept while the window is open, and queried again on request.
import { faultOf, type Backend } from "../../ipc/backend";
import type { AgentStatus, Fault } from "../../ipc/protocol";

export class Agents {
  #found = $state.raw<readonly AgentStatus[] | null>(null);
  #problem = $state.raw<Fault | null>(null);
  #asking = $state(false);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The result; null before the first answer. */
  get found(): readonly AgentStatus[] | null {
    return this.#found;
  }
  get problem(): Fault | null {
    return this.#problem;
  }
  get isAsking(): boolean {
    return this.#asking;
  }

  async ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#found = await this.#backend.agents();
      this.#problem = null;
    } catch (thrown) {
      this.#problem = faultOf(thrown);
    }
    this.#asking = false;
  }
}

const known = new WeakMap<Backend, Agents>();

/** The agents of this host; one object per host. */
export function agentsOf(backend: Backend): Agents {
  const kept = known.get(backend);
  if (kept) return kept;
  const made = new Agents(backend);
  known.set(backend, made);
  void made.ask();
  return made;
}
