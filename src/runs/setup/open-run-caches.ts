import type { World } from '../../calls/world.js';
import type { Project } from '../../project/load.js';
import { type Caches, openCaches } from '../../store/answers/open-caches.js';
import type { StartOptions } from './start-options.js';

/** The caches of a run, in its folder for runs. Throws `bad-link`. */
export function openRunCaches(
  { config }: Pick<Project, 'config'>,
  { out, mode, cache }: Pick<StartOptions, 'out' | 'mode' | 'cache'>,
  world: Pick<World, 'date'>,
): Caches {
  return openCaches(out, config.cache, {
    now: () => world.date().getTime(),
    offline: mode === 'replay' || !cache,
    recording: mode === 'record',
  });
}
