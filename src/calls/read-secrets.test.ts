import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeProject } from '../../test/helpers/project.js';
import { providerEntry } from '../providers/contract/entry.js';
import { defineProvider } from '../providers/contract/provider.js';
import { readSecrets } from './read-secrets.js';

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
