import { expect, it } from 'vitest';
import type { Allowance } from '../providers/contract/allowances.js';
import { Quotas, type Use } from './quotas.js';

const use = (input: number, output = 0): Use => ({
  requests: 1,
  tokens: input + output,
  'input-tokens': input,
  'output-tokens': output,
});
const left = (change: Partial<Allowance>): Allowance => ({
  unit: 'requests',
  remaining: 0,
  limit: null,
  resetMs: 1000,
  ...change,
});

it('keeps nobody back before anything was said', () => {
  expect(new Quotas().waitAt(0, () => use(1e9))).toBe(0);
});

it('counts what is in flight as not yet subtracted', () => {
  const quotas = new Quotas();
  quotas.tell([left({ remaining: 2 })], 0, 1, 0);
  quotas.start(use(1));
  expect(quotas.waitAt(0, () => use(1))).toBe(0);
  quotas.start(use(1));
  expect(quotas.waitAt(400, () => use(1))).toBe(600);
  quotas.end(use(1));
  expect(quotas.waitAt(400, () => use(1))).toBe(0);
});

it.each([
  ['tokens', use(600, 500)],
  ['input-tokens', use(1001)],
  ['output-tokens', use(0, 1001)],
] as const)('keeps to %s by what a call may use', (unit, tooMuch) => {
  const quotas = new Quotas();
  quotas.tell([left({ unit, remaining: 1000 })], 0, 1, 0);
  expect(quotas.waitAt(0, () => use(500, 500))).toBe(0);
  expect(quotas.waitAt(0, () => tooMuch)).toBe(1000);
});

it('has the whole limit after the reset, and waits for others before it tries what fits in no limit', () => {
  const quotas = new Quotas();
  quotas.tell([left({ unit: 'tokens', limit: 1000 })], 0, 1, 0);
  expect(quotas.waitAt(999, () => use(10))).toBe(1);
  expect(quotas.waitAt(1000, () => use(1000))).toBe(0);
  quotas.start(use(10));
  expect(quotas.waitAt(1000, () => use(5000))).toBe(Number.POSITIVE_INFINITY);
  quotas.end(use(10));
  expect(quotas.waitAt(1000, () => use(5000))).toBe(0);
});

it('waits no longer than a minute on the word of a service', () => {
  const quotas = new Quotas();
  quotas.tell([left({ resetMs: 86_400_000 })], 0, 1, 0);
  expect(quotas.waitAt(0, () => use(1))).toBe(60_000);
});

it('believes the least of what calls that were open together say, and then those that started later', () => {
  const quotas = new Quotas();
  const three = () => use(0);
  quotas.tell([left({ remaining: 0 })], 1, 3, 0);
  quotas.tell([left({ remaining: 5 })], 2, 3, 10);
  expect(quotas.waitAt(10, three)).toBe(1000);
  quotas.tell([left({ remaining: 5 })], 3, 4, 20);
  expect(quotas.waitAt(20, three)).toBe(0);
});
