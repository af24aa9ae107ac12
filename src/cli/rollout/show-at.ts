import { z } from 'zod';
import { wordsOfCopies } from '../../core/rollouts/copy-words.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { copyCountsSchema } from '../../model/live-counts.js';
import { chooseRollout } from '../../release/steer.js';
import { readGateway } from '../ask-gateway.js';
import type { Terminal } from '../terminal.js';
import { describeStanding } from './describe-standing.js';
import { tableOfGates } from './gate-table.js';

const gateSchema = z.looseObject({
  prompt: z.string(),
  metric: z.string(),
  stat: z.string(),
  level: z.enum(['error', 'warn']),
  verdict: z.enum(['pass', 'fail', 'wait']),
  words: z.object({ found: z.string().nullable(), bounds: z.string().nullable(), allowed: z.string() }),
  calls: z.object({ control: z.number(), candidate: z.number() }),
  needed: z.number().nullable(),
});

/** What of a gateway's status is shown. */
const statusSchema = z.object({
  environment: z.string(),
  at: z.iso.datetime(),
  rollouts: z.array(
    z.looseObject({
      ...{ strategy: z.string(), weight: z.number(), paused: z.boolean(), by: z.string() },
      ...{ since: z.iso.datetime(), weightSince: z.iso.datetime() },
      steps: z.array(z.looseObject({ weight: z.number() })),
      prompts: z.array(z.looseObject({ prompt: z.string(), candidate: z.number() })),
      gates: z.array(gateSchema),
      waits: z.string().nullable(),
      copies: copyCountsSchema.nullable(),
    }),
  ),
});

/** Where a rollout stands, as a gateway tells: neither the project nor its store need be here. Returns the exit code. */
export async function showAt(
  at: string,
  environment: string,
  { prompt, json }: { readonly prompt?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const status = await readGateway(at, 'status', statusSchema, terminal);
  if (status.environment !== environment)
    throw new LlmciError('gateway-refused', { at, why: `this gateway serves ${status.environment}` });
  const rollouts = status.rollouts.map((told) => ({
    told,
    releases: told.prompts.map((each) => ({ prompt: each.prompt, number: each.candidate })),
  }));
  const { told, releases } = chooseRollout(rollouts, environment, prompt ?? null);
  const { gates, waits, copies } = told;
  const text = [
    describeStanding({ ...told, releases }, Date.parse(status.at)),
    ...(gates.length === 0 ? [] : tableOfGates(gates, terminal.stdout.columns ?? 100, { open: true })),
    ...(gates.length === 0 || waits === null ? [] : [`Waits: ${waits}.`]),
    ...(copies === null ? [] : [wordsOfCopies(copies)]),
  ].join('\n');
  terminal.stdout.write(printable(`${json ? printableJson(told, 2) : text}\n`));
  return EXIT.pass;
}
