import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProcess, startCli } from './helpers/cli.js';
import { makeProject } from './helpers/project.js';

describe('makeProject', () => {
  it('writes objects by the ending of their path, and reads them back', async () => {
    const project = await makeProject({
      'llmci.yaml': { timeout: '60s' },
      'evals/a.json': { a: 1 },
      'fixtures/a.jsonl': [{ a: 1 }, { a: 2 }],
      'README.md': 'text',
    });
    expect(await project.list()).toEqual(['README.md', 'evals/a.json', 'fixtures/a.jsonl', 'llmci.yaml']);
    expect(await project.read('llmci.yaml')).toBe('timeout: 60s\n');
    expect(await project.read('fixtures/a.jsonl')).toBe('{"a":1}\n{"a":2}\n');
    expect(await project.readJson('evals/a.json')).toEqual({ a: 1 });
    await project.write('README.md', 'other');
    expect(await project.read('README.md')).toBe('other');
    await expect(project.write('a.txt', {})).rejects.toThrow(TypeError);
    await project.remove();
    expect(existsSync(project.dir)).toBe(false);
  });

  let last = '';
  it('leaves a folder while its test runs', async () => {
    last = (await makeProject()).dir;
    expect(existsSync(last)).toBe(true);
  });
  it('and none after it', () => {
    expect(last).not.toBe('');
    expect(existsSync(last)).toBe(false);
  });
});

describe('runProcess', { timeout: 30_000 }, () => {
  it('runs a script in a clean environment', async () => {
    const project = await makeProject({
      'show.mjs': `import { text } from 'node:stream/consumers';
        const input = await text(process.stdin);
        console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), input, env: process.env }));
        console.error('done');
        process.exitCode = 3;`,
    });
    process.env['OPENAI_API_KEY'] = 'secret';
    const result = await runProcess(['--a', 'b c'], {
      script: project.path('show.mjs'),
      cwd: project.dir,
      env: { OURS: '1', NO_COLOR: undefined },
      input: 'line\n',
    });
    delete process.env['OPENAI_API_KEY'];
    expect(result).toMatchObject({ code: 3, signal: null, stderr: 'done\n' });
    const shown = JSON.parse(result.stdout) as { env: Record<string, string> };
    expect(shown).toMatchObject({ args: ['--a', 'b c'], cwd: project.dir, input: 'line\n' });
    expect(shown.env).toMatchObject({ OURS: '1', HOME: expect.stringContaining('llmci-home-') });
    for (const name of ['OPENAI_API_KEY', 'CI', 'NO_COLOR', 'VITEST']) expect(shown.env).not.toHaveProperty(name);
    expect(existsSync(shown.env['HOME'] ?? '')).toBe(false);
  });

  it('sends a signal when the output matches', async () => {
    const project = await makeProject({
      'wait.mjs': `process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1000); console.log('ready');`,
    });
    const script = project.path('wait.mjs');
    const result = await runProcess([], { script, signalAfter: { output: /ready/, signal: 'SIGINT' } });
    expect(result).toMatchObject({ code: 130, signal: null });
    const cli = startCli([], { script });
    await cli.waitForOutput(/ready/);
    cli.kill('SIGKILL');
    expect(await cli.result).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('does not wait for output that never comes, nor for a command that never ends', async () => {
    const project = await makeProject({ 'end.mjs': `console.log('bye')`, 'hang.mjs': `setInterval(() => {}, 1000)` });
    const cli = startCli([], { script: project.path('end.mjs') });
    await expect(cli.waitForOutput(/hello/)).rejects.toThrow('bye');
    await expect(runProcess([], { script: project.path('hang.mjs'), timeoutMs: 200 })).rejects.toThrow(
      'longer than 200 ms',
    );
  });
});
