import { z } from 'zod';
import { firstFault } from '../core/text/explain-issues.js';
import { parseJsonText } from '../core/text/json-text.js';
import { jsonText, nearestValues } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import { programEnvironment } from '../core/text/program-environment.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import { toolCallSchema } from '../model/message.js';
import { type Answer, finishReasonSchema, paidUsdSchema, tokenCountSchema, usageParts } from '../model/output.js';
import { commandSchema, programVariablesSchema } from '../model/program.js';
import type { ModelRequest } from '../model/request.js';
import type { WorkerOptions } from './apps/line-workers.js';
import { appCodeFields } from './contract/app-code.js';
import { collectMedia, type MediaOfMessages, mediaIn, NO_MEDIA, withBytes } from './contract/media.js';
import { defineProvider } from './contract/provider.js';
import { ProviderError } from './contract/provider-error.js';
import { badResponse, describeFault, excerpt, type Service } from './transport/faults.js';

/** What the program writes on stdout. */
const programAnswerSchema = z.strictObject({
  text: z.string(),
  toolCalls: z.array(toolCallSchema).default([]),
  usage: z.preprocess(
    withoutNulls,
    z
      .strictObject({
        inputTokens: tokenCountSchema.nullable().default(null),
        outputTokens: tokenCountSchema.nullable().default(null),
        ...usageParts,
      })
      .default({ inputTokens: null, outputTokens: null }),
  ),
  finishReason: finishReasonSchema.nullable().default(null),
  servedModel: z.string().nullable().default(null),
  usd: z.preprocess(nearestValues, paidUsdSchema.optional()),
});

/** What it may write in place of an answer when it goes on to the next request. */
const programErrorSchema = z.strictObject({ error: z.string() });

/** A program: JSON requests on stdin, JSON answers on stdout; one process a call, or processes that stay. */
export const exec = defineProvider({
  type: 'exec',
  describe: 'A program that reads one JSON request on stdin and writes one JSON answer on stdout.',
  config: {
    command: commandSchema.describe(
      'The program and its arguments; no shell. It runs in the root folder of the project.',
    ),
    env: programVariablesSchema,
    mode: z
      .enum(['process', 'lines'])
      .default('process')
      .describe(
        'process: the program is started for each sample. lines: it stays, reads one request a line, and writes one answer a line with the `id` of the request.',
      ),
    atOnce: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe(
        'With mode: lines, how many requests one process gets at once. Default: 1, further ones start another.',
      ),
    ...appCodeFields,
  },
  sendsVars: true,
  app: ({ code = null, command, version = null, allowUnversioned }) => ({ code, command, version, allowUnversioned }),
  identity: ({ command, mode }) => ({ command, ...(mode === 'lines' && { mode }) }),
  create: async ({ command, env: names, mode, atOnce }, { root, world, known }) => {
    const env = programEnvironment(world.env, names);
    const [program = '', ...args] = command;
    // Before it is cut: half of an encoded key is found by nothing
    const clean: Service['clean'] = (text) => printableLine(redactKeyPatterns(known.redact(text)), 300);
    const service: Service = { host: program, clean };
    if (mode === 'lines') {
      const { LineWorkers } = await import('./apps/line-workers.js');
      const start: WorkerOptions['start'] = (listener) =>
        world.startLines(program, args, { cwd: root, env, ...listener });
      const workers = new LineWorkers({ atOnce, service, start });
      return {
        complete: async (request, { signal, media }) => {
          // Without a turn of waiting, so that what is aborted from here on has reached the program
          const fields = fieldsOf(
            request,
            holdsMedia(request) ? await collectMedia(request.messages, media) : NO_MEDIA,
          );
          const { data, line } = await workers.ask((id) => jsonText({ id, ...fields }), signal);
          return readAnswer(data, line, service);
        },
        close: () => workers.close(),
      };
    }
    return {
      complete: async (request, { signal, media }) => {
        const input = jsonText(fieldsOf(request, await collectMedia(request.messages, media)));
        const ended = await world.runProcess(program, args, { cwd: root, env, input, signal });
        if (ended.problem !== null) {
          const last = service.clean(lastLines(ended.stderr));
          throw new ProviderError('bad-response', `${program} ${ended.problem}${last && `: ${last}`}`);
        }
        return readAnswer(parse(ended.stdout, ended.stderr, service), ended.stdout, service);
      },
    };
  },
});

function fieldsOf({ model, parameters, messages, tools, output, vars }: ModelRequest, media: MediaOfMessages) {
  return { model, parameters, messages: withBytes(messages, media, { paths: true }), tools, output, vars };
}

function holdsMedia({ messages }: ModelRequest): boolean {
  return messages.some(({ content }) => mediaIn(content).length > 0);
}

function readAnswer(data: unknown, shown: string, service: Service): Answer {
  const failed = programErrorSchema.safeParse(data);
  if (failed.success)
    throw new ProviderError('bad-response', `${service.host} failed: ${excerpt(failed.data.error, service.clean)}`);
  const answer = programAnswerSchema.safeParse(data);
  if (!answer.success)
    throw badResponse(
      `answered with a wrong answer (${firstFault(answer.error, programAnswerSchema, data)})`,
      shown,
      service,
    );
  const { usd, ...rest } = answer.data;
  return usd === undefined ? rest : { ...rest, usd };
}

/** What a program says it does not know is not told. */
function withoutNulls(told: unknown): unknown {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return told;
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null));
}

function parse(stdout: string, stderr: string, service: Service): unknown {
  const parsed = parseJsonText(stdout);
  if (parsed.fault === null) return parsed.data;
  const empty = stdout.trim() === '';
  const what = empty ? 'nothing' : `something that is not one JSON object${describeFault(parsed.fault)}`;
  const shown = empty ? lastLines(stderr) : stdout;
  throw badResponse(`answered with ${what} on stdout, { "text": … } is needed`, shown, service);
}

/** The end of what a program wrote on stderr: where interpreters name the reason. */
function lastLines(stderr: string): string {
  return stderr.trim().split('\n').slice(-3).join(' ');
}
