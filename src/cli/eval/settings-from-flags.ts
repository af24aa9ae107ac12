import type { RunSettings } from '../../model/run-settings.js';
import { configPath } from '../../runs/setup/config-path.js';
import { wholeName } from '../../store/runs/runs.js';
import type { EvalFlags } from './eval-flags.js';

/** What flags say of a run. What they do not say is left out. */
export type GivenSettings = { readonly [K in keyof RunSettings]?: RunSettings[K] | undefined };

/** Reads the settings of a run from the command line. Paths are relative to `cwd`; `root` is that of the project. */
export function settingsFromFlags(
  suites: readonly string[],
  flags: EvalFlags,
  { root, cwd }: { readonly root: string; readonly cwd: string },
): GivenSettings {
  return {
    suites: suites.length > 0 ? [...suites] : undefined,
    tags: flags.tag,
    cases: flags.case,
    models: flags.model,
    trials: flags.trials,
    config: configPath(root, cwd, flags.config) ?? undefined,
    mode: flags.replay ? 'replay' : flags.record ? 'record' : undefined,
    cache: flags.cache ? undefined : false,
    batch: flags.batch,
    failFast: flags.failFast,
    confirm: flags.confirm,
    allowNoGates: flags.allowNoGates,
    baseline: flags.baseline === undefined ? undefined : wholeName(cwd, flags.baseline),
    seed: flags.seed,
    concurrency: flags.concurrency,
    timeoutMs: flags.timeout,
    budgetUsd: flags.budget,
    maxTimeMs: flags.maxTime,
  };
}

/** By which flag a setting is given. */
const FLAGS = {
  suites: 'suite',
  tags: '--tag',
  cases: '--case',
  models: '--model',
  trials: '--trials',
  config: '--config',
  mode: '--record',
  cache: '--no-cache',
  batch: '--batch',
  failFast: '--fail-fast',
  confirm: '--confirm',
  allowNoGates: '--allow-no-gates',
  baseline: '--baseline',
  seed: '--seed',
  concurrency: '--concurrency',
  timeoutMs: '--timeout',
  budgetUsd: '--budget',
  maxTimeMs: '--max-time',
} as const satisfies Record<keyof RunSettings, string>;

/** The flag that gave a setting this value. */
export function flagOf(name: keyof RunSettings, value: unknown): string {
  return name === 'mode' ? `--${String(value)}` : FLAGS[name];
}
