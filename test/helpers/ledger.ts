import { headOf, NO_HEAD, readLedger, sealLine } from '../../src/core/releases/chain.js';
import { fold } from '../../src/core/releases/fold.js';
import { sealRelease } from '../../src/core/releases/releases.js';
import type { EnvironmentState } from '../../src/core/releases/state.js';
import { digestOfAsked } from '../../src/core/requests/asked-prompt.js';
import type { Evidence } from '../../src/model/evidence.js';
import type { LedgerAction, LedgerLine } from '../../src/model/ledger.js';
import type { Person } from '../../src/model/person.js';
import type { Release, ReleaseRef } from '../../src/model/release.js';

export const ADA: Person = { name: 'Ada <ada@example.com>', via: 'git' };
export const BOB: Person = { name: 'Bob <bob@example.com>', via: 'git' };
export const CY: Person = { name: 'cy', via: 'ci' };

const START = Date.parse('2026-11-01T00:00:00.000Z');

/** An instant so many hours into the story. */
export function hour(hours: number): string {
  return new Date(START + hours * 3_600_000).toISOString();
}

/** A release whose digest tells which it is. */
export function releaseAt(number: number, prompt = 'reply'): ReleaseRef {
  const hex = (salt: number) => `${prompt.length}${salt}${number}`.padStart(64, '0');
  return { prompt, number, digest: hex(1), hash: hex(2) };
}

const ASKED = { model: 'echo/x', messages: [{ role: 'user', content: 'Hi {{ name }}' }], modelParameters: {} };

/** The first release of a prompt, sealed, but for what is said otherwise. */
export function frozenRelease({ asked = ASKED, ...other }: Partial<Omit<Release, 'hash'>> = {}): Release {
  const digest = digestOfAsked({ asked, code: [] });
  return sealRelease({
    ...{ release: 1, prompt: 'reply', number: 1, digest, asked, declaredRisk: null },
    ...{ commit: 'c0ffee', dirty: false, author: ADA, at: hour(1), note: null, evidence: null },
    ...other,
  });
}

/** Evidence of a clean passing run at some hour, but for what is said otherwise. */
export function evidenceFor({ digest }: ReleaseRef, hours: number, other: Partial<Evidence> = {}): Evidence {
  return {
    run: 'run-1',
    finishedAt: hour(hours),
    commit: 'c0ffee',
    dirty: false,
    digest,
    verdict: 'pass',
    filtered: false,
    suites: [],
    gates: [GATE],
    samples: { planned: 10, finished: 10, errors: 0 },
    answers: { live: 10, cache: 0, replay: 0 },
    ...other,
  };
}

export const GATE: Evidence['gates'][number] = {
  suite: 'reply',
  model: 'echo/x',
  metric: 'pass',
  stat: 'rate',
  where: [],
  level: 'error',
  expected: { bound: 'min', value: 0.9, unit: 'fraction', of: 'value' },
  actual: 1,
  n: 10,
  missing: 0,
  interval: null,
  verdict: 'pass',
  blocks: true,
};

/** A ledger that is written line by line, an hour each unless it is said. */
export class Story {
  readonly texts: string[] = [];
  private clock = 0;

  add(action: LedgerAction, by: Person = ADA, at = this.clock + 1): this {
    this.clock = at;
    this.texts.push(sealLine(this.head(), action, by, hour(at)));
    return this;
  }

  promote(number: number, { prompt = 'reply', by = ADA, at = this.clock + 1 } = {}): this {
    return this.add({ action: 'promote', releases: [this.moved(number, prompt)] }, by, at);
  }

  rollback(from: number, to: number, prompt = 'reply'): this {
    const back = { removed: releaseAt(from, prompt), to: releaseAt(to, prompt) };
    return this.add({ action: 'rollback', releases: [back], reason: 'it was bad' });
  }

  moved(number: number, prompt = 'reply') {
    const live = this.state().live.get(prompt)?.release.digest ?? null;
    return { ...releaseAt(number, prompt), replaces: live, risk: 'low' as const };
  }

  lines(): readonly LedgerLine[] {
    const { lines, fault } = readLedger(this.texts);
    if (fault) throw new Error(`line ${fault.line}: ${fault.why}`);
    return lines;
  }

  state(): EnvironmentState {
    const { state, fault } = fold(this.lines());
    if (fault) throw new Error(`line ${fault.line}: ${fault.why}`);
    return state;
  }

  private head() {
    const last = this.lines().at(-1);
    return last ? headOf(last) : NO_HEAD;
  }
}
