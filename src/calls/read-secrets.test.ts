import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeProject } from '../../test/helpers/project.js';
import { providerEntry } from '../providers/contract/entry.js';
import { defineProvider } from '../providers/contract/provider.js';
import { readSecrets, secretsOfEnvironment } from './read-secrets.js';

const keyed = defineProvider({
  type: 'keyed',
  describe: 'A provider with a key.',
  config: { apiKey: z.string() },
  identity: () => ({}),
  secrets: ({ apiKey }) => [apiKey],
  create: () => ({ complete: () => Promise.reject(new Error('not called')) }),
});

function find(root: string, apiKey: string, env: Record<string, string | undefined> = {}) {
  const { values, missing } = readSecrets([providerEntry('mine', keyed, { type: 'keyed', apiKey })], root, env);
  return values.get(apiKey) ?? missing.get('mine');
}

describe('findSecrets', () => {
  it('reads variables and files, without the space around', async () => {
    const project = await makeProject({ 'keys/one': '  s3cret-value\n' });
    expect(find(project.dir, 'file:keys/one')).toBe('s3cret-value');
    expect(find(project.dir, `file:${project.path('keys/one')}`)).toBe('s3cret-value');
    expect(find(project.dir, 'env:MY_KEY', { MY_KEY: ' x ' })).toBe('x');
  });

  it('says what is lacking and what to do', async () => {
    const project = await makeProject({ 'keys/empty': ' \n' });
    expect(find(project.dir, 'env:MY_KEY', { MY_KEY: ' ' })).toEqual({
      lack: 'MY_KEY is not set',
      remedy: 'Set MY_KEY',
    });
    expect(find(project.dir, 'file:keys/none')).toEqual({
      lack: 'there is no file keys/none',
      remedy: 'Write the key into keys/none',
    });
    expect(find(project.dir, 'file:keys/empty')).toEqual({
      lack: 'the file keys/empty is empty',
      remedy: 'Write the key into keys/empty',
    });
    expect(find(project.dir, 'file:keys')).toEqual({
      lack: 'the file keys cannot be read (EISDIR)',
      remedy: 'Make keys a file that can be read',
    });
  });
});

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
