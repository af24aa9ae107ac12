import { execFile, execFileSync } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { type CliInput, type CliResult, runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// The worked example of the repository, as somebody finds it after a clone: no key, no network.

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// Every connection fails, so that an answer can only come from a cassette
const { connect } = Socket.prototype;
beforeAll(() => {
  Socket.prototype.connect = () => {
    throw new Error('this test has no network');
  };
});
afterAll(() => {
  Socket.prototype.connect = connect;
});

async function copyExample(): Promise<Project> {
  const project = await makeProject();
  for (const folder of ['llmci.yaml', 'prompts', 'evals', 'fixtures']) {
    await cp(root(folder), project.path(folder), { recursive: true });
  }
  return project;
}

/** As the first commit of a repository. */
function commitExample(project: Project): void {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: project.dir });
  git('init', '-q', '-b', 'main');
  git('add', 'llmci.yaml', 'prompts', 'evals', 'fixtures');
  git('-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'commit', '-qm', 'first');
}

async function worsen(project: Project): Promise<void> {
  await cp(project.path('fixtures/worse/support-reply.prompt.yaml'), project.path('prompts/support-reply.prompt.yaml'));
}

function run({ dir }: Project, args: readonly string[], env: CliInput['env'] = {}): Promise<CliResult> {
  return runCli(args, { cwd: dir, env });
}

/** Without the width of a terminal: what is said counts here, not where its lines break. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const recordOf = ({ stdout }: CliResult): RunRecord => runRecordSchema.parse(JSON.parse(stdout));

let green: Project;
let red: Project;
/** What `llmci eval` says of both, once for all tests. */
let recordOfGreen: RunRecord;
let recordOfRed: RunRecord;
let consoleOfRed: CliResult;

beforeAll(async () => {
  green = await copyExample();
  red = await copyExample();
  commitExample(red);
  await worsen(red);
  recordOfGreen = recordOf(await run(green, ['eval', '--json']));
  // First, since a later run tells which cases were flaky in those before
  consoleOfRed = await run(red, ['eval']);
  recordOfRed = recordOf(await run(red, ['eval', '--json']));
});
afterAll(() => Promise.all([green.remove(), red.remove()]));

it('passes in a fresh clone', () => {
  const { usage, gates, results, exitCode } = recordOfGreen;
  expect(exitCode).toBe(0);
  expect(usage.calls).toEqual({ live: 0, cache: 0, replay: 84 });
  expect(usage.judge?.calls).toEqual({ live: 0, cache: 0, replay: 2 });
  expect(gates.map((gate) => gate.verdict)).toEqual(gates.map(() => 'pass'));
  // An example in which everything is perfect would show nothing
  const missed = results.filter((one) => one.scores.some((score) => score.passed === false));
  expect(missed.map((one) => one.case).sort()).toEqual([
    'cancel-too-late',
    'delete-data',
    'store-credit',
    'student-discount',
    'two-from-canada',
    'two-orders',
  ]);
});

it('is compared with a baseline of all its cases', () => {
  const { gates, suites, changes } = recordOfGreen;
  expect(gates.find(({ baseline }) => baseline !== null)).toMatchObject({ suite: 'support-reply', n: 30 });
  expect(changes?.map(({ suite, compared }) => [suite, compared])).toEqual(suites.map(({ id, cases }) => [id, cases]));
});

it('goes red when the prompt gets worse, and says why', () => {
  const stdout = oneLine(consoleOfRed.stdout);
  expect(consoleOfRed.code).toBe(1);
  expect(stdout).toContain('3 of 30 samples passed (10%); at least 85% wanted: missed, and noise does not explain it');
  expect(stdout).toContain('1 of 6 samples passed (16.7%); at least 100% wanted');
  expect(stdout).toContain('well within our 60-day return window');
  expect(stdout).toContain('contains none of "30 days", "thirty days"');
  expect(stdout).toContain('FAIL (exit code 1): 7 of 26 gates fail');
});

it('begins with what the change broke, whatever the order of the suites', () => {
  const states = [...consoleOfRed.stdout.matchAll(/^ {2}✗ \S+\s+(newly broken|failed in the baseline)/gm)];
  expect(states.length).toBeGreaterThan(10);
  expect(states[0]?.[1]).toBe('newly broken');
  // The one that failed before is of the first suite
  expect(consoleOfRed.stdout.indexOf('✗ two-orders')).toBeGreaterThan(
    consoleOfRed.stdout.lastIndexOf('newly broken ·'),
  );
});

it('proves the red gates failed, and leaves the other prompts alone', () => {
  const { gates, usage, verdict } = recordOfRed;
  const failed = gates.filter((gate) => gate.verdict !== 'pass');
  expect(verdict).toBe('fail');
  expect(usage.calls).toEqual({ live: 0, cache: 0, replay: 84 });
  expect(new Set(failed.map((gate) => gate.verdict))).toEqual(new Set(['fail']));
  expect(new Set(failed.map((gate) => gate.prompt))).toEqual(new Set(['support-reply']));
  // What was saved is real, and no gate on cost would have found the fault
  expect(gates.filter((gate) => gate.metric === 'cost').every((gate) => gate.verdict === 'pass')).toBe(true);
});

it('ends the same with --replay', async () => {
  expect(await run(green, ['eval', '--replay', '--quiet'])).toMatchObject({ code: 0 });
  const replayed = await run(red, ['eval', '--replay', '--quiet']);
  expect(replayed.code).toBe(1);
  const last = consoleOfRed.stdout.trimEnd().split('\n').at(-1) ?? '';
  expect(replayed.stdout.trimEnd().replace(/ \(\d+ flaky before\)/, '')).toBe(last);
});

it('has a sample for every call of both versions, and no other', async () => {
  const worse = recordOfRed.results.filter((result) => result.prompt === 'support-reply');
  const names = ['order-desk', 'support-reply', 'ticket-triage'];
  const files = names.map((name) => `fixtures/${name}.cassette.jsonl`);
  const texts = await Promise.all(files.map((file) => green.read(file)));
  const entries = texts.flatMap((text) => text.trimEnd().split('\n').slice(1));
  const judged = entries.filter((line) => line.includes('"judge":{'));
  expect(judged.length).toBe(4);
  const steps = [...recordOfGreen.results, ...worse].map(({ output }) => output?.steps?.length ?? 1);
  expect(entries.length - judged.length).toBe(steps.reduce((sum, count) => sum + count, 0));
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
    judge: { model: 'openai/gpt-6-sol' },
  });
  const live = await run(project, ['eval', '--quiet', '--case', 'return-window'], {
    OPENAI_API_KEY: 'no-key-of-anyone',
  });
  expect(live.code).toBe(3);
});

it('has the cassettes that its sample answers make', async () => {
  const made = await makeProject();
  await promisify(execFile)(process.execPath, [root('tools/sample-cassette.mjs'), made.dir]);
  const paths = await made.list();
  expect(paths.length).toBe(3);
  for (const path of paths) expect(await made.read(path), path).toBe(await readFile(root(path), 'utf8'));
});

it('tells a pull request what broke, and what was changed for it', async () => {
  const project = await copyExample();
  commitExample(project);
  await worsen(project);
  await run(project, ['eval', '--base', 'main', '--quiet']);
  const { stdout } = await run(project, ['comment', '--dry-run']);
  expect(stdout).toContain('20 cases on `fact`: contains none of');
  expect(stdout).toContain(
    'cost of 1,000 calls \\$0.0485 → \\$0.0177 (63.4% cheaper), latency 878ms → 904ms (3% slower)',
  );
  expect(stdout).toContain(
    '<details><summary>What has changed in support-reply: 10 changes, high risk, 8 guards removed</summary>',
  );
  expect(stdout).toContain('Never ask for a card number, a password or a security code.');
  const page = await readFile(root('docs/guide/red-case.md'), 'utf8');
  const shown = /```markdown\n([\s\S]*?)\n````/.exec(page)?.[1]?.split('[…]') ?? [];
  expect(shown.length).toBeGreaterThan(2);
  const printed = oneLine(stdout);
  expect(shown.map(oneLine).filter((block) => !printed.includes(block))).toEqual([]);
});

it.each(['docs/guide/red-case.md', 'README.md'])('shows in %s what it prints', async (path) => {
  const page = await readFile(root(path), 'utf8');
  const blocks = [...page.replace(/````[\s\S]*?````/g, '').matchAll(/```text\n([\s\S]*?)```/g)].flatMap(
    ([, block = '']) => block.split(/\[…\]|\n\n/),
  );
  expect(blocks.length).toBeGreaterThan(1);
  const printed = oneLine(consoleOfRed.stdout);
  expect(blocks.map(oneLine).filter((block) => !printed.includes(block))).toEqual([]);
});

it('shows in docs/guide/diff.md what a change of its prompt is', async () => {
  const project = await copyExample();
  commitExample(project);
  const path = 'prompts/support-reply.prompt.yaml';
  const prompt = await project.read(path);
  await project.write(path, prompt.replace('gpt-6-luna', 'gpt-6-sol').replace(/.*Never ask for a card number.*\n/, ''));
  const { stdout } = await run(project, ['diff']);
  expect(await readFile(root('docs/guide/diff.md'), 'utf8')).toContain(`\`\`\`\n${stdout}\`\`\`\n`);
});
