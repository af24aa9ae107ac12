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
    const places: readonly Json[] = [{ to: 3, body: said }, [said], { mail: { parts: [{ text: said }] } }, said];
    for (const given of places) {
      const calls = [
        { name: 'f', arguments: {} },
        { name: 'f', arguments: given },
      ];
      for (const text of ['', 'All is well with your order.'])
        expect(await toScore(calls, text)).toBeGreaterThan(Math.max(nothing, type === 'toxicity' ? 0.5 : 0));
    }
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
