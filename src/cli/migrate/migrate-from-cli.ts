import { resolve } from 'node:path';
import { Stop } from '../../calls/stop.js';
import { realWorld } from '../../calls/world.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Migration } from '../../model/migration.js';
import type { RunSummary } from '../../model/run-record.js';
import { runSettingsSchema } from '../../model/run-settings.js';
import { explainProvider } from '../../project/config/explain-provider.js';
import { loadProject } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import { reportMigration } from '../../reporters/migration-console.js';
import { judgeMigration } from '../../review/judge-migration.js';
import { type Recalibrated, recalibrate } from '../../review/judge-recalibration.js';
import { findModelUses, type ModelUses } from '../../review/model-uses.js';
import { moveJudge, movePrompts } from '../../review/move-prompts.js';
import { compareByName } from '../../runs/baselines/compare-by-name.js';
import { runSuites } from '../../runs/run.js';
import type { StartOptions } from '../../runs/setup/start-options.js';
import { openOut } from '../../store/git/out-folder.js';
import { streamSink } from '../report-file.js';
import { runToEnd } from '../run-to-end.js';
import type { Terminal } from '../terminal.js';

/** The flags of migrate as commander parses them. */
export interface MigrateFlags {
  readonly to: string;
  readonly write?: boolean;
  readonly trials?: number;
  readonly budget?: number;
  readonly json?: boolean;
  readonly out: string;
  readonly cwd?: string;
}

/** The migrate command. Returns the exit code. */
export async function migrateFromCli(old: string, flags: MigrateFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const uses = await usesOf(old, flags.to, { cwd, terminal });
  const none = { migration: 1 as const, from: old, to: flags.to, runId: null, prompts: [], judge: null, written: [] };
  const out = await openOut(root, flags.out);
  const migrator = { root, cwd, out, flags, terminal };
  const { refused, usd } = await findRefused(uses, migrator);
  const left = uses.prompts.filter(({ prompt }) => refused.every((each) => each.prompt !== prompt.id));
  const ids = new Set(left.map(({ prompt }) => prompt.id));
  const suites = thatRun(ids, uses.suites);
  const ran = suites.length === 0 ? NOTHING_RAN : await runBoth(old, left, suites, migrator, usd);
  const judged = { ...none, refused, runId: ran.runId, prompts: ran.prompts };
  const recalibrated = ran.interrupted === null ? await judgeOn(uses.judged, migrator, usd + ran.usd) : null;
  const written = flags.write
    ? [
        ...(await movePrompts(root, judged, uses.suites)),
        ...(recalibrated ? await moveJudge(root, old, flags.to, recalibrated) : []),
      ]
    : [];
  const migration: Migration = { ...judged, judge: recalibrated?.judge ?? null, written };
  const sink = streamSink(terminal);
  if (flags.json) await sink.write(`${printableJson(migration, 2)}\n`);
  else await reportMigration(migration, sink);
  return ran.interrupted ?? exitCodeOf(migration, uses);
}

function thatRun(prompts: ReadonlySet<string>, suites: ModelUses['suites']): ModelUses['suites'] {
  return suites.filter(({ columns }) => columns.some(({ prompt }) => prompts.has(prompt.id)));
}

interface Ran extends Pick<Migration, 'runId' | 'prompts'> {
  readonly usd: number;
  /** The exit code of a run that somebody ended. */
  readonly interrupted: number | null;
}

const NOTHING_RAN: Ran = { runId: null, prompts: [], usd: 0, interrupted: null };

interface Migrator {
  readonly root: string;
  readonly cwd: string;
  readonly out: string;
  readonly flags: MigrateFlags;
  readonly terminal: Terminal;
}

/** Throws `bad-flag` when nothing asks the old model, or nobody knows the new one. */
async function usesOf(
  old: string,
  to: string,
  { cwd, terminal }: Pick<Migrator, 'cwd' | 'terminal'>,
): Promise<ModelUses> {
  const project = await loadProject({ cwd, env: terminal.env });
  await project.threads.close();
  const flag = (name: string, why: string) => new LlmciError('bad-flag', { flag: name, why, command: 'migrate' });
  const unknown = explainProvider(parseModelReference(to), project.config.providers);
  if (unknown !== null) throw flag('--to', unknown);
  if (old === to) throw flag('--to', 'this is the model that they are on');
  const uses = findModelUses(project, old);
  if (uses.prompts.length + uses.suites.length === 0 && uses.judged === null)
    throw flag(old, `no prompt, suite or judge asks this model`);
  return uses;
}

/**
 * Sends the first case of each suite to the new model alone: those prompts of which every answer is a refused request, and
 * what that cost. The answers are in the cache for what comes next.
 */
async function findRefused(
  uses: ModelUses,
  migrator: Migrator,
): Promise<{ readonly refused: Migration['refused']; readonly usd: number }> {
  const { cwd, terminal, flags } = migrator;
  const ids = new Set(uses.prompts.map(({ prompt }) => prompt.id));
  const suites = thatRun(ids, uses.suites);
  const cases = suites.flatMap((suite) => suite.cases.at(0)?.id ?? []);
  if (cases.length === 0) return { refused: [], usd: 0 };
  const project = await loadProject({ cwd, env: terminal.env, models: [flags.to] });
  try {
    const named = suites.map(({ id }) => id);
    const options = startOptions([flags.to], named, migrator, { cases, trials: 1, budget: flags.budget ?? null });
    const run = await runSuites(project, options, { world: realWorld(terminal.env), stop: new Stop() });
    const refused = new Map<string, string | null>();
    for await (const { prompt, error } of run.results()) {
      const isRefused = error?.kind === 'invalid-request' || error?.kind === 'unknown-model';
      refused.set(prompt, isRefused && refused.get(prompt) !== null ? error.message : null);
    }
    return {
      refused: [...refused].flatMap(([prompt, message]) =>
        message === null || !ids.has(prompt) ? [] : [{ prompt, message }],
      ),
      usd: run.summary.usage.usd ?? 0,
    };
  } finally {
    await project.threads.close();
  }
}

/**
 * Runs the suites on the old model and then on the new one, with what is left of the budget, and judges each prompt. Gates that
 * compare do so with the run of the old model, case by case: a committed baseline is of another day.
 */
async function runBoth(
  old: string,
  prompts: ModelUses['prompts'],
  suites: ModelUses['suites'],
  migrator: Migrator,
  spent: number,
): Promise<Ran> {
  const { root, cwd, out, flags } = migrator;
  const before = await runOn(old, null, suites, migrator, spent);
  if (before.summary === null) return { ...NOTHING_RAN, interrupted: before.interrupted };
  const cost = spent + (before.summary.usage.usd ?? 0);
  const now = await runOn(flags.to, before.summary.runId, suites, migrator, cost);
  if (now.summary === null) return { ...NOTHING_RAN, usd: cost - spent, interrupted: now.interrupted };
  const { summary } = now;
  const comparison = await compareByName([before.summary.runId, summary.runId], { root, out, cwd }, 0);
  return {
    runId: summary.runId,
    prompts: prompts.map(({ prompt }) => judgeMigration(prompt, flags.to, summary, comparison)),
    usd: cost - spent + (summary.usage.usd ?? 0),
    interrupted: now.interrupted,
  };
}

/** What the judge says on the new model, with what is left of the budget; null when another model judges. */
async function judgeOn(ids: ModelUses['judged'], migrator: Migrator, spent: number): Promise<Recalibrated | null> {
  if (ids === null) return null;
  const { cwd, flags, terminal } = migrator;
  const project = await loadProject({ cwd, env: terminal.env });
  const { budget } = project.config;
  const usd = flags.budget === undefined ? budget.usd : Math.max(0, flags.budget - spent);
  try {
    const world = realWorld(terminal.env);
    return await recalibrate(project, ids, flags.to, { budget: { ...budget, usd }, world, stop: new Stop() });
  } finally {
    await project.threads.close();
  }
}

/** A run of the suites on one model. Null when it could not begin, or be closed, or somebody ended it. */
async function runOn(
  model: string,
  baseline: string | null,
  suites: ModelUses['suites'],
  migrator: Migrator,
  spent: number,
): Promise<{ readonly summary: RunSummary | null; readonly interrupted: number | null }> {
  const { cwd, flags, terminal } = migrator;
  const project = await loadProject({ cwd, env: terminal.env, models: [model] });
  let summary: RunSummary | null = null;
  let code: number = EXIT.error;
  try {
    const budget = flags.budget === undefined ? null : Math.max(0, flags.budget - spent);
    const named = suites.map(({ id }) => id);
    const options = startOptions([model], named, migrator, { trials: flags.trials ?? null, budget, baseline });
    const onClosed = (closed: RunSummary) => {
      summary = closed;
    };
    code = await runToEnd(project, options, { targets: [], flags, terminal, onClosed });
  } finally {
    await project.threads.close();
  }
  const interrupted = code === EXIT.interrupted || code === EXIT.terminated ? code : null;
  return { summary: interrupted === null ? summary : null, interrupted };
}

interface Asked {
  readonly cases?: readonly string[];
  readonly trials: number | null;
  readonly budget: number | null;
  /** The run that gates compare with; null for the committed baselines. */
  readonly baseline?: string | null;
}

function startOptions(
  models: readonly string[],
  suites: readonly string[],
  { out }: Migrator,
  { cases = [], trials, budget, baseline = null }: Asked,
): StartOptions {
  const settings = runSettingsSchema.parse({
    models,
    suites,
    cases,
    trials,
    baseline,
    budgetUsd: budget,
    allowNoGates: true,
  });
  return { ...settings, out, shard: null, past: null };
}

function exitCodeOf({ prompts, refused, judge, runId }: Migration, uses: ModelUses): number {
  const verdicts = [...prompts, ...(judge ? [judge] : [])].map(({ verdict }) => verdict);
  if (refused.length > 0 || verdicts.includes('fail')) return EXIT.fail;
  const isTold = uses.prompts.length === 0 || runId !== null;
  return isTold && verdicts.every((verdict) => verdict === 'pass') ? EXIT.pass : EXIT.error;
}
