import { entriesFor } from '../core/scores/cases.js';
import { failsAbove, meetsMark, wantsLow } from '../core/scores/pass-mark.js';
import { exactValues } from '../core/text/json-value.js';
import type { Redact } from '../core/text/redact.js';
import { redactJson } from '../core/text/redact-json.js';
import { asError } from '../core/text/thrown.js';
import { needsOf } from '../metrics/access.js';
import { checkResult } from '../metrics/check-result.js';
import type { AnyMetric, ScoreInput } from '../metrics/contract.js';
import { builtInMetrics } from '../metrics/index.js';
import { saysNothing } from '../metrics/says-nothing.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Suite } from '../model/suite.js';
import { freezeData } from './frozen.js';
import { JudgeError } from './judge-service.js';
import { dialogueOf, type View, viewsOf } from './views.js';
import { worstOf } from './worst.js';

/** A sample that got an output, with all that a metric may look at. */
export type Scorable = Omit<ScoreInput<never>, 'params' | 'case' | 'tools'> & {
  readonly case: Case;
  /** `step` is the place of the answer among the calls of the model. */
  readonly toolsFor: (definition: AnyMetric, entry: MetricEntry, step: number) => ScoreTools;
  /** Whether the run can do without this sample. */
  readonly optional: boolean;
  /** Scores that it has already, by metric id. */
  readonly kept?: ReadonlyMap<string, Score>;
  readonly redact: Redact;
  /** What a score says about the judge behind it. */
  readonly describeJudge: (definition: AnyMetric, entry: MetricEntry) => Readonly<Record<string, Json>> | null;
};

/**
 * Scores one output with every metric that covers its case. A metric that throws gives no value, and says why. Rejects
 * with JudgeError when the sample is as if it had not been started: of kind `cancelled` when the run was stopped
 * meanwhile, of kind `budget` when there is no money to judge one that the run can do without.
 */
export async function scoreSample(
  suite: Suite,
  scorable: Scorable,
  metrics: ReadonlyMap<string, AnyMetric>,
): Promise<Score[]> {
  return Promise.all(
    entriesFor(suite, scorable.case).map((entry) => {
      const kept = scorable.kept?.get(entry.id);
      if (kept) return kept;
      const definition = metrics.get(entry.type);
      if (!definition) throw new Error(`no metric ${entry.type} is registered`);
      return scoreWith(definition, entry, scorable);
    }),
  );
}

/**
 * Scores one sample with one metric; of several answers that it looks at the worst counts. A metric that throws gives no
 * value, and says why.
 */
export async function scoreWith(definition: AnyMetric, entry: MetricEntry, scorable: Scorable): Promise<Score> {
  const views = viewsOf(scorable, entry.on);
  const [first] = views;
  if (first && entry.on !== 'every') return scoreView(definition, entry, first);
  const needsExpected = needsOf(definition, entry).includes('expected');
  const judged = views.filter(({ seen }) => !needsExpected || seen.case.expected !== undefined);
  const scores = await Promise.all(judged.map((view) => scoreView(definition, entry, view)));
  return worstOf(scores, entry) ?? missing(entry, definition.type, 'no turn of the conversation has what it needs');
}

/** What was not evaluated never passes. */
function missing(entry: MetricEntry, metric: string, reason: string): Score {
  return { id: entry.id, metric, value: null, passed: null, ...markOf(entry), reason, retry: true };
}

/** Scores one view of a sample. */
async function scoreView(definition: AnyMetric, entry: MetricEntry, view: View<Scorable>): Promise<Score> {
  const { id } = entry;
  const metric = definition.type;
  try {
    const { case: testCase, messages, output, outputSchema, describeJudge, redact } = view.seen;
    const seen = { case: testCase, messages, output, outputSchema };
    const most = failsAbove(entry);
    const input = {
      tools: toolsOf(view, definition, entry),
      // The entry's parameters were checked by this metric's own schema
      params: freezeData(entry.params) as never,
      ...(wantsLow(entry) ? { wantsLow: true as const } : {}),
      ...(most === null ? {} : { failsAbove: most }),
      ...(isBuiltIn(definition) ? seen : freezeData(withNumbers(seen))),
    };
    const given = checkResult(definition, await definition.score(input));
    const { value: measured, detail, statistics } = given;
    // An outage looks like an answer with nothing in it
    const notApplicable = given.notApplicable && !saysNothing(output);
    const isEmpty = given.notApplicable && !notApplicable;
    const reason = isEmpty ? `${given.reason}; but the output is empty, and nothing excuses that` : given.reason;
    const judge = describeJudge(definition, entry);
    const value = measured !== null && entry.not && entry.unit === 'fraction' ? 1 - measured : measured;
    const passed = value === null ? null : meetsMark(entry, value);
    return {
      id,
      metric,
      value,
      ...(notApplicable ? { notApplicable } : {}),
      passed,
      ...(value === null ? markOf(entry) : {}),
      reason: redact(entry.not && passed === false ? `not wanted: ${reason}` : reason),
      ...(detail || judge ? { detail: { ...redactDetail(detail, redact), ...(judge ? { judge } : {}) } } : {}),
      ...(statistics ? { statistics: [...statistics] } : {}),
    };
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof JudgeError) {
      if (error.kind === 'cancelled' || (error.kind === 'budget' && view.seen.optional)) throw error;
      return missing(entry, metric, error.message);
    }
    const reason = `metric ${metric} failed: ${error.message}${placeIn(error, entry.type)}`;
    return missing(entry, metric, view.seen.redact(reason));
  }
}

/** The tools of a metric. A judge that is to look at all of a conversation sees it in the place of the output. */
function toolsOf(view: View<Scorable>, definition: AnyMetric, entry: MetricEntry): ScoreTools {
  const tools = view.seen.toolsFor(definition, entry, view.step);
  if (definition.judge === undefined) return tools;
  const conversation = dialogueOf(view.seen);
  const whole = entry.on === 'conversation' ? { output: conversation } : {};
  return {
    ...tools,
    ask: (question) => tools.ask({ ...question, evidence: { ...question.evidence, ...whole, conversation } }),
  };
}

/** The parameters of each metric of ours: one that computes in a thread is the same metric, with the same parameters. */
const builtInParams = new Map<string, unknown>(builtInMetrics.map(({ type, params }) => [type, params]));

function isBuiltIn({ type, params }: AnyMetric): boolean {
  return builtInParams.get(type) === params;
}

/** For metrics of one's own 3.10 is a number; only what no double holds is more. */
function withNumbers<T extends Pick<Scorable, 'case' | 'output'>>(scorable: T): T {
  const { case: testCase, output } = scorable;
  const { vars, expected } = testCase;
  return {
    ...scorable,
    case: {
      ...testCase,
      vars: exactValues(vars) as typeof vars,
      ...(expected === undefined ? {} : { expected: exactValues(expected) }),
    },
    output: { ...output },
  };
}

/** What a metric adds to its reason, without keys. */
function redactDetail(detail: Readonly<Record<string, Json>> | undefined, redact: Redact): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(detail ?? {}).map(([name, value]) => [redact(name), redactJson(value, redact)]),
  );
}

/** Where in the module of a metric an error was thrown: ` (tone.mjs:12)`, ` (tone.mjs)`; nothing for what is no module. */
function placeIn({ stack = '' }: Error, type: string): string {
  const file = type.includes('/') ? type.slice(type.lastIndexOf('/') + 1) : '';
  const line = stack
    .split('\n')
    .map((frame) => frame.lastIndexOf(`/${file}:`) >= 0 && /:(\d+):\d+\)?$/.exec(frame)?.[1])
    .find(Boolean);
  return file && ` (${file}${line ? `:${line}` : ''})`;
}

/** Of a score without a value: whether `pass` lacks it. */
function markOf({ mark }: MetricEntry): Pick<Score, 'marked'> {
  return mark === null ? {} : { marked: true };
}
