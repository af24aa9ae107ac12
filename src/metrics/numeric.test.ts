import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../test/helpers/reference-data.js';
import { scoreOf } from '../../test/helpers/score.js';
import { type Json, Literal } from '../model/json.js';
import { faultOfCase, metricEntrySchema } from './access.js';
import { numeric } from './numeric.js';

describe('numeric', () => {
  const score = (tolerance: number | string, expected: string, output: string) =>
    scoreOf(numeric, { params: { tolerance }, expected, output }).then(({ value }) => value);

  it('is exact without a tolerance', async () => {
    expect(await score(0, '0.3', '0.30000000000000004')).toBe(0);
  });

  it('includes the bound itself, whatever the subtraction rounds to', async () => {
    expect(await score(0.1, '18.2', '18.3')).toBe(1);
    expect(await score('10%', '-20', '-22')).toBe(1);
    expect(await score('10%', '-20', '-22.01')).toBe(0);
  });

  it('takes a number for what it is, however it is written', async () => {
    const { value } = await scoreOf(numeric, {
      params: { locale: 'de' },
      expected: new Literal(101.5, '101.50'),
      output: 'Zusammen 101,50 €',
    });
    expect(value).toBe(1);
  });

  it.each(['1s', '$1', '-1', -1, 'much', 'Infinity'])('refuses the tolerance %j', (tolerance) => {
    const result = metricEntrySchema(numeric).safeParse({ metric: 'numeric', tolerance });
    expect(result.error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['tolerance'], `"${tolerance}" is not a tolerance; write it like 0.5 or 1%`],
    ]);
  });
});

describe('the accepted answers of numeric', () => {
  const faultOf = (expected: Json, locale = 'en') => {
    const entry = metricEntrySchema(numeric).parse({ metric: 'numeric', locale });
    return faultOfCase(numeric, { params: entry }, { vars: {}, expected, tags: [] })?.message ?? null;
  };

  it.each([18, '18', '$1,234.50', 'about 18 kg of CO2', 'Take 16 - 3.\nA: 13', ['1', 2, '3'], '18 (as of 2024-05-01)'])(
    'may be %j',
    (expected) => {
      expect(faultOf(expected)).toBeNull();
    },
  );

  it.each(['', 'many', '1.234,56', '12 or 13', '3-5', '3/4', '2024-05-01', '10:30', '5 million', true, null, { a: 1 }])(
    'must not be %j',
    (expected) => {
      expect(faultOf(expected)).toContain('is not one number in locale en');
      expect(faultOf([18, expected])).toContain('is not one number in locale en');
    },
  );

  it('are read as the locale writes them, but for numbers of YAML and JSON', async () => {
    expect(faultOf('1.234,56', 'de')).toBeNull();
    expect(faultOf('1,234.56', 'de')).toBe(
      '"1,234.56" is not one number in locale de; several accepted numbers are a list, and `locale` says how they are written',
    );
    const given = { params: { locale: 'de' }, output: '1.234,5 €' };
    expect((await scoreOf(numeric, { ...given, expected: 1234.5 })).value).toBe(1);
    expect((await scoreOf(numeric, { ...given, expected: '1.234,5' })).value).toBe(1);
    expect((await scoreOf(numeric, { ...given, expected: '1.234' })).value).toBe(0);
  });

  it('are compared digit by digit, beyond what a double holds', async () => {
    const score = async (expected: Json, output: string) =>
      (await scoreOf(numeric, { params: {}, expected, output })).value;
    expect(await score('9007199254740993', '9007199254740992')).toBe(0);
    expect(await score('9007199254740993', '9,007,199,254,740,993.0')).toBe(1);
    const written = new Literal(Number('9007199254740993'), '9007199254740993');
    expect(await score(written, '9007199254740992')).toBe(0);
    expect(await score(new Literal(101.5, '101.50'), 'It is $101.5')).toBe(1);
    expect(faultOf(new Literal(true, 'True'))).toContain('"True" is not one number');
  });

  it.each<[Json, string, string]>([
    [new Literal(242.1, '242.10'), '$249.00', '249.00 is not 242.10'],
    ['242.10', '$249.00', '249.00 is not 242.10'],
    [new Literal(31, '0x1F'), 'It is 30.', '30 is not 31'],
    [new Literal(1000, '1e3'), '999', '999 is not 1e3'],
    [242.1, '249', '249 is not 242.1'],
  ])('says %o and %s with the digits that were written', async (expected, output, said) => {
    expect((await scoreOf(numeric, { params: {}, expected, output })).reason).toBe(said);
  });

  it('say in which locale an output is no number', async () => {
    const { value, reason } = await scoreOf(numeric, { params: {}, expected: '56', output: 'Das macht 9.999,56 €.' });
    expect({ value, reason }).toEqual({ value: 0, reason: '"9.999,56" is not one number in locale en' });
  });

  it.each(['xx', 'de_DE', ''])('refuse the locale %j', (locale) => {
    expect(metricEntrySchema(numeric).safeParse({ metric: 'numeric', locale }).error?.issues[0]?.message).toBe(
      'not a language tag that is known; write it like de, fr or pt-BR',
    );
  });
});

const GSM8K = referencePath('gsm8k-example_model_solutions.jsonl');

describe.skipIf(!hasReferenceData)('numeric on the GSM8K model solutions (skipped where the data is absent)', () => {
  it('agrees with is_correct for all 5,276 outputs', async () => {
    const models = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'];
    const disagreements: unknown[] = [];
    let outputs = 0;
    for (const line of readFileSync(GSM8K, 'utf8').trim().split('\n')) {
      const row: Record<string, { is_correct: boolean; solution: string }> & { ground_truth: string } =
        JSON.parse(line);
      for (const model of models) {
        const answer = row[model];
        if (!answer) throw new Error(`no output of ${model}`);
        outputs += 1;
        const { value } = await scoreOf(numeric, { params: {}, expected: row.ground_truth, output: answer.solution });
        if (value !== (answer.is_correct ? 1 : 0))
          disagreements.push({ model, truth: row.ground_truth, ...answer, value });
      }
    }
    expect(disagreements).toEqual([]);
    expect(outputs).toBe(5276);
  });
});
