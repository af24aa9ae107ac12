import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../model/snapshot.js';
import { OneArmError, Resolver } from './resolver.js';

const says = (content: string) => ({ model: 'echo/x', messages: [{ role: 'user', content }] });

/** Everybody gets one arm. */
function open(live: string, candidate: string, weight: number): Resolver {
  const prompt = {
    prompt: 'reply',
    live: { number: 1, digest: 'a'.repeat(64), asked: says(live) },
    rollout: {
      ...{ name: 'dev-2', weight },
      candidate: { number: 2, digest: 'b'.repeat(64), asked: says(candidate) },
    },
  };
  const at = '2030-01-01T00:00:00.000Z';
  const snapshot: Snapshot = { snapshot: 1, environment: 'dev', line: 2, hash: 'c'.repeat(64), at, prompts: [prompt] };
  return new Resolver(snapshot, null);
}

function failureOf(resolver: Resolver, options: object): unknown {
  try {
    return resolver.resolve('reply', options);
  } catch (error) {
    return error;
  }
}

describe('a release that cannot be filled in', () => {
  it.each([
    ['candidate', open('Hello {{ name }}', 'Hello {{ name }} of {{ city }}', 1), 'reply@2'],
    ['control', open('Hello {{ name }} of {{ city }}', 'Hello {{ name }}', 0), 'reply@1'],
    ['candidate', open('Hello {{ name }}', '{{ name | times: 2 | date }}{{ name.first.second }}', 1), 'reply@2'],
  ] as const)('where the other arm can is the fault of the %s', (arm, resolver, release) => {
    const error = failureOf(resolver, { vars: { name: 'Ada' } });
    expect(error).toBeInstanceOf(OneArmError);
    expect(error).toMatchObject({ code: 'bad-variables', resolved: { arm, release, rollout: 'dev-2', messages: [] } });
  });

  it('where no arm can is nobody’s', () => {
    const error = failureOf(open('Hello {{ name }}', 'Good day {{ name }}', 1), {});
    expect(error).not.toBeInstanceOf(OneArmError);
    expect(error).toMatchObject({ code: 'bad-variables' });
  });
});

describe('a version that is named', () => {
  const half = open('Hello', 'Good day', 0.5);
  const units = Array.from({ length: 20 }, (_, index) => `user-${index}`);

  it.each([
    ['1', 'control', 'reply@1'],
    ['2', 'candidate', 'reply@2'],
  ])('%s is what everybody gets, whatever their share, and counts for no arm', (version, arm, release) => {
    for (const unit of units)
      for (const written of [version, Number(version) as never])
        expect(half.resolve('reply', { unit, version: written })).toMatchObject({ arm, release, rollout: null });
  });

  it.each(['3', '0', '01', '1.0', 'constructor', ''])('%j is none of those that are served, for anybody', (version) => {
    const all = units.map((unit) => failureOf(half, { unit, version }));
    for (const error of all) expect(error).toMatchObject({ code: 'version-not-live' });
  });

  it('is not that of a candidate that was taken back', () => {
    const back = new Resolver(half.snapshot, half, new Set(['dev-2']));
    expect(failureOf(back, { version: '2' })).toMatchObject({ code: 'version-not-live' });
    expect(back.resolve('reply', { version: '1' })).toMatchObject({ release: 'reply@1' });
  });
});
