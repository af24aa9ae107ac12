import { describe, expect, it } from 'vitest';
import { ADA, BOB, CY, evidenceFor, GATE, hour, releaseAt, Story } from '../../../test/helpers/ledger.js';
import type { EnvironmentPolicy } from '../../model/environment.js';
import type { Evidence } from '../../model/evidence.js';
import type { Person } from '../../model/person.js';
import type { Risk } from '../../model/prompt.js';
import type { Wished } from './decision.js';
import { approversOf, mayOverride, policy } from './policy.js';
import { EMPTY_STATE, type EnvironmentState } from './state.js';

interface Row {
  readonly asked: EnvironmentPolicy;
  readonly here?: EnvironmentState;
  readonly from?: EnvironmentState;
  readonly risk?: Risk;
  readonly authors?: readonly Person[];
  readonly evidence?: Partial<Evidence> | null;
  readonly number?: number;
  readonly unattested?: string | null;
  readonly model?: string | null;
  /** Hours. */
  readonly now?: number;
  readonly says: readonly string[];
}

const DEE: Person = { name: 'Dee <dee@example.com>', via: 'git' };
const NOW = 100;
const HOUR = 3_600_000;
const asksEvidence: EnvironmentPolicy = { evidence: {} };
const approvals = { approvals: { low: 0, medium: 1, high: 2 } };
const live1 = new Story().promote(1).state();
const live2 = new Story().promote(1).promote(2).state();
const held3 = new Story().promote(1).promote(2).promote(3).rollback(3, 2).state();
const unheld3 = new Story()
  .promote(2)
  .promote(3)
  .rollback(3, 2)
  .add({ action: 'unhold', release: releaseAt(3), reason: 'it was the data' })
  .state();
const story = new Story().promote(1);
const rolling = story
  .add({ action: 'rollout', releases: [story.moved(3)], plan: { strategy: 'canary' }, weight: 0.1 })
  .state();
const approved = (by: readonly Person[], { replaces = 2, number = 3 } = {}) => {
  const told = new Story().promote(1).promote(2);
  const release = releaseAt(number);
  for (const person of by) {
    told.add({ action: 'approve', release, replaces: releaseAt(replaces).digest, risk: 'medium' }, person);
  }
  return told.state();
};
const stagedAt = (number: number, at: number) => new Story().promote(1).promote(number, { at }).state();

const NO_RUN = 'no run has judged reply@3 as it is';
const UNGATED = 'no gate of level error judged reply@3 in run run-1';
const NOT_STAGED = 'reply@3 is not live in staging: no release of reply is live there';
const asks = (risk: Risk, needed: number, has: number, who = '') =>
  `reply@3 is a change of ${risk} risk to production, which asks for ${needed} approval${needed === 1 ? '' : 's'}; it has ${has}${who}`;
const HELD = `reply@3 is held in production since ${hour(4)}, by Ada <ada@example.com>: it was bad`;

const rows: readonly (readonly [name: string, row: Row])[] = [
  // Nothing is asked
  ['an environment that asks for nothing', { asked: {}, evidence: null, says: [] }],
  ['nothing asked, something live', { asked: {}, here: live2, evidence: null, says: [] }],
  ['nothing asked, high risk', { asked: {}, risk: 'high', evidence: null, says: [] }],
  ['nothing asked, a failing run', { asked: {}, evidence: { verdict: 'fail' }, says: [] }],
  ['an older number than what is live', { asked: {}, here: live2, number: 1, says: [] }],
  // Evidence
  ['passing evidence', { asked: asksEvidence, says: [] }],
  ['no evidence', { asked: asksEvidence, evidence: null, says: [NO_RUN] }],
  ['evidence of another digest', { asked: asksEvidence, evidence: { digest: releaseAt(2).digest }, says: [NO_RUN] }],
  [
    'evidence of another digest that also failed says one thing',
    { asked: asksEvidence, evidence: { digest: releaseAt(2).digest, verdict: 'fail' }, says: [NO_RUN] },
  ],
  [
    'a gate that failed',
    {
      asked: asksEvidence,
      evidence: { verdict: 'fail', gates: [{ ...GATE, verdict: 'fail' }] },
      says: ['reply@3 did not pass in run run-1: fail, by a gate of pass in reply'],
    },
  ],
  [
    'two gates that failed',
    {
      asked: asksEvidence,
      evidence: {
        verdict: 'fail',
        gates: [GATE, { ...GATE, metric: 'json', verdict: 'fail' }, { ...GATE, verdict: 'fail' }],
      },
      says: ['reply@3 did not pass in run run-1: fail, by a gate of json in reply and 1 more'],
    },
  ],
  [
    'an inconclusive gate',
    {
      asked: asksEvidence,
      evidence: { verdict: 'inconclusive', gates: [{ ...GATE, verdict: 'inconclusive' }] },
      says: ['reply@3 did not pass in run run-1: inconclusive, by a gate of pass in reply'],
    },
  ],
  [
    'a part of a plan',
    {
      asked: asksEvidence,
      evidence: { verdict: 'inconclusive' },
      says: ['reply@3 did not pass in run run-1: inconclusive'],
    },
  ],
  [
    'samples with errors',
    {
      asked: asksEvidence,
      evidence: { verdict: 'error', samples: { planned: 10, finished: 10, errors: 2 } },
      says: ['reply@3 did not pass in run run-1: error, 2 samples with errors'],
    },
  ],
  [
    'samples that are missing',
    {
      asked: asksEvidence,
      evidence: { verdict: 'error', samples: { planned: 10, finished: 7, errors: 0 } },
      says: ['reply@3 did not pass in run run-1: error, 7 of 10 samples'],
    },
  ],
  [
    'an error of nothing in particular',
    { asked: asksEvidence, evidence: { verdict: 'error' }, says: ['reply@3 did not pass in run run-1: error'] },
  ],
  ['no gate at all', { asked: asksEvidence, evidence: { gates: [] }, says: [UNGATED] }],
  [
    'only a gate that warns',
    { asked: asksEvidence, evidence: { gates: [{ ...GATE, level: 'warn', blocks: false }] }, says: [UNGATED] },
  ],
  [
    'a warning beside a gate',
    { asked: asksEvidence, evidence: { gates: [GATE, { ...GATE, level: 'warn', verdict: 'fail' }] }, says: [] },
  ],
  [
    'a filtered run',
    {
      asked: asksEvidence,
      evidence: { filtered: true },
      says: ['run run-1 of reply@3 had only some of the cases (--tag, --case)'],
    },
  ],
  [
    'a run without some of its suites',
    {
      asked: asksEvidence,
      evidence: { leftOut: ['hard', 'long'] },
      says: ['run run-1 of reply@3 left out suites of it: hard, long'],
    },
  ],
  [
    'a run with fewer trials than its suites ask for',
    {
      asked: asksEvidence,
      evidence: { fewerTrials: ['reply'] },
      says: ['run run-1 of reply@3 made fewer trials (--trials) than its suites ask for: reply'],
    },
  ],
  [
    'a run of another model',
    {
      asked: asksEvidence,
      model: 'echo/y',
      evidence: { gates: [GATE, { ...GATE, model: 'echo/y', level: 'warn', blocks: false }] },
      says: ['run run-1 of reply@3 asked echo/x, and reply@3 asks echo/y'],
    },
  ],
  [
    'a run of its model beside another',
    { asked: asksEvidence, evidence: { gates: [{ ...GATE, model: 'echo/y' }, GATE] }, says: [] },
  ],
  ['a prompt that names no model', { asked: asksEvidence, model: null, says: [] }],
  [
    'a dirty tree',
    {
      asked: asksEvidence,
      evidence: { dirty: true },
      says: ['run run-1 of reply@3 was made with files that were not committed'],
    },
  ],
  [
    'no commit',
    { asked: asksEvidence, evidence: { dirty: null }, says: ['run run-1 of reply@3 was made outside of a commit'] },
  ],
  [
    'all of it at once',
    {
      asked: { evidence: { live: true, maxAge: HOUR } },
      evidence: {
        verdict: 'fail',
        filtered: true,
        dirty: true,
        gates: [],
        finishedAt: hour(NOW - 2),
        answers: { live: 0, cache: 0, replay: 10 },
      },
      says: [
        'reply@3 did not pass in run run-1: fail, as the change weakens what judges it (--protect)',
        UNGATED,
        'run run-1 of reply@3 had only some of the cases (--tag, --case)',
        'run run-1 of reply@3 was made with files that were not committed',
        '10 answers of run run-1 of reply@3 were recorded',
        'run run-1 of reply@3 is 2h old, of 1h at most',
      ],
    },
  ],
  // Recordings
  [
    'a replayed run counts',
    { asked: asksEvidence, evidence: { answers: { live: 0, cache: 0, replay: 10 } }, says: [] },
  ],
  ['live answers where they are asked for', { asked: { evidence: { live: true } }, says: [] }],
  [
    'one recorded answer where live ones are asked for',
    {
      asked: { evidence: { live: true } },
      evidence: { answers: { live: 9, cache: 0, replay: 1 } },
      says: ['1 answer of run run-1 of reply@3 was recorded'],
    },
  ],
  [
    'answers of the cache where live ones are asked for',
    {
      asked: { evidence: { live: true } },
      evidence: { answers: { live: 0, cache: 10, replay: 0 } },
      says: ['10 answers of run run-1 of reply@3 were recorded'],
    },
  ],
  [
    'live: false asks for nothing',
    { asked: { evidence: { live: false } }, evidence: { answers: { live: 0, cache: 0, replay: 10 } }, says: [] },
  ],
  // Attestations
  ['an attestation where one is asked for', { asked: { evidence: { attested: true } }, says: [] }],
  [
    'no attestation where one is asked for',
    {
      asked: { evidence: { attested: true } },
      unattested: 'gh has none',
      says: ['run run-1 of reply@3 is not attested: gh has none'],
    },
  ],
  [
    'no evidence where an attestation is asked for',
    { asked: { evidence: { attested: true } }, evidence: null, says: [NO_RUN] },
  ],
  // Age
  ['young enough', { asked: { evidence: { maxAge: 10 * HOUR } }, evidence: { finishedAt: hour(91) }, says: [] }],
  ['as old as it may be', { asked: { evidence: { maxAge: 10 * HOUR } }, evidence: { finishedAt: hour(90) }, says: [] }],
  [
    'answers from the cache that are younger, as far as their day tells',
    {
      asked: { evidence: { maxAge: 24 * HOUR } },
      evidence: {
        finishedAt: hour(99),
        answers: { live: 5, cache: 5, replay: 0 },
        cached: { oldest: '2026-11-04', undated: 0 },
      },
      says: [],
    },
  ],
  [
    'answers from the cache that are older than the run may be',
    {
      asked: { evidence: { maxAge: 24 * HOUR } },
      evidence: {
        finishedAt: hour(99),
        answers: { live: 5, cache: 5, replay: 0 },
        cached: { oldest: '2026-11-03', undated: 0 },
      },
      says: ['run run-1 of reply@3 has answers from the cache that are 1d 4h old, of 1d at most'],
    },
  ],
  [
    'answers from the cache of unknown age',
    {
      asked: { evidence: { maxAge: 24 * HOUR } },
      evidence: {
        finishedAt: hour(99),
        answers: { live: 5, cache: 5, replay: 0 },
        cached: { oldest: '2026-11-04', undated: 2 },
      },
      says: ['run run-1 of reply@3 has 2 answers from the cache, of unknown age'],
    },
  ],
  [
    'answers from the cache, in evidence that says nothing of their age',
    {
      asked: { evidence: { maxAge: 24 * HOUR } },
      evidence: { finishedAt: hour(99), answers: { live: 5, cache: 5, replay: 0 } },
      says: ['run run-1 of reply@3 has 5 answers from the cache, of unknown age'],
    },
  ],
  [
    'answers from the cache, however old, where no age is asked for',
    {
      asked: asksEvidence,
      evidence: { answers: { live: 5, cache: 5, replay: 0 }, cached: { oldest: '2020-01-01', undated: 1 } },
      says: [],
    },
  ],
  [
    'older',
    {
      asked: { evidence: { maxAge: 10 * HOUR } },
      evidence: { finishedAt: hour(89) },
      says: ['run run-1 of reply@3 is 11h old, of 10h at most'],
    },
  ],
  ['any age where none is asked for', { asked: asksEvidence, evidence: { finishedAt: hour(-9000) }, says: [] }],
  [
    'days are told as days',
    {
      asked: { evidence: { maxAge: 48 * HOUR } },
      evidence: { finishedAt: hour(25) },
      says: ['run run-1 of reply@3 is 3d 3h old, of 2d at most'],
    },
  ],
  [
    'a run that is still to come',
    {
      asked: asksEvidence,
      evidence: { finishedAt: hour(101) },
      says: [`run run-1 of reply@3 finished at ${hour(101)}, which is still to come`],
    },
  ],
  ['clocks that are a minute apart', { asked: asksEvidence, evidence: { finishedAt: hour(NOW + 1 / 60) }, says: [] }],
  // From
  ['nothing in from', { asked: { from: 'staging' }, from: EMPTY_STATE, says: [NOT_STAGED] }],
  ['from was not read', { asked: { from: 'staging' }, says: [NOT_STAGED] }],
  ['live in from', { asked: { from: 'staging' }, from: stagedAt(3, 50), says: [] }],
  [
    'another release in from',
    { asked: { from: 'staging' }, from: live2, says: ['reply@3 is not live in staging: reply@2 is live there'] },
  ],
  [
    'no longer live in from',
    {
      asked: { from: 'staging' },
      from: new Story().promote(3).promote(4).state(),
      says: ['reply@3 is not live in staging: reply@4 is live there'],
    },
  ],
  [
    'rolled back in from',
    { asked: { from: 'staging' }, from: held3, says: ['reply@3 is not live in staging: reply@2 is live there'] },
  ],
  [
    'on its way in from',
    {
      asked: { from: 'staging' },
      from: rolling,
      says: ['reply@3 is not wholly live in staging yet: its rollout is under way'],
    },
  ],
  [
    'another prompt in from',
    { asked: { from: 'staging' }, from: new Story().promote(3, { prompt: 'other' }).state(), says: [NOT_STAGED] },
  ],
  // Soak
  ['soaked', { asked: { from: 'staging', soak: HOUR }, from: stagedAt(3, 90), says: [] }],
  ['soaked to the moment', { asked: { from: 'staging', soak: 10 * HOUR }, from: stagedAt(3, 90), says: [] }],
  [
    'not soaked',
    {
      asked: { from: 'staging', soak: 24 * HOUR },
      from: stagedAt(3, 99.5),
      says: ['reply@3 is live in staging for 30m, of 1d'],
    },
  ],
  [
    'live in from since later than now',
    {
      asked: { from: 'staging', soak: HOUR },
      from: stagedAt(3, 101),
      says: ['reply@3 is live in staging for 0s, of 1h'],
    },
  ],
  [
    'soak begins anew after a rollback to it',
    {
      asked: { from: 'staging', soak: 50 * HOUR },
      from: new Story().promote(3).promote(4, { at: 80 }).rollback(4, 3).state(),
      says: ['reply@3 is live in staging for 19h, of 2d 2h'],
    },
  ],
  ['soak without from asks for nothing', { asked: { soak: HOUR }, says: [] }],
  [
    'not in from says nothing of soak',
    { asked: { from: 'staging', soak: HOUR }, from: EMPTY_STATE, says: [NOT_STAGED] },
  ],
  // Holds
  ['held', { asked: {}, here: held3, says: [HELD] }],
  [
    'held, with all else that is wrong',
    { asked: { evidence: {}, from: 'staging' }, here: held3, evidence: null, says: [HELD, NOT_STAGED, NO_RUN] },
  ],
  ['unheld', { asked: {}, here: unheld3, says: [] }],
  ['another release is held', { asked: {}, here: held3, number: 4, says: [] }],
  [
    'held by hand before it was ever live',
    {
      asked: {},
      here: new Story()
        .promote(1)
        .add({ action: 'hold', release: releaseAt(3), reason: 'legal' }, BOB)
        .state(),
      says: [`reply@3 is held in production since ${hour(2)}, by Bob <bob@example.com>: legal`],
    },
  ],
  [
    'held elsewhere',
    { asked: { from: 'staging' }, from: unheld3, says: ['reply@3 is not live in staging: reply@2 is live there'] },
  ],
  // Rollouts
  [
    'a rollout of it is under way',
    { asked: {}, here: rolling, says: [`a rollout of reply is under way in production since ${hour(2)}`] },
  ],
  [
    'a rollout of its prompt is under way',
    { asked: {}, here: rolling, number: 4, says: [`a rollout of reply is under way in production since ${hour(2)}`] },
  ],
  // Approvals
  ['low risk asks for none', { asked: approvals, here: live2, says: [] }],
  ['medium risk', { asked: approvals, here: live2, risk: 'medium', says: [asks('medium', 1, 0)] }],
  ['high risk', { asked: approvals, here: live2, risk: 'high', says: [asks('high', 2, 0)] }],
  ['one yes', { asked: approvals, here: approved([BOB]), risk: 'medium', says: [] }],
  [
    'one yes of two',
    { asked: approvals, here: approved([BOB]), risk: 'high', says: [asks('high', 2, 1, ' (Bob <bob@example.com>)')] },
  ],
  ['two of two', { asked: approvals, here: approved([BOB, DEE]), risk: 'high', says: [] }],
  ['two of two in CI', { asked: approvals, here: approved([CY, { name: 'dee', via: 'ci' }]), risk: 'high', says: [] }],
  [
    'a login and an address, which may be of one person',
    {
      asked: approvals,
      here: approved([CY, BOB]),
      risk: 'high',
      says: [
        asks(
          'high',
          2,
          1,
          ' (cy); not counted, since a name that CI tells and one that git tells may be of one person: Bob <bob@example.com>',
        ),
      ],
    },
  ],
  [
    'an address and the login that begins it',
    {
      asked: approvals,
      here: approved([BOB, { name: 'bob', via: 'ci' }]),
      risk: 'high',
      says: [asks('high', 2, 1, ' (Bob <bob@example.com>)')],
    },
  ],
  [
    'two by address and one of them by login',
    { asked: approvals, here: approved([{ name: 'bob', via: 'ci' }, BOB, DEE]), risk: 'high', says: [] },
  ],
  [
    'one person twice',
    {
      asked: approvals,
      here: approved([BOB, BOB]),
      risk: 'high',
      says: [asks('high', 2, 1, ' (Bob <bob@example.com>)')],
    },
  ],
  [
    'one person by two of their names',
    {
      asked: approvals,
      here: approved([BOB, { name: 'BOB@example.com', via: 'ci' }]),
      risk: 'high',
      says: [asks('high', 2, 1, ' (Bob <bob@example.com>)')],
    },
  ],
  [
    'one of its authors',
    {
      asked: approvals,
      here: approved([ADA, BOB]),
      authors: [{ name: 'bot', via: 'ci' }, ADA],
      risk: 'high',
      says: [asks('high', 2, 1, ' (Bob <bob@example.com>)')],
    },
  ],
  ['its author', { asked: approvals, here: approved([ADA]), risk: 'medium', says: [asks('medium', 1, 0)] }],
  [
    'its author by another name',
    {
      asked: approvals,
      here: approved([{ name: 'ada@example.com', via: 'ci' }]),
      risk: 'medium',
      says: [asks('medium', 1, 0)],
    },
  ],
  [
    'its author by the login that the address begins with',
    { asked: approvals, here: approved([{ name: 'Ada', via: 'ci' }]), risk: 'medium', says: [asks('medium', 1, 0)] },
  ],
  [
    'a yes to another release',
    { asked: approvals, here: approved([BOB], { number: 4 }), risk: 'medium', says: [asks('medium', 1, 0)] },
  ],
  [
    'a yes to it in place of what is no longer live',
    {
      asked: approvals,
      here: new Story()
        .promote(1)
        .add({ action: 'approve', release: releaseAt(3), replaces: releaseAt(1).digest, risk: 'low' }, BOB)
        .promote(2)
        .state(),
      risk: 'medium',
      says: [asks('medium', 1, 0)],
    },
  ],
  [
    'a yes that was used up by going live and back',
    {
      asked: approvals,
      here: new Story()
        .promote(2)
        .add({ action: 'approve', release: releaseAt(3), replaces: releaseAt(2).digest, risk: 'low' }, BOB)
        .promote(3)
        .rollback(3, 2)
        .add({ action: 'unhold', release: releaseAt(3), reason: 'it was the data' })
        .state(),
      risk: 'medium',
      says: [asks('medium', 1, 0)],
    },
  ],
  ['a first release may be approved too', { asked: approvals, risk: 'medium', says: [asks('medium', 1, 0)] }],
  [
    'the author is somebody else',
    { asked: approvals, here: approved([ADA]), authors: [BOB], risk: 'medium', says: [] },
  ],
  // All of it
  [
    'everything asked and everything given',
    {
      asked: { from: 'staging', soak: HOUR, evidence: { maxAge: 60 * HOUR, live: true }, ...approvals },
      here: approved([BOB, DEE]),
      from: stagedAt(3, 90),
      risk: 'high',
      says: [],
    },
  ],
  [
    'everything asked and nothing given',
    {
      asked: { from: 'staging', soak: HOUR, evidence: {}, ...approvals },
      here: live1,
      from: live1,
      risk: 'high',
      evidence: null,
      says: ['reply@3 is not live in staging: reply@1 is live there', NO_RUN, asks('high', 2, 0)],
    },
  ],
];

describe('policy', () => {
  it('has a table of sixty rows', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
  });

  it.each(rows)('%s', (_, row) => {
    const { asked, here = EMPTY_STATE, from = null, now = NOW, says } = row;
    const decision = policy(asked, [wishOf(row)], { name: 'production', here, from, now: hour(now) });
    expect(decision.allowed ? [] : decision.reasons.map(({ message }) => message)).toEqual(says);
    // What is refused says what would be a yes
    if (!decision.allowed) expect(decision.reasons.every(({ remedy }) => remedy.length > 5)).toBe(true);
  });

  it('tells of each of several prompts', () => {
    const wishes = [
      wishOf({ asked: {}, evidence: null, says: [] }),
      { ...wishOf({ asked: {}, evidence: null, says: [] }), release: releaseAt(1, 'other') },
    ];
    const decision = policy(asksEvidence, wishes, { name: 'production', here: EMPTY_STATE, from: null, now: hour(1) });
    expect(decision).toMatchObject({ allowed: false, reasons: [{ prompt: 'reply' }, { prompt: 'other' }] });
  });
});

it.each<readonly [string, EnvironmentPolicy, live: readonly number[], says: readonly string[]]>([
  ['a canary', { rollout: { strategy: 'canary', steps: [{ weight: 0.1 }] } }, [1], ['first-beside-others']],
  ['a shadow', { rollout: { strategy: 'shadow' } }, [1], ['first-beside-others']],
  ['a canary where nothing is live yet', { rollout: { strategy: 'canary', steps: [{ weight: 0.1 }] } }, [], []],
  ['what is direct', { rollout: { strategy: 'direct' } }, [1], []],
  ['no rollout', {}, [1], []],
])('the first release of a prompt takes no other past %s', (_, asked, live, says) => {
  const here = live.reduce((told, number) => told.promote(number), new Story());
  const wish = wishOf({ asked, evidence: null, says: [] });
  const wishes = [{ ...wish, release: releaseAt(1, 'other') }, wish];
  const around = { name: 'production', here: here.texts.length > 0 ? here.state() : EMPTY_STATE, from: null };
  const decision = policy(asked, wishes, { ...around, now: hour(NOW) });
  expect(decision.allowed ? [] : decision.reasons.map(({ code }) => code)).toEqual(says);
});

function wishOf({ evidence = {}, number = 3, risk = 'low', authors = [ADA], ...row }: Row): Wished {
  const release = releaseAt(number);
  const { unattested = null, model = 'echo/x' } = row;
  return { release, authors, risk, model, evidence: evidence && evidenceFor(release, 50, evidence), unattested };
}

it('names who has approved', () => {
  expect(approversOf(wishOf({ asked: {}, says: [] }), approved([BOB, DEE, BOB]))).toEqual([
    'Bob <bob@example.com>',
    'Dee <dee@example.com>',
  ]);
});

it('lets those override whom it names, by their address too', () => {
  expect(mayOverride({ override: ['ada@example.com'] }, ADA)).toBe(true);
  expect(mayOverride({ override: ['bob@example.com'] }, ADA)).toBe(false);
  expect(mayOverride({}, ADA)).toBe(false);
});
