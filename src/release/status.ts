import type { Head } from '../core/releases/chain.js';
import { nameOfRelease } from '../core/releases/decision.js';
import { type Lines, overrideBehind } from '../core/releases/grounds.js';
import { type Seen, whoHasSeen } from '../core/releases/seen.js';
import type { EnvironmentState, Hold, Live, Rollout } from '../core/releases/state.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { retirementOf } from '../core/requests/retirements.js';
import { formatAge } from '../core/text/age.js';
import { LlmciError } from '../core/text/errors.js';
import { count } from '../core/text/format.js';
import type { Evidence } from '../model/evidence.js';
import type { Person } from '../model/person.js';
import type { Release } from '../model/release.js';
import { loadPrompts } from '../project/prompts/load-prompts.js';
import { openOut } from '../store/git/out-folder.js';
import { type Checkpoints, openCheckpoints } from '../store/state/checkpoints.js';
import { type ReadState, readState } from '../store/state/environments.js';
import type { Delivery } from './delivery.js';
import { doubtsIn } from './doubts.js';
import { environmentsOf } from './history.js';
import { checkOf } from './signers.js';

/** A prompt in an environment. */
export interface LiveRow {
  readonly prompt: string;
  readonly live: Live;
  /** By whom policy was gone over for it, and why; null where it was not. A rollback to it changes nothing of that. */
  readonly override: { readonly by: Person; readonly reason: string; readonly refused: readonly string[] } | null;
  /** The newest that is known of what is live; null for none. */
  readonly evidence: Evidence | null;
  readonly rollout: Rollout | null;
  /** Whether the release itself is there, and is the one that the ledger speaks of. */
  readonly isThere: boolean;
  /** provider/model; null where the release names none, or cannot be read. */
  readonly model: string | null;
}

/** An environment as it stands; with a fault it cannot be told. */
export interface EnvironmentStatus {
  readonly name: string;
  readonly rows: readonly LiveRow[];
  readonly holds: readonly Hold[];
  /** Who serves it and has seen its last line; null where nobody can say. */
  readonly seen: Seen | null;
  /** What signatures leave open, a sentence each. */
  readonly doubts: readonly string[];
  readonly fault: string | null;
}

/** What is live where, and what does not go together. */
export interface Status {
  readonly at: string;
  readonly environments: readonly EnvironmentStatus[];
  /** What somebody may want to do something about, a sentence each. */
  readonly drift: readonly string[];
}

/** Beside the runs, where git leaves them out: from a folder that was committed none is believed. */
async function ownCheckpoints(root: string): Promise<Checkpoints | null> {
  try {
    return openCheckpoints(await openOut(root, '.llmci/ledgers'));
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return null;
  }
}

/** Reads what is live where. A ledger that does not hold is told in its place, and hides no other. */
export async function readStatus(delivery: Delivery): Promise<Status> {
  const now = delivery.date();
  const read = readerOf(delivery);
  const checkpoints = await ownCheckpoints(delivery.root);
  const environments: EnvironmentStatus[] = [];
  const states = new Map<string, EnvironmentState>();
  for (const name of await environmentsOf(delivery)) {
    try {
      const environment = await readState(delivery.store, name, checkpoints);
      const { state } = environment;
      states.set(name, state);
      const seen = await seenIn(delivery, name, state.head, now.getTime());
      const doubts = doubtsIn(name, environment, checkOf(delivery.signers));
      environments.push({ name, rows: await rowsOf(read, environment), holds: state.holds, seen, doubts, fault: null });
    } catch (error) {
      if (!(error instanceof LlmciError)) throw error;
      environments.push({ name, rows: [], holds: [], seen: null, doubts: [], fault: error.inOneLine });
    }
  }
  const absent = await delivery.store.absence();
  const drift = [
    ...(absent === null ? [] : [absent]),
    ...(await repositoryDrift(delivery, read)),
    ...environments.flatMap((each) => environmentDrift(delivery, each, states, now)),
  ];
  return { at: now.toISOString(), environments, drift };
}

/** A release; null for one that cannot be read, which audit tells, and whoever wants to use it. */
type ReadRelease = (prompt: string, number: number) => Promise<Release | null>;

/** Reads each once: most are live in several environments. */
function readerOf({ store }: Delivery): ReadRelease {
  const known = new Map<string, Promise<Release | null>>();
  return (prompt, number) => {
    const name = nameOfRelease({ prompt, number });
    const release = known.get(name) ?? store.readRelease(prompt, number).catch(() => null);
    known.set(name, release);
    return release;
  };
}

async function seenIn({ store }: Delivery, name: string, head: Head, now: number): Promise<Seen | null> {
  // Reports are no part of the state: without them all the rest can be told
  const reports = await store.reports?.readers(name).catch(() => null);
  return reports ? whoHasSeen(reports, head, now) : null;
}

async function rowsOf(read: ReadRelease, { state, lines }: ReadState): Promise<readonly LiveRow[]> {
  const { live, rollouts } = state;
  const prompts = [...live.keys()].sort();
  return Promise.all(
    prompts.flatMap((prompt) => {
      const each = live.get(prompt);
      if (!each) return [];
      const rollout = rollouts.find(({ releases }) => releases.some((moved) => moved.prompt === prompt)) ?? null;
      return [rowOf(read, each, rollout, lines)];
    }),
  );
}

async function rowOf(read: ReadRelease, live: Live, rollout: Rollout | null, lines: Lines): Promise<LiveRow> {
  const { prompt, number, hash } = live.release;
  const there = await read(prompt, number);
  const release = there?.hash === hash ? there : null;
  const model = release?.asked['model'];
  const over = overrideBehind(live, lines);
  return {
    override: over && { by: over.by, reason: over.reason, refused: over.refused },
    ...{ prompt, live, rollout, evidence: live.moved?.evidence ?? release?.evidence ?? null },
    isThere: release !== null,
    model: typeof model === 'string' ? model : null,
  };
}

/** Prompts of the repository that no release is of, as far as its files can be read. */
async function repositoryDrift({ root, store }: Delivery, read: ReadRelease): Promise<readonly string[]> {
  const { prompts } = (await loadPrompts(root)).value;
  const numbers = await store.releases();
  const found: string[] = [];
  for (const [id, { prompt }] of [...prompts].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const newest = numbers.get(id)?.at(-1);
    if (newest === undefined) {
      if (numbers.size > 0) found.push(`${id} has no release yet`);
      continue;
    }
    const release = await read(id, newest);
    if (release && release.digest !== prompt.digest)
      found.push(`${id} has changed since its last release, ${nameOfRelease(release)}`);
  }
  return found;
}

function environmentDrift(
  { environments: policies, vendorOf }: Delivery,
  { name, rows, fault }: EnvironmentStatus,
  states: ReadonlyMap<string, EnvironmentState>,
  now: Date,
): readonly string[] {
  const policy = policies.get(name);
  if (fault !== null) return [];
  if (!policy) return [`${name} has a ledger, and is not in llmci.yaml`];
  const found: string[] = [];
  const from = policy.from === undefined ? undefined : states.get(policy.from);
  for (const { prompt, live, evidence, rollout, model, isThere } of rows) {
    if (!isThere)
      found.push(
        `NOT THERE: ${nameOfRelease(live.release)} is live in ${name}, and its file is gone or another: llmci audit`,
      );
    const there = from?.live.get(prompt)?.release;
    const { release } = live;
    const isOnItsWay = rollout?.releases.some(({ digest }) => digest === there?.digest) ?? false;
    if (there && there.digest !== release.digest && !isOnItsWay) {
      const which = there.number > release.number ? 'behind' : 'ahead of';
      found.push(`${nameOfRelease(release)} in ${name} is ${which} ${policy.from}, which has @${there.number}`);
    }
    const age = evidence && now.getTime() - Date.parse(evidence.finishedAt);
    const most = policy.evidence?.maxAge;
    if (age !== null && most !== undefined && age > most)
      found.push(
        `the evidence for ${nameOfRelease(release)} in ${name} is ${formatAge(age)} old, of ${formatAge(most)}`,
      );
    if (policy.evidence && evidence === null) found.push(`${nameOfRelease(release)} in ${name} has no evidence`);
    const end = model === null ? null : describeRetirement(model, vendorOf, now);
    if (end !== null) found.push(`${nameOfRelease(release)} in ${name} asks ${end}`);
  }
  for (const prompt of from?.live.keys() ?? []) {
    if (!rows.some((row) => row.prompt === prompt))
      found.push(`${prompt} is live in ${policy.from} and not in ${name}`);
  }
  return found;
}

const DAY_MS = 86_400_000;
/** As for the lint rule that warns of it in files. */
const SOON_DAYS = 90;

/** That a model has ended or will soon, and what to do; null when neither is known. */
function describeRetirement(text: string, vendorOf: Delivery['vendorOf'], now: Date): string | null {
  const { provider, model } = parseModelReference(text);
  const vendor = vendorOf(provider);
  const end = vendor === null || model === null ? null : retirementOf(vendor, model);
  const days = end === null ? Number.POSITIVE_INFINITY : Math.ceil((Date.parse(end.on) - now.getTime()) / DAY_MS);
  if (end === null || days > SOON_DAYS) return null;
  const when = days > 0 ? `which ends on ${end.on}, in ${count(days, 'day')}` : `which was retired on ${end.on}`;
  const to = end.instead === null ? 'provider/MODEL' : `${provider}/${end.instead}`;
  return `${text}, ${when}: llmci migrate ${text} --to ${to}`;
}
