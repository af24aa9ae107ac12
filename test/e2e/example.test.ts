import { cp, readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// The worked example of the repository, as somebody finds it after a clone: no key, no network.

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Makes every connection fail, so that an answer can only come from a cassette. */
const NO_NETWORK = `import net from 'node:net';
net.Socket.prototype.connect = () => { throw new Error('this test has no network'); };`;

async function copyExample(): Promise<Project> {
  const project = await makeProject({ 'no-network.mjs': NO_NETWORK });
  for (const folder of ['prompts', 'evals', 'fixtures']) {
    await cp(root(folder), project.path(folder), { recursive: true });
  }
  return project;
}

async function worsen(project: Project): Promise<void> {
  await cp(project.path('fixtures/worse/support-reply.prompt.yaml'), project.path('prompts/support-reply.prompt.yaml'));
}

function run(
  project: Project,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const guard = pathToFileURL(project.path('no-network.mjs')).href;
  return runCli(args, { cwd: project.dir, env: { NODE_OPTIONS: `--import=${guard}`, ...env } });
}

const recordOf = ({ stdout }: CliResult): RunRecord => runRecordSchema.parse(JSON.parse(stdout));

it.each([[[]], [['--replay']]])('passes in a fresh clone (eval %j)', async (flags) => {
  const project = await copyExample();
  const result = await run(project, ['eval', ...flags, '--json']);
  const record = recordOf(result);
  expect(result.code).toBe(0);
  expect(record.usage.calls).toEqual({ live: 0, cache: 0, replay: 68 });
  expect(record.gates.map((gate) => gate.verdict)).toEqual(record.gates.map(() => 'pass'));
  // An example in which everything is perfect would show nothing
  const missed = record.results.filter((one) => one.scores.some((score) => score.passed === false));
  expect(missed.map((one) => one.case).sort()).toEqual([
    'cancel-too-late',
    'delete-data',
    'store-credit',
    'student-discount',
    'two-from-canada',
  ]);
});

it.each([[[]], [['--replay']]])('goes red when the prompt gets worse, and says why (eval %j)', async (flags) => {
  const project = await copyExample();
  await worsen(project);
  const result = await run(project, ['eval', ...flags]);
  expect(result.code).toBe(1);
  expect(result.stdout).toContain('3 of 30 samples passed (0.1); at least 0.85 wanted: missed, and noise does not');
  expect(result.stdout).toContain('1 of 6 samples passed (0.167); at least 1 wanted');
  expect(result.stdout).toContain('well within our 60-day return window');
  expect(result.stdout).toContain('contains none of "30 days", "thirty days"');
  expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/^FAIL \(exit code 1\): 6 of 20 gates fail/);
});

it('proves the red gates failed, and leaves the other prompt alone', async () => {
  const project = await copyExample();
  await worsen(project);
  const { gates, usage, verdict } = recordOf(await run(project, ['eval', '--json']));
  const red = gates.filter((gate) => gate.verdict !== 'pass');
  expect(verdict).toBe('fail');
  expect(usage.calls).toEqual({ live: 0, cache: 0, replay: 68 });
  expect(new Set(red.map((gate) => gate.verdict))).toEqual(new Set(['fail']));
  expect(new Set(red.map((gate) => gate.prompt))).toEqual(new Set(['support-reply']));
  // What was saved is real, and no gate on cost or time would have found the fault
  expect(gates.filter((gate) => gate.metric === 'cost').every((gate) => gate.verdict === 'pass')).toBe(true);
});

it('turns green again with the prompt restored', async () => {
  const project = await copyExample();
  await worsen(project);
  await run(project, ['eval', '--quiet']);
  await cp(root('prompts'), project.path('prompts'), { recursive: true });
  expect((await run(project, ['eval', '--quiet'])).code).toBe(0);
});

it('has a sample for every call of both versions, and no other', async () => {
  const project = await copyExample();
  const green = recordOf(await run(project, ['eval', '--json'])).results.length;
  const worse = recordOf(await run(project, ['eval', 'support-reply', 'refund-amount', '--json'])).results.length;
  const files = ['fixtures/support-reply.cassette.jsonl', 'fixtures/ticket-triage.cassette.jsonl'];
  const texts = await Promise.all(files.map((file) => project.read(file)));
  const entries = texts.flatMap((text) => text.trimEnd().split('\n').slice(1));
  expect(entries.length).toBe(green + worse);
  for (const text of texts) expect(text.split('\n')[0]).toContain('Samples written by hand');
});

it('needs its cassettes: an edited prompt is not answered with old samples', async () => {
  const project = await copyExample();
  const prompt = await project.read('prompts/support-reply.prompt.yaml');
  await project.write('prompts/support-reply.prompt.yaml', prompt.replace('within 30 days', 'within 31 days'));
  const normal = await run(project, ['eval']);
  expect(normal.code).toBe(2);
  expect(normal.stderr).toContain('OPENAI_API_KEY is not set');
  const replay = await run(project, ['eval', '--replay', '--quiet']);
  expect(replay.code).toBe(3);
  // With a key it calls, and the call fails here: the samples above came from nowhere else
  await project.write('llmci.yaml', {
    providers: { openai: { type: 'openai', apiKey: 'env:OPENAI_API_KEY', retries: 0 } },
  });
  const live = await run(project, ['eval', '--quiet', '--case', 'return-window'], {
    OPENAI_API_KEY: 'no-key-of-anyone',
  });
  expect(live.code).toBe(3);
});

it('shows in docs/red-case.md what it prints', async () => {
  const project = await copyExample();
  await worsen(project);
  const { stdout } = await run(project, ['eval']);
  const page = await readFile(root('docs/red-case.md'), 'utf8');
  const pasted = [...page.matchAll(/```text\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const shown = pasted.filter((line) => line.trim() !== '' && line.trim() !== '[…]');
  expect(shown.length).toBeGreaterThan(20);
  const printed = new Set(stdout.split('\n').map((line) => line.trimEnd()));
  expect(shown.filter((line) => !printed.has(line))).toEqual([]);
});
