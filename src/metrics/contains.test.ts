import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import type { Json } from '../model/json.js';
import { contains } from './contains.js';
import { equals } from './equals.js';

describe('a case that accepts nothing never passes', () => {
  it.each([[undefined], [[]]] as readonly [Json | undefined][])('expected: %j', async (expected) => {
    for (const metric of [contains, equals]) {
      expect((await scoreOf(metric, { params: {}, expected, output: 'anything' })).value).toBeNull();
    }
  });

  it('an accepted answer that is empty', async () => {
    expect((await scoreOf(contains, { params: {}, expected: ['', 'Paris'], output: 'London' })).value).toBe(0);
  });
});

describe('contains', () => {
  it('needs both the text and one of several when both are given', async () => {
    const params = { value: 'refund', any: ['30 days', 'a month'] };
    const value = async (output: string) => (await scoreOf(contains, { params, output })).value;
    expect(await value('A refund within a month.')).toBe(1);
    expect(await value('A refund.')).toBe(0);
    expect(await value('Within 30 days.')).toBe(0);
  });

  it('says on one line what is absent', async () => {
    const { reason } = await scoreOf(contains, { params: { all: ['a\nb', 'x'.repeat(500)] }, output: '' });
    expect(reason).toBe(`does not contain "a\\nb", "${'x'.repeat(78)}…`);
  });
});
