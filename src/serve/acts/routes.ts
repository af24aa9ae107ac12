import { z } from 'zod';
import { visibleText } from '../../model/blank.js';
import { checkBody } from '../http/check-body.js';
import type { Route } from '../http/router.js';
import type { ActRequest, Acts } from './acts.js';

const reason = visibleText.trim().max(2000);
const about = {
  environment: z.string().nullish(),
  prompt: z.string().min(1).nullish(),
  reason: reason.nullish(),
};
const steerSchema = z.strictObject(about);
const weightSchema = z.strictObject({ ...about, weight: z.number().min(0).max(1) });
const completeSchema = z
  .strictObject({ ...about, force: z.boolean().nullish() })
  .refine(({ force, reason }) => !force || reason != null, {
    path: ['reason'],
    message: 'is needed to complete what has not passed: it is written down for ever',
  });
const rollbackSchema = z.strictObject({ ...about, prompt: z.string().min(1), to: z.int().min(1).nullish() });

/** What only admins may ask for. */
export function actRoutes(acts: Acts): readonly Route[] {
  return [
    act('pause', steerSchema, (body, by) => acts.holdBack('pause', askedIn(body), by)),
    act('abort', steerSchema, (body, by) => acts.holdBack('abort', askedIn(body), by)),
    act('resume', steerSchema, (body, by) => acts.bringOn('resume', askedIn(body), by)),
    act('weight', weightSchema, (body, by) => acts.bringOn({ weight: body.weight }, askedIn(body), by)),
    act('complete', completeSchema, (body, by) => acts.bringOn({ force: body.force ?? false }, askedIn(body), by)),
    act('rollback', rollbackSchema, (body, by) => acts.rollBack(body.prompt, body.to ?? null, askedIn(body), by)),
  ];
}

function act<Body>(
  name: string,
  schema: z.ZodObject & z.ZodType<Body>,
  perform: (body: Body, by: string) => Promise<object>,
): Route {
  return {
    method: 'POST',
    path: `/-/${name}`,
    access: 'act',
    answer: async ({ body }, outgoing, _, by) =>
      outgoing.json(200, await perform(checkBody(schema, await body()), by), { 'cache-control': 'no-store' }),
  };
}

function askedIn({
  environment,
  prompt,
  reason,
}: Partial<Record<keyof ActRequest, string | null | undefined>>): ActRequest {
  return { environment: environment ?? null, prompt: prompt ?? null, reason: reason ?? null };
}
