import { releaseFault } from '../core/releases/releases.js';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import type { Release } from '../model/release.js';
import type { StateStore } from '../store/state/state-store.js';

/** A release that is whole. Throws `unknown-release` and `broken-release`. */
export async function readWhole(store: StateStore, prompt: string, number: number): Promise<Release> {
  const release = await store.readRelease(prompt, number);
  const name = `${prompt}@${number}`;
  if (release === null) throw new LlmciError('unknown-release', { release: name, known: await knownOf(store, prompt) });
  const why = releaseFault(release);
  if (why !== null) throw new LlmciError('broken-release', { store: store.name, release: name, why });
  return release;
}

/** `support-reply@3`, or without a number the newest. Throws `unknown-release`. */
export async function findRelease(store: StateStore, name: string): Promise<Release> {
  const [, prompt, digits] = /^(.+)@([1-9]\d{0,8})$/.exec(name) ?? [];
  if (prompt !== undefined) return readWhole(store, prompt, Number(digits));
  const numbers = (await store.releases()).get(name);
  const newest = numbers?.at(-1);
  if (newest === undefined)
    throw new LlmciError('unknown-release', { release: name, known: await knownOf(store, name) });
  return readWhole(store, name, newest);
}

async function knownOf(store: StateStore, prompt: string): Promise<string> {
  const releases = await store.releases();
  const numbers = releases.get(prompt);
  if (numbers) return `Of ${prompt} there are ${numbers.join(', ')}.`;
  if (releases.size === 0) {
    const absent = await store.absence();
    return absent === null ? `There is none in ${store.name} yet.` : `${absent[0]?.toUpperCase()}${absent.slice(1)}.`;
  }
  return `There is none of ${prompt}${didYouMean(prompt, releases.keys())}.`;
}
