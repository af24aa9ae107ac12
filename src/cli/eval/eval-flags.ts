import type { Shard } from '../../model/manifest.js';

/** The flags of eval as commander parses them. */
export interface EvalFlags {
  readonly tag?: readonly string[];
  readonly case?: readonly string[];
  /** True for the newest run. */
  readonly failed?: string | true;
  readonly affected?: boolean;
  readonly base?: string;
  readonly trusted?: string;
  readonly model?: readonly string[];
  readonly trials?: number;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly maxTime?: number;
  readonly budget?: number;
  readonly batch?: boolean;
  readonly dryRun?: boolean;
  readonly record?: boolean;
  readonly replay?: boolean;
  readonly cache: boolean;
  readonly reporter?: readonly string[];
  readonly out: string;
  readonly baseline?: string;
  readonly protect?: boolean;
  readonly seed?: number;
  readonly failFast?: boolean;
  readonly confirm?: boolean;
  readonly allowNoGates?: boolean;
  /** True for the newest run that was cut short. */
  readonly resume?: string | true;
  readonly shard?: Shard;
  readonly shardFile?: string;
  readonly allProjects?: boolean;
  readonly watch?: boolean;
  readonly config?: string;
  readonly cwd?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}
