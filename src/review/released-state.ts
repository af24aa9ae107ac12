import type { World } from '../calls/world.js';
import { LlmciError } from '../core/text/errors.js';
import { NO_CEILING } from '../model/budget.js';
import type { PromptState } from '../model/prompt-change.js';
import type { Release } from '../model/release.js';
import type { RulesState } from '../model/suite-state.js';
import { loadDelivery } from '../project/config/load-delivery.js';
import { stateOfRelease } from '../release/change-risk.js';
import { type Delivery, openDelivery } from '../release/delivery.js';
import { findRelease } from '../release/find-releases.js';
import { readEnvironment, readReferred } from '../store/state/environments.js';
import type { ProjectState } from './project-state.js';

const RELEASE = /.@[1-9]\d{0,8}$/;

/**
 * The prompts of a release (`support-reply@3`), or those that are live in an environment of llmci.yaml; null when the name
 * is neither. Throws what reading releases and ledgers throws.
 */
export async function releasedState(
  root: string,
  name: string,
  world: Pick<World, 'env' | 'date'>,
): Promise<ProjectState | null> {
  // A store, which may be far away, is only asked for what can be in it
  if (!RELEASE.test(name) && !(await namesEnvironment(root, name))) return null;
  const delivery = await openedOrNull(root, world);
  if (delivery === null) return null;
  const { store, environments } = delivery;
  try {
    if (RELEASE.test(name) && (await store.releases()).has(name.replace(/@\d+$/, ''))) {
      return stateOf(name, [await findRelease(store, name)], 'one release');
    }
    if (!environments.has(name)) return null;
    const { state } = await readEnvironment(store, name);
    const live = [...state.live.values()].map(({ release }) => readReferred(store, release));
    return stateOf(`what is live in ${name}`, await Promise.all(live), 'releases');
  } finally {
    await store.close();
  }
}

async function namesEnvironment(root: string, name: string): Promise<boolean> {
  return loadDelivery(root).then(
    ({ environments }) => environments.has(name),
    () => false,
  );
}

/** Null where llmci.yaml cannot be read: then it names no environment. */
async function openedOrNull(root: string, { env, date }: Pick<World, 'env' | 'date'>): Promise<Delivery | null> {
  try {
    return await openDelivery(root, env, date);
  } catch (error) {
    if (error instanceof LlmciError && error.code === 'invalid-files') return null;
    throw error;
  }
}

/** A release holds what is asked, and no rules. */
const NO_RULES: RulesState = {
  ...{ suites: [], configPath: 'llmci.yaml', config: {}, code: [], recordings: {}, calibrations: {}, signoff: {} },
  budget: NO_CEILING,
};

function stateOf(name: string, releases: readonly Release[], holds: ProjectState['holds']): ProjectState {
  const prompts = releases.map((release): [string, PromptState] => [release.prompt, stateOfRelease(release)]);
  return {
    ...{ name, commit: null, holds, problems: [], broken: new Set() },
    prompts: new Map(prompts),
    rules: NO_RULES,
  };
}
