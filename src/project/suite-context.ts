import type { AnyMetric } from '../metrics/contract.js';
import type { ProviderEntry } from '../providers/entry.js';
import type { MetricSettings } from './calibrations.js';
import type { RootPath } from './files.js';
import type { LoadedPrompt } from './load-prompts.js';

/** What suites refer to. Metrics and providers that suites name by module are added to these maps as they are met. */
export interface SuiteContext {
  readonly root: string;
  readonly prompts: ReadonlyMap<string, LoadedPrompt>;
  /** Ids of prompts that cannot be used, which was reported where they stand. */
  readonly broken: ReadonlySet<string>;
  readonly metrics: Map<string, AnyMetric>;
  readonly providers: Map<string, ProviderEntry>;
  /** Whether `providers` are all: not when llmci.yaml has problems. */
  readonly complete: boolean;
  /** Whether llmci.yaml names a judge, or might if it had no problems. */
  readonly judged: boolean;
  readonly settings: MetricSettings;
  /** Models that replace those of suites and prompts. */
  readonly models: readonly string[];
  /** Takes every cassette that a suite names, whatever else is wrong with the suite. */
  readonly cassettes: Set<RootPath>;
}
