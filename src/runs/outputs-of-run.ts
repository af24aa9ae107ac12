import { join } from 'node:path';
import type { KeptOutputs } from '../answers/column-calls.js';
import { linesOfUser } from '../core/requests/conversation.js';
import { textOf } from '../core/requests/message-text.js';
import { requestFactory } from '../core/requests/request.js';
import { caseDigest } from '../core/scores/baseline.js';
import type { Plan, PlannedColumn, Sample } from '../core/scores/plan.js';
import { nameOfSample } from '../core/scores/sample-name.js';
import { canonicalJson } from '../core/text/canonical.js';
import type { Case } from '../model/case.js';
import type { Output } from '../model/output.js';
import type { Prompt } from '../model/prompt.js';
import type { Result } from '../model/run-record.js';
import { Results } from '../store/runs/results.js';
import { runFolder } from '../store/runs/run-folder.js';
import { RESULTS } from '../store/runs/runs.js';
import { keptMessages, recorded } from './records.js';
import type { Round } from './rounds.js';

/** The outputs of another run, for samples of a plan that ask the same: what they score is found anew. */
export class OutputsOfRun implements KeptOutputs {
  readonly #plan: Plan;
  readonly #results: Results;
  /** Where the result of each sample stands, by its names. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #requests = new Map<number, ReturnType<typeof requestFactory>>();

  private constructor(plan: Plan, results: Results, places: ReadonlyMap<string, number>) {
    this.#plan = plan;
    this.#results = results;
    this.#places = places;
  }

  /** Opens the outputs of a run in the folder for runs. Rejects with the system's error. */
  static async open(out: string, runId: string, plan: Plan): Promise<OutputsOfRun> {
    const results = await Results.open([join(runFolder(out, runId), RESULTS)]);
    const places = new Map<string, number>();
    for (const place of results.samples()) {
      const stored = await results.read(place);
      if (stored?.result.output) places.set(nameOfSample(stored.result), place);
    }
    return new OutputsOfRun(plan, results, places);
  }

  /** The part of a round that has outputs. `onFurther` is told of trials without one that not every case gets. */
  async only(round: Round, onFurther: (sample: Sample) => void): Promise<Round> {
    const known = new Set<number>();
    for (const sample of round([...this.#plan.columns.keys()])) {
      if ((await this.keptOf(sample)) !== null) known.add(sample.index);
      else if (sample.trial > (this.#plan.columns[sample.column]?.suite.firstTrials ?? 0)) onFurther(sample);
    }
    return function* (columns) {
      for (const sample of round(columns)) if (known.has(sample.index)) yield sample;
    };
  }

  /** The result of a sample; null when the run has no output for it, or when that answered something else. */
  async keptOf({ column, case: testCase, trial }: Sample): Promise<Result | null> {
    const planned = this.#plan.columns[column];
    if (!planned) return null;
    const { suite, prompt, model } = planned;
    const names = { suite: suite.id, prompt: prompt.id, model: model.text, case: testCase.id, trial };
    const place = this.#places.get(nameOfSample(names));
    const stored = place === undefined ? null : await this.#results.read(place);
    const output = stored?.result.output;
    if (!stored || !output || stored.result.promptDigest !== prompt.digest) return null;
    if (canonicalJson(stored.result.vars) !== canonicalJson(recorded(testCase.vars))) return null;
    // Another picture behind the same path is another question
    const { messages } = keptMessages(testCase, this.#request(column, planned)(testCase).messages);
    if (canonicalJson(stored.result.messages) !== canonicalJson(messages)) return null;
    const isSame = stored.result.caseDigest === caseDigest(testCase) || saysTheSame(output, testCase, prompt);
    return isSame ? { ...stored.result, output: asReplayed(output) } : null;
  }

  #request(index: number, column: PlannedColumn): ReturnType<typeof requestFactory> {
    const made = this.#requests.get(index) ?? requestFactory(column);
    this.#requests.set(index, made);
    return made;
  }

  close(): Promise<void> {
    return this.#results.close();
  }
}

/** Whether the user of a conversation would say today what was said then. Of one who is simulated nobody can tell. */
function saysTheSame(
  { conversation = [] }: Output,
  { turns = [], simulate, vars }: Case,
  { defaults }: Prompt,
): boolean {
  const said = conversation.flatMap(({ role, content }) => (role === 'user' ? [textOf(content)] : []));
  return simulate === undefined && canonicalJson(said) === canonicalJson(linesOfUser(turns, { ...defaults, ...vars }));
}

/** It was paid for, call by call, by the run that it is of. */
function asReplayed({ steps, ...output }: Output): Output {
  return {
    ...output,
    source: 'replay',
    ...(steps && { steps: steps.map((step) => ({ ...step, source: 'replay' })) }),
  };
}
