import type { z } from 'zod';
import type { World } from '../calls/world.js';
import { type Plan, samplesOf } from '../core/scores/plan.js';
import { describeShard, shardsOf } from '../core/scores/shard.js';
import { LlmciError } from '../core/text/errors.js';
import { count } from '../core/text/format.js';
import { MANIFEST_VERSION, type Manifest } from '../model/manifest.js';
import { askedSchema, paceSchema } from '../model/run-settings.js';
import type { Results } from '../store/runs/results.js';
import { type RunFolder, resumeRun, startRun } from '../store/runs/run-folder.js';
import type { Shards } from '../store/runs/shard-file.js';
import { BASELINE } from './fingerprint.js';
import { Restorer, type Reuse } from './restore.js';
import { type RunPlan, requireSame } from './run-plan.js';
import type { StartOptions } from './setup/start-options.js';

/** A run at its start. */
export interface Begun {
  readonly run: RunFolder;
  readonly manifest: Manifest;
  /** Null when there is nothing yet. */
  readonly results: Results | null;
  readonly restorer: Restorer | null;
  /** Bytes that a crash had left at the end of its results. */
  readonly cut: number;
}

/**
 * Makes the folder of a run, or opens that of the one that goes on. Throws `changed-since` when the plan is not the one
 * that the results are of, `cannot-merge`, `run-under-way` or `cannot-write`.
 */
export async function beginRun(
  planned: RunPlan,
  options: StartOptions,
  world: Pick<World, 'date' | 'random'>,
): Promise<Begun> {
  const { plan, fingerprint } = planned;
  const { past, out } = options;
  if (past?.kind === 'resume') {
    const { manifest } = past;
    requireSame(`run ${manifest.runId}`, manifest, planned);
    const run = await resumeRun(out, manifest.runId);
    const { results, cut } = run;
    return {
      run,
      manifest,
      results,
      restorer: new Restorer(plan, results, reuseOf(options)),
      cut,
    };
  }
  const shards = past?.kind === 'merge' ? past.shards : null;
  const results = shards?.results ?? null;
  // Parts judge no gates; the run that they are merged into does, and may go on
  const partial = fingerprint.filter(([what]) => what !== BASELINE);
  for (const manifest of shards?.manifests ?? []) {
    requireSame(`part ${describeShard(manifest.shard)}`, manifest, { ...planned, fingerprint: partial });
  }
  if (shards) requireOwnSamples(plan, shards);
  const now = world.date();
  const make = (runId: string): Manifest => ({
    manifestVersion: MANIFEST_VERSION,
    runId,
    startedAt: now.toISOString(),
    asked: partOf(askedSchema, options),
    pace: partOf(paceSchema, options),
    shard: options.shard,
    samples: plan.size,
    fingerprint: [...fingerprint],
    ...(options.protection?.enforced ? { protect: { base: options.protection.base?.commit ?? null } } : {}),
  });
  let manifest: Manifest | null = null;
  const run = await startRun(out, {
    manifest: (id) => {
      manifest = make(id);
      return manifest;
    },
    now,
    random: world.random,
  });
  const restorer = results && new Restorer(plan, results, { again: false });
  return { run, manifest: manifest ?? make(run.id), results, restorer, cut: 0 };
}

/** How a run that goes on uses what it has: what goes into a cassette is written at its end, so all of it passes by once more. */
export function reuseOf({ mode }: Pick<StartOptions, 'mode'>): Reuse {
  return { again: true, rescore: mode === 'record' };
}

/** What the reader of a run has to know of its past. */
export function notesOnPast({ restorer, cut }: Begun, { past, shard }: StartOptions): string[] {
  const notes: string[] = [];
  if (shard) {
    notes.push(
      `Part ${describeShard(shard)} of its plan. No gate was judged: llmci merge does, once all parts are there.`,
    );
  }
  if (past?.kind === 'merge') notes.push(`Merged from ${count(past.shards.manifests.length, 'part')}.`);
  if (past?.kind === 'rescore')
    notes.push(
      `Rescored: the outputs are those of run ${past.runId}, by the metrics and gates of today. No model was called for them.`,
    );
  if (past?.kind === 'resume') {
    notes.push(`Resumed: ${count(restorer?.restored ?? 0, 'sample')} had been finished before.`);
    if (cut > 0) notes.push(`The end of results.jsonl was damaged: ${count(cut, 'byte')} cut off.`);
  }
  if (restorer && restorer.useless > 0) {
    const what = past?.kind === 'merge' ? 'they count as not evaluated' : 'their samples were called again';
    notes.push(`${count(restorer.useless, 'line')} of results could not be read: ${what}.`);
  }
  return notes;
}

/** The options that a schema knows. */
function partOf<T extends z.ZodObject>(schema: T, options: StartOptions): z.output<T> {
  const known = Object.entries(options).filter(([name]) => name in schema.shape);
  return schema.parse(Object.fromEntries(known));
}

/** Every result has to be in the file of its own part: otherwise one sample could count in two ways. */
function requireOwnSamples(plan: Plan, { manifests, results }: Shards): void {
  const partOf = shardsOf(plan, manifests.length);
  const parts = new Uint16Array(plan.size);
  for (const sample of samplesOf(plan)) parts[sample.index] = partOf(sample);
  for (const sample of results.samples()) {
    for (const file of results.filesOf(sample)) {
      const part = manifests[file]?.shard;
      if (part && parts[sample] === part.index) continue;
      const name = part ? `part ${describeShard(part)}` : 'a part';
      throw new LlmciError('cannot-merge', {
        why: `${name} has a result of sample ${sample}, which is none of its own`,
      });
    }
  }
}
