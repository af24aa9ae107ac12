/** The day from which a model is no longer answered by the service of its vendor, and what the vendor names in its place. */
export interface Retirement {
  /** `2027-01-14` */
  readonly on: string;
  readonly instead: string | null;
}

/**
 * THE table of retirements, as of 2026-11-29, by vendor and name. Only models that prompts are written for, and only days
 * that the vendors have announced: https://developers.openai.com/api/docs/deprecations (of 27 October 2026, when the page
 * and the `shutdown_date` of GET /v1/models agreed, and what it names instead of GPT-5 since gpt-6.1-terra),
 * https://platform.claude.com/docs/en/about-claude/model-deprecations, https://ai.google.dev/gemini-api/docs/deprecations
 * with its changelog (of 10 November 2026; after their day Google may answer in the name of gemini-2.5 with another model),
 * and the model cards of https://docs.mistral.ai/models (of 21 August 2026).
 * The clouds that sell the same models have days of their own.
 */
const TABLE: readonly (readonly [vendor: string, on: string, instead: string | null, ...names: readonly string[]])[] = [
  ['openai', '2024-06-13', null, 'gpt-3.5-turbo-0613', 'gpt-3.5-turbo-16k-0613', 'gpt-3.5-turbo-0301'],
  ['openai', '2024-01-04', null, 'text-davinci-002', 'text-davinci-003', 'ada', 'babbage', 'curie', 'davinci'],
  ['openai', '2025-06-06', 'gpt-5.6-sol', 'gpt-4-32k', 'gpt-4-32k-0613', 'gpt-4-32k-0314'],
  ['openai', '2024-12-06', 'gpt-5.6-sol', 'gpt-4-vision-preview', 'gpt-4-1106-vision-preview'],
  ['openai', '2025-07-14', 'gpt-5.6-sol', 'gpt-4.5-preview', 'gpt-4.5-preview-2025-02-27'],
  ['openai', '2025-07-28', 'gpt-5.6-sol', 'o1-preview', 'o1-preview-2024-09-12'],
  ['openai', '2025-10-27', 'gpt-5.6-terra', 'o1-mini', 'o1-mini-2024-09-12'],
  ['openai', '2026-02-17', 'gpt-6-sol', 'chatgpt-4o-latest'],
  ['openai', '2026-07-23', 'gpt-5.4', 'gpt-5-codex', 'gpt-5.1-codex', 'gpt-5.1-codex-max', 'gpt-5.2-codex'],
  ['openai', '2026-07-23', 'gpt-5.4-mini', 'gpt-5.1-codex-mini', 'computer-use-preview', 'gpt-4o-search-preview'],
  ['openai', '2026-07-23', 'gpt-5.5', 'gpt-5-chat-latest', 'gpt-5.1-chat-latest'],
  ['openai', '2026-08-10', 'gpt-5.5', 'gpt-5.2-chat-latest', 'gpt-5.3-chat-latest'],
  ['openai', '2026-10-23', 'gpt-5.6-terra', 'gpt-3.5-turbo', 'gpt-3.5-turbo-0125', 'o4-mini', 'o4-mini-2025-04-16'],
  ['openai', '2026-10-23', 'gpt-5.6-sol', 'gpt-4', 'gpt-4-0613', 'gpt-4-1106-preview', 'gpt-4-turbo'],
  ['openai', '2026-10-23', 'gpt-5.6-sol', 'gpt-4-turbo-2024-04-09', 'gpt-4o-2024-05-13', 'o1', 'o1-2024-12-17'],
  ['openai', '2026-10-23', 'gpt-5.6-sol', 'o3-mini', 'o3-mini-2025-01-31', 'o1-pro', 'o1-pro-2025-03-19'],
  ['openai', '2026-10-23', 'gpt-5.6-luna', 'gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14'],
  ['openai', '2026-12-11', 'gpt-6.1-sol', 'gpt-5', 'gpt-5-2025-08-07'],
  ['openai', '2026-12-11', 'gpt-6.1-terra', 'gpt-5-mini', 'gpt-5-mini-2025-08-07'],
  ['openai', '2026-12-11', 'gpt-5.6-luna', 'gpt-5-nano', 'gpt-5-nano-2025-08-07'],
  ['openai', '2026-12-11', 'gpt-5.6-sol', 'o3', 'o3-2025-04-16', 'o3-pro', 'o3-pro-2025-06-10'],
  ['openai', '2026-12-11', 'gpt-5.6-sol', 'gpt-5-pro', 'gpt-5-pro-2025-10-06'],
  ['openai', '2027-01-14', 'gpt-6-luna', 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20', 'gpt-4o-mini'],
  ['openai', '2027-01-14', 'gpt-6-luna', 'gpt-4o-mini-2024-07-18', 'gpt-4.1', 'gpt-4.1-2025-04-14'],
  ['openai', '2027-01-14', 'gpt-6-luna', 'gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
  ['openai', '2027-02-01', null, 'gpt-5.5-cyber-preview'],
  ['openai', '2027-04-01', null, 'gpt-5.1', 'gpt-5.1-2025-11-13', 'gpt-5.3-codex'],
  ['openai', '2027-04-01', null, 'gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17'],
  ['anthropic', '2024-11-06', null, 'claude-1', 'claude-1.3', 'claude-instant-1', 'claude-instant-1.2'],
  ['anthropic', '2025-07-21', null, 'claude-2', 'claude-2.0', 'claude-2.1', 'claude-3-sonnet-20240229'],
  ['anthropic', '2025-10-28', 'claude-sonnet-4-6', 'claude-3-5-sonnet-20240620', 'claude-3-5-sonnet-20241022'],
  ['anthropic', '2025-10-28', 'claude-sonnet-4-6', 'claude-3-5-sonnet-latest'],
  ['anthropic', '2026-01-05', 'claude-opus-4-8', 'claude-3-opus-20240229', 'claude-3-opus-latest'],
  ['anthropic', '2026-02-19', 'claude-sonnet-4-6', 'claude-3-7-sonnet-20250219', 'claude-3-7-sonnet-latest'],
  ['anthropic', '2026-02-19', 'claude-haiku-4-5', 'claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest'],
  ['anthropic', '2026-04-20', 'claude-haiku-4-5', 'claude-3-haiku-20240307'],
  ['anthropic', '2026-06-15', 'claude-sonnet-4-6', 'claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
  ['anthropic', '2026-06-15', 'claude-opus-4-8', 'claude-opus-4-0', 'claude-opus-4-20250514'],
  ['anthropic', '2026-08-05', 'claude-opus-4-8', 'claude-opus-4-1', 'claude-opus-4-1-20250805'],
  ['anthropic', '2026-11-30', 'claude-sonnet-5-5', 'claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['google', '2025-09-29', null, 'gemini-1.5-pro', 'gemini-1.5-flash', 'gemini-1.5-flash-8b'],
  ['google', '2025-11-18', null, 'gemini-2.5-flash-lite-preview-06-17', 'gemini-2.5-flash-preview-05-20'],
  ['google', '2025-12-02', 'gemini-3.1-pro-preview', 'gemini-2.5-pro-preview-03-25', 'gemini-2.5-pro-preview-05-06'],
  ['google', '2025-12-02', 'gemini-3.1-pro-preview', 'gemini-2.5-pro-preview-06-05'],
  ['google', '2026-03-09', 'gemini-3.1-pro-preview', 'gemini-3-pro-preview'],
  ['google', '2026-05-25', 'gemini-3.1-flash-lite', 'gemini-3.1-flash-lite-preview'],
  ['google', '2026-06-01', 'gemini-3.5-flash', 'gemini-2.0-flash', 'gemini-2.0-flash-001'],
  ['google', '2026-06-01', 'gemini-3.1-flash-lite', 'gemini-2.0-flash-lite', 'gemini-2.0-flash-lite-001'],
  ['google', '2026-12-01', 'gemini-3.8-flash', 'gemini-2.5-pro'],
  ['google', '2026-12-01', 'gemini-3.5-flash-lite', 'gemini-2.5-flash'],
  ['google', '2027-05-07', null, 'gemini-3.1-flash-lite'],
  ['mistral', '2025-03-30', 'ministral-8b-2512', 'open-mistral-7b'],
  ['mistral', '2025-03-30', 'mistral-small-2603', 'open-mixtral-8x7b', 'open-mixtral-8x22b'],
  ['mistral', '2025-03-30', 'mistral-large-2512', 'mistral-large-2407'],
  ['mistral', '2025-06-06', 'codestral-2508', 'open-codestral-mamba'],
  ['mistral', '2025-06-16', 'codestral-2508', 'codestral-2405'],
  ['mistral', '2025-06-16', 'mistral-large-2512', 'mistral-large-2402'],
  ['mistral', '2025-06-16', 'mistral-medium-3-5', 'mistral-medium-2312'],
  ['mistral', '2025-06-16', 'mistral-small-2603', 'mistral-small-2402'],
  ['mistral', '2025-09-30', 'mistral-small-2603', 'mistral-saba-2502', 'mistral-saba-latest'],
  ['mistral', '2025-11-30', 'mistral-small-2603', 'mistral-small-2409', 'mistral-small-2501', 'mistral-small-2503'],
  ['mistral', '2025-11-30', 'mistral-small-2603', 'magistral-small-2506', 'magistral-small-2507'],
  ['mistral', '2025-11-30', 'mistral-medium-3-5', 'magistral-medium-2506', 'magistral-medium-2507'],
  ['mistral', '2025-11-30', 'mistral-medium-3-5', 'devstral-small-2505'],
  ['mistral', '2025-11-30', 'codestral-2508', 'codestral-2501'],
  ['mistral', '2025-12-31', 'ministral-3b-2512', 'ministral-3b-2410'],
  ['mistral', '2025-12-31', 'ministral-8b-2512', 'ministral-8b-2410'],
  ['mistral', '2025-12-31', 'ministral-14b-2512', 'pixtral-12b-2409'],
  ['mistral', '2026-03-31', 'mistral-medium-3-5', 'labs-devstral-small-2512'],
  ['mistral', '2026-04-30', 'ministral-8b-2512', 'labs-mistral-small-creative'],
  ['mistral', '2026-05-31', 'mistral-medium-3-5', 'mistral-large-2411', 'pixtral-large-2411', 'devstral-medium-2507'],
  ['mistral', '2026-05-31', 'mistral-small-2603', 'devstral-small-2507'],
  ['mistral', '2026-07-31', 'mistral-small-2603', 'mistral-small-2506', 'magistral-small-2509'],
  ['mistral', '2026-07-31', 'mistral-medium-3-5', 'magistral-medium-2509', 'devstral-2512'],
  ['mistral', '2026-07-31', 'ministral-8b-2512', 'open-mistral-nemo', 'open-mistral-nemo-2407'],
  ['mistral', '2026-08-31', 'mistral-medium-3-5', 'mistral-medium-2505', 'mistral-medium-2508'],
];

const RETIREMENTS: ReadonlyMap<string, Retirement> = new Map(
  TABLE.flatMap(([vendor, on, instead, ...names]) => names.map((name) => [`${vendor}/${name}`, { on, instead }])),
);

/** When a model of a vendor's own service ends; null when no day is known. */
export function retirementOf(vendor: string, name: string): Retirement | null {
  return RETIREMENTS.get(`${vendor}/${name.toLowerCase()}`) ?? null;
}
