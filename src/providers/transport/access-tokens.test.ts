import { describe, expect, it } from 'vitest';
import { ProviderError } from '../contract/provider-error.js';
import { type AccessToken, AccessTokens } from './access-tokens.js';

const signal = new AbortController().signal;

/** Tokens `t1`, `t2`, … of this lifetime, by a clock that stands unless it is moved. */
function tokensOf(livesMs: number, exchange?: (n: number, signal: AbortSignal) => Promise<AccessToken>) {
  const clock = { now: 0 };
  let made = 0;
  const tokens = new AccessTokens(
    (stop) => {
      made++;
      return exchange ? exchange(made, stop) : Promise.resolve({ token: `t${made}`, livesMs });
    },
    () => clock.now,
  );
  return { tokens, clock, made: () => made };
}

describe('AccessTokens', () => {
  it('makes one exchange for all calls in flight', async () => {
    const { tokens, made } = tokensOf(3_600_000);
    const got = await Promise.all(Array.from({ length: 50 }, () => tokens.get(new AbortController().signal)));
    expect(new Set(got)).toEqual(new Set(['t1']));
    expect(made()).toBe(1);
  });

  it('renews in passing before the end, and waits for it near the end', async () => {
    const { tokens, clock } = tokensOf(3_600_000);
    await tokens.get(signal);
    clock.now = 3_600_000 - 300_001;
    expect(await tokens.get(signal)).toBe('t1');
    clock.now += 1;
    expect(await tokens.get(signal)).toBe('t1');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await tokens.get(signal)).toBe('t2');
    clock.now += 3_600_000 - 30_000;
    expect(await tokens.get(signal)).toBe('t3');
  });

  it('keeps a token that is still good while it cannot be renewed', async () => {
    const { tokens, clock } = tokensOf(0, async (n) => {
      if (n === 2) throw new ProviderError('server', 'down');
      return { token: `t${n}`, livesMs: 100_000 };
    });
    await tokens.get(signal);
    clock.now = 85_000;
    expect(await tokens.get(signal)).toBe('t1');
    await new Promise((resolve) => setImmediate(resolve));
    clock.now = 90_000;
    expect(await tokens.get(signal)).toBe('t3');
  });

  it('sends once more with a new token after a 401, and no further', async () => {
    const { tokens } = tokensOf(3_600_000);
    const sent: string[] = [];
    const unauthorized = new ProviderError('auth', 'HTTP 401 from x: no', { status: 401 });
    const answer = await tokens.use(signal, async (token) => {
      sent.push(token);
      if (token === 't1') throw unauthorized;
      return 'ok';
    });
    expect([answer, sent]).toEqual(['ok', ['t1', 't2']]);
    const refused = tokens.use(signal, () => Promise.reject(unauthorized));
    await expect(refused).rejects.toMatchObject({ kind: 'auth', message: expect.stringContaining('just exchanged') });
  });

  it('does not throw away the new token for a call that was refused with the old one', async () => {
    const { tokens, made } = tokensOf(3_600_000);
    const first = await tokens.get(signal);
    tokens.refused(first);
    await tokens.get(signal);
    tokens.refused(first);
    expect(await tokens.get(signal)).toBe('t2');
    expect(made()).toBe(2);
  });

  it('lets a call go that is ended, and gives up when nobody waits any more', async () => {
    const stops: AbortSignal[] = [];
    const { tokens } = tokensOf(0, (_, stop) => {
      stops.push(stop);
      return new Promise((_, reject) => stop.addEventListener('abort', () => reject(stop.reason), { once: true }));
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const [first, second] = [tokens.get(one.signal), tokens.get(two.signal)];
    one.abort(new Error('one'));
    await expect(first).rejects.toThrow('one');
    expect(stops.map(({ aborted }) => aborted)).toEqual([false]);
    two.abort(new Error('two'));
    await expect(second).rejects.toThrow('two');
    expect(stops.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
