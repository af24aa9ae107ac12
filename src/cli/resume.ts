import { describeShard } from '../core/scores/shard.js';
import { LlmciError } from '../core/text/errors.js';
import { printable } from '../core/text/printable.js';
import type { Manifest } from '../model/manifest.js';
import type { RunReader } from '../model/run-record.js';
import { askedSchema, type RunSettings, runSettingsSchema } from '../model/run-settings.js';
import { readManifest } from '../store/runs/run-folder.js';
import { listRuns } from '../store/runs/run-list.js';
import { readRun } from '../store/runs/runs.js';
import type { EvalFlags } from './eval/eval-flags.js';
import { flagOf, type GivenSettings } from './eval/settings-from-flags.js';

/** A run that goes on, with what it was asked. */
export interface Resumption {
  readonly settings: RunSettings;
  readonly manifest: Manifest;
}

/**
 * Finds the run that `--resume` means, and what it was asked; its pace may be given anew. Throws `nothing-to-resume`,
 * `unknown-run`, `unreadable-run`, or `bad-flag` for a flag that asks for something else.
 */
export async function findResumption(
  given: GivenSettings,
  { resume, shard, protect }: Pick<EvalFlags, 'resume' | 'shard' | 'protect'>,
  out: string,
): Promise<Resumption> {
  const manifest = await findManifest(out, resume === true ? null : (resume ?? null));
  const { asked, pace } = manifest;
  const settings: RunSettings = { ...asked, ...pace };
  const refuse = (flag: string) => {
    const why = `run ${manifest.runId} was not started so; going on with it needs no flag repeated`;
    return new LlmciError('bad-flag', { flag, why, command: 'eval' });
  };
  const said = (Object.keys(given) as (keyof RunSettings)[]).filter((name) => given[name] !== undefined);
  for (const name of said) {
    const isFixed = name in askedSchema.shape;
    if (isFixed && JSON.stringify(given[name]) !== JSON.stringify(settings[name]))
      throw refuse(flagOf(name, given[name]));
  }
  // What it has found so far, and what it compares with, is of a run that nobody protected
  if (protect && !manifest.protect) throw refuse('--protect');
  if (shard && describeShard(shard) !== (manifest.shard && describeShard(manifest.shard))) throw refuse('--shard');
  const anew = Object.fromEntries(said.map((name) => [name, given[name]]));
  return { manifest, settings: runSettingsSchema.parse({ ...settings, ...anew }) };
}

/** The command that goes on with a run, given the flags that say where it is. */
export function commandToGoOn(run: string, { out, cwd }: Pick<EvalFlags, 'out' | 'cwd'>): string {
  const places = [out === '.llmci' ? '' : ` --out ${out}`, cwd === undefined ? '' : ` --cwd ${cwd}`];
  return printable(`llmci eval --resume ${run}${places.join('')}`);
}

/** A run that lacks nothing, which can only be reported again, and its folder; null for any other. */
export async function openWhole(
  out: string,
  id: string,
): Promise<{ readonly run: RunReader; readonly folder: string } | null> {
  const [listed] = await listRuns(out, id);
  return listed?.state === 'finished' ? { run: await readRun(out, id), folder: listed.folder } : null;
}

async function findManifest(out: string, name: string | null): Promise<Manifest> {
  const id = name === null ? await newestUnfinished(out) : name === 'latest' ? await newest(out) : name;
  if (!/^[\w-]+$/.test(id)) throw new LlmciError('unknown-run', { run: id, folder: `${out}/runs` });
  const manifest = await readManifest(out, id);
  if (manifest) return manifest;
  // A run of an earlier version can be read, and not gone on with
  const { summary } = await readRun(out, id);
  throw new LlmciError('unreadable-run', { run: summary.runId, why: 'it has no plan.json: start anew' });
}

async function newestUnfinished(out: string): Promise<string> {
  const runs = await listRuns(out);
  const found = runs.find(({ state, manifest }) => manifest && (state === 'unfinished' || state === 'interrupted'));
  if (!found) throw new LlmciError('nothing-to-resume', { folder: `${out}/runs` });
  return found.id;
}

async function newest(out: string): Promise<string> {
  const [found] = await listRuns(out);
  if (!found) throw new LlmciError('no-runs', { folder: `${out}/runs` });
  return found.id;
}
