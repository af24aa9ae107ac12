import type { EnvironmentPolicy } from '../../model/environment.js';
import type { Person } from '../../model/person.js';
import { formatAge } from '../text/age.js';
import { count } from '../text/format.js';
import { type Around, type Decision, nameOfRelease, type Reason, type ReasonFound, type Wished } from './decision.js';
import { evidenceReasons } from './evidence-policy.js';
import { type Approval, type EnvironmentState, holdOf, rolloutOf } from './state.js';

/** Whether releases may go live together: all of them or none. Every reason of each, none hidden by another. */
export function policy(asked: EnvironmentPolicy, wishes: readonly Wished[], around: Around): Decision {
  const firsts = firstBesideOthers(asked, wishes, around.here);
  const reasons = [...firsts, ...wishes.flatMap((wish) => reasonsAgainst(asked, wish, around))];
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

/** What is the first of its prompt goes live at once, and would take with it what has to be rolled out. */
function firstBesideOthers(
  { rollout }: EnvironmentPolicy,
  wishes: readonly Wished[],
  { live }: EnvironmentState,
): readonly Reason[] {
  if (rollout === undefined || rollout.strategy === 'direct') return [];
  const firsts = wishes.filter(({ release }) => !live.has(release.prompt));
  const [other] = wishes.filter(({ release }) => live.has(release.prompt));
  if (!other) return [];
  return firsts.map(({ release }) => ({
    prompt: release.prompt,
    code: 'first-beside-others',
    message: `${nameOfRelease(release)} is the first of its prompt here and goes live at once, and ${nameOfRelease(other.release)} has to be rolled out`,
    remedy: 'promote it by itself, and then the others',
  }));
}

function reasonsAgainst(asked: EnvironmentPolicy, wish: Wished, around: Around): readonly Reason[] {
  const { prompt } = wish.release;
  return [
    ...underWay(wish, around),
    ...held(wish, around),
    ...origin(asked, wish, around),
    ...(asked.evidence ? evidenceReasons(asked.evidence, wish, around.now) : []),
    ...approvals(asked, wish, around),
  ].map((found) => ({ prompt, ...found }));
}

function underWay({ release }: Wished, { name, here }: Around): readonly ReasonFound[] {
  const rollout = rolloutOf(here, release.prompt);
  if (!rollout) return [];
  return [
    {
      code: 'under-way',
      message: `a rollout of ${release.prompt} is under way in ${name} since ${rollout.since}`,
      remedy: `llmci rollout ${name} complete, or abort`,
    },
  ];
}

function held({ release }: Wished, { name, here, lifted = [] }: Around): readonly ReasonFound[] {
  const hold = holdOf(here, release);
  const unproved = lifted.find(
    (each) => each.release.prompt === release.prompt && each.release.digest === release.digest,
  );
  if (!hold && unproved) {
    return [
      {
        code: 'held',
        message: `${nameOfRelease(release)} was held in ${name}, and line ${unproved.line}, which lifts that, does not count: ${unproved.why}`,
        remedy: 'release another, or have somebody override it whom the policy names',
      },
    ];
  }
  if (!hold) return [];
  return [
    {
      code: 'held',
      message: `${nameOfRelease(release)} is held in ${name} since ${hold.since}, by ${hold.by.name}: ${hold.reason}`,
      remedy: `llmci unhold ${nameOfRelease(release)} --in ${name} --reason "…"`,
    },
  ];
}

function origin(
  { from: source, soak }: EnvironmentPolicy,
  { release }: Wished,
  { from, now }: Around,
): readonly ReasonFound[] {
  if (source === undefined) return [];
  const live = from?.live.get(release.prompt);
  if (!live || live.release.digest !== release.digest) {
    const there = live ? `${nameOfRelease(live.release)} is` : `no release of ${release.prompt} is`;
    const isOnItsWay = from?.rollouts.some(({ releases }) =>
      releases.some((moved) => moved.digest === release.digest && moved.prompt === release.prompt),
    );
    if (isOnItsWay) {
      return [
        {
          code: 'on-its-way',
          message: `${nameOfRelease(release)} is not wholly live in ${source} yet: its rollout is under way`,
          remedy: `wait for it, or llmci rollout ${source} complete`,
        },
      ];
    }
    return [
      {
        code: 'not-in-from',
        message: `${nameOfRelease(release)} is not live in ${source}: ${there} live there`,
        remedy: `llmci promote ${nameOfRelease(release)} --to ${source}`,
      },
    ];
  }
  const passed = Date.parse(now) - Date.parse(live.since);
  if (soak === undefined || passed >= soak) return [];
  return [
    {
      code: 'soak',
      message: `${nameOfRelease(release)} is live in ${source} for ${formatAge(Math.max(0, passed))}, of ${formatAge(soak)}`,
      remedy: `try again at ${new Date(Date.parse(live.since) + soak).toISOString()}`,
    },
  ];
}

function approvals(
  { approvals: asked }: EnvironmentPolicy,
  wish: Wished,
  { name, here, unverified = [] }: Around,
): readonly ReasonFound[] {
  const needed = asked?.[wish.risk] ?? 0;
  const all = yesTo(wish, here);
  const given = eachOnce(all);
  if (given.length >= needed) return [];
  const who = given.length > 0 ? ` (${given.map(({ name: giver }) => giver).join(', ')})` : '';
  const others = all.filter((by) => !given.some((other) => mayBeOne(by, other)));
  const uncounted = unverified.filter(({ release }) => release.digest === wish.release.digest).map(({ by }) => by.name);
  const not = [
    ...(others.length > 0
      ? [`a name that CI tells and one that git tells may be of one person: ${namesOf(others).join(', ')}`]
      : []),
    ...(uncounted.length > 0 ? [`no allowed signer has signed it: ${uncounted.join(', ')}`] : []),
  ].map((why) => `; not counted, since ${why}`);
  return [
    {
      code: 'approvals',
      message: `${nameOfRelease(wish.release)} is a change of ${wish.risk} risk to ${name}, which asks for ${count(needed, 'approval')}; it has ${given.length}${who}${not.join('')}`,
      remedy: `somebody other than ${namesOf(wish.authors).join(' and ')}: llmci approve ${nameOfRelease(wish.release)} --for ${name}`,
    },
  ];
}

/** Who has said yes to this very change, each once; its authors do not count. */
export function approversOf(wished: Pick<Wished, 'release' | 'authors'>, here: EnvironmentState): readonly string[] {
  return namesOf(eachOnce(yesTo(wished, here)));
}

function namesOf(people: readonly Person[]): readonly string[] {
  return people.map(({ name }) => name);
}

/** Who has said yes to a change and is not its author; somebody may be there twice. */
function yesTo({ release, authors }: Pick<Wished, 'release' | 'authors'>, here: EnvironmentState): readonly Person[] {
  const live = here.live.get(release.prompt)?.release.digest ?? null;
  const counts = (approval: Approval) =>
    approval.release.prompt === release.prompt &&
    approval.release.digest === release.digest &&
    approval.replaces === live &&
    !authors.some((author) => mayBeOne(approval.by, author));
  return here.approvals.filter(counts).map(({ by }) => by);
}

/**
 * Each of them once. A login that CI tells and an address that git tells may be of one person, and nothing says so: of
 * these ways of being known the one that makes most people counts, and the other adds nobody.
 */
function eachOnce(people: readonly Person[]): readonly Person[] {
  const ways = [...new Set(people.map(({ via }) => via))].map((way) => {
    const known = people.filter(({ via }) => via === way);
    return known.filter((by, index) => known.findIndex((other) => mayBeOne(by, other)) === index);
  });
  return ways.reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Whether two are one person, as far as their names tell: `Ada <ada@example.com>` is also `ada@example.com`. */
export function samePerson(one: Person, other: Person): boolean {
  return personKey(one.name) === personKey(other.name);
}

/**
 * Whether two may be one person: they have one address, or one name where the address of either was made by a code host,
 * which hides theirs; or one is a login that the other's name or address says too. Enough to refuse, and never to allow.
 */
export function mayBeOne(one: Person, other: Person): boolean {
  if (samePerson(one, other)) return true;
  const isHidden = [one, other].some(({ name }) => /@(?:users\.)?noreply\./i.test(name));
  const shown = shownName(one.name);
  if (isHidden && shown !== '' && shown === shownName(other.name)) return true;
  return isLoginOf(one.name, other.name) || isLoginOf(other.name, one.name);
}

function isLoginOf(login: string, name: string): boolean {
  if (/[@<]/.test(login)) return false;
  const [local] = personKey(name).split('@');
  return [local, shownName(name)].includes(personKey(login));
}

function shownName(name: string): string {
  return name
    .replace(/<[^<>]*>\s*$/, '')
    .trim()
    .toLowerCase();
}

/** By which two names are compared. The address that GitHub makes of a login is that login, as its CI tells it. */
export function personKey(name: string): string {
  const key = (/<([^<>]+)>\s*$/.exec(name)?.[1] ?? name).trim().toLowerCase();
  return /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(key)?.[1] ?? key;
}

/** Whether somebody may go over policy here. */
export function mayOverride({ override = [] }: EnvironmentPolicy, by: Person): boolean {
  return override.some((name) => personKey(name) === personKey(by.name));
}
