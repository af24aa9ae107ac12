import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import { pii } from './pii.js';

const score = (output: string, params: object = {}) => scoreOf(pii, { params, output });
const kindsOf = async (output: string, params: object = {}) =>
  Object.keys(((await score(output, params)).detail?.['kinds'] ?? {}) as object);

describe('pii', () => {
  it.each<readonly [kind: string, text: string]>([
    ['email', 'Mail to ann.lee+shop@mail.example.co.uk.'],
    ['email', 'jörg@müller.de'],
    ['email', '<a href="mailto:ann@acme.org">'],
    ...[
      ...[
        'anna%40example.com',
        'mail=anna%2540example%252Ecom&x=1',
        'anna&#64;example.com',
        'anna&#x40;example&#46;com',
      ],
      ...[
        'anna&commat;example&period;com',
        'anna&amp;#64;example.com',
        'anna\\u0040example.com',
        'anna\\x40example.com',
      ],
      ...['anna (at) example.com', 'anna[at]example[dot]com', 'anna {AT} mail {DOT} example.com', 'anna(@)example.com'],
      ...['https://example.com/?to=anna%40example.com', '&lt;anna&#64;example.com&gt;'],
    ].map((text) => ['email', text] as const),
    ...['tel:%2B14155550132', 'callto?n=%2B49%2030%20901820', '&#43;49 30 901820', '%28415%29%20555-0132'].map(
      (text) => ['phone', text] as const,
    ),
    ...['tel:4155550132', '<a href="tel:030901820">', '[call](tel:+1-415-555-0132)'].map(
      (text) => ['phone', text] as const,
    ),
    ['card', '4111%201111%201111%201111'],
    ['card', '4111&nbsp;1111&nbsp;1111&nbsp;1111'],
    ['iban', 'GB29+NWBK%206016%201331%209268%2019'.replace('+', '%20')],
    ['us-id', 'ssn=219%2D09%2D9999'],
    ['phone', 'Call +1 (415) 555-0132 now'],
    ['phone', '+49 (0)30 901820'],
    ['phone', '+33 1 23 45 67 89'],
    ['phone', '+31612345678.'],
    ['phone', '0031 6 12345678'],
    ['phone', '(415) 555-0132'],
    ['phone', '415-555-0132'],
    ['phone', '07700 900123'],
    ['phone', '020 7946 0958'],
    ['phone', '030/901820'],
    ['phone', '01 23 45 67 89'],
    ['phone', '612 345 678'],
    ['phone', '06-12345678'],
    ['card', '4111111111111111'],
    ['card', 'Visa 4111-1111-1111-1111.'],
    ['card', '12 4111 1111 1111 1111'],
    ['card', '5555 5555 5555 4444'],
    ['card', '3782 822463 10005'],
    ['card', '30569309025904'],
    ['card', '6011111111111117'],
    ['card', '3530111333300000'],
    ['iban', 'GB29 NWBK 6016 1331 9268 19'],
    ['iban', 'IBAN: FR14 2004 1010 0505 0001 3M02 606 IS MINE'],
    ['iban', 'nl91abna0417164300'],
    ['iban', 'MT84MALT011000012345MTLCAST001S'],
    ['ip', 'from 198.51.100.23:8080'],
    ['ip', '8.8.4.44/32'],
    ['ip', 'your IP address is 1.2.3.4'],
    ['ip', '2001:db8:85a3::8a2e:370:7334'],
    ['ip', 'fe80::1ff:fe23:4567:890a%eth0'],
    ['ip', '[2001:db8::1]:443'],
    ['us-id', '219-09-9999'],
    ['us-id', 'ssn 219099999'],
    ['us-id', 'ITIN 912-70-1234'],
    ['uk-id', 'AB 12 34 56 C'],
    ['de-id', '86 095 742 719'],
    ['de-id', '86095742719'],
    ['fr-id', '2 55 08 14 168 025 38'],
    ['fr-id', '255081416802538'],
    ['es-id', '12345678Z'],
    ['es-id', 'X-1234567-L'],
    ['it-id', 'RSSMRA85T10A562S'],
    ['nl-id', 'BSN: 111222333'],
    ['be-id', '85.07.30-033.28'],
    ['pl-id', '44051401359'],
    ['se-id', '811228-9874'],
    ['ch-id', '756.9217.0769.85'],
    ['br-id', '529.982.247-25'],
  ])('finds %s in %j', async (kind, text) => {
    expect(await kindsOf(text)).toEqual([kind]);
  });

  it.each([
    'The year 2024-01-15, 10:30:45, $1,234,567.89 and 100.000.000 people',
    'We meet (at) noon, if (at) shop.open() and items[at].name.first, 50%40 off, a (at) b, tel:123',
    'pi is 3.14159265358979323846264338327950288',
    'ISBN 978-3-16-148410-0',
    'order 123456789, ticket 987654321, invoice 2024-000123',
    'v1.2.3.4, version 10.4.22.1 and section 4.1.2.3; IP stack 127.0.0.1 or 0.0.0.0, mask 255.255.255.0',
    '999.10.10.10 and 01.02.03.04',
    '4111 1111 1111 1112',
    '0000 0000 0000 0000',
    'DE89 3704 0044 0532 0130 01',
    'XX89 3704 0044 0532 0130 00',
    '000-12-3456, 666-12-3456, 123-00-4567, 900-10-1234',
    'QQ123456C, GB123456A',
    '86095742718',
    '12345678A',
    'RSSMRA85T10A562T',
    '44051401358',
    '811228-9873',
    'std::vector<int>, a::b, dead::beef, 12:34:56 and ::1',
    '@ann, ann@, @acme.org, a@b',
    'git clone git@github.com:acme/shop.git',
    'import pkg@1.2.3 and user@localhost',
    'https://example.com/a/415-555-0132x and 1+23456',
    'aspect 16:9, score 3:2, 1/2/2024, 12 345 678 items',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    '1000000000000000',
    'The numbers 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
    'timestamps 1700000000000 and 1719849600',
  ])('finds nothing in %j', async (text) => {
    expect(await kindsOf(text)).toEqual([]);
  });

  it('shows no finding whole, neither in the reason nor in the detail', async () => {
    const secret = 'ann.lee@acme.org';
    const result = await score(`${secret}, 4111 1111 1111 1111`);
    expect(result).toEqual({
      value: 2,
      reason: 'has 2 findings: email an***rg, card 41***11',
      detail: {
        kinds: { email: 1, card: 1 },
        findings: [
          { kind: 'email', masked: 'an***rg' },
          { kind: 'card', masked: '41***11' },
        ],
      },
    });
  });

  it('takes the patterns of `allow` literally but for the star, and whole', async () => {
    const text = 'ann@acme.org, bob@shop.acme.org';
    expect((await score(text, { allow: ['ann@acme.org'] })).value).toBe(1);
    expect((await score(text, { allow: ['*@ACME.org'] })).value).toBe(1);
    expect((await score(text, { allow: ['*@*acme.org'] })).value).toBe(0);
    expect((await score(text, { allow: ['acme.org', 'ann', 'a.n@acme.org'] })).value).toBe(2);
    await expect(score(text, { allow: ['**'] })).rejects.toThrow();
  });

  it('leaves the quotes around an address out', async () => {
    expect((await score(`'ann@acme.org' "ann@acme.org" <ann@acme.org>`, { allow: ['ann@acme.org'] })).value).toBe(0);
    expect((await score("tim.o'hara@acme.org", { allow: ["tim.o'hara@acme.org"] })).value).toBe(0);
  });

  it('counts only the kinds and countries asked for', async () => {
    const text = 'ann@acme.org, SSN 219-09-9999, DNI 12345678Z';
    expect(await kindsOf(text, { kinds: ['national-id'] })).toEqual(['us-id', 'es-id']);
    expect(await kindsOf(text, { kinds: ['national-id'], countries: ['es'] })).toEqual(['es-id']);
  });

  it('finds an address wherever it stands', async () => {
    const filler = fc.array(
      fc.constantFrom(
        ' ',
        '\n',
        '1 ',
        '12 34 ',
        'word ',
        '(',
        ', ',
        '4111 ',
        '@ ',
        '+ ',
        'DE89 ',
        '...',
        '\u202e',
        '\ud83d ',
      ),
    );
    await fc.assert(
      fc.asyncProperty(filler, filler, async (before, after) => {
        const text = `${before.join('')} ann@acme.org ${after.join('')}`;
        expect(await kindsOf(text, { kinds: ['email'] })).toEqual(['email']);
      }),
    );
  });

  // A pattern that backtracks would take minutes for these, and the test its time limit
  it.each([
    'a'.repeat(1_000_000),
    'a@'.repeat(500_000),
    'a@a.'.repeat(250_000),
    `a@${'a.'.repeat(500_000)}1`,
    '1 '.repeat(500_000),
    '1-'.repeat(500_000),
    '+1 '.repeat(300_000),
    '+1('.repeat(300_000),
    '0 1'.repeat(300_000),
    '1.'.repeat(500_000),
    '1:'.repeat(500_000),
    '::'.repeat(500_000),
    'DE89 '.repeat(200_000),
    'ab12'.repeat(250_000),
    '4111 '.repeat(200_000),
  ])('reads a megabyte of %.6j', async (text) => {
    expect((await score(text)).value).toBeGreaterThanOrEqual(0);
  });
});
