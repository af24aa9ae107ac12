import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocale, lastNumber, numberFormatOf } from './numbers.js';

/** The last number, the characters in its place that are none, or null. */
function read(text: string, locale = 'en'): number | string | null {
  const found = lastNumber(text, numberFormatOf(locale));
  return found === null ? null : 'value' in found ? found.value : found.unread;
}

describe('a number that is read whole', () => {
  it.each([
    ['A: 18', 18],
    ['A:18.', 18],
    ['It is 1,234,567.89!', 1_234_567.89],
    ['$1,000', 1000],
    ['-$5', -5],
    ['$-5', -5],
    ['\u22125 degrees', -5],
    ['it fell to \u20135 °C', -5],
    ['€ 12.50 each', 12.5],
    ['12.50€', 12.5],
    ['+7', 7],
    ['35%', 35],
    ['35 %', 35],
    ['**42**', 42],
    ['\\boxed{42}', 42],
    ['6.02e23 molecules', 6.02e23],
    ['1E-3', 0.001],
    ['1e+3', 1000],
    ['about .5', 0.5],
    ['wait...5', 5],
    ['16 - 3 = 13', 13],
    ['16-3=13', 13],
    ['10 - $3', 3],
    ['f(2)-1', 1],
    ['f(2)', 2],
    ['item[2]', 2],
    ['18 [1]', 1],
    ['5 ft in 3 days', 3],
    ['8 h in all, 12 days', 12],
    ['18 kg of CO2', 18],
    ['18kg', 18],
    ['5cm', 5],
    ['-0', 0],
    ['US$5', 5],
    ['Rs.500', 500],
    ['007', 7],
    ['1, 2, 3', 3],
    ['1,23,456', 123_456],
    ['12,34,567.5', 1_234_567.5],
    ["1'234.56", 1234.56],
    ['1\u2019234\u2019567', 1_234_567],
    ['1\u2009234', 1234],
    ['1\u00a0234\u00a0567.5', 1_234_567.5],
    ['1\u202f234', 1234],
    ['1_000_000', 1_000_000],
    ['答案是18个', 18],
    ['1{,}234', 1234],
    ['1\\,234', 1234],
    ['\\boxed{1{,}234}', 1234],
    ['$x = \\frac{6}{2} = 3$', 3],
    ['minus 5 degrees', -5],
    ['Negative 5', -5],
    ['10 minus 5', 5],
    ['5 m^2', 5],
    ['5 m^{2}', 5],
    ['5 m**2', 5],
    ['5\u200b6', 56],
    ['1\u00ad234', 1234],
    ['**5**', 5],
    ['300 K', 300],
    ['5 M solution', 5],
    ['5 binders', 5],
    ['5 millimetres', 5],
    ['It costs $5, and 3% more', 3],
  ])('%j is %j', (text, number) => {
    expect(read(text)).toBe(number);
  });

  it.each([
    ['de', '1.234,56', 1234.56],
    ['de', 'Das macht 1.234 €.', 1234],
    ['de', '0,5', 0.5],
    ['de', ',5', 0.5],
    ['de-CH', '1\u2019234.56', 1234.56],
    ['fr', '1 234,56 €', 1234.56],
    ['fr', '1\u202f234,56', 1234.56],
    ['pl', '12 345', 12_345],
    ['sv', '\u22121 234,5', -1234.5],
    ['pt-BR', 'R$ 1.234,56', 1234.56],
    ['en-IN', '₹12,34,567', 1_234_567],
  ])('in %s %j is %j', (locale, text, number) => {
    expect(read(text, locale)).toBe(number);
  });

  it('is every one that JavaScript writes, also after words', () => {
    const lead = fc.constantFrom('', 'A: ', '3 and ');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), lead, (n, words) => {
        expect(read(`${words}${n}.`)).toBe(n + 0);
      }),
    );
  });

  it('is every one as its locale writes it', () => {
    const locales = fc.constantFrom(
      'en-US',
      'en-IN',
      'de',
      'de-CH',
      'fr',
      'es',
      'it',
      'pl',
      'pt-BR',
      'sv',
      'ru',
      'ja',
      'tr',
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 99 }), locales, (n, cents, locale) => {
        expect(read(n.toLocaleString(locale), locale)).toBe(n + 0);
        const price = (n % 1e9) + cents / 100;
        expect(read(price.toLocaleString(locale, { maximumFractionDigits: 2 }), locale)).toBeCloseTo(price, 6);
      }),
    );
  });
});

describe('what is not wholly one number', () => {
  it.each([
    '9.999,56',
    '9.999.999',
    '1.234.567,89',
    '3,14',
    '0,123',
    '2,3',
    '12,3456',
    '1,2345',
    '1,23',
    "1'23",
    '1 234',
    '1\u00a0234,56',
    '1_23',
    '3/4',
    '1 1/2',
    '½',
    '2½',
    '3-5',
    '2.5-3.5',
    '2.5\u20133.5',
    '3\u20135',
    '3~5',
    '3 ~ 5',
    '3 / 4',
    '9 * 2',
    '9\u00a0\u00d7\u00a02',
    '5\u00b12',
    '5 \u00b1 2',
    '24 + 18',
    '24+18',
    '5k',
    '$5m',
    '5 million',
    '1.2bn',
    '3万',
    '10^5',
    '10⁵',
    '٣٠',
    '１２',
    '√16',
    '10..20',
    '10…20',
    '3 x 5',
    '5€60',
    '$3-$5',
    '2·3',
    '5M',
    '$3M',
    '3 k€',
    '1.5 M€',
    '₹5 cr',
    '$5 mi',
    '2 tn',
    '$3 M',
    '$2 bn',
    '$5T',
    '5 bn',
    '5 mln',
    '5 万',
    '3 thousands',
    '√2.5',
    '2 and a half',
    '5[1]',
    '5[1][2]',
    '5%[1]',
    '1,234[3]',
    '9'.repeat(400),
    '1e999',
  ])('%j is none, and no number before it counts', (text) => {
    expect(read(`7 things: ${text}`)).toBe(text);
  });

  it.each([
    ['\\frac{1}{2}', '1/2'],
    ['3\\frac{1}{2}', '3 1/2'],
    ['\\dfrac34', '3/4'],
    ['\\sqrt{16}', '√16'],
    ['10^{-3}', '10^-3'],
    ['1.5 \\times 10^3', '1.5 × 10^3'],
    ['2 \\cdot 10^{3}', '2 · 10^3'],
    ['5 \\pm 1', '5 ± 1'],
    ['5 +/- 1', '5 ± 1'],
    ['50% +/- 3%', '50% ± 3'],
    ['50% ± 3%', '50% ± 3'],
    ['20%-30%', '20%-30'],
    ['2.5%-3.5%', '2.5%-3.5'],
    ['2**3', '2^3'],
    ['10<sup>5</sup>', '10^5'],
    ['√(25)', '√(25'],
    ['sqrt(25)', 'sqrt(25'],
    ['2*math.sqrt(25)', 'sqrt(25'],
    ['log10(1,000)', 'log10(1,000'],
    ['log_2(8)', 'log_2(8'],
    ['max(3, 5)', 'max(3, 5'],
    ['2 min. 30 sec.', '2 min. 30'],
    ['pow(2, 3)', 'pow(2, 3'],
    ['sqrt(16 + 9)', 'sqrt(16 + 9'],
    ['abs(-5)', 'abs(-5'],
    ['2 h 5 min', '2 h 5'],
    ['2 hours and 30 minutes', '2 hours and 30'],
    ['2min 30s', '2min 30s'],
    ['5 ft 11 in', '5 ft 11'],
    ['1 m 80 cm', '1 m 80'],
    ['3 days 5 hours', '3 days 5'],
  ])('%j is none, and shown as %j', (text, shown) => {
    expect(read(`7 things: ${text}`)).toBe(shown);
  });

  it.each([
    ['de', '5 Tsd.'],
    ['sv', '3 miljoner'],
    ['sv', '5 tusen'],
    ['pt-BR', '5 milhões'],
    ['pt-BR', '5 bilhões'],
    ['it', '5 milioni'],
    ['it', '5 mila'],
    ['it', '5 miliardi'],
    ['ru', '5 миллионов'],
    ['ru', '5 тысяч'],
    ['pl', '5 mln'],
    ['pl', '5 tys.'],
    ['pl', '5 milionów'],
    ['pl', '5 tysięcy'],
    ['hi', '5 लाख'],
    ['hi', '5 करोड़'],
    ['tr', '5 milyon'],
  ])('in %s %j is more than its digits', (locale, text) => {
    expect(read(`7: ${text}`, locale)).toEqual(expect.any(String));
  });

  it.each(['3.14', '1,234.56', '1.2345'])('in de %j is none', (text) => {
    expect(read(text, 'de')).toBe(text);
  });
});

describe('what is no number at all is passed over', () => {
  it.each([
    'CO2',
    'B12',
    'covid-19',
    'GPT-4',
    'x2',
    'snake_1',
    '2nd',
    '3D',
    '4x4',
    '0x1F',
    '123abc',
    '2024-05-01',
    '2024-05-01T10:30:00Z',
    '01.05.2024',
    '5/1/2024',
    '10:30',
    '10:30am',
    '14 h 30',
    '14h30',
    '14h 30',
    '9 h 05',
    '3:1',
    'v1.2.3',
    '1.2.3',
    '192.168.0.1',
    '+44 20 7946 0958',
    '020 7946 0958',
    '+1-555-123-4567',
    '555-123-4567',
    'none',
  ])('%j', (text) => {
    expect(read(text)).toBeNull();
    expect(read(`18 (see ${text})`)).toBe(18);
  });
});

it('knows locales', () => {
  expect(['en', 'de-CH', 'pt-BR'].map(isLocale)).toEqual([true, true, true]);
  expect(['', 'xx', 'de_DE', 'german', '1'].map(isLocale)).toEqual([false, false, false, false, false]);
});
