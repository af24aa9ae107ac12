import type { LedgerAction, LedgerLine } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';
import { canonicalJson } from '../text/canonical.js';
import type { Head } from './chain.js';
import { personKey } from './policy.js';

/** What only takes calls from a release: it is signed where that can be done at once, and waits for no key. */
const WAITS_FOR_NOBODY: readonly LedgerAction['action'][] = ['rollback', 'abort', 'pause', 'hold'];

/** Whether a line counts only when it is signed, where signers are named: all that a person does to bring a release on. */
export function hasToBeSigned(action: LedgerAction, by: Person): boolean {
  return !WAITS_FOR_NOBODY.includes(action.action) && !isOfGateway(action, by);
}

/** Whether a gateway decided it by itself: it names nobody, and has the figures that it rests on. */
export function isOfGateway(action: LedgerAction, { via }: Person): boolean {
  return via === 'gateway' && 'figures' in action && action.figures !== undefined;
}

/** What the signature of a line is of, before the line is made: the environment too, or a yes to one would do for another. */
export function wordsToSign(environment: string, head: Head, action: LedgerAction, by: Person, at: string): string {
  return canonicalJson({ environment, n: head.n + 1, prev: head.hash, at, by, ...action });
}

/** The same of a line that is there. */
export function signedWords(environment: string, { hash: _, signature: __, ...rest }: LedgerLine): string {
  return canonicalJson({ environment, ...rest });
}

/**
 * Leads each name of a person to one of them, from the text of a file of allowed signers: names beside one key are of one
 * person, and so are keys that share a name. Patterns are nobody's name. Who is not in the file keeps their name.
 */
export function readAliases(text: string): (name: string) => string {
  let people: readonly ReadonlySet<string>[] = [];
  for (const line of text.split('\n')) {
    const [, quoted, plain] = /^\s*(?:"([^"]*)"|([^\s#]\S*))\s/.exec(line) ?? [];
    const names = (quoted ?? plain ?? '').split(',').filter((name) => name !== '' && !/[*?!]/.test(name));
    const keys = names.map(personKey);
    const same = people.filter((person) => keys.some((key) => person.has(key)));
    people = [
      ...people.filter((person) => !same.includes(person)),
      new Set([...same.flatMap((each) => [...each]), ...keys]),
    ];
  }
  const first = new Map(
    people.flatMap((person) => [...person].map((key) => [key, [...person].sort()[0] ?? key] as const)),
  );
  return (name) => first.get(personKey(name)) ?? name;
}
