import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { realWorld } from '../calls/world.js';
import { knownSecrets } from '../core/text/redact.js';
import type { ModelRequest } from '../model/request.js';
import type { Provider } from './contract/provider.js';
import { exec } from './exec.js';

// Real child processes that stay: small programs in a temporary folder, which tell their process in their answers.

vi.setConfig({ testTimeout: 60_000 });

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'llmci-lines-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let provider: Provider | null = null;
afterEach(() => provider?.close?.());

/** A program whose `answer(request, say)` is given by its source. */
async function open(source: string, { atOnce = 1, rest = '' } = {}): Promise<Provider> {
  await writeFile(
    join(root, 'bot.mjs'),
    `import { createInterface } from 'node:readline';
    const say = (value) => process.stdout.write((typeof value === 'string' ? value : JSON.stringify(value)) + '\\n');
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const answer = async (request, q) => { ${source} };
    createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      answer(request, request.messages[0].content);
    });
    ${rest}`,
  );
  provider = await exec.create(
    { command: [process.execPath, 'bot.mjs'], env: [], mode: 'lines', atOnce, allowUnversioned: false },
    { name: 'my-bot', root, secret: () => '', world: realWorld(), known: knownSecrets([]) },
  );
  return provider;
}

const ask = async (content: string, signal = new AbortController().signal): Promise<string> => {
  const request: ModelRequest = {
    model: 'v2',
    parameters: {},
    messages: [{ role: 'user', content }],
    tools: [],
    output: { format: 'text' },
    vars: { n: 1 },
  };
  if (provider === null) throw new Error('no provider is open');
  return (await provider.complete(request, { signal })).text;
};
const asError = (promise: Promise<string>) =>
  promise.then(
    (text) => `no error: ${text}`,
    (error: unknown) => String(error),
  );

const ECHO = `say({ id: request.id, text: q + ' ' + process.pid })`;
const pidOf = (text: string) => Number(text.split(' ').at(-1));
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a program that stays', () => {
  it('answers one request after the other, and ends with the provider', async () => {
    const { close } = await open(ECHO);
    const texts = [await ask('a'), await ask('Grüße\nhier'), await ask('c')];
    expect(texts.map((text) => text.split(' ')[0])).toEqual(['a', 'Grüße\nhier', 'c']);
    expect(new Set(texts.map(pidOf)).size).toBe(1);
    await close?.();
    expect(isAlive(pidOf(texts[0] ?? ''))).toBe(false);
  });

  it('ends with the provider when it ignores the end of its input, and all it started', async () => {
    const { close } = await open(`say({ id: request.id, text: String(child.pid) })`, {
      rest: `import { spawn } from 'node:child_process';
        const child = spawn('sleep', ['600']); setInterval(() => {}, 1000);`,
    });
    const pid = Number(await ask('a'));
    expect(isAlive(pid)).toBe(true);
    await close?.();
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('is started again for requests at once, unless one takes several', async () => {
    const slow = `await wait(q === 'a' ? 200 : 1); ${ECHO}`;
    await open(slow);
    const several = await Promise.all(['a', 'b', 'c'].map((q) => ask(q)));
    expect(several.map((text) => text[0])).toEqual(['a', 'b', 'c']);
    expect(new Set(several.map(pidOf)).size).toBe(3);
    await provider?.close?.();
    await open(slow, { atOnce: 3 });
    const together = await Promise.all(['a', 'b', 'c'].map((q) => ask(q)));
    expect(together.map((text) => text[0])).toEqual(['a', 'b', 'c']);
    expect(new Set(together.map(pidOf)).size).toBe(1);
  });

  it('is started anew when it dies, and its last words are in the error', async () => {
    await open(
      `if (q === 'die') { console.error('Traceback\\nValueError: bad sk-abcdefghijklmnopqrst'); process.exit(3); } ${ECHO}`,
    );
    const first = await ask('a');
    expect(await asError(ask('die'))).toMatch(/ exited with code 3: Traceback ValueError: bad \[redacted\]$/);
    const again = await ask('b');
    expect(again).toMatch(/^b /);
    expect(pidOf(again)).not.toBe(pidOf(first));
  });

  it('that ends without an answer is an error also with exit code 0', async () => {
    await open(`process.exit(0)`);
    expect(await asError(ask('a'))).toMatch(/ exited with code 0$/);
  });

  it('that does not exist stops the provider', async () => {
    provider = await exec.create(
      { command: ['no-such-program-here'], env: [], mode: 'lines', atOnce: 1, allowUnversioned: false },
      { name: 'my-bot', root, secret: () => '', world: realWorld(), known: knownSecrets([]) },
    );
    await expect(ask('a')).rejects.toMatchObject({
      fatal: true,
      message: expect.stringContaining('there is no program no-such-program-here'),
    });
  });

  it('is ended when nobody waits for its answer any more, which goes to no other request', async () => {
    await open(`if (q === 'hang') await wait(50); say({ id: request.id, text: q + ' ' + process.pid })`);
    const pid = pidOf(await ask('a'));
    const controller = new AbortController();
    const reason = new Error('time is up');
    const failed = expect(ask('hang', controller.signal)).rejects.toBe(reason);
    controller.abort(reason);
    await failed;
    expect(await ask('b')).toMatch(/^b /);
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('that has several requests ends after the others when one is not wanted', async () => {
    await open(`await wait(q === 'slow' ? 300 : 1); ${ECHO}`, { atOnce: 2 });
    const controller = new AbortController();
    const slow = ask('slow');
    const unwanted = asError(ask('x', controller.signal));
    controller.abort(new Error('late'));
    expect([await unwanted, await slow]).toEqual(['Error: late', expect.stringMatching(/^slow /)]);
  });
});

describe('a line', () => {
  it.each([
    ['of no JSON', `say('loading the model')`, 'a line that is not JSON: "loading the model"; stdout is for answers'],
    ['cut short', `say('{"id":1,"text":"a')`, 'a line that is not JSON'],
    ['of a list', `say('[1]')`, 'a line that is not a JSON object'],
    ['without an id', `say({ text: 'a' })`, 'a line without the id of its request'],
    ['with an id that nobody gave', `say({ id: 99, text: 'a' })`, 'a line without the id of its request'],
    ['without a text', `say({ id: request.id })`, 'answered with a wrong answer (`text` is missing)'],
    [
      'with an unknown key',
      `say({ id: request.id, text: 'a', useage: 1 })`,
      'unknown key useage (did you mean usage?)',
    ],
    ['with an error', `say({ id: request.id, error: 'no model' })`, 'failed: "no model"'],
    [
      'that is no UTF-8',
      `process.stdout.write(Buffer.from('{"text":"\\xfc"}\\n', 'latin1'))`,
      'cannot be read: it is not UTF-8',
    ],
    ['of 11 MB', `say('x'.repeat(11 * 1024 * 1024))`, 'wrote a line of more than 10 MB'],
  ])('%s is an error of its sample alone', async (_, source, message) => {
    await open(`if (q === 'bad') { ${source} } else { ${ECHO} }`);
    expect(await ask('a')).toMatch(/^a /);
    expect(await asError(ask('bad'))).toContain(message);
    expect(await ask('b')).toMatch(/^b /);
  });

  it('may be empty, end in CRLF, come in pieces, or last when the program ends', async () => {
    await open(
      `process.stdout.write('\\r\\n\\n{"id":' + request.id);
       await wait(20);
       process.stdout.write(',"text":"' + q + '"}' + (q === 'last' ? '' : '\\r\\n'));
       if (q === 'last') process.exitCode = 0, process.stdin.destroy();`,
    );
    expect([await ask('a'), await ask('last')]).toEqual(['a', 'last']);
  });

  it('that comes after an error answers no other request', async () => {
    await open(`say('debug ' + q); await wait(30); say({ id: request.id, text: q });`);
    expect(await asError(ask('a'))).toContain('debug a');
    expect(await asError(ask('b'))).toContain('debug b');
  });
});
