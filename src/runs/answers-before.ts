import { parseCassette } from '../core/requests/cassette-text.js';
import { MessageError } from '../core/requests/message-error.js';
import { requestFactory } from '../core/requests/request.js';
import { jsonText } from '../core/text/json-value.js';
import { TemplateError } from '../core/text/template.js';
import type { ColumnChanges } from '../model/case-changes.js';
import type { RecordedAnswer } from '../model/output.js';
import type { RunSummary } from '../model/run-record.js';
import { Cassette } from '../store/answers/cassette.js';
import { openCommit } from '../store/git/git.js';
import { columnBefore, columnOf, type FindPrompt, promptFinder } from './column-before.js';
import { readKeptRun, sizeOfResults } from './kept-run.js';
import type { OpenRun } from './open-run.js';

/** Newly broken cases of a column whose answers are looked for, */
const MOST_CASES = 100;
/** how much of each is kept, in characters, */
const MOST_CHARACTERS = 4000;
/** and how much is read for them. */
const MOST_BYTES = 100_000_000;

/** What of a run says where the answers of its baselines may be. */
type RunBehind = Pick<OpenRun, 'project' | 'options' | 'plan' | 'calls'>;

/** Answers by case, as far as they were found. */
type Found = ReadonlyMap<string, string>;

type FindAnswer = (key: string) => Pick<RecordedAnswer, 'text' | 'toolCalls'> | null | undefined;

/**
 * The record of a run, with what newly broken cases were answered when their baseline was made: as its run has it, where that
 * is kept here, else as it is recorded for the prompt of that time. In CI there is only the latter.
 */
export async function addAnswersBefore(summary: RunSummary, run: RunBehind): Promise<RunSummary> {
  if (!summary.changes?.some(({ broken }) => broken.count > 0)) return summary;
  const findPrompt = promptFinder(run.options.trusted?.root ?? run.project.root);
  const changes: ColumnChanges[] = [];
  for (const change of summary.changes) {
    if (change.broken.count === 0) changes.push(change);
    else {
      const found = (await fromRun(change, run.options.out)) ?? (await fromRecordings(change, run, findPrompt));
      changes.push(withAnswers(change, found));
    }
  }
  return { ...summary, changes };
}

function withAnswers(change: ColumnChanges, found: Found): ColumnChanges {
  const first = change.broken.first.map((each) => {
    const answer = found.get(each.case);
    return answer === undefined ? each : { ...each, answer };
  });
  return { ...change, broken: { ...change.broken, first } };
}

/** Null when its run is not kept here. */
async function fromRun(change: ColumnChanges, out: string): Promise<Found | null> {
  const { runId, model } = change.baseline;
  const run = sizeOfResults(out, runId) > MOST_BYTES ? null : await readKeptRun(out, runId);
  if (run === null) return null;
  const wanted = wantedOf(change);
  const found = new Map<string, string>();
  for await (const result of run.results()) {
    const isOf = result.suite === change.suite && result.prompt === change.prompt && result.model === model;
    if (isOf && result.trial === 1 && result.output !== null && wanted.has(result.case))
      found.set(result.case, textOfAnswer(result.output));
  }
  return found;
}

/** Of answers that take one call: what a conversation came to is recorded under requests that nobody can make again here. */
async function fromRecordings(change: ColumnChanges, run: RunBehind, findPrompt: FindPrompt): Promise<Found> {
  const found = new Map<string, string>();
  const today = columnOf(run.plan, change);
  const { suite } = today;
  const { promptDigest, model } = change.baseline;
  const isSame = promptDigest === today.prompt.digest && model === today.model.text;
  const before = isSame ? today : await columnBefore(today, change.baseline, { findPrompt, lanes: run.calls.lanes });
  if ('why' in before || before.prompt.responses || suite.cassette === null) return found;
  const places = await openRecordings(run, suite.cassette, isSame);
  if (places.length === 0) return found;
  const answers = run.calls.answersOf(before.model, suite.cassette);
  const make = requestFactory(before);
  const wanted = wantedOf(change);
  for (const testCase of suite.cases) {
    const { turns = [], simulate } = testCase;
    if (!wanted.has(testCase.id) || turns.length > 0 || simulate) continue;
    const key = keyOrNull(() => answers.keyOf(make(testCase), 1));
    const answer = key === null ? null : places.map((find) => find(key)).find(Boolean);
    if (answer) found.set(testCase.id, textOfAnswer(answer));
  }
  return found;
}

/** The recordings of the commit that the baseline was read from; those of today too, where today asks something else. */
async function openRecordings(
  { project: { root }, options }: RunBehind,
  cassette: string,
  asksTheSame: boolean,
): Promise<readonly FindAnswer[]> {
  const [, ref] = /^(?:base|git):(.*)$/s.exec(options.baseline ?? '') ?? [];
  const text = ref === undefined ? null : await (await openCommit(root, ref)).read(cassette);
  const then = new Map(
    parseCassette(cassette, text ?? '').entries.map(([{ key, answer }]): [string, RecordedAnswer] => [key, answer]),
  );
  const now = asksTheSame ? null : await Cassette.open(root, cassette);
  return [...(text === null ? [] : [(key: string) => then.get(key)]), ...(now ? [(key: string) => now.find(key)] : [])];
}

/** A prompt of another time may need what a case of today does not have. */
function keyOrNull(make: () => string): string | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof TemplateError || error instanceof MessageError) return null;
    throw error;
  }
}

function wantedOf({ broken }: ColumnChanges): ReadonlySet<string> {
  return new Set(broken.first.slice(0, MOST_CASES).map((each) => each.case));
}

function textOfAnswer({ text, toolCalls }: Pick<RecordedAnswer, 'text' | 'toolCalls'>): string {
  const calls = toolCalls.map((call) => `→ ${call.name}(${jsonText(call.arguments)})`);
  const whole = [text.trim(), ...calls].filter((part) => part !== '').join('\n');
  return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS).toWellFormed()}…` : whole;
}
