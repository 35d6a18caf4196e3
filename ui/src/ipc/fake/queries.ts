// Answers queries by their name: with the fake's answers, or with a test's answers to some of them.

import type { AnswerTo, Backend, QueryOf, QueryWord } from "../backend";

/** An answer to every query. */
export type Answers = {
  readonly [Of in QueryWord]: (query: QueryOf<Of>) => AnswerTo<Of> | Promise<AnswerTo<Of>>;
};

/** A backend's `query` with these answers. If an answer throws, the query is rejected with that error. */
export function answering(answers: Answers): Pick<Backend, "query"> {
  return {
    async query<Of extends QueryWord>(query: QueryOf<Of>) {
      const answer: Answers[Of] = answers[query.of as Of];
      return answer(query);
    },
  };
}

/** The same with only some of the answers; the others come from `otherwise`. */
export function answeringSome(answers: Partial<Answers>, otherwise: Backend): Pick<Backend, "query"> {
  return {
    async query<Of extends QueryWord>(query: QueryOf<Of>) {
      const answer: Partial<Answers>[Of] = answers[query.of as Of];
      return answer ? answer(query) : otherwise.query(query);
    },
  };
}
