import { createHash } from 'node:crypto';
import { z } from 'zod';
import { COHORT_ATTRIBUTE } from '../../core/releases/export-flagd.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { writeJson } from '../../core/text/write-json.js';
import type { Prompts, Rollouts } from '../../runtime/prompts.js';
import { ApiError } from '../http/api-error.js';
import type { Incoming } from '../http/exchange.js';
import type { Route } from '../http/router.js';
import { evaluateAll, evaluateFlag, type FlagContext, notFound } from './evaluate.js';

/** Other attributes are the app's own, and say nothing here. */
const contextSchema = z.looseObject({
  targetingKey: z.string().nullish(),
  [COHORT_ATTRIBUTE]: z.union([z.string(), z.array(z.string())]).nullish(),
});
const bodySchema = z.looseObject({ context: contextSchema.nullish() });

/** OpenFeature's remote protocol (OFREP 0.3): the SDKs of all languages can resolve prompts by it. */
export function ofrepRoutes(prompts: Pick<Prompts, 'snapshot'>, withheld: Rollouts): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/ofrep/v1/evaluate/flags',
      access: 'call',
      answer: async (incoming, outgoing) => {
        const context = await readContext(incoming);
        if ('errorCode' in context) return outgoing.json(400, context);
        const body = writeJson({ flags: evaluateAll(prompts.snapshot(), context, withheld) });
        const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 32)}"`;
        // A client that polls learns that nothing is new
        if (isKnown(tag, incoming.header('if-none-match'))) return outgoing.nothing(304, { etag: tag });
        outgoing.text(200, 'application/json', body, { etag: tag });
      },
    },
    {
      method: 'POST',
      path: '/ofrep/v1/evaluate/flags/{id}',
      access: 'call',
      answer: async (incoming, outgoing, key) => {
        const context = await readContext(incoming);
        if ('errorCode' in context) return outgoing.json(400, { key, ...context });
        const snapshot = prompts.snapshot();
        const flag = evaluateFlag(snapshot, key, context, withheld);
        if (flag === null) return outgoing.json(404, notFound(snapshot, key));
        outgoing.json(200, flag);
      },
    },
  ];
}

interface BadContext {
  readonly errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT';
  readonly errorDetails: string;
}

/** What is wrong with a request has the protocol's own shape. */
async function readContext({ body }: Incoming): Promise<FlagContext | BadContext> {
  let data: unknown;
  try {
    data = await body();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    return { errorCode: 'PARSE_ERROR', errorDetails: error.message };
  }
  const checked = bodySchema.safeParse(data);
  if (!checked.success)
    return { errorCode: 'INVALID_CONTEXT', errorDetails: firstFault(checked.error, bodySchema, data) };
  const { targetingKey, [COHORT_ATTRIBUTE]: cohorts } = checked.data.context ?? {};
  const named = typeof cohorts === 'string' ? cohorts.split(',') : (cohorts ?? []);
  return {
    targetingKey: targetingKey ? targetingKey : null,
    cohorts: named.flatMap((name) => name.trim() || []),
  };
}

function isKnown(tag: string, header: string | null): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
