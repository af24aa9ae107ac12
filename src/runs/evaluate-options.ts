import { z } from 'zod';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import type { AnyMetric } from '../metrics/contract.js';
import { isBlank } from '../model/blank.js';
import { isRecord } from '../model/json.js';
import { runSettingsSchema } from '../model/run-settings.js';
import { faultOfDefinition } from '../project/modules/definition.js';
import type { AnyProvider } from '../providers/contract/provider.js';
import type { RunProgress } from './evaluate-rounds.js';

/** What an evaluation from code may be told; everything has the default that the command has. */
export interface EvaluateOptions {
  /** A folder in the project; default the current one. */
  readonly cwd?: string;
  /** Ids of suites; default all. */
  readonly suites?: readonly string[];
  readonly tags?: readonly string[];
  readonly cases?: readonly string[];
  readonly models?: readonly string[];
  readonly trials?: number;
  readonly concurrency?: number;
  /** Time limit of one request. */
  readonly timeoutMs?: number;
  /** The deadline of the run: when it is reached, nothing new starts and what is in flight is cancelled. */
  readonly maxTimeMs?: number;
  readonly budgetUsd?: number;
  /** Answer in batches: at half the price, and within a day. */
  readonly batch?: boolean;
  /** `replay` forbids live calls; `record` keeps their answers in the suites' cassettes. */
  readonly mode?: 'normal' | 'replay' | 'record';
  readonly cache?: boolean;
  readonly allowNoGates?: boolean;
  readonly failFast?: boolean;
  /** Ask newly broken cases again, with the prompt of today and that of the baseline. */
  readonly confirm?: boolean;
  /** What gates compare with: `git:REF`, a baseline's file or a run; default the committed baselines. */
  readonly baseline?: string;
  /** Varies every random choice that a verdict depends on; without it they are always the same. */
  readonly seed?: number;
  /** Another configuration than llmci.yaml. */
  readonly config?: string;
  /** Folder for runs and the cache; default .llmci. */
  readonly out?: string;
  /** Metrics and providers of your own, known in suites by their types. */
  readonly metrics?: readonly AnyMetric[];
  readonly providers?: readonly AnyProvider[];
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run in order; the record says that it was interrupted. */
  readonly signal?: AbortSignal;
}

const path = z.string().refine((given) => !isBlank(given), 'must not be empty');

/** A list that code has worked out and that came to nothing does not mean all. */
const some = (names: typeof runSettingsSchema.shape.suites) =>
  names
    .unwrap()
    .refine(({ length }) => length > 0, 'must not be an empty list; leave it out for all')
    .default([]);

const { suites, tags, cases, models, ...settings } = runSettingsSchema.shape;

/** The settings of a run, and what else code may give. */
export const optionsSchema = z
  .strictObject({
    ...settings,
    suites: some(suites),
    tags: some(tags),
    cases: some(cases),
    models: some(models),
    cwd: path.optional(),
    config: path.optional(),
    out: path.optional(),
    metrics: z.array(definitionSchema<AnyMetric>('metric', 'defineMetric')).optional(),
    providers: z.array(definitionSchema<AnyProvider>('provider', 'defineProvider')).optional(),
    onProgress: z.custom<(progress: RunProgress) => void>(isFunction, 'must be a function').optional(),
    signal: z.custom<AbortSignal>((value) => value instanceof AbortSignal, 'must be an AbortSignal').optional(),
  })
  .refine(({ mode, batch }) => !(batch && mode === 'replay'), {
    path: ['batch'],
    error: "makes calls, and `mode: 'replay'` forbids them",
  });

/** Checks what code gives and fills in the defaults. Throws `bad-option` for the first that is wrong. */
export function readOptions(options: EvaluateOptions): z.output<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [option = ''] = issue.keys;
    const guess = didYouMean(option, Object.keys(optionsSchema.shape));
    throw new LlmciError('bad-option', { option: `\`${option}\`:`, why: `there is no such option${guess}` });
  }
  const [option = 'options'] = issue?.path ?? [];
  throw new LlmciError('bad-option', {
    option: `\`${String(option)}\``,
    why: issue ? whyOf(issue, options) : 'is not right',
  });
}

/** What code gives in place of the flags that messages speak of. */
const OPTIONS: Readonly<Record<string, string>> = {
  '--model': '`models`',
  '--trials': '`trials`',
  '--tag': '`tags`',
  '--case': '`cases`',
  '--batch': '`batch`',
  '--budget': '`budgetUsd`',
  '--max-time': '`maxTimeMs`',
  '--timeout': '`timeoutMs`',
  '--concurrency': '`concurrency`',
  '--allow-no-gates': '`allowNoGates: true`',
  '--replay': "`mode: 'replay'`",
  '--record': "`mode: 'record'`",
  '--baseline': '`baseline`',
  '--config': '`config`',
  '--cwd': '`cwd`',
  '--out': '`out`',
  '--fail-fast': '`failFast`',
  '--confirm': '`confirm`',
  '--no-cache': '`cache: false`',
};

/** The same error for those who gave options, not flags. */
export function inWordsOfCode(error: LlmciError): LlmciError {
  if (error.code === 'bad-flag') {
    const { flag = '', why = '' } = error.values;
    return new LlmciError('bad-option', { option: `${OPTIONS[flag] ?? flag}:`, why });
  }
  return error.reworded((text) => text.replace(/--[a-z-]+/g, (flag) => OPTIONS[flag] ?? flag));
}

function whyOf(issue: z.core.$ZodIssue, options: object): string {
  const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], options);
  const what = issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue.message;
  // A rule about several says it all
  const isKnown = issue.code === 'custom' || (typeof given === 'object' && given !== null);
  const shown = isKnown ? '' : `, not ${typeof given === 'string' ? JSON.stringify(given) : String(given)}`;
  return `${what.replace(/^Invalid input: expected (\w+), received \w+$/, 'must be of type $1')}${shown}`;
}

function definitionSchema<T>(kind: 'metric' | 'provider', define: string) {
  return z.custom<T>().superRefine((value, context) => {
    const fault = isRecord(value) ? faultOfDefinition(kind, value) : '';
    if (fault !== null)
      context.addIssue({ code: 'custom', message: `must be a list of what ${define} returns${fault && `; ${fault}`}` });
  });
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
