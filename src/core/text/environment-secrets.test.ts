import { describe, expect, it } from 'vitest';
import { secretsOfEnvironment } from './environment-secrets.js';

describe('secretsOfEnvironment', () => {
  it.each([
    'OPENAI_API_KEY',
    'GROQ_API_KEY',
    'HF_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'CI_JOB_TOKEN',
    'AZURE_OPENAI_API_KEY',
  ])('knows %s of a service, whatever its value looks like', (name) => {
    expect(secretsOfEnvironment({ [name]: 'my-secret' })).toEqual(['my-secret']);
  });

  it.each([
    ['DEPLOY_TOKEN', 'a9f3k2m8x7q1z5'],
    ['STRIPE_SECRET', 'rk_1a2b3c4d5e6f'],
    ['DB_PASSWORD', 'c0rrect-h0rse-battery'],
    ['API_KEY_2', 'a9f3k2m8x7q1z5'],
    ['MY_APIKEY', 'a9f3k2m8x7q1z5'],
  ])('believes the name %s when the value looks like a secret', (name, value) => {
    expect(secretsOfEnvironment({ [name]: ` ${value} ` })).toEqual([value]);
  });

  it('knows a password in an address, whatever the variable is called', () => {
    expect(secretsOfEnvironment({ HTTPS_PROXY: 'http://ann:pr0xy-pass@proxy.acme.io:3128' })).toContain('pr0xy-pass');
    expect(secretsOfEnvironment({ DATABASE_URL: 'postgres://postgres:postgres@localhost/x' })).toEqual([]);
  });

  it.each([
    ['DB_PASSWORD', 'postgres'],
    ['API_KEY_FILE', '/run/secrets/key-0123456789'],
    ['MY_CREDENTIALS', '/home/ann/key-0123456789.json'],
    ['SORT_KEY', 'created-at'],
    ['PATH', '/usr/bin:/home/ann/bin/0123456789'],
    ['TOKEN', ''],
  ])('leaves %s=%s alone', (name, value) => {
    expect(secretsOfEnvironment({ [name]: value }).filter(Boolean)).toEqual([]);
  });
});
