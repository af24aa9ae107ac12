import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import { secrets } from './secrets.js';

const score = (output: string, params: object = {}) => scoreOf(secrets, { params, output });

// Put together here, so that no scanner of repositories takes them for real
const key = (prefix: string, length: number) =>
  prefix + 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hJ3kL6nP9rS2tU5wX8zA1bC4eD7fG0iI3oM6qR9u'.repeat(3).slice(0, length);
const hex = (prefix: string, length: number) => prefix + '0f1e2d3c4b5a69788796a5b4c3d2e1f0'.repeat(3).slice(0, length);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${key('', 64)}\n${key('', 64)}\n-----END RSA PRIVATE KEY-----`;

const KEYS = [
  ['openai', key('sk-', 48)],
  ['openai', key('sk-proj-', 120)],
  ['anthropic', key('sk-ant-api03-', 95)],
  ['google', key('AIza', 35)],
  ['google', key('GOCSPX-', 28)],
  ['github', key('ghp_', 36)],
  ['github', key('github_pat_', 82)],
  ['gitlab', key('glpat-', 20)],
  ['hugging-face', key('hf_', 34)],
  ['slack', key('xoxb-123456789012-', 24)],
  ['slack', key('hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/', 24)],
  ['aws', `AKIA${'Q3EGRIH5WUO2K7VL'}`],
  ['aws', key('aws_secret_access_key = ', 40)],
  ['azure', `${key('AccountKey=', 86)}==`],
  ['stripe', key('sk_live_', 24)],
  ['npm', key('npm_', 36)],
  ['pypi', key('pypi-', 100)],
  ['groq', key('gsk_', 52)],
  ['sendgrid', `${key('SG.', 22)}.${key('', 43)}`],
  ['twilio', hex('SK', 32)],
  ['telegram', key('110201543:AA', 33)],
  ['digitalocean', hex('dop_v1_', 64)],
  ['shopify', hex('shpat_', 32)],
  ['databricks', hex('dapi', 32)],
  ['jwt', `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: '1234567890' })}.${key('', 43)}`],
  ['private-key', pem],
  ['bearer-token', key('Bearer ', 40)],
] as const;

describe('secrets', () => {
  it.each(KEYS)('finds a key of %s, masks it, and it is redacted elsewhere', async (kind, value) => {
    const text = `Use this:\n${value}\nand restart.`;
    const result = await score(text);
    expect(result).toMatchObject({ value: 1, detail: { kinds: { [kind]: 1 } } });
    // In an address, and on a page
    const address = `https://example.com/?next=${encodeURIComponent(value)}&ok=1`;
    const page = value.replace(/[-_.:=/ ]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    for (const encoded of [address, page])
      expect((await score(encoded)).detail).toMatchObject({ kinds: { [kind]: 1 } });
    const middle = value.slice(8, -8);
    expect(JSON.stringify(result)).not.toContain(middle);
    expect(redactKeyPatterns(text)).not.toContain(middle);
  });

  it.each([
    'A PEM file begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.',
    'sk-your-api-key-here-1234567890, sk-xxxxxxxxxxxxxxxxxxxxxxxx, AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    '<div class="sk-estimator-doc-link sk-toggleable-content">',
    'curl -H "Authorization: Bearer $OPENAI_API_KEY" or Bearer YOUR_ACCESS_TOKEN_HERE',
    'ghp_short, AKIA123, eyJ.eyJ.sig, task-0123456789abcdef',
    'eyJhbGciOiJI',
    'process.env.STRIPE_KEY and sk_live_...',
  ])('finds nothing in %j', async (text) => {
    expect((await score(text)).value).toBe(0);
  });

  it('counts different keys', async () => {
    const [a, b] = [key('ghp_', 36), key('hf_', 34)];
    expect((await score(`${a} ${b} ${a}`)).value).toBe(2);
    expect((await score(`${a} ${b} ${a}`, { allow: ['ghp_*'] })).value).toBe(1);
  });

  // A pattern that backtracks would take minutes for these, and the test its time limit
  it.each([
    'eyJ',
    'eyJaaaaaaaaaaaa.',
    'eyJ-',
    'sk-',
    'sk-ant-',
    'Bearer ',
    '-----BEGIN PRIVATE KEY-----',
    'SG.',
    'AKIA',
    'a_',
  ])('reads 250 kB of %j', async (piece) => {
    const text = piece.repeat(Math.ceil(250_000 / piece.length));
    expect((await score(text)).value).toBeGreaterThanOrEqual(0);
    expect(redactKeyPatterns(text).length).toBeLessThanOrEqual(text.length + 11);
  });
});
