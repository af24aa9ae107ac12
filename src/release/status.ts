import { nameOf } from '../core/releases/decision.js';
import type { EnvironmentState, Hold, Live, Rollout } from '../core/releases/state.js';
import { formatAge } from '../core/text/age.js';
import { LlmciError } from '../core/text/errors.js';
import type { EnvironmentPolicy } from '../model/environment.js';
import type { Evidence } from '../model/evidence.js';
import { loadPrompts } from '../project/load-prompts.js';
import { readEnvironment } from '../store/environments.js';
import type { Delivery } from './delivery.js';
import { environmentsOf } from './history.js';

/** A prompt in an environment. */
export interface LiveRow {
  readonly prompt: string;
  readonly live: Live;
  /** The newest that is known of what is live; null for none. */
  readonly evidence: Evidence | null;
  readonly rollout: Rollout | null;
}

/** An environment as it stands; with a fault it cannot be told. */
export interface EnvironmentStatus {
  readonly name: string;
  readonly rows: readonly LiveRow[];
  readonly holds: readonly Hold[];
  readonly fault: string | null;
}

/** What is live where, and what does not go together. */
export interface Status {
  readonly at: string;
  readonly environments: readonly EnvironmentStatus[];
  /** What somebody may want to do something about, a sentence each. */
  readonly drift: readonly string[];
}

/** Reads what is live where. A ledger that does not hold is told in its place, and hides no other. */
export async function readStatus(delivery: Delivery): Promise<Status> {
  const now = delivery.date();
  const environments: EnvironmentStatus[] = [];
  const states = new Map<string, EnvironmentState>();
  for (const name of await environmentsOf(delivery)) {
    try {
      const { state } = await readEnvironment(delivery.store, name);
      states.set(name, state);
      environments.push({ name, rows: await rowsOf(delivery, state), holds: state.holds, fault: null });
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      environments.push({ name, rows: [], holds: [], fault: error.message });
    }
  }
  const drift = [
    ...(await repositoryDrift(delivery)),
    ...environments.flatMap((each) => environmentDrift(each, delivery.environments, states, now)),
  ];
  return { at: now.toISOString(), environments, drift };
}

async function rowsOf({ store }: Delivery, { live, rollouts }: EnvironmentState): Promise<readonly LiveRow[]> {
  const prompts = [...live.keys()].sort();
  return Promise.all(
    prompts.flatMap((prompt) => {
      const each = live.get(prompt);
      if (!each) return [];
      const rollout = rollouts.find(({ releases }) => releases.some((moved) => moved.prompt === prompt)) ?? null;
      return [evidenceOfLive(store, each).then((evidence) => ({ prompt, live: each, evidence, rollout }))];
    }),
  );
}

async function evidenceOfLive(store: Delivery['store'], { release, moved }: Live): Promise<Evidence | null> {
  if (moved?.evidence) return moved.evidence;
  // A release that cannot be read is told by audit, and by whoever wants to use it
  const read = await store.readRelease(release.prompt, release.number).catch(() => null);
  return read?.hash === release.hash ? read.evidence : null;
}

/** Prompts of the repository that no release is of, as far as its files can be read. */
async function repositoryDrift({ root, store }: Delivery): Promise<readonly string[]> {
  const { prompts } = await loadPrompts(root, []);
  const numbers = await store.releases();
  const found: string[] = [];
  for (const [id, { prompt }] of [...prompts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const newest = numbers.get(id)?.at(-1);
    if (newest === undefined) {
      if (numbers.size > 0) found.push(`${id} has no release yet`);
      continue;
    }
    const release = await store.readRelease(id, newest).catch(() => null);
    if (release && release.digest !== prompt.digest)
      found.push(`${id} has changed since its last release, ${nameOf(release)}`);
  }
  return found;
}

function environmentDrift(
  { name, rows, fault }: EnvironmentStatus,
  policies: ReadonlyMap<string, EnvironmentPolicy>,
  states: ReadonlyMap<string, EnvironmentState>,
  now: Date,
): readonly string[] {
  const policy = policies.get(name);
  if (fault !== null) return [];
  if (!policy) return [`${name} has a ledger, and is not in llmci.yaml`];
  const found: string[] = [];
  const from = policy.from === undefined ? undefined : states.get(policy.from);
  for (const { prompt, live, evidence } of rows) {
    const there = from?.live.get(prompt)?.release;
    const { release } = live;
    if (there && there.digest !== release.digest) {
      const which = there.number > release.number ? 'behind' : 'ahead of';
      found.push(`${nameOf(release)} in ${name} is ${which} ${policy.from}, which has @${there.number}`);
    }
    const age = evidence && now.getTime() - Date.parse(evidence.finishedAt);
    const most = policy.evidence?.maxAge;
    if (age !== null && most !== undefined && age > most)
      found.push(`the evidence for ${nameOf(release)} in ${name} is ${formatAge(age)} old, of ${formatAge(most)}`);
    if (policy.evidence && evidence === null) found.push(`${nameOf(release)} in ${name} has no evidence`);
  }
  for (const prompt of from?.live.keys() ?? []) {
    if (!rows.some((row) => row.prompt === prompt))
      found.push(`${prompt} is live in ${policy.from} and not in ${name}`);
  }
  return found;
}
