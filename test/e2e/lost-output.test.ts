import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeProject } from '../helpers/project.js';

// Real processes whose output goes where nothing can be written.

const bin = fileURLToPath(new URL('../../bin/llmci.js', import.meta.url));

async function run(command: string, min = 0.5) {
  const { dir } = await makeProject({
    'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
    'evals/hello.eval.yaml': {
      prompt: 'hello',
      cases: [{ vars: { text: 'hello' } }],
      metrics: [{ metric: 'contains', value: min > 1 ? 'bye' : 'hello' }],
      gates: [{ metric: 'pass', min: Math.min(min, 1), decide: 'point' }],
    },
  });
  const shell = command.replaceAll('llmci', `"${process.execPath}" "${bin}"`);
  return spawnSync('bash', ['-o', 'pipefail', '-c', shell], { cwd: dir, encoding: 'utf8' });
}

describe.skipIf(!existsSync('/dev/full'))('standard output on a full disk', () => {
  it.concurrent.each([
    'eval',
    'eval --json',
    'eval --quiet --reporter junit=-',
    'schema prompt',
    '--version',
    '--help',
  ])(
    'llmci %s: one line, exit 3',
    async (args) => {
      const { status, stderr } = await run(`llmci ${args} > /dev/full`);
      expect(status).toBe(3);
      expect(stderr).toMatch(/^error: standard output cannot be written: ENOSPC[^\n]*$/m);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
    60_000,
  );

  it('does not hide that a gate failed', async () => {
    expect((await run('llmci eval > /dev/full', 2)).status).toBe(1);
  }, 60_000);

  it('is no reason to crash when it is that of standard error', async () => {
    expect(await run('llmci eval 2> /dev/full')).toMatchObject({ status: 0, stderr: '' });
    expect((await run('llmci eval nowhere 2> /dev/full')).status).toBe(2);
  }, 60_000);
});

describe('a reader that has left', () => {
  it.concurrent.each([
    'llmci eval | true',
    'llmci eval --json | true',
    'llmci eval 2>&1 | true',
    'llmci eval >&- 2>&-',
  ])(
    '%s: the exit code says the verdict',
    async (command) => {
      expect(await run(command)).toMatchObject({ status: 0, stderr: '' });
    },
    60_000,
  );
});
