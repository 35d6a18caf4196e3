// Answers to queries by the word each asks for: the fake's own, and a test's instead of some of them.

import type { AnswerTo, Backend, QueryOf, QueryWord } from "../backend";

/** An answer to every query there is. */
export type Answers = {
  readonly [Of in QueryWord]: (query: QueryOf<Of>) => AnswerTo<Of> | Promise<AnswerTo<Of>>;
};

/** A backend's `query` with these answers. What an answer throws is what the query rejects with. */
export function answering(answers: Answers): Pick<Backend, "query"> {
  return {
    async query<Of extends QueryWord>(query: QueryOf<Of>) {
      const answer: Answers[Of] = answers[query.of as Of];
      return answer(query);
    },
  };
}

/** The same with some answers of one's own, and the others from a backend. */
export function answeringSome(answers: Partial<Answers>, otherwise: Backend): Pick<Backend, "query"> {
  return {
    async query<Of extends QueryWord>(query: QueryOf<Of>) {
      const answer: Partial<Answers>[Of] = answers[query.of as Of];
      return answer ? answer(query) : otherwise.query(query);
    },
  };
}
