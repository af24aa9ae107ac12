import type { Budgets } from '../../answers/budgets.js';
import type { Plan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { providerTypes } from '../../providers/index.js';
import { BatchLog } from '../../store/runs/batch-log.js';
import type { RunFolder } from '../../store/runs/run-folder.js';
import type { Batching } from './batch-round.js';

/** How far the batches of a run are, together. */
export interface BatchProgress {
  /** Requests that the services are done with, as far as they say. */
  readonly done: number;
  readonly total: number;
}

export interface BatchHooks {
  /** Told what happens, a sentence each. */
  readonly onStep?: ((step: string) => void) | undefined;
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
}

/** The batches of a run from its beginning to its end. */
export interface RunBatches extends Batching {
  /** What a reader of the verdict has to know of them. */
  notes(): readonly string[];
  close(): void;
}

/** Throws `no-batches` when a column's provider cannot answer in batches. */
export function requireBatches(plan: Plan, providers: ReadonlyMap<string, ProviderEntry>): void {
  const unable = new Set(
    plan.columns
      .map(({ model }) => model.provider)
      .filter((provider) => providers.get(provider)?.definition.batches === undefined),
  );
  if (unable.size === 0) return;
  const able = providerTypes.filter(({ batches }) => batches !== undefined).map(({ type }) => type);
  throw new LlmciError('no-batches', { providers: [...unable].join(' and '), able: able.join(' and ') });
}

/** Gets ready to answer a run in batches, and says what that will cost the verdict before anything is sent. */
export async function openBatches(
  run: Pick<RunFolder, 'id' | 'folder' | 'journal'>,
  plan: Plan,
  { world, budgets }: { readonly world: Batching['world']; readonly budgets: Budgets },
  { onStep, onProgress }: BatchHooks = {},
): Promise<RunBatches> {
  const log = await BatchLog.open(run.folder);
  const notes = new Set(notesOnLatency(plan));
  for (const note of notes) onStep?.(note);
  const batches = new Map<string, BatchProgress>();
  return {
    log,
    world,
    budgets,
    run: run.id,
    flush: () => run.journal.sync(),
    onStep: (step) => onStep?.(step),
    onLook: ({ mark, done, size }) => {
      batches.set(mark, { done: done ?? 0, total: size });
      const sum = (part: keyof BatchProgress) => [...batches.values()].reduce((all, batch) => all + batch[part], 0);
      onProgress?.({ done: sum('done'), total: sum('total') });
    },
    onNote: (note) => void notes.add(note),
    notes: () => [...notes, ...log.open.map((batch) => describeOpen(batch, run.id))],
    close: () => log.close(),
  };
}

/** Answers of batches have no latency: a service takes as long as it likes. */
function notesOnLatency({ suites }: Plan): string[] {
  return suites.flatMap(({ id, metrics, cases, columns }) => {
    const entries = [...metrics, ...Array.from(cases, (each) => each.metrics).flat()].filter(
      ({ type }) => type === 'latency' || type === 'first-token',
    );
    const judged = entries.some(
      ({ id, mark }) => mark !== null || columns.some(({ gates }) => gates.some(({ metric }) => metric === id)),
    );
    return judged
      ? [
          `Suite ${id} judges latency, which answers of batches do not have: that score is missing, and its gates cannot pass.`,
        ]
      : [];
  });
}

function describeOpen({ provider, handedIn, keys }: BatchLog['open'][number], run: string): string {
  const requests = count(keys.size, 'request');
  const goOn = `\`llmci eval --resume ${run}\` picks it up.`;
  return handedIn === null
    ? `Whether ${provider} has a batch of ${requests} is not known; ${goOn}`
    : `Batch ${handedIn.ids.join(' or ')} with ${requests} is still at ${provider}; ${goOn}`;
}
