import { z } from 'zod';
import { parseJsonText } from '../core/text/json-text.js';
import { jsonText, nearestValues } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import { programEnvironment } from '../core/text/program-environment.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import { toolCallSchema } from '../model/message.js';
import { finishReasonSchema, paidUsdSchema, tokenCountSchema, usageParts } from '../model/output.js';
import { programVariablesSchema } from '../model/program.js';
import { appCodeFields } from './app-code.js';
import { badResponse, describeFault, type Service } from './faults.js';
import { defineProvider } from './provider.js';
import { ProviderError } from './provider-error.js';

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

/** A program: one JSON request on stdin, one JSON answer on stdout, one process a call. */
export const exec = defineProvider({
  type: 'exec',
  describe: 'A program that reads one JSON request on stdin and writes one JSON answer on stdout.',
  config: {
    command: z
      .array(z.string())
      .min(1, 'a command needs a program')
      .refine(([program]) => program !== '', { message: 'a command needs a program' })
      .describe('The program and its arguments; no shell. It runs in the root folder of the project.'),
    env: programVariablesSchema,
    ...appCodeFields,
  },
  sendsVars: true,
  app: ({ code = null, command, version = null, allowUnversioned }) => ({ code, command, version, allowUnversioned }),
  identity: ({ command }) => ({ command }),
  create: ({ command, env: names }, { root, world }) => {
    const env = programEnvironment(world.env, names);
    const [program = '', ...args] = command;
    const service: Service = { host: program, clean: (text) => printableLine(redactKeyPatterns(text), 300) };
    return {
      complete: async ({ model, parameters, messages, tools, output, vars }, { signal }) => {
        const input = jsonText({ model, parameters, messages, tools, output, vars });
        const ended = await world.runProcess(program, args, { cwd: root, env, input, signal });
        if (ended.problem !== null) {
          const last = service.clean(lastLines(ended.stderr));
          throw new ProviderError('bad-response', `${program} ${ended.problem}${last && `: ${last}`}`);
        }
        const answer = programAnswerSchema.safeParse(parse(ended.stdout, ended.stderr, service));
        if (!answer.success) throw badResponse(`answered with ${describe(answer.error)}`, ended.stdout, service);
        const { usd, ...rest } = answer.data;
        return usd === undefined ? rest : { ...rest, usd };
      },
    };
  },
});

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

function describe({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (!issue) return 'an answer that is not as agreed';
  return `${issue.path.length > 0 ? `a wrong ${issue.path.join('.')}` : 'a wrong answer'} (${issue.message})`;
}

/** The end of what a program wrote on stderr: where interpreters name the reason. */
function lastLines(stderr: string): string {
  return stderr.trim().split('\n').slice(-3).join(' ');
}
