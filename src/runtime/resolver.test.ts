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

function failureOf(resolver: Resolver, vars: object): unknown {
  try {
    return resolver.resolve('reply', { vars });
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
    const error = failureOf(resolver, { name: 'Ada' });
    expect(error).toBeInstanceOf(OneArmError);
    expect(error).toMatchObject({ code: 'bad-variables', resolved: { arm, release, rollout: 'dev-2', messages: [] } });
  });

  it('where no arm can is nobody’s', () => {
    const error = failureOf(open('Hello {{ name }}', 'Good day {{ name }}', 1), {});
    expect(error).not.toBeInstanceOf(OneArmError);
    expect(error).toMatchObject({ code: 'bad-variables' });
  });
});
