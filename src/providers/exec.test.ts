import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realWorld } from '../calls/world.js';
import { knownSecrets } from '../core/text/redact.js';
import type { Answer } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import { ProviderError } from './contract/provider-error.js';
import { exec } from './exec.js';

// Real child processes: small programs in a temporary folder.

// Starting a process takes long on a busy machine
vi.setConfig({ testTimeout: 60_000 });

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'llmci-exec-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const request: ModelRequest = {
  model: 'v2',
  parameters: { temperature: 0 },
  messages: [{ role: 'user', content: 'Grüezi' }],
  tools: [{ name: 'now' }],
  output: { format: 'text' },
  vars: { ticket: 'Grüezi' },
};

/** Runs a program given by its source, as the provider runs it. */
async function run(
  source: string,
  { signal = new AbortController().signal, change = {} as Partial<ModelRequest> } = {},
): Promise<Answer> {
  await writeFile(join(root, 'bot.mjs'), source);
  return start([process.execPath, 'bot.mjs'], { signal, change });
}

async function start(
  command: string[],
  { signal = new AbortController().signal, change = {} as Partial<ModelRequest> } = {},
): Promise<Answer> {
  const provider = await exec.create(
    { command, env: [], mode: 'process', atOnce: 1, allowUnversioned: false },
    { name: 'my-bot', root, secret: () => '', world: realWorld(), known: knownSecrets([]) },
  );
  return provider.complete({ ...request, ...change }, { signal });
}

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  return error;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until the file has a text, and returns it. */
async function readWhenThere(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function waitForEnd(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

const grandchild = (end: string) => `
  import { spawn } from 'node:child_process';
  import { renameSync, writeFileSync } from 'node:fs';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync('pid.tmp', String(child.pid));
  renameSync('pid.tmp', 'pid');
  child.unref();
  ${end}`;

describe('a program', () => {
  it('gets the request on stdin, in the root folder, and answers on stdout', async () => {
    const answer = await run(`
      import { text } from 'node:stream/consumers';
      import { realpathSync } from 'node:fs';
      const request = await text(process.stdin);
      console.log(JSON.stringify({ text: JSON.stringify({ request: JSON.parse(request), cwd: process.cwd() }) }));`);
    expect(JSON.parse(answer.text)).toMatchObject({ request, cwd: expect.stringContaining('llmci-exec-') });
    expect(answer).toMatchObject({
      toolCalls: [],
      usage: { inputTokens: null, outputTokens: null },
      finishReason: null,
      servedModel: null,
    });
    expect(answer).not.toHaveProperty('usd');
  });

  it('may say that it does not know a count', async () => {
    const usage = { inputTokens: 3, outputTokens: null, cacheReadTokens: null };
    expect(await run(`console.log('${JSON.stringify({ text: 'Hi', usage })}')`)).toMatchObject({
      usage: { inputTokens: 3, outputTokens: null },
    });
  });

  it('may say more than a text', async () => {
    const full = {
      text: 'Hi',
      toolCalls: [{ name: 'now', arguments: { zone: 'UTC' } }],
      usage: { inputTokens: 3, outputTokens: 1, cacheReadTokens: 2, reasoningTokens: 0 },
      finishReason: 'tool-calls',
      servedModel: 'v2.1',
      usd: 0.002,
    };
    expect(await run(`console.log(${JSON.stringify(JSON.stringify(full))})`)).toEqual(full);
  });

  it('is an error when its bytes are no text, and not another answer', async () => {
    const source = 'process.stdout.write(Buffer.from(\'{"text":"Gr\\xfc\\xdfe"}\', "latin1"))';
    const error = await errorOf(run(source));
    expect(error).toMatchObject({ kind: 'bad-response' });
    expect(error.message).toContain('cannot be read: it is not UTF-8: byte 12 is 0xFC');
  });

  it('need not read its input, however long that is', async () => {
    const change = { messages: [{ role: 'user' as const, content: 'x'.repeat(5_000_000) }] };
    expect(await run(`process.stdin.destroy(); console.log('{"text":"early"}')`, { change })).toMatchObject({
      text: 'early',
    });
  });

  it.each([
    [`console.log('Hello')`, 'something that is not one JSON object on stdout, { "text": … } is needed: "Hello"'],
    [`console.error('no model')`, 'nothing on stdout, { "text": … } is needed: "no model"'],
    [`console.log('{"txt":"a"}')`, 'a wrong answer (unknown key txt (did you mean text?))'],
    [`console.log('{"text":"a","useage":{}}')`, 'a wrong answer (unknown key useage (did you mean usage?))'],
    [
      `console.log('{"text":"a","usage":{"inputTokens":"3"}}')`,
      'a wrong answer (`usage.inputTokens` must be a number, not "3")',
    ],
    [
      `console.log('{"text":"a","usage":{"cacheReadTokens":-3}}')`,
      'a wrong answer (`usage.cacheReadTokens` must be at least 0)',
    ],
    [`console.log('{"text":"a","usage":["3"]}')`, 'a wrong answer (`usage` must be an object, not a list)'],
    [`console.log('[1]')`, 'a wrong answer (it must be an object, not a list)'],
  ])('that answers wrongly hears what is wrong: %s', async (source, problem) => {
    const error = await errorOf(run(source));
    expect(error).toMatchObject({ kind: 'bad-response', transient: false, fatal: false });
    expect(error.message).toContain(`answered with ${problem}`);
  });

  it('that fails is quoted with its last lines, made printable and without keys', async () => {
    const error = await errorOf(
      run(
        `console.error('first\\n\\u001b[31mValueError: bad\\u001b[0m\\nkey sk-abcdefghijklmnopqrst'); process.exit(3)`,
      ),
    );
    expect(error.kind).toBe('bad-response');
    expect(error.message).toMatch(/ exited with code 3: first ValueError: bad key \[redacted\]$/);
  });

  it('that is killed is said to be', async () => {
    const { message } = await errorOf(run(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)`));
    expect(message).toMatch(/ was ended by SIGTERM$/);
  });

  it('that does not exist stops the provider with a clear message', async () => {
    const error = await errorOf(start(['no-such-program-here']));
    expect(error).toMatchObject({ kind: 'invalid-request', fatal: true });
    expect(error.message).toContain('there is no program no-such-program-here');
  });

  it('that is not executable stops the provider with a clear message', async () => {
    await writeFile(join(root, 'plain.txt'), 'x', { mode: 0o644 });
    const error = await errorOf(start(['./plain.txt']));
    expect(error).toMatchObject({ kind: 'invalid-request', fatal: true });
    expect(error.message).toBe('./plain.txt may not be run: it is not executable');
  });

  it('that writes without end is stopped at 10 MB', async () => {
    const error = await errorOf(
      run(
        `const line = 'x'.repeat(65536); const go = () => { while (process.stdout.write(line)); }; process.stdout.on('drain', go); go();`,
      ),
    );
    expect(error.kind).toBe('bad-response');
    expect(error.message).toContain('wrote more than 10 MB');
  });
});

describe.skipIf(process.platform === 'win32')('what a program started', () => {
  it('ends with it when the signal is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('time is up');
    const failed = expect(run(grandchild('setInterval(() => {}, 1000);'), { signal: controller.signal })).rejects.toBe(
      reason,
    );
    const pid = Number(await readWhenThere(join(root, 'pid')));
    expect(isAlive(pid)).toBe(true);
    controller.abort(reason);
    await failed;
    await waitForEnd(pid);
    await rm(join(root, 'pid'));
  });

  it('does not hold up the answer, and ends when the program does', async () => {
    expect(await run(grandchild(`console.log('{"text":"done"}');`))).toMatchObject({ text: 'done' });
    await waitForEnd(Number(await readWhenThere(join(root, 'pid'))));
    await rm(join(root, 'pid'));
  });

  it('is never started after the signal was aborted', async () => {
    const reason = new Error('stopped');
    await expect(start(['no-such-program-here'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('and no key, also where half of an encoded one would be cut off', async () => {
    const key = 'a-key-of-no-shape-4711';
    const source = `console.error('x'.repeat(280) + Buffer.from('${key}').toString('hex')); process.exit(1);`;
    await writeFile(join(root, 'bot.mjs'), source);
    const provider = await exec.create(
      { command: [process.execPath, 'bot.mjs'], env: [], mode: 'process', atOnce: 1, allowUnversioned: false },
      { name: 'my-bot', root, secret: () => '', world: realWorld(), known: knownSecrets([key]) },
    );
    const call = provider.complete(request, { signal: new AbortController().signal });
    expect((await errorOf(call)).message).not.toContain('612d');
  });
});
