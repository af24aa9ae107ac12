import { knownSecrets, type Redact } from '../core/text/redact.js';
import type { Project } from '../project/load.js';
import { findHeldMedia } from '../project/prompts/held-media.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { type Lanes, openLanes } from './lanes.js';
import { allSecrets, readSecrets, type Secrets } from './read-secrets.js';
import type { Stop } from './stop.js';
import type { World } from './world.js';

/** The ways to providers. */
export interface OpenCalls {
  readonly lanes: Lanes;
  readonly secrets: Secrets;
  readonly redact: Redact;
}

/** What a run says about pace goes before the project's files; null for what these say. */
export interface RunPace {
  readonly concurrency: number | null;
  readonly timeoutMs: number | null;
}

/** Opens the ways to providers; `stop` cancels them. Nothing is sent. */
export function openCalls(
  project: Pick<Project, 'root' | 'config' | 'providers' | 'prompts' | 'suites'>,
  providers: readonly ProviderEntry[],
  { concurrency, timeoutMs }: RunPace,
  world: World,
  stop: Stop,
): OpenCalls {
  const { root, config } = project;
  const secrets = readSecrets(providers, root, world.env);
  // Whatever runs may repeat the keys of those that do not
  const known = knownSecrets(allSecrets(project, world.env));
  const lanes = openLanes(providers, {
    ...{ root, world, concurrency, known },
    media: findHeldMedia(root, project.suites.values()),
    timeoutMs: timeoutMs ?? config.timeoutMs,
  });
  stop.onCancel(() => lanes.cancel());
  return { lanes, secrets, redact: known.redact };
}
