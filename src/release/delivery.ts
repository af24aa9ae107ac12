import { signersOf } from '../core/releases/allowed-signers.js';
import { type Head, headOf, NO_HEAD, readLedger, sealLine } from '../core/releases/chain.js';
import { fold } from '../core/releases/fold.js';
import { noticeOf } from '../core/releases/notice.js';
import { hasToBeSigned, wordsToSign } from '../core/releases/signing.js';
import type { EnvironmentState } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import type { EnvironmentPolicy } from '../model/environment.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { LedgerAction, LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import { type DeliveryConfig, loadDelivery } from '../project/config/load-delivery.js';
import { signText } from '../store/git/ssh-signatures.js';
import { type ReadEnvironment, readEnvironment } from '../store/state/environments.js';
import { openState } from '../store/state/open-state.js';
import type { StateStore } from '../store/state/state-store.js';
import type { Hooks } from './hooks.js';
import type { Signers } from './signers.js';

/** Where releases go and what each place asks of them, with the store that says what is where. */
export interface Delivery {
  readonly root: string;
  readonly environments: ReadonlyMap<string, EnvironmentPolicy>;
  readonly store: StateStore;
  /** Where only signatures count: whose. Null where names are believed. */
  readonly signers: Signers | null;
  readonly date: () => Date;
  /** Whose own service a provider is, by its name; null for a service that has models and days of its own. */
  readonly vendorOf: DeliveryConfig['vendorOf'];
  /** Whether an app of the user's answers for a provider, by its name. */
  readonly isApp: DeliveryConfig['isApp'];
  /** Who is told what becomes of rollouts; null where nothing is written. */
  readonly hooks: Hooks | null;
}

/** Opens what a project says of releases, and its store. Throws `invalid-files`, `bad-link`, `state-unreachable`. */
export async function openDelivery(
  root: string,
  env: EnvironmentVariables,
  date: () => Date,
  hooks: Hooks | null = null,
): Promise<Delivery> {
  const { environments, state, ...config } = await loadDelivery(root);
  return { root, environments, store: await openState(root, state, env), ...config, date, hooks };
}

/** What an environment asks. Throws `unknown-environment`. */
export function policyOf({ environments }: Delivery, name: string): EnvironmentPolicy {
  const found = environments.get(name);
  if (found) return found;
  const known = [...environments.keys()].join(', ') || 'none';
  throw new LlmciError('unknown-environment', { name, guess: didYouMean(name, environments.keys()), known });
}

/** Nothing is read from a home that is not there: what was never looked at does not hold. Throws `state-unreachable`. */
export async function requireHome({ store }: Pick<Delivery, 'store'>): Promise<void> {
  const why = await store.absence();
  if (why !== null) throw new LlmciError('state-unreachable', { store: store.name, why });
}

/** What to write after a state. */
export type Decide<Decided = LedgerAction> = (read: ReadEnvironment, at: string) => Promise<Decided>;

/** A line that was written, and what is so after it. */
interface Recorded {
  readonly line: LedgerLine;
  readonly state: EnvironmentState;
}

/** How often others may be first. */
const TRIES = 20;

/**
 * Writes what is decided on the state that the ledger then has; when somebody else was first it is decided anew on theirs.
 * `urgent` goes on where the clock is behind the last line: a rollback does not wait for clocks. Throws `state-raced` where
 * others are always first, `clock-behind`, and what reading and signing throw.
 */
export async function record(
  delivery: Delivery,
  environment: string,
  by: Person,
  decide: Decide,
  urgent = false,
): Promise<Recorded> {
  const recorded = await recordIfDecided(delivery, environment, by, decide, urgent);
  if (recorded === null) throw new Error('it was decided');
  return recorded;
}

/** The same where nothing may be decided: then nothing is written, and it is null. */
export async function recordIfDecided(
  { root, environments, store, signers, date, hooks }: Delivery,
  environment: string,
  by: Person,
  decide: Decide<LedgerAction | null>,
  urgent = false,
): Promise<Recorded | null> {
  for (let tried = 0; tried < TRIES; tried++) {
    const read = await readEnvironment(store, environment);
    const last = read.lines.at(-1);
    const at = instant(environment, date(), last?.at ?? null, urgent);
    const action = await decide(read, at);
    if (action === null) return null;
    const head = last ? headOf(last) : NO_HEAD;
    const place = { environment, head, at, signed: read.state.signedSince !== null };
    const done = await signed({ root, signers }, place, action, by);
    const text = sealLine(head, action, done.by, at, done.signature);
    const [line] = readLedger([text], NO_HEAD, head).lines;
    const after = line && fold([...read.lines, line]);
    // Nothing is written that no reader would take
    if (!line || after?.fault !== null) throw new Error(`not a line of a ledger: ${after?.fault?.why ?? text}`);
    if (await store.append(environment, head, text)) {
      const notice = noticeOf(environment, line, read.lines);
      if (notice) hooks?.tell(environments.get(environment)?.notify ?? [], notice);
      return { line, state: after.state };
    }
  }
  throw new LlmciError('state-raced', { environment });
}

interface Place {
  readonly environment: string;
  readonly head: Head;
  readonly at: string;
  /** Whether a line before it was signed. */
  readonly signed: boolean;
}

interface Signed {
  readonly by: Person;
  readonly signature: string | null;
}

/**
 * Who does it, and their signature; null where none is needed, and where what only goes back cannot be signed: that is
 * written under a name that nobody has proved. Throws `cannot-sign`, `not-signed`, `no-signers`.
 */
async function signed(
  { root, signers }: Pick<Delivery, 'root' | 'signers'>,
  place: Place,
  action: LedgerAction,
  by: Person,
): Promise<Signed> {
  const needed = hasToBeSigned(action, by);
  if (signers === null) {
    if (needed && place.signed) throw new LlmciError('no-signers');
    return { by, signature: null };
  }
  if (needed) return { by, signature: await signAs(root, signers, place, action, by) };
  if (by.via !== 'signature') return { by, signature: null };
  try {
    return { by, signature: await signAs(root, signers, place, action, by) };
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return { by: { ...by, via: 'git' }, signature: null };
  }
}

async function signAs(
  root: string,
  signers: Signers,
  { environment, head, at }: Place,
  action: LedgerAction,
  by: Person,
): Promise<string> {
  if (by.via !== 'signature') throw new LlmciError('cannot-sign', { why: `who does it is known by ${by.via} only` });
  const text = wordsToSign(environment, head, action, by, at);
  const signature = await signText(root, text, hasToBeSigned(action, by));
  const why = signersOf(signers.text)({ text, signature, name: by.name, at });
  if (why !== null) throw new LlmciError('not-signed', { by: by.name, path: signers.path, why });
  return signature;
}

function instant(environment: string, now: Date, last: string | null, urgent: boolean): string {
  const at = now.toISOString();
  if (last === null || Date.parse(at) >= Date.parse(last)) return at;
  if (urgent) return last;
  throw new LlmciError('clock-behind', { environment, now: at, last });
}
