import type { Output, Step, Usage } from '../../model/output.js';
import { sumKnown } from '../stats/add-known.js';

/** What a call of a conversation came to. */
export function stepOf({ source, usage, usd, latencyMs, finishReason, recorded, shared }: Output): Step {
  const told = { ...(recorded === undefined ? {} : { recorded }), ...(shared === undefined ? {} : { shared }) };
  return { source, usage, usd, latencyMs, finishReason, ...told };
}

/** The sums of the calls of a conversation; a sum with an unknown part is unknown. */
export function addSteps(steps: readonly Step[]): Pick<Output, 'source' | 'usage' | 'usd' | 'latencyMs'> {
  const sources = new Set(steps.map(({ source }) => source));
  return {
    source: sources.has('live') ? 'live' : sources.has('cache') ? 'cache' : 'replay',
    usage: addUsage(steps.map(({ usage }) => usage)),
    usd: sumKnown(steps.map(({ usd }) => usd)),
    latencyMs: sumKnown(steps.map(({ latencyMs }) => latencyMs)),
  };
}

/** Tokens of every kind that some call told of. */
function addUsage(usages: readonly Usage[]): Usage {
  const kinds = new Set(usages.flatMap((usage) => Object.keys(usage) as (keyof Usage)[]));
  const sums = [...kinds].map((kind) => [kind, sumKnown(usages.map((usage) => usage[kind] ?? null))] as const);
  const told = sums.filter(([, sum]) => sum !== null);
  return { inputTokens: null, outputTokens: null, ...Object.fromEntries(told) };
}
