import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli, startCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// An app that remembers its conversations: each turn sends what the user says and by what the app knows the rest.

interface StatefulApp {
  readonly url: string;
  /** What each session heard, in the order in which they began. */
  readonly heard: Map<string, string[]>;
  /** Bodies in the order they came. */
  readonly bodies: Readonly<Record<string, unknown>>[];
  /** Waits for the call after so many answers, and never answers it. */
  stopAfter(answers: number): Promise<void>;
  goOn(): void;
}

/** Knows a session by a cookie and by an id, whichever comes. */
async function startApp(): Promise<StatefulApp> {
  const heard = new Map<string, string[]>();
  const bodies: Record<string, unknown>[] = [];
  let left = Number.POSITIVE_INFINITY;
  let stopped = (): void => undefined;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    if (left-- <= 0) return stopped();
    bodies.push(body);
    const sent = /\bsid=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? body['session'];
    const id = typeof sent === 'string' ? sent : `secret${heard.size + 1}x`;
    const said = typeof sent === 'string' ? heard.get(id) : [];
    response.setHeader('content-type', 'application/json');
    if (said === undefined) return response.writeHead(404).end('{"error":"no such session"}');
    said.push(String(body['prompt']));
    heard.set(id, said);
    if (said.length === 1) {
      response.setHeader('set-cookie', [`sid=${id}; Path=/; HttpOnly`, 'old=1; Max-Age=0']);
    }
    const begun = said.length === 1 ? { id } : {};
    response.end(JSON.stringify({ ...begun, text: `${said.length}: ${said.join(' ')}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`,
    heard,
    bodies,
    stopAfter: (answers) => {
      left = answers;
      return new Promise((resolve) => {
        stopped = resolve;
      });
    },
    goOn: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
}

const LINES = ['a', 'b', 'c', 'd', 'e'];

function suiteOf(lines: readonly string[], more: object = {}) {
  return {
    prompt: 'talk',
    ...more,
    metrics: [{ metric: 'contains', value: `${lines.length}: ${lines.join(' ')}` }],
    cases: [{ id: 'talk', turns: lines.map((user) => ({ user })) }],
  };
}

function makeTalk(app: StatefulApp, session: string, more: object = {}): Promise<Project> {
  return makeProject({
    'llmci.yaml': { providers: { app: { type: 'http', url: app.url, output: '$.text', version: 'env:V', session } } },
    'prompts/talk.prompt.yaml': { model: 'app', messages: [{ role: 'system', content: 'Be kind.' }] },
    'prompts/talk.thresholds.yaml': { gates: [{ metric: 'pass', min: 1, decide: 'point' }] },
    'evals/talk.eval.yaml': suiteOf(LINES, more),
  });
}

const env = { V: '1' };

async function evaluate({ dir }: Project, ...args: string[]): Promise<RunRecord> {
  const { stdout, stderr } = await runCli(['eval', '--json', ...args], { cwd: dir, env });
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr);
  return runRecordSchema.parse(JSON.parse(stdout));
}

it.each(['cookie', '$.id'])('goes on in the session of each conversation, known by %s', async (session) => {
  const app = await startApp();
  const record = await evaluate(await makeTalk(app, session, { trials: 2 }));
  expect(record.results.map(({ output }) => output?.text)).toEqual(['5: a b c d e', '5: a b c d e']);
  expect([...app.heard.values()]).toEqual([LINES, LINES]);
  const own = app.bodies.filter((_, index) => index < 2).map((body) => 'session' in body);
  expect(own).toEqual(session === 'cookie' ? [false, false] : [true, true]);
  expect(JSON.stringify(record)).not.toContain('secret');
});

it('fills the session into the body, null in the first turn', async () => {
  const app = await startApp();
  const project = await makeTalk(app, '$.id');
  const body = { prompt: '{{ prompt }}', session: '{{ session }}', note: 'in {{ session | default: "none" }}' };
  const entry = { type: 'http', url: app.url, output: '$.text', session: '$.id', body, version: 'env:V' };
  await project.write('llmci.yaml', { providers: { app: entry } });
  expect((await evaluate(project)).results[0]?.output?.text).toBe('5: a b c d e');
  expect(app.bodies.slice(0, 2)).toEqual([
    { prompt: 'a', session: null, note: 'in none' },
    { prompt: 'b', session: 'secret1x', note: 'in secret1x' },
  ]);
});

it('keeps no session in a cassette, and records a conversation whole', async () => {
  const app = await startApp();
  const cassette = { cassette: '../fixtures/talk.jsonl' };
  const project = await makeTalk(app, 'cookie', cassette);
  await evaluate(project, '--record');
  const recorded = await project.read('fixtures/talk.jsonl');
  expect(recorded.trim().split('\n')).toHaveLength(1 + LINES.length);
  expect(recorded).not.toContain('secret');
  expect((await evaluate(project, '--replay')).results[0]?.output?.text).toBe('5: a b c d e');
  expect(app.bodies).toHaveLength(LINES.length);

  // The turns before the changed one are recorded, in a session that is over
  const changed = ['a', 'b', 'x'];
  await project.write('evals/talk.eval.yaml', suiteOf(changed, cassette));
  const anew = await evaluate(project, '--record');
  expect([anew.results[0]?.output?.text, anew.usage.calls.live]).toEqual(['3: a b x', 3]);
  expect([...app.heard.values()]).toEqual([LINES, changed]);
  expect((await project.read('fixtures/talk.jsonl')).trim().split('\n')).toHaveLength(1 + changed.length);
  expect((await evaluate(project, '--replay')).results[0]?.output?.text).toBe('3: a b x');
});

it.each([
  ['goes on in the session of a run that was killed', true],
  ['begins anew where the app has forgotten the session', false],
])('%s', async (_, remembers) => {
  const app = await startApp();
  const project = await makeTalk(app, 'cookie');
  const third = app.stopAfter(2);
  const victim = startCli(['eval', '--quiet'], { cwd: project.dir, env });
  await third;
  victim.kill('SIGKILL');
  await victim.result;
  if (!remembers) app.heard.clear();
  app.goOn();
  const record = await evaluate(project, '--resume');
  expect(record.results.map(({ output, error }) => output?.text ?? error)).toEqual(['5: a b c d e']);
  expect([...app.heard.values()]).toEqual([LINES]);
  // The journal of a run that is over is where the session stays, for whoever goes on with it
  expect(app.bodies).toHaveLength(remembers ? LINES.length : 2 + 1 + LINES.length);
});

it('says so when the app begins no session', async () => {
  const app = await startApp();
  const project = await makeTalk(app, '$.sessionId');
  const { results } = await evaluate(project);
  expect(results[0]?.error).toMatchObject({
    kind: 'bad-response',
    message: expect.stringContaining('began no session: there is nothing at $.sessionId'),
  });
});
