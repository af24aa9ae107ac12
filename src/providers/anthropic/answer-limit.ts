/** Tokens of an answer to a request without `maxTokens`: the API has no default of its own. */
export const ANSWER_LIMIT = 4096;
