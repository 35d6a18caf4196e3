// Unsent answers to a question. They are stored by question, also after a restart, until the question is answered.

import type { Written } from "../../domain/timeline/form";
import type { Given } from "../../domain/timeline/given";
import type { QuestionId } from "../../ipc/protocol";
import { keepDraft, keptDraft, type DraftName } from "../../state/drafts";

type Kept = {
  readonly message: string;
  readonly given: readonly Given[];
  readonly typed: readonly Written[] | null;
};

const NOTHING: Kept = { message: "", given: [], typed: null };

export class Answering {
  readonly #name: DraftName;
  #kept = $state.raw<Kept>(NOTHING);

  constructor(question: QuestionId) {
    this.#name = { of: "question", id: question };
    this.#kept = keptOf(keptDraft(this.#name));
  }

  /** The reason of a refusal, for the agent. */
  get message(): string {
    return this.#kept.message;
  }
  set message(message: string) {
    this.#keep({ message });
  }

  get given(): Given[] {
    return [...this.#kept.given];
  }
  set given(given: Given[]) {
    this.#keep({ given });
  }

  /** The values that the user typed into the form; null before that. */
  get typed(): Written[] | null {
    return this.#kept.typed && [...this.#kept.typed];
  }
  set typed(typed: Written[] | null) {
    this.#keep({ typed });
  }

  /** What was written in words: the reason of a refusal, and own answers to choices. */
  get words(): string {
    const all = [this.#kept.message, ...this.#kept.given.map((given) => given.words)];
    return all
      .map((words) => words.trim())
      .filter(Boolean)
      .join("\n");
  }

  /** The question is answered, so nothing of it is unsent. */
  done(): void {
    this.#kept = NOTHING;
    keepDraft(this.#name, undefined);
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    keepDraft(this.#name, this.#kept);
  }
}

/** Whether a person has begun to answer this question in words. */
export function hasUnsentWords(question: QuestionId): boolean {
  return new Answering(question).words !== "";
}

/** A stored draft, if it has the form of this version. */
function keptOf(found: unknown): Kept {
  if (typeof found !== "object" || found === null) return NOTHING;
  const { message, given, typed } = found as Record<keyof Kept, unknown>;
  return {
    message: typeof message === "string" ? message : "",
    given: Array.isArray(given) && given.every(isGiven) ? given : [],
    typed: Array.isArray(typed) && typed.every(isWritten) ? typed : null,
  };
}

function isGiven(each: unknown): each is Given {
  if (typeof each !== "object" || each === null) return false;
  const { options, words: own } = each as Record<keyof Given, unknown>;
  return typeof own === "string" && Array.isArray(options) && options.every(Number.isInteger);
}

function isWritten(each: unknown): each is Written {
  return Array.isArray(each) && each.every((value) => typeof value === "string");
}
