import { signersOf } from '../core/releases/allowed-signers.js';
import { readLedger } from '../core/releases/chain.js';
import { nameOfRelease } from '../core/releases/decision.js';
import { describeLine } from '../core/releases/describe-line.js';
import { fold } from '../core/releases/fold.js';
import { samePerson } from '../core/releases/policy.js';
import { refFault, releaseFault } from '../core/releases/releases.js';
import { hasToBeSigned, isUnproved, signatureFault } from '../core/releases/signing.js';
import { LlmciError } from '../core/text/errors.js';
import { readJson } from '../core/text/read-json.js';
import { writeJson } from '../core/text/write-json.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Release, ReleaseRef } from '../model/release.js';
import type { StateStore } from '../store/state/state-store.js';
import { authorsOf } from './authors.js';
import type { Delivery } from './delivery.js';
import { knownAs, type Signers } from './signers.js';

/** Something that does not hold, and where. */
export interface Broken {
  /** `production, line 12`, `support-reply@3`. */
  readonly where: string;
  readonly why: string;
}

/** What an audit has looked at, and what it has found. */
export interface Audited {
  readonly lines: number;
  readonly releases: number;
  /** Lines that would have to be signed, from before the first that was, where signers are named: they are as good as names are. */
  readonly unsigned: number;
  /** What went back and could wait for no key: somebody did so under a name that nobody has proved. */
  readonly unproved: readonly Broken[];
  readonly broken: readonly Broken[];
}

/**
 * Checks that every ledger is a chain whose lines can have happened, that every release is what it was when it was made,
 * that each line speaks of releases which are there, that evidence is of what it was taken for, that nobody has approved a
 * release of their own, and that from the first signature on all that has to be signed is, by who may.
 */
export async function audit(
  { store, signers }: Pick<Delivery, 'store' | 'signers'>,
  environments: readonly string[],
): Promise<Audited> {
  const broken: Broken[] = [];
  const releases = await readAll(store, broken);
  const unproved: Broken[] = [];
  let [count, unsigned] = [0, 0];
  for (const environment of environments) {
    const found: { readonly line: number; readonly why: string }[] = [];
    const at = (line: number, why: string) => void found.push({ line, why });
    const ledger = await store.readLedger(environment).catch((error: unknown) => {
      if (!(error instanceof LlmciError)) throw error;
      at(Number(error.values['line'] ?? 1), error.values['why'] ?? error.inOneLine);
      return null;
    });
    const { lines, fault } = readLedger(ledger?.texts ?? [], ledger?.anchor);
    const impossible = fold(lines).fault;
    count += lines.length;
    for (const line of lines) for (const why of faultsOf(line, releases, signers)) at(line.n, why);
    const signatures = auditSignatures(signers, environment, lines, at);
    unsigned += signatures.before;
    for (const line of signatures.unproved)
      unproved.push({ where: `${environment}, line ${line.n}`, why: `${line.by.name} ${describeLine(line)}` });
    for (const each of [impossible, fault]) if (each) at(each.line, each.why);
    found.sort((one, other) => one.line - other.line);
    broken.push(...found.map(({ line, why }) => ({ where: `${environment}, line ${line}`, why })));
  }
  return { lines: count, releases: releases.size, unsigned, unproved, broken };
}

/** Tells of every line that has to be signed and is not, by who may. */
function auditSignatures(
  signers: Signers | null,
  environment: string,
  lines: readonly LedgerLine[],
  at: (line: number, why: string) => void,
): { readonly before: number; readonly unproved: readonly LedgerLine[] } {
  const first = lines.findIndex(({ signature }) => signature !== undefined);
  if (first >= 0 && signers === null) at(first + 1, 'it is signed, and the file allowed_signers is gone');
  if (signers === null) return { before: 0, unproved: [] };
  const [before, after] = first < 0 ? [lines, []] : [lines.slice(0, first), lines.slice(first)];
  const unproved: LedgerLine[] = [];
  const isSigned = signersOf(signers.text);
  for (const line of after) {
    const why = signatureFault(isSigned, environment, line);
    if (why !== null) at(line.n, `its signature does not hold: ${why}`);
    else if (isUnproved(line)) unproved.push(line);
  }
  return { before: before.filter((line) => hasToBeSigned(line, line.by)).length, unproved };
}

async function readAll(store: StateStore, broken: Broken[]): Promise<ReadonlyMap<string, Release>> {
  const found = new Map<string, Release>();
  for (const [prompt, numbers] of await store.releases()) {
    for (const number of numbers) {
      const where = `${prompt}@${number}`;
      try {
        const release = await store.readRelease(prompt, number);
        const why =
          release === null
            ? 'its file is gone'
            : (releaseFault(release) ?? textFault(await store.releaseText(prompt, number)));
        if (why !== null) broken.push({ where, why });
        if (release) found.set(where, release);
      } catch (error) {
        if (!(error instanceof LlmciError)) throw error;
        broken.push({ where, why: error.values['why'] ?? error.inOneLine });
      }
    }
  }
  return found;
}

/** A release that says the same in other characters is used, and yet somebody has been at it. */
function textFault(text: string | null): string | null {
  return text === null || writeJson(readJson(text)) === text
    ? null
    : 'it says what it said, and is written otherwise than llmci writes it: restore it from git';
}

function* faultsOf(
  line: LedgerLine,
  releases: ReadonlyMap<string, Release>,
  signers: Signers | null,
): Generator<string> {
  for (const ref of refsOf(line)) {
    const release = releases.get(nameOfRelease(ref));
    const why = release ? refFault(release, ref) : 'its release is not there, or cannot be read';
    if (why !== null) yield `${nameOfRelease(ref)}: ${why}`;
  }
  if (line.action === 'approve') {
    const release = releases.get(nameOfRelease(line.release));
    const approver = knownAs(signers, line.by);
    if (release && authorsOf(release, signers).some((author) => samePerson(author, approver)))
      yield `${line.by.name} approved a release of their own`;
  }
  if (line.action === 'promote' || line.action === 'override' || line.action === 'rollout') {
    for (const { evidence, digest, ...ref } of line.releases) {
      if (evidence && evidence.digest !== digest) yield `the evidence for ${nameOfRelease(ref)} is of another prompt`;
    }
  }
}

function refsOf(line: LedgerLine): readonly ReleaseRef[] {
  if ('release' in line) return [line.release];
  if (!('releases' in line)) return [];
  return line.releases.flatMap((each) => ('removed' in each ? [each.removed, each.to] : [each]));
}
