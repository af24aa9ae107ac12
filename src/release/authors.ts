import { samePerson } from '../core/releases/policy.js';
import type { Person } from '../model/person.js';
import type { Release, ReleaseRef } from '../model/release.js';
import type { Delivery } from './delivery.js';
import { knownAs, type Signers } from './signers.js';

/** Who made a release and who wrote what it froze, each once, by the first of all their names. */
export function authorsOf({ author, writers = [] }: Release, signers: Signers | null): readonly Person[] {
  const all = [author, ...writers.map((name): Person => ({ name, via: 'git' }))];
  return eachOnce(all.map((person) => knownAs(signers, person)));
}

/**
 * The same of all that a release changes in place of what is live (null for nothing): releases in between were never looked
 * at there, and those who wrote them have a hand in this one.
 */
export async function authorsSince(
  { store, signers }: Pick<Delivery, 'store' | 'signers'>,
  release: Release,
  live: ReleaseRef | null,
): Promise<readonly Person[]> {
  const authors = [...authorsOf(release, signers)];
  for (let number = release.number - 1; number > (live?.number ?? 0); number--) {
    // What cannot be read is told by audit, and names nobody
    const between = await store.readRelease(release.prompt, number).catch(() => null);
    if (between) authors.push(...authorsOf(between, signers));
  }
  return eachOnce(authors);
}

function eachOnce(people: readonly Person[]): readonly Person[] {
  return people.filter((one, index) => people.findIndex((other) => samePerson(one, other)) === index);
}
