import { LlmciError } from '../../core/text/errors.js';
import type { StateHome } from '../../model/environment.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { requireInside } from '../files/places.js';
import { openStateBranch } from './state-branch.js';
import { openStateFolder } from './state-folder.js';
import type { StateStore } from './state-store.js';

/** Opens the home that a project names. Throws `bad-link`, and `state-unreachable` for a variable that is not set. */
export async function openState(root: string, home: StateHome, env: EnvironmentVariables): Promise<StateStore> {
  if (typeof home === 'string') return openStateFolder(requireInside(root, home), home);
  if ('git' in home) return openStateBranch(root, home.remote, home.git);
  const name = home.postgres.slice('env:'.length);
  const url = env[name]?.trim();
  if (!url)
    throw new LlmciError('state-unreachable', { store: 'the database of the state', why: `${name} is not set` });
  const { openStateDatabase } = await import('./state-database.js');
  return openStateDatabase(url);
}
