import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

let project: Project;
const run = (...args: readonly string[]) => runCli([...args], { cwd: project.dir });
const prompt = (content: string) => ({
  model: 'echo',
  messages: [
    { role: 'system', content: 'You serve {{ shop }}.' },
    { role: 'user', content },
  ],
  input: { defaults: { shop: 'Acme 3.10' } },
});

beforeEach(async () => {
  project = await makeProject({
    'prompts/p.prompt.yaml': prompt('{{ text }} within 30 days'),
    'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.1, decide: 'point' }] },
    'evals/p.eval.yaml': {
      prompt: 'p',
      metrics: [{ metric: 'contains' }],
      cases: [
        { id: 'refund-window', vars: { text: 'yes' }, expected: '30 days', tags: ['refund'] },
        { id: 'refund-when', vars: { text: 'yes' }, expected: 'within' },
        { id: 'other', vars: { text: '\u001b[31mred' }, expected: 'nothing' },
      ],
    },
  });
});

describe('llmci show', () => {
  it('shows messages, output, facts and scores of a case in full', async () => {
    await run('eval');
    const { code, stdout } = await run('show', 'refund-window');
    expect(code).toBe(0);
    expect(stdout).toMatch(/refund-window +p · echo/);
    expect(stdout).toContain('You serve Acme 3.10.');
    expect(stdout).toMatch(/user +yes within 30 days/);
    expect(stdout).toMatch(/output +yes within 30 days/);
    expect(stdout).toMatch(/✓ contains {2}1: /);
    expect(stdout).toMatch(/0 tokens in · 0 out · \$0 · live/);
    expect(stdout).not.toContain('refund-when');
  });

  it('shows what was sent, whatever the files are now', async () => {
    await run('eval');
    await project.write('prompts/p.prompt.yaml', prompt('Something else'));
    const { stdout } = await run('show', 'refund-window');
    expect(stdout).toMatch(/user +yes within 30 days/);
  });

  it('shows what was thought, called and could not be read', async () => {
    const call = { id: 'c', function: { name: 'find', arguments: '{"id":7}' } };
    const said = [
      { content: '', reasoning_content: 'First\u001b[31m I look.', tool_calls: [call] },
      { content: 'Sent.', reasoning_content: 'Now I know.', audio: { id: 'a' } },
    ];
    const server = createServer((request, response) => {
      const message = said.shift();
      request.resume().on('end', () => response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await project.write('llmci.yaml', { providers: { local: { type: 'openai', baseUrl } } });
    const tools = [{ name: 'find', respond: 'It is sent.' }];
    await project.write('prompts/p.prompt.yaml', { ...prompt('{{ text }}'), model: 'local/m', tools });
    await run('eval', '--case', 'refund-window', '--allow-no-gates');
    server.close();
    const { stdout } = await run('show', 'refund-window');
    expect(stdout).toMatch(
      / calls +find\(\{"id":7\}\)\n +tool +It is sent\.\n +reasoning Now I know\.\n +output +Sent\.\n.*not read: audio/,
    );
    expect(stdout).not.toContain('(empty)');
  });

  it('sets the answer of the baseline beside it, word by word', async () => {
    await run('eval');
    await run('bless');
    await project.write('prompts/p.prompt.yaml', prompt('{{ text }} within 60 days'));
    await run('eval');
    const { stdout } = await run('show', 'refund-window');
    expect(stdout).toContain('newly broken: it passed in the baseline');
    expect(stdout).toContain('yes within [-30-]{+60+} days');
  });

  it('says so where the answer of the baseline is the same', async () => {
    await run('eval');
    await run('bless');
    await project.write('prompts/p.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.2, decide: 'point' }] });
    await run('eval');
    expect((await run('show', 'other')).stdout).toMatch(/output +\S*red within 30 days\n +\(the same\)\n/);
  });

  it('takes prefixes and globs, and an earlier run', async () => {
    await run('eval');
    const first = (await run('runs', '--json')).stdout;
    const [{ id }] = JSON.parse(first) as [{ id: string }];
    await run('eval', '--case', 'other', '--allow-no-gates');
    const json = JSON.parse((await run('show', id, 'refund-*', '--json')).stdout) as { cases: { case: string }[] };
    expect(json.cases.map((each) => each.case)).toEqual(['refund-window', 'refund-when']);
    expect((await run('show', id, 'refund')).stdout).toContain('refund-when');
    const missing = await run('show', 'refund-window');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('there is no case refund-window in run');
    expect((await run('show', id, 'refund-windoww')).stderr).toContain('did you mean refund-window?');
  });

  it('names what is missing: an empty name, and a run whose results are gone', async () => {
    await run('eval');
    const [{ id }] = JSON.parse((await run('runs', '--json')).stdout) as [{ id: string }];
    expect(await run('show', '')).toMatchObject({ code: 2, stderr: expect.stringContaining('an empty name') });
    for (const args of [
      ['--case', ''],
      ['--tag', ' '],
      ['--out', ''],
      ['--cwd', ''],
      ['--baseline', ' '],
      ['--config', ''],
      [''],
    ])
      expect(await run('eval', ...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('must not be empty'),
      });
    await rm(project.path('.llmci/runs', id, 'results.jsonl'));
    for (const args of [
      ['show', id, 'refund'],
      ['rescore', id],
      ['eval', '--failed', id],
      ['report', id],
    ])
      expect(await run(...args)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('its results.jsonl is gone'),
      });
  });

  it('lets no terminal escape through', async () => {
    await run('eval');
    expect((await run('show', 'other')).stdout).not.toContain('\u001b');
  });
});

describe('eval', () => {
  it('--failed runs what failed in the newest run, and says when nothing did', async () => {
    expect((await run('eval')).stdout).toContain('3 samples');
    const again = await run('eval', '--failed', '--no-cache');
    expect(again.stdout).toContain('1 sample');
    await project.write('prompts/p.thresholds.yaml', { gates: [{ metric: 'pass', min: 1, decide: 'point' }] });
    const good = await run('eval', '--case', 'refund-*');
    expect([good.code, good.stdout.includes('2 samples')]).toEqual([0, true]);
    const none = await run('eval', '--failed');
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('no case failed or got no answer');
    expect((await run('eval', '--failed', '--case', 'other')).code).toBe(2);
  });

  it('--failed runs what lacks a score that it cannot pass without', async () => {
    const silent = await makeProject({
      'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.cjs'] } } },
      'bot.cjs': 'process.stdin.resume().on("end", () => process.stdout.write(JSON.stringify({ text: "yes" })));',
      'prompts/p.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: '{{ text }}' }] },
      'prompts/p.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
      'evals/p.eval.yaml': {
        prompt: 'p',
        metrics: [
          { metric: 'finish', where: { tags: ['whole'] } },
          { metric: 'contains', value: 'yes' },
          { metric: 'cost' },
        ],
        cases: [
          { id: 'a', vars: { text: 'x' }, tags: ['whole'] },
          { id: 'b', vars: { text: 'y' } },
        ],
      },
    });
    expect((await runCli(['eval'], { cwd: silent.dir })).code).toBe(3);
    const again = await runCli(['eval', '--failed'], { cwd: silent.dir });
    expect([again.code, again.stdout.includes('1 sample')]).toEqual([3, true]);
  });

  it('--case takes prefixes and globs, and an id for itself alone', async () => {
    const samples = async (name: string) => /(\d+) samples?/.exec((await run('eval', '--case', name)).stdout)?.[1];
    expect([await samples('refund-w'), await samples('refund-wi?dow'), await samples('*')]).toEqual(['2', '1', '3']);
  });
});
