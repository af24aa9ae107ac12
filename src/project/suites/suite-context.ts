import type { AnyMetric } from '../../metrics/contract.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import type { ModuleThreads } from '../modules/modules.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import type { MetricSettings } from './calibrations.js';

/** What suites refer to. */
export interface SuiteContext {
  readonly root: string;
  readonly prompts: ReadonlyMap<string, LoadedPrompt>;
  /** Ids of prompts that cannot be used, which was reported where they stand. */
  readonly broken: ReadonlySet<string>;
  readonly metrics: ReadonlyMap<string, AnyMetric>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Whether `providers` are all: not when llmci.yaml has problems. */
  readonly complete: boolean;
  /** Whether llmci.yaml names a judge, or might if it had no problems. */
  readonly judged: boolean;
  readonly settings: MetricSettings;
  /** Where modules that suites name are loaded. */
  readonly threads: ModuleThreads;
  /** Models that replace those of suites and prompts. */
  readonly models: readonly string[];
}
