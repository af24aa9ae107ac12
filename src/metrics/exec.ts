import { z } from 'zod';
import { firstFault } from '../core/text/explain-issues.js';
import { parseJsonText } from '../core/text/json-text.js';
import { jsonText, nearestValues } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import { jsonSchema } from '../model/json.js';
import { commandSchema, programVariablesSchema } from '../model/program.js';
import { durationSchema } from '../model/quantity.js';
import { defineMetric } from './contract.js';
import { noScore } from './score-result.js';

/** What the program writes on stdout. */
const programAnswer = z
  .strictObject({
    value: z.number().min(0).max(1).nullable(),
    notApplicable: z.boolean().default(false),
    reason: z.string().default(''),
    detail: z.record(z.string(), jsonSchema).optional(),
  })
  .refine(({ value, notApplicable }) => value === null || !notApplicable, {
    path: ['notApplicable'],
    message: 'there is a value, so it does apply',
  });

/** A metric that a program of the project computes, in any language. */
export const exec = defineMetric({
  type: 'exec',
  describe:
    'A score by a program of your own: it reads one JSON request on stdin and writes one JSON answer, `{ "value": 0 to 1 or null, "reason": … }`, on stdout.',
  notes: `The request is \`{ "params", "case": { "vars", "expected", "tags" }, "messages", "output" }\`. The program runs without a shell in the root folder of the project, in a process group of its own that ends with the call. Of the environment it gets a few variables such as PATH, and those that \`env\` names. A timeout, an exit code other than 0, or an answer in another form gives no score, with the reason. Only suites can name a program: a dataset or a prompt cannot. See [exec-metric](../guide/exec-metric.md).`,
  params: {
    command: commandSchema.describe('The program and its arguments; no shell.'),
    env: programVariablesSchema,
    params: z.record(z.string(), jsonSchema).default({}).describe('Passed to the program unchanged.'),
    timeout: durationSchema.prefault('10s').describe('For one output, like `10s`.'),
  },
  notApplicable: 'where the program says so: `{ "value": null, "notApplicable": true, "reason": … }`',
  unit: 'fraction',
  better: 'higher',
  runsPrograms: true,
  examples: [
    {
      describe: 'a program that says what it found',
      params: { command: ['echo', '{ "value": 0.75, "reason": "3 of 4 sentences are polite" }'] },
      output: 'Thank you for your question.',
      value: 0.75,
    },
    {
      describe: 'a program that cannot tell',
      params: { command: ['echo', '{ "value": null, "reason": "not in English" }'] },
      output: 'Merci.',
      value: null,
    },
    {
      describe: 'a program that finds nothing to judge',
      params: { command: ['echo', '{ "value": null, "notApplicable": true, "reason": "no sentence" }'] },
      output: '42',
      value: null,
      notApplicable: true,
    },
    {
      describe: 'a program that fails',
      params: { command: ['ls', '/no-such-folder'], timeout: '5s' },
      output: 'Thank you for your question.',
      value: null,
    },
  ],
  async score({ params: { command, env, params, timeout }, case: { vars, expected, tags }, messages, output, tools }) {
    const [program = ''] = command;
    const input = jsonText({ params, case: { vars, expected, tags }, messages, output });
    const { stdout, stderr, problem } = await tools.run(command, input, { timeoutMs: timeout, env });
    if (problem !== null) {
      const last = stderr.trim().split('\n').slice(-3).join(' ');
      return noScore(line(`${program} ${problem}${last && `: ${last}`}`));
    }
    const parsed = parseJsonText(stdout);
    if (parsed.fault)
      return noScore(line(`${program} wrote no JSON object ({ "value": … } is needed): ${stdout || 'nothing'}`));
    const data = nearestValues(parsed.data);
    const answer = programAnswer.safeParse(data);
    if (!answer.success)
      return noScore(line(`${program} gave a wrong answer: ${firstFault(answer.error, programAnswer, data)}`));
    const { value, notApplicable, reason, detail } = answer.data;
    return {
      value,
      ...(notApplicable ? { notApplicable } : {}),
      reason: line(reason) || `${line(program)} gave no reason`,
      ...(detail ? { detail } : {}),
    };
  },
});

/** What a program wrote, as a reason. */
function line(text: string): string {
  return printableLine(text, 300);
}
