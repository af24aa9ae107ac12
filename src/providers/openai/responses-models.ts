/**
 * OpenAI's models that are offered in the Responses API only, as of 2026-11-28: those that `ResponsesModel` of its SDK has
 * beyond `ChatModel` (o1-pro, o3-pro, gpt-5-pro, the codex and deep-research models, computer-use), and by their pages the
 * later pro and codex models (https://developers.openai.com/api/docs/models/gpt-5.4-pro).
 */
const RESPONSES_ONLY =
  /^(?:o\d+-pro|gpt-\d+(?:\.\d+)?-pro|gpt-[\d.]+-codex|codex-|o\d+(?:-mini)?-deep-research|computer-use)/;

/** Whether OpenAI offers a model in the Responses API only. */
export function isResponsesOnly(model: string): boolean {
  return RESPONSES_ONLY.test(model.toLowerCase());
}
