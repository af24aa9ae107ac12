import { type Lanes, openLanes } from '../../calls/lanes.js';
import { findSecrets, type Secrets } from '../../calls/secrets.js';
import type { Stop } from '../../calls/stop.js';
import type { World } from '../../calls/world.js';
import { type Redact, redactSecrets } from '../../core/text/redact.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/entry.js';
import { type ProgramWorld, withoutSecrets } from '../../scoring/programs.js';

/** The providers that are in use, and the ways to them. */
export interface OpenCalls {
  /** By name. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly lanes: Lanes;
  readonly secrets: Secrets;
  readonly redact: Redact;
  readonly programWorld: ProgramWorld;
}

/** What a run says about pace goes before the project's files; null for what these say. */
export interface Pace {
  readonly concurrency: number | null;
  readonly timeoutMs: number | null;
}

/** Opens the ways to the named providers; `stop` cancels them. Nothing is sent. */
export function openCalls(
  project: Pick<Project, 'root' | 'config' | 'providers'>,
  names: Iterable<string>,
  { concurrency, timeoutMs }: Pace,
  world: World,
  stop: Stop,
): OpenCalls {
  const { root, config } = project;
  const used = new Set(names);
  const providers = new Map([...project.providers].filter(([name]) => used.has(name)));
  const secrets = findSecrets(providers.values(), root, world.env);
  const lanes = openLanes(providers.values(), {
    ...{ root, world, concurrency, secrets: secrets.values },
    timeoutMs: timeoutMs ?? config.timeoutMs,
  });
  stop.onCancel(() => lanes.cancel());
  const all = findSecrets(project.providers.values(), root, world.env);
  return {
    ...{ providers, lanes, secrets },
    redact: redactSecrets(secrets.values.values()),
    programWorld: { ...world, env: withoutSecrets(world.env, all.values.values()) },
  };
}
