import { costOf, estimateUsage, priceOf } from '../core/cost.js';
import { type Plan, type PlannedColumn, type Sample, samplesOf } from '../core/plan.js';
import type { Redact } from '../core/redact.js';
import { requestFactory, sampleKey } from '../core/request.js';
import type { Price } from '../model/config.js';
import type { Output, RecordedAnswer, SampleError } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import type { ProviderEntry } from '../project/load-config.js';
import { ProviderError } from '../providers/provider.js';
import type { Cache } from '../store/cache.js';
import type { Cassette } from '../store/cassette.js';
import type { Budget } from './budget.js';
import type { Lane } from './lane.js';
import type { Stop } from './stop.js';

/** What became of a call: an output, or an error that says nothing about the prompt. */
export type Outcome =
  | { readonly output: Output; readonly error: null }
  | { readonly output: null; readonly error: SampleError };

export interface Execution {
  readonly plan: Plan;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly lanes: ReadonlyMap<string, Lane>;
  /** By the path that suites give. */
  readonly cassettes: ReadonlyMap<string, Cassette>;
  readonly cache: Cache | null;
  /** `replay` forbids live calls; `record` keeps every answer in the cassette. */
  readonly mode: 'normal' | 'replay' | 'record';
  readonly budget: Budget;
  readonly prices: Readonly<Record<string, Price>>;
  readonly redact: Redact;
  readonly stop: Stop;
}

/**
 * Gets an outcome for every sample of the plan and hands each over as it comes. Each provider works through its own
 * samples at its own pace. Ends when all are done or the run is stopped; never rejects for what a provider does.
 */
export async function execute(
  execution: Execution,
  onOutcome: (sample: Sample, outcome: Outcome) => Promise<void>,
): Promise<void> {
  const columns = execution.plan.columns.map((column) => new ColumnCalls(column, execution));
  const providers = new Set(execution.plan.columns.map((column) => column.model.provider));
  await Promise.all([...providers].map((provider) => workThrough(provider, columns, execution, onOutcome)));
}

async function workThrough(
  provider: string,
  columns: readonly ColumnCalls[],
  { plan, lanes, stop }: Execution,
  onOutcome: (sample: Sample, outcome: Outcome) => Promise<void>,
): Promise<void> {
  const own = [...plan.columns.keys()].filter((index) => plan.columns[index]?.model.provider === provider);
  const samples = samplesOf(plan, own);
  const work = async () => {
    while (stop.reason === null) {
      const { value: sample } = samples.next();
      const calls = sample && columns[sample.column];
      if (!calls) return;
      await onOutcome(sample, await calls.answer(sample));
    }
  };
  const workers = lanes.get(provider)?.concurrency ?? 1;
  await Promise.all(Array.from({ length: workers }, work));
}

/** Answers the samples of one column: from its cassette, from the cache, or live. */
class ColumnCalls {
  readonly #column: PlannedColumn;
  readonly #execution: Execution;
  readonly #provider: ProviderEntry;
  readonly #identity: ReturnType<typeof identityOf>;
  readonly #request: ReturnType<typeof requestFactory>;
  readonly #cassette: Cassette | null;
  readonly #price: Price | null;

  constructor(column: PlannedColumn, execution: Execution) {
    const { provider: name, text } = column.model;
    const provider = execution.providers.get(name);
    if (!provider) throw new Error(`provider ${name} was not loaded`);
    this.#column = column;
    this.#execution = execution;
    this.#provider = provider;
    this.#identity = identityOf(provider);
    this.#request = requestFactory(column.prompt, column.model);
    this.#cassette = execution.cassettes.get(column.suite.cassette ?? '') ?? null;
    this.#price = provider.definition.free ? { input: 0, output: 0 } : priceOf(text, execution.prices);
  }

  async answer(sample: Sample): Promise<Outcome> {
    const { cache, mode, redact } = this.#execution;
    try {
      const request = this.#request(sample.case);
      const key = sampleKey(this.#identity, request, sample.trial);
      const recorded = this.#cassette?.find(key);
      if (recorded) return this.#output(recorded, 'replay');
      if (mode === 'replay') throw new ProviderError('not-recorded', this.#notRecorded());

      const cached = this.#provider.definition.cacheable ? await cache?.get(key) : null;
      const answer = cached ?? redactAnswer(await this.#call(request), redact);
      if (!cached && this.#provider.definition.cacheable) await cache?.put(key, answer);
      if (mode === 'record') {
        const { suite, prompt, model } = this.#column;
        const labels = {
          suite: suite.id,
          prompt: prompt.id,
          model: model.text,
          case: sample.case.id,
          trial: sample.trial,
        };
        this.#cassette?.record({ key, ...labels, answer });
      }
      return this.#output(answer, cached ? 'cache' : 'live');
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { output: null, error: { kind: error.kind, message: redact(error.message), status: error.status } };
    }
  }

  async #call(request: ModelRequest): Promise<RecordedAnswer> {
    const { lanes, budget } = this.#execution;
    const lane = lanes.get(this.#provider.name);
    if (!lane) throw new Error(`provider ${this.#provider.name} has no lane`);
    const estimate = estimateUsage(request);
    const reserved = { usd: costOf(estimate, this.#price), tokens: estimate.inputTokens + estimate.outputTokens };
    const refusal = budget.reserve(reserved);
    if (refusal !== null) throw new ProviderError('budget', refusal);
    try {
      const answer = await lane.call(request);
      const { inputTokens, outputTokens } = answer.usage;
      const tokens = inputTokens === null || outputTokens === null ? reserved.tokens : inputTokens + outputTokens;
      budget.settle(reserved, { usd: this.#costOf(answer), tokens });
      return answer;
    } catch (error) {
      budget.settle(reserved, { usd: 0, tokens: 0 });
      throw error;
    }
  }

  #output(answer: RecordedAnswer, source: Output['source']): Outcome {
    return { output: { ...answer, usd: this.#costOf(answer), source }, error: null };
  }

  #costOf(answer: RecordedAnswer): number | null {
    return answer.usd ?? costOf(answer.usage, this.#price);
  }

  #notRecorded(): string {
    const { cassette } = this.#column.suite;
    return cassette === null ? 'its suite names no cassette' : `no answer to this request in ${cassette}`;
  }
}

/** What of a provider goes into the keys of its samples. */
export function identityOf({ definition, config }: ProviderEntry): Parameters<typeof sampleKey>[0] {
  // The configuration was checked by this provider's own schema
  const settings = definition.identity(config as never);
  return { type: definition.type, sendsVars: definition.sendsVars ?? false, settings };
}

function redactAnswer(answer: RecordedAnswer, redact: Redact): RecordedAnswer {
  const text = redact(answer.text);
  return text === answer.text ? answer : { ...answer, text };
}
