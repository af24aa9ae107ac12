import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { hasReferenceData, referencePath } from '../helpers/reference-data.js';

/** A suite whose metric passes what begins with "ok", and labelled rows of which it gets some wrong. */
async function setUp({
  gate = {},
  rate = 8,
  rows = labelled(),
}: {
  gate?: object;
  rate?: number;
  rows?: object[];
} = {}) {
  const project = await makeProject({
    'llmci.yaml': {},
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'regex', id: 'polite', pattern: '^ok' }],
      gates: [{ metric: 'polite', stat: 'rate', min: 0.5, decide: 'point', ...gate }],
      cases: Array.from({ length: 10 }, (_, index) => ({ vars: { ticket: index < rate ? 'ok' : 'no' } })),
    },
    'fixtures/labelled.jsonl': rows,
  });
  const llmci = (...args: string[]) => runCli(args, { cwd: project.dir });
  const calibrate = (...args: string[]) =>
    llmci('calibrate', 'polite', '--data', 'fixtures/labelled.jsonl', '--label', 'human', ...args);
  const gates = async () => {
    const { code, stdout } = await llmci('eval', '--json');
    return { code, gate: runRecordSchema.parse(JSON.parse(stdout)).gates[0] };
  };
  return { project, llmci, calibrate, gates };
}

/** 50 good outputs, 45 of which the metric passes, and 50 bad ones, 40 of which it fails. */
function labelled() {
  const rows = (count: number, output: string, human: number) =>
    Array.from({ length: count }, (_, index) => ({ output: `${output} ${human} ${index}`, human }));
  return [...rows(45, 'ok', 1), ...rows(5, 'no', 1), ...rows(40, 'no', 0), ...rows(10, 'ok', 0)];
}

it('what a suite does not define is calibrated beside one that is broken', async () => {
  const { project, llmci } = await setUp();
  await project.write('evals/broken.eval.yaml', 'prompt: nowhere\n');
  await project.write(
    'pairs.jsonl',
    '{"output":"I cannot help.","human":1,"other":1}\n{"output":"Yes.","human":0,"other":0}\n',
  );
  const calibrate = (...args: string[]) => llmci('calibrate', ...args, '--data', 'pairs.jsonl', '--label', 'human');
  expect(await calibrate('--predicted', 'other')).toMatchObject({ code: 0, stderr: '' });
  expect(await calibrate('contains', '--param', 'value=cannot')).toMatchObject({ code: 0, stderr: '' });
  expect(await calibrate('refusal')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /^This is refusal as it is by default: .* not known \(evals\/broken\.eval\.yaml:1:1: /,
    ),
  });
  for (const args of [['polite'], ['refusal', '--suite', 'reply']]) expect((await calibrate(...args)).code).toBe(2);
});

describe('two columns of labels', () => {
  it.skipIf(!hasReferenceData)('agree on XSTest as its authors found', async () => {
    const { llmci } = await setUp();
    const { code, stdout } = await llmci(
      ...[
        'calibrate',
        '--data',
        referencePath('xstest-gpt4-gpteval.csv'),
        '--label',
        'final_label',
        '--predicted',
        'gpt4_label',
      ],
      ...['--positive', '1_full_compliance', '--json'],
    );
    const { agreement, accuracy } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(agreement.kappa).toBeCloseTo(0.8729, 4);
    expect(accuracy.kappa).toBeCloseTo(0.8751, 4);
    expect(accuracy.sensitivity).toMatchObject({ hits: 230, n: 230 });
    expect(accuracy.specificity).toMatchObject({ hits: 192, n: 220 });
  });

  it('are shown as a table, safe for the terminal', async () => {
    const { llmci, project } = await setUp();
    await project.write('two.csv', 'a,b\ngood,good\nbad,"\u001b[31mworse"\nbad,bad\n');
    const { stdout } = await llmci('calibrate', '--data', 'two.csv', '--label', 'a', '--predicted', 'b');
    expect(stdout).toMatch(/label \\ predicted +worse +bad +good|label \\ predicted +bad +good +worse/);
    expect(stdout).not.toContain('\u001b');
    // Of labels alone nobody knows whether two are of one text
    expect(stdout).toMatch(/^3 labelled rows$/m);
    await project.write('shown.csv', `output,a,b\n${'one,good,good\n'.repeat(9)}two,bad,bad\n`);
    const shown = await llmci('calibrate', '--data', 'shown.csv', '--label', 'a', '--predicted', 'b');
    expect(shown.stdout).toMatch(/^10 labelled rows, 2 of them different/m);
  });
});

describe('a metric', () => {
  it('is measured against people', async () => {
    const { calibrate } = await setUp();
    const { code, stdout } = await calibrate();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kappa +0\.700 \(0\.\d+ to 0\.\d+\)$/m);
    expect(stdout).toMatch(/^sensitivity +0\.900 \(0\.786 to 0\.957\) {2}45 of 50/m);
    expect(stdout).toMatch(/^specificity +0\.800 \(0\.670 to 0\.888\) {2}40 of 50/m);
    expect(stdout).toMatch(/^area under curve +0\.850/m);
    expect(stdout).toMatch(/^ {2}row 46: people say 1, the metric 0 /m);
  });

  it.each([
    ['as they are', () => ({})],
    ['with an id of their own', (index: number) => ({ id: `r${index}`, tags: [`t${index}`] })],
  ])('is not known any better by rows that stand there many times, %s', async (_, more) => {
    const rows = Array.from({ length: 60 }, (_, index) => ({
      ...(index % 2 === 0 ? { output: 'ok', human: 1 } : { output: 'no', human: 0 }),
      ...more(index),
    }));
    const { calibrate, gates, project } = await setUp({ rows, gate: { correct: true, min: 0.5, decide: 'proof' } });
    const { stdout } = await calibrate('--write');
    expect(stdout).toMatch(
      /^60 labelled rows, 2 of them different: rows that show the same count as one in intervals$/m,
    );
    expect(stdout).toMatch(/^sensitivity +1\.000 \(0\.207 to 1\.000\) {2}30 of 30/m);
    expect(stdout).toMatch(/^kappa +1\.000$/m);
    expect(await project.readJson('evals/polite.calibration.json')).toMatchObject({
      sensitivity: { hits: 30, n: 30, size: 1 },
      specificity: { hits: 30, n: 30, size: 1 },
      kappaInterval: null,
    });
    expect((await gates()).gate?.verdict).toBe('inconclusive');
  });

  it.each([
    ['latency', 'max=1s', /without a score +100 of 100/],
    ['language', 'is=en', /not applicable +100 of 100, left out/],
  ])('%s, which cannot score every row, is not calibrated: exit 3', async (metric, param, why) => {
    const { llmci, project } = await setUp();
    const data = ['--data', 'fixtures/labelled.jsonl', '--label', 'human'];
    const { code, stdout, stderr } = await llmci('calibrate', metric, '--param', param, ...data, '--write');
    expect([code, stdout, stderr]).toEqual([3, expect.stringMatching(why), '']);
    expect((await project.list()).filter((path) => path.includes('calibration'))).toEqual([]);
  });

  it.each([
    [['--positive', 'maybe'], /--positive: no row has the label maybe; there are 1, 0/],
    [['--label', 'humann'], /row 1 has no humann \(did you mean human\?\)/],
    [['--predicted', 'human'], /name either a metric/],
  ])('with %j is a usage error', async (args, message) => {
    const { calibrate } = await setUp();
    const { code, stderr } = await calibrate(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('a gate that asks for a calibration', () => {
  it('is an error without one, passes with one, and is an error again when the metric changes', async () => {
    const { project, calibrate, gates } = await setUp({ gate: { calibrated: { kappa: 0.6 } } });
    const without = await gates();
    expect(without.code).toBe(3);
    expect(without.gate).toMatchObject({ verdict: 'error', blocks: true });
    expect(without.gate?.message).toContain(
      'polite is not calibrated: there is no evals/polite.calibration.json; run `llmci calibrate polite',
    );

    expect((await calibrate('--write')).code).toBe(0);
    expect((await gates()).code).toBe(0);

    const suite = await project.read('evals/reply.eval.yaml');
    await project.write('evals/reply.eval.yaml', suite.replace('^ok', '^o'));
    const stale = await gates();
    expect(stale.code).toBe(3);
    expect(stale.gate?.message).toContain('the calibration of polite is stale');

    await project.write('evals/reply.eval.yaml', suite);
    await project.write('evals/polite.calibration.json', '{}');
    expect((await gates()).gate?.message).toContain('evals/polite.calibration.json is no calibration');
  });

  it('is an error when the metric agrees too little', async () => {
    const { calibrate, gates } = await setUp({ gate: { calibrated: { kappa: 0.75 } } });
    await calibrate('--write');
    const { code, gate } = await gates();
    expect(code).toBe(3);
    expect(gate?.message).toBe('polite may not judge: its kappa with people is 0.7, and 0.75 is asked for');
  });

  it('is an error when some cases have the metric with other parameters: nobody has measured these', async () => {
    const { project, calibrate, gates } = await setUp({ gate: { calibrated: { kappa: 0.6 } } });
    await calibrate('--write');
    const suite = parse(await project.read('evals/reply.eval.yaml')) as object;
    const cases = Array.from({ length: 10 }, (_, index) => ({
      vars: { ticket: 'ok' },
      metrics: [{ metric: 'regex', id: 'polite', pattern: index < 2 ? '^ok' : 'o|n' }],
    }));
    await project.write('evals/reply.eval.yaml', { ...suite, metrics: [], cases });
    const { code, gate } = await gates();
    expect([code, gate?.message]).toEqual([3, expect.stringContaining('polite has other parameters or another mark')]);
  });

  it('judges the corrected rate: (0.8 + 0.8 - 1) / (0.9 + 0.8 - 1)', async () => {
    const { calibrate, gates } = await setUp({ gate: { correct: true, min: 0.8, decide: 'estimate' } });
    await calibrate('--write');
    const { code, gate } = await gates();
    expect(code).toBe(0);
    expect(gate?.actual).toBeCloseTo(0.6 / 0.7, 10);
    expect(gate?.interval?.method).toBe('Rogan-Gladen');
    expect(gate?.message).toContain('8 of 10 samples met the mark of polite, 0.857 when corrected for its errors');
  });

  it('cannot correct with a metric that is no better than chance', async () => {
    const rows = ['ok', 'no'].flatMap((output) =>
      [0, 1].flatMap((human) => Array.from({ length: 20 }, (_, index) => ({ output: `${output} ${index}`, human }))),
    );
    const { calibrate, gates } = await setUp({ gate: { correct: true }, rows });
    await calibrate('--write');
    const { code, gate } = await gates();
    expect([code, gate?.verdict]).toEqual([3, 'error']);
    expect(gate?.message).toContain('no better than chance');
  });

  it.each([
    [
      { metric: 'pass', calibrated: { kappa: 0.6 } },
      /`calibrated` is for a metric with a pass mark, which pass is not/,
    ],
    [
      { metric: undefined, min: undefined, improve: { metric: 'polite', by: 0.1 }, calibrated: { kappa: 0.6 } },
      /`calibrated` is for gates with a `metric`, not for `improve`/,
    ],
    [{ correct: true, stat: 'mean' }, /only a rate can be corrected/],
    [{ calibrated: { kapa: 0.6 } }, /unknown key kapa \(did you mean kappa\?\)/],
  ])('%j is refused', async (gate, message) => {
    const { llmci } = await setUp({ gate });
    const { code, stderr } = await llmci('validate');
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
