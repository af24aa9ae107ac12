import type { Outcome } from '../answers/answers.js';
import { caseDigest, summariseMetrics } from '../core/scores/baseline.js';
import { entriesFor } from '../core/scores/cases.js';
import { passOf, scoreOf } from '../core/scores/composites.js';
import { meetsMark } from '../core/scores/pass-mark.js';
import type { Plan, PlannedColumn, Sample } from '../core/scores/plan.js';
import { asRecorded } from '../core/scores/score-form.js';
import { isWithinUnit } from '../core/scores/unit-range.js';
import { textWithoutBytes, withoutBytes } from '../core/text/without-bytes.js';
import type { Case } from '../model/case.js';
import type { Json } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { PromptMessage } from '../model/prompt.js';
import type { ModelRequest } from '../model/request.js';
import type { Result, RunSummary, Score } from '../model/run-record.js';

/** What the run record keeps of a sample. */
export function recordResult(
  column: PlannedColumn,
  sample: Sample,
  { messages }: Pick<ModelRequest, 'messages'>,
  outcome: Outcome,
  scores: Score[],
): Result {
  const { id, vars, expected, tags, place } = sample.case;
  const entries = entriesFor(column.suite, sample.case);
  const shared = column.suite.cases.at(column.shared?.[sample.caseIndex] ?? -1)?.id;
  const passed = outcome.output ? asRecorded(passOf(entries, scores)) : null;
  return {
    suite: column.suite.id,
    prompt: column.prompt.id,
    promptDigest: column.prompt.digest,
    model: column.model.text,
    case: id,
    trial: sample.trial,
    tags: [...tags],
    vars: recorded(vars),
    ...keptMessages(sample.case, messages),
    ...(expected === undefined ? {} : { expected: withoutBytes(expected) }),
    ...(shared === undefined ? {} : { answerOf: shared }),
    ...(passed === true || place === undefined ? {} : { place }),
    caseDigest: digestOf(sample.case),
    ...withoutBytesOf(outcome),
    scores: scores.map((score) => ({ ...score, reason: textWithoutBytes(score.reason) })),
    passed,
    score: outcome.output ? asRecorded(scoreOf(entries, scores)) : null,
  };
}

/** An output may be kept before its scores are there, and then a sample has two results. */
const digests = new WeakMap<Case, string>();

function digestOf(testCase: Case): string {
  const known = digests.get(testCase) ?? caseDigest(testCase);
  digests.set(testCase, known);
  return known;
}

/** The messages of a case, where its record has to say them. */
export function keptMessages(
  testCase: Pick<Case, 'messages'>,
  messages: readonly Message[],
): { readonly messages?: Message[] } {
  return testCase.messages || messages.some(holdsBytes) ? { messages: messages.map(messageWithoutBytes) } : {};
}

/** Variables as a record has them. */
export function recorded(vars: Case['vars']): Record<string, Json> {
  return withoutBytes(vars) as Record<string, Json>;
}

/** What models say is kept as it is; what they were told may hold bytes. */
function withoutBytesOf(outcome: Outcome): Outcome {
  const { output, error } = outcome;
  if (error) return { output, error: { ...error, message: textWithoutBytes(error.message) } };
  const { conversation } = output;
  return conversation ? { output: { ...output, conversation: conversation.map(messageWithoutBytes) }, error } : outcome;
}

function messageWithoutBytes(message: Message): Message {
  if (message.role === 'assistant') return message;
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: textWithoutBytes(content) };
  const parts = content.map((part) => (part.type === 'text' ? { ...part, text: textWithoutBytes(part.text) } : part));
  return { ...message, content: parts };
}

/** Whether a file belongs to a message, of which the record has to keep what it was. */
function holdsBytes({ content }: Message): boolean {
  return typeof content !== 'string' && content.some((part) => 'digest' in part);
}

/**
 * Whether a result that was kept is one of this sample, and its scores can be those of their metrics, with what follows from
 * them. What it says of the case must be so today.
 */
export function isResultOf({ suite, prompt, model }: PlannedColumn, sample: Sample, result: Result): boolean {
  const entries = entriesFor(suite, sample.case);
  const { output, scores } = result;
  return (
    result.suite === suite.id &&
    result.prompt === prompt.id &&
    result.promptDigest === prompt.digest &&
    result.model === model.text &&
    result.case === sample.case.id &&
    result.trial === sample.trial &&
    result.caseDigest === digestOf(sample.case) &&
    (output === null) !== (result.error === null) &&
    scores.every((score, place) => isScoreOf(entries[place], score)) &&
    result.passed === (output && asRecorded(passOf(entries, scores))) &&
    result.score === (output && asRecorded(scoreOf(entries, scores)))
  );
}

/** Whether a score can be one of its metric: its value in the unit, and its mark met or not as the value says. */
function isScoreOf(entry: MetricEntry | undefined, { id, value, passed, notApplicable }: Score): boolean {
  if (entry?.id !== id) return false;
  if (value === null) return passed === null;
  return !notApplicable && isWithinUnit(value, entry.unit) && passed === meetsMark(entry, value);
}

/** What the run record says of a suite. */
export function summariseSuite(suite: Plan['suites'][number]): RunSummary['suites'][number] {
  const prompts = new Map(suite.columns.map(({ prompt }) => [prompt.id, prompt]));
  return {
    id: suite.id,
    path: suite.path,
    prompts: Array.from(prompts.values(), ({ id, path, digest, fileDigest, messages, defaults }) => ({
      ...{ id, path, digest, fileDigest },
      content: {
        messages: messages.map((message) => withoutBytes(message as Json) as PromptMessage),
        defaults: recorded(defaults),
      },
    })),
    models: [...new Set(suite.columns.map((column) => column.model.text))],
    cases: suite.cases.length,
    trials: suite.trials,
    group: suite.group,
    metrics: { ...summariseMetrics(suite) },
  };
}
