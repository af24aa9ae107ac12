/**
 * What telemetry calls things: OpenTelemetry's conventions for generative AI as they stand in
 * https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/client-inference.md, and where they have no
 * name ours, which begins with `llmci`. They are in development and will change: nothing but this file knows them.
 */
export const ATTRIBUTE = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  servedModel: 'gen_ai.response.model',
  finish: 'gen_ai.response.finish_reasons',
  firstToken: 'gen_ai.response.time_to_first_chunk',
  streamed: 'gen_ai.request.stream',
  prompt: 'gen_ai.prompt.name',
  version: 'gen_ai.prompt.version',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  error: 'error.type',
  environment: 'deployment.environment.name',
  service: 'service.name',
  serviceVersion: 'service.version',
  arm: 'llmci.arm',
  rollout: 'llmci.rollout',
  digest: 'llmci.digest',
  call: 'llmci.call.id',
  copyOf: 'llmci.call.copy_of',
  usd: 'llmci.cost.usd',
} as const;

/** The operation of every call: rendered messages are sent, and a message comes back. */
export const OPERATION = 'chat';

/** In `error.type`, of a call that its client gave up: no fault of the service, and of no gate. */
export const CLIENT_LEFT = 'client-left';

/** Upper bounds in seconds that the conventions ask for, of durations and first tokens. */
export const SECONDS_BUCKETS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/** A metric: its name in OpenTelemetry, and what becomes of that in Prometheus by OpenTelemetry's own rules. */
export interface MetricName {
  readonly otel: string;
  readonly prometheus: string;
  readonly type: 'histogram' | 'counter' | 'gauge';
  readonly unit: string;
  readonly help: string;
}

export const METRIC = {
  duration: metric(
    'gen_ai.client.inference.duration',
    'histogram',
    's',
    'From asking the model to the end of its answer.',
  ),
  firstToken: metric(
    'gen_ai.client.inference.time_to_first_chunk',
    'histogram',
    's',
    'From asking the model to the first piece of a streamed answer.',
  ),
  inputTokens: metric('gen_ai.client.inference.usage.input_tokens', 'counter', '{token}', 'Tokens sent.'),
  outputTokens: metric('gen_ai.client.inference.usage.output_tokens', 'counter', '{token}', 'Tokens answered.'),
  cost: metric('llmci.cost', 'counter', 'USD', 'What calls with a known price have cost, in US dollars.'),
  unpriced: metric('llmci.calls.unpriced', 'counter', '{call}', 'Answered calls whose price is not known.'),
  outcomes: metric('llmci.outcomes', 'counter', '{outcome}', 'What apps reported of calls, by whether it went well.'),
  live: metric('llmci.live', 'gauge', '1', 'The number of the release that is live.'),
  ledgerLine: metric('llmci.ledger.line', 'gauge', '1', 'The last line of the ledger that is served.'),
  fromStore: metric(
    'llmci.ledger.from_store',
    'gauge',
    '1',
    '1 when that is from the store, 0 from the last known state.',
  ),
  weight: metric('llmci.rollout.weight', 'gauge', '1', 'The share of units that get the candidate, from 0 to 1.'),
  copies: metric(
    'llmci.copies',
    'counter',
    '{copy}',
    'Copies of calls that a candidate got beside the control, at all gateways: answered, failed, dropped.',
  ),
  paused: metric('llmci.rollout.paused', 'gauge', '1', '1 while a rollout is paused.'),
  scores: metric(
    'llmci.scores',
    'counter',
    '{score}',
    'What became of scores of live calls: ok, failed the mark, missing, dropped, over-budget.',
  ),
  scoreMean: metric('llmci.scores.mean', 'gauge', '1', 'The mean of scores of live calls, in the unit of the metric.'),
  scoresSpent: metric('llmci.scores.cost', 'gauge', 'USD', 'What live scores have cost today (UTC), in US dollars.'),
  judgeOdd: metric('llmci.judge.odd', 'gauge', '1', '1 while a judge hardly tells answers apart, or drifts.'),
  gate: metric('llmci.rollout.gate', 'gauge', '1', 'A live gate: 1 pass, 0 wait, -1 fail.'),
  gateEstimate: metric('llmci.rollout.gate.estimate', 'gauge', '1', 'What a live gate estimates, in its own unit.'),
} as const satisfies Readonly<Record<string, MetricName>>;

function metric(otel: string, type: MetricName['type'], unit: string, help: string): MetricName {
  const suffix = { s: '_seconds', USD: '_usd' }[unit] ?? '';
  return {
    ...{ otel, type, unit, help },
    prometheus: `${labelName(otel)}${suffix}${type === 'counter' ? '_total' : ''}`,
  };
}

/** The name of an attribute as a label of Prometheus. */
export function labelName(attribute: string): string {
  return attribute.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}

/** What the conventions call a provider that llmci calls otherwise. */
export function providerName(name: string): string {
  return OTHERWISE[name] ?? name;
}

const OTHERWISE: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};
