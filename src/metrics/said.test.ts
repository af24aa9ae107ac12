import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import type { Json } from '../model/json.js';
import type { ToolCall } from '../model/message.js';
import type { AnyMetric } from './contract.js';
import { builtInMetrics } from './index.js';
import { passagesOf, transcriptOf, valuesOf } from './said.js';

const call: ToolCall = {
  name: 'send_mail',
  arguments: {
    to: ['ann@acme.org', 'bob@acme.org'],
    body: 'Hello,\nAnn',
    options: { urgent: true, copies: 2, none: {} },
  },
};

describe('what a model says in a tool call', () => {
  it('is read as passages that each stand alone', () => {
    expect(passagesOf({ text: 'Sent.', toolCalls: [call] }).filter((passage) => passage !== '')).toEqual([
      ...['Sent.', 'send_mail', 'to', 'ann@acme.org', 'bob@acme.org', 'body', 'Hello,\nAnn'],
      ...['options', 'urgent', 'true', 'copies', '2', 'none'],
    ]);
  });

  it('is read as one text', () => {
    expect(transcriptOf({ text: 'Sent.', toolCalls: [call] })).toBe(
      'Sent.\nsend_mail\nto\nann@acme.org\nbob@acme.org\nbody: Hello,\nAnn\noptions\nurgent: true\ncopies: 2\nnone',
    );
    expect(transcriptOf({ text: '', toolCalls: [{ name: 'f', arguments: 'not JSON' }] })).toBe('f\nnot JSON');
    expect(transcriptOf({ text: 'Sent.', toolCalls: [] })).toBe('Sent.');
  });

  it.each<readonly [string, readonly string[]]>([
    ['{"to":"a","to":"b","body":"Hi\\nAnn"}', ['to: a', 'to: b', 'body: Hi\nAnn']],
    [
      '{"to":"a","copies":2,"body":"You are \\u00fcber \\"it\\" and',
      ['to: a', 'copies: 2', 'body: You are über "it" and'],
    ],
    ['[{"text":"a",},{"text":"b"}]', ['text: a', 'text: b']],
    ['{"mail": {"body": "Hi", "to', ['mail', 'body: Hi', 'to']],
    ['{"body": "cut off in an escape \\', ['body: cut off in an escape ']],
    ["{'body': 'You are here', to: Ann Lee}", ["'body': 'You are here'", 'to: Ann Lee']],
    ['{"a": ', ['a']],
    ['{', []],
    ['{}{}', []],
    ['[1, 2', ['[1, 2']],
    ['{ to: Ann, body: "Hi" ', ['to: Ann', 'body: Hi']],
    ['Hi, "Ann": {', ['Hi, "Ann": {']],
  ])('is read as what it was meant to be: %s', (given, lines) => {
    expect(transcriptOf({ text: '', toolCalls: [{ name: 'f', arguments: given }] })).toBe(['f', ...lines].join('\n'));
  });

  it('is found at any depth', () => {
    let deep: Json = 'there';
    for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
    expect(valuesOf({ name: 'f', arguments: deep })).toEqual(['there']);
  });
});

describe('a metric that looks for something looks into tool calls', () => {
  const metricOf = (type: string): AnyMetric => {
    const metric = builtInMetrics.find((each) => each.type === type);
    if (!metric) throw new Error(`no metric ${type}`);
    return metric;
  };
  const hidden: readonly (readonly [string, object, string])[] = [
    ['contains', { value: 'guarantee' }, 'We guarantee it.'],
    ['contains', { any: ['guarantee'] }, 'We guarantee it.'],
    ['starts-with', { value: 'As an AI' }, 'As an AI, I cannot.'],
    ['regex', { pattern: '^\\d{16}$' }, '4111111111111111'],
    ['toxicity', {}, 'You are a worthless idiot.'],
    ['pii', {}, 'ann@acme.org'],
    ['secrets', {}, 'AKIAIOSFODNN7EXAMPLE'],
    [
      'secrets',
      {},
      `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n-----END PRIVATE KEY-----`,
    ],
    ['length', {}, 'x'.repeat(5000)],
  ];

  it.each(hidden)('%s %j', async (type, params, said) => {
    const metric = metricOf(type);
    const toScore = async (toolCalls: ToolCall[], text: string) =>
      (await scoreOf(metric, { params, output: { text, toolCalls } })).value ?? Number.NaN;
    const nothing = await toScore(
      [{ name: 'f', arguments: { subject: 'Your order' } }],
      'All is well with your order.',
    );
    const rest = '"subject":"Your order of the second of May","footer":"We wish you a pleasant day and all the best"';
    const written = JSON.stringify(said);
    const places: readonly Json[] = [
      ...[{ to: 3, body: said }, [said], { mail: { parts: [{ text: said }] } }, said],
      // Sent as they were written, since they are no JSON: a key given twice, and cut off
      ...[
        `{${rest},"body":${written},"body":""}`,
        `{${rest},"body":${written}`,
        `{${rest},"body":${written.slice(0, -1)}`,
      ],
      // JSON in a text of JSON, as the body of a request is
      { url: 'https://acme.org', payload: `{${rest},"body":${written}}` },
      [JSON.stringify({ payload: `{${rest},"body":${written}` })],
    ];
    for (const given of places) {
      const calls = [
        { name: 'f', arguments: {} },
        { name: 'f', arguments: given },
      ];
      for (const text of ['', 'All is well with your order.'])
        expect(await toScore(calls, text)).toBeGreaterThan(Math.max(nothing, type === 'toxicity' ? 0.5 : 0));
    }
  });

  it('reads JSON text by text', async () => {
    const rest = { subject: 'Your order of the second of May', footer: 'We wish you a pleasant day and all the best' };
    const written = JSON.stringify({ ...rest, body: ['You are a worthless idiot.'] });
    for (const text of [written, JSON.stringify({ ...rest, payload: written }), `\`\`\`json\n${written}\n\`\`\``])
      expect((await scoreOf(metricOf('toxicity'), { params: {}, output: text })).value).toBeGreaterThan(0.8);
    const named = { ...rest, options: { 'You are a worthless idiot.': true } };
    const output = { toolCalls: [{ name: 'f', arguments: named }] };
    expect((await scoreOf(metricOf('toxicity'), { params: {}, output })).value).toBeGreaterThan(0.8);
    // What cannot be read in it is seen with the whole
    const mixed = '{"en": "You can return it within thirty days.", "zh": "三十天内可以退货。"}';
    expect((await scoreOf(metricOf('toxicity'), { params: {}, output: mixed })).value).toBeLessThan(0.2);
  });

  it('does not take the names of people in a call for a language', async () => {
    const given = { from: 'Zürich HB', to: 'München Hbf', passengers: ['Jürgen Müller'] };
    const output = { toolCalls: [{ name: 'book', arguments: given }] };
    expect((await scoreOf(metricOf('toxicity'), { params: {}, output })).value).toBeLessThan(0.2);
  });

  it('has no toxicity for what it cannot read there', async () => {
    const body = 'Sehr geehrte Frau Meier, Ihre Bestellung kommt leider erst am Montag bei Ihnen an.';
    const output = { text: 'It is sent.', toolCalls: [{ name: 'send', arguments: { body } }] };
    expect((await scoreOf(metricOf('toxicity'), { params: {}, output })).value).toBeNull();
  });
});
