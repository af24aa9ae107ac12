import { resolve } from 'node:path';
import { describeShard } from '../core/scores/shard.js';
import { LlmciError } from '../core/text/errors.js';
import type { Manifest } from '../model/manifest.js';
import type { RunReader } from '../model/run-record.js';
import { findRoot } from '../project/files.js';
import type { Selection } from '../runs/setup/select.js';
import { openOut } from '../store/out-folder.js';
import { readManifest } from '../store/run-folder.js';
import { listRuns } from '../store/run-list.js';
import { openRun } from '../store/runs.js';
import type { EvalFlags } from './eval/eval-flags.js';

/** A run that goes on: what it was asked, as flags. */
export interface Resumption {
  readonly selection: Selection;
  readonly flags: EvalFlags;
  readonly manifest: Manifest;
}

/**
 * Finds the run that `--resume` means, and what it was asked. Throws `nothing-to-resume`, `unknown-run`,
 * `unreadable-run`, or `bad-flag` for a flag that asks for something else.
 */
export async function findResumption(selection: Selection, flags: EvalFlags, folder: string): Promise<Resumption> {
  const root = findRoot(folder);
  const out = await openOut(root, flags.out);
  const manifest = await findManifest(out, flags.resume === true ? null : (flags.resume ?? null));
  const { asked, pace } = manifest;
  for (const [flag, given, was] of compare(selection, flags, manifest, root, folder)) {
    if (given === undefined || JSON.stringify(given) === JSON.stringify(was)) continue;
    const why = `run ${manifest.runId} was not started so; going on with it needs no flag repeated`;
    throw new LlmciError('bad-flag', { flag, why, command: 'eval' });
  }
  const { suites, tags, cases, trials, seed, baseline } = asked;
  return {
    manifest,
    selection: { suites, tags, cases, trials },
    flags: {
      ...given(pace.concurrency, 'concurrency'),
      ...given(pace.timeoutMs, 'timeout'),
      ...given(pace.budgetUsd, 'budget'),
      ...given(pace.maxTimeMs, 'maxTime'),
      ...flags,
      ...given(manifest.shard, 'shard'),
      ...given(seed, 'seed'),
      ...given(baseline, 'baseline'),
      ...given(asked.config === null ? null : resolve(root, asked.config), 'config'),
      model: asked.models,
      replay: asked.mode === 'replay',
      record: asked.mode === 'record',
      cache: asked.cache,
      batch: asked.batch ?? false,
      failFast: asked.failFast,
      allowNoGates: asked.allowNoGates,
    },
  };
}

/** The command that goes on with a run, given the flags that say where it is. */
export function commandToGoOn(run: string, { out, cwd }: Pick<EvalFlags, 'out' | 'cwd'>): string {
  const places = [out === '.llmci' ? '' : ` --out ${out}`, cwd === undefined ? '' : ` --cwd ${cwd}`];
  return `llmci eval --resume ${run}${places.join('')}`;
}

/** A run that lacks nothing, which can only be reported again, and its folder; null for any other. */
export async function openWhole(
  out: string,
  id: string,
): Promise<{ readonly run: RunReader; readonly folder: string } | null> {
  const [listed] = await listRuns(out, id);
  return listed?.state === 'finished' ? { run: await openRun(out, id), folder: listed.folder } : null;
}

async function findManifest(out: string, name: string | null): Promise<Manifest> {
  const id = name === null ? await newestUnfinished(out) : name === 'latest' ? await newest(out) : name;
  if (!/^[\w-]+$/.test(id)) throw new LlmciError('unknown-run', { run: id, folder: `${out}/runs` });
  const manifest = await readManifest(out, id);
  if (manifest) return manifest;
  // A run of an earlier version can be read, and not gone on with
  const { summary } = await openRun(out, id);
  throw new LlmciError('unreadable-run', { run: summary.runId, why: 'it has no plan.json' });
}

async function newestUnfinished(out: string): Promise<string> {
  const runs = await listRuns(out);
  const found = runs.find(({ state, manifest }) => manifest && (state === 'unfinished' || state === 'interrupted'));
  if (!found) throw new LlmciError('nothing-to-resume', { folder: `${out}/runs` });
  return found.id;
}

async function newest(out: string): Promise<string> {
  const [found] = await listRuns(out);
  if (!found) throw new LlmciError('unknown-run', { run: 'latest', folder: `${out}/runs` });
  return found.id;
}

/** Each flag that says what a run is: as given now (undefined when it is not), and as it was asked. */
function compare(
  { suites, tags, cases, trials }: Selection,
  flags: EvalFlags,
  { asked, shard }: Manifest,
  root: string,
  folder: string,
): readonly (readonly [flag: string, given: unknown, was: unknown])[] {
  const list = (items: readonly string[]) => (items.length > 0 ? items : undefined);
  return [
    ['suite', list(suites), asked.suites],
    ['--tag', list(tags), asked.tags],
    ['--case', list(cases), asked.cases],
    ['--trials', trials ?? undefined, asked.trials],
    ['--model', flags.model, asked.models],
    ['--record', flags.record, asked.mode === 'record'],
    ['--replay', flags.replay, asked.mode === 'replay'],
    ['--no-cache', flags.cache ? undefined : false, asked.cache],
    ['--baseline', flags.baseline, asked.baseline],
    ['--seed', flags.seed, asked.seed],
    ['--batch', flags.batch, asked.batch ?? false],
    ['--fail-fast', flags.failFast, asked.failFast],
    ['--allow-no-gates', flags.allowNoGates, asked.allowNoGates],
    ['--shard', flags.shard && describeShard(flags.shard), shard && describeShard(shard)],
    [
      '--config',
      flags.config === undefined ? undefined : resolve(folder, flags.config),
      asked.config === null ? null : resolve(root, asked.config),
    ],
  ];
}

function given<K extends keyof EvalFlags, V>(value: V | null, key: K): Partial<Record<K, V>> {
  return value === null ? {} : ({ [key]: value } as Record<K, V>);
}
