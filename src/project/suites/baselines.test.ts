import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Baseline } from '../../model/baseline.js';
import { baselinePath, faultsOfBaselines, readBaseline, readBaselineAt, writeBaseline } from './baselines.js';

const PATH = 'evals/reply.baseline.json';
const D = '0123456789abcdef';
const METRIC = { digest: D, unit: 'fraction', better: 'higher' } as const;

const baselineOf = (changes: Partial<Baseline> = {}): Baseline => ({
  baseline: 1,
  suite: 'reply',
  runId: 'run-1',
  finishedAt: '2026-11-24T12:00:00.000Z',
  commit: null,
  columns: [
    {
      prompt: 'reply',
      promptDigest: 'x',
      model: 'echo',
      samples: 2,
      metrics: { pass: METRIC, equals: METRIC },
      cases: {
        b: { digest: D, scores: { pass: [1, null], equals: [0.25, 'not-applicable'] } },
        a: { digest: D, scores: {} },
      },
    },
  ],
  ...changes,
});

async function written(baseline: Baseline) {
  const project = await makeProject();
  await writeBaseline(project.dir, PATH, baseline);
  return { project, text: await project.read(PATH) };
}

it('stands beside the suite', () => {
  expect(baselinePath('evals/a/reply.eval.yaml')).toBe('evals/a/reply.baseline.json');
  expect(baselinePath('evals/reply.eval.yml')).toBe(PATH);
});

describe('a baseline in a file', () => {
  it('has a line a case, in order, so that a diff shows what changed', async () => {
    expect((await written(baselineOf())).text).toMatchInlineSnapshot(`
      "{
        "baseline": 1,
        "suite": "reply",
        "runId": "run-1",
        "finishedAt": "2026-11-24T12:00:00.000Z",
        "commit": null,
        "columns": [
          {
            "prompt": "reply",
            "promptDigest": "x",
            "model": "echo",
            "samples": 2,
            "metrics": {"equals":{"better":"higher","digest":"0123456789abcdef","unit":"fraction"},"pass":{"better":"higher","digest":"0123456789abcdef","unit":"fraction"}},
            "cases": {
              "a": {"digest":"0123456789abcdef","scores":{}},
              "b": {"digest":"0123456789abcdef","scores":{"equals":[0.25,"not-applicable"],"pass":[1,null]}}
            }
          }
        ]
      }
      "
    `);
  });

  it('does not depend on the order of its columns, also where names run into each other', async () => {
    const [column] = baselineOf().columns;
    if (!column) throw new Error('no column');
    const columns = [
      { ...column, prompt: 'a', model: 'bc' },
      { ...column, prompt: 'ab', model: 'c' },
      { ...column, prompt: 'a', model: 'b' },
    ];
    const { text } = await written(baselineOf({ columns }));
    expect((await written(baselineOf({ columns: columns.toReversed() }))).text).toBe(text);
    expect([...text.matchAll(/"model": "(\w+)"/g)].map(([, model]) => model)).toEqual(['b', 'bc', 'c']);
  });

  it('comes back as it was, whatever the ids are, and is the same to the byte when written again', async () => {
    const id = fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '10',
        '9',
        'é',
        '\u2028',
        '"',
        '\\',
        'a b',
      ),
      fc.string({ minLength: 1, unit: 'grapheme' }),
    );
    const entries = <T>(value: fc.Arbitrary<T>) =>
      fc
        .uniqueArray(fc.tuple(id, value), { selector: ([key]) => key, maxLength: 6 })
        .map((rows) => Object.fromEntries(rows));
    const score = fc.oneof(
      fc.constant(null),
      fc.integer({ min: 0, max: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const cases = entries(fc.record({ digest: fc.constant(D), scores: entries(fc.array(score, { maxLength: 3 })) }));
    const project = await makeProject();
    await fc.assert(
      fc.asyncProperty(cases, entries(fc.constant(METRIC)), async (rows, metrics) => {
        const baseline = baselineOf({
          columns: [{ prompt: 'p', promptDigest: 'x', model: 'm', samples: 1, metrics, cases: rows }],
        });
        await writeBaseline(project.dir, PATH, baseline);
        const text = await project.read(PATH);
        const read = await readBaseline(project.dir, PATH, null);
        // Not toEqual: it does not see an own property __proto__. -0 is written as 0
        const entriesOf = (value: unknown): unknown =>
          value !== null && typeof value === 'object' && !Array.isArray(value)
            ? Object.entries(value)
                .map(([key, member]) => [key, entriesOf(member)])
                .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
            : value;
        expect(JSON.stringify(entriesOf(read?.columns[0]?.cases))).toBe(JSON.stringify(entriesOf(rows)));
        expect(JSON.stringify(entriesOf(read?.columns[0]?.metrics))).toBe(JSON.stringify(entriesOf(metrics)));
        if (read) await writeBaseline(project.dir, PATH, read);
        expect(await project.read(PATH)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('without columns is a baseline too', async () => {
    const { project } = await written(baselineOf({ columns: [] }));
    expect(await readBaseline(project.dir, PATH, null)).toEqual(baselineOf({ columns: [] }));
  });

  it('of another suite is an error at its name; its place is told, and validate tells it too', async () => {
    const { project } = await written(baselineOf({ suite: 'reply' }));
    const error = await readBaseline(project.dir, PATH, 'triage').catch((reason: unknown) => reason);
    if (!(error instanceof LlmciError)) throw error;
    const message = 'this is a baseline of suite reply, and suite triage would be compared with it';
    expect(error.problems).toEqual([{ file: PATH, line: 3, column: 12, message }]);
    const suites = [{ id: 'triage', path: 'evals/reply.eval.yaml' }];
    expect(await faultsOfBaselines(project.dir, suites)).toEqual(error.problems);
  });

  it('tells the place of a score that cannot be one', async () => {
    const { project, text } = await written(baselineOf());
    await project.write(PATH, text.replace('0.25', '-0.25'));
    const error = await readBaseline(project.dir, PATH, null).catch((reason: unknown) => reason);
    if (!(error instanceof LlmciError)) throw error;
    const lines = text.split('\n');
    const line = lines.findIndex((each) => each.includes('0.25'));
    expect(error.problems).toEqual([
      expect.objectContaining({ file: PATH, line: line + 1, column: (lines[line]?.indexOf('0.25') ?? 0) + 1 }),
    ]);
  });

  it('that is not there is null', async () => {
    const project = await makeProject();
    expect(await readBaseline(project.dir, PATH, null)).toBeNull();
  });

  it.each([
    ['no JSON', '{ "baseline": 1,', /JSON/],
    ['an array', '[]', /the file must be an object, not a list/],
    ['another version', JSON.stringify({ ...baselineOf(), baseline: 2 }), /^`baseline` must be 1/],
    ['an unknown key', JSON.stringify({ ...baselineOf(), more: 1 }), /more/],
    ['a text for a score', JSON.stringify(baselineOf()).replace('0.25', '"0.25"'), /a score is a number, null or/],
    [
      'a column without its prompt',
      JSON.stringify(baselineOf()).replace('"prompt":', '"promt":'),
      /^columns\.0: unknown key promt \(did you mean prompt\?\)/,
    ],
    ['a digest that is none', JSON.stringify(baselineOf()).replace(D, 'x'), /16 hex digits/],
    [
      'cases that are a list',
      JSON.stringify({ ...baselineOf(), columns: [{ ...baselineOf().columns[0], cases: [1] }] }),
      /columns\.0\.cases/,
    ],
    [
      'a key that stands twice',
      JSON.stringify(baselineOf()).replace('"suite":', '"runId":"x","suite":'),
      /"runId" stands on line 1 too/,
    ],
    [
      'a column that stands twice',
      JSON.stringify({ ...baselineOf(), columns: [baselineOf().columns[0], baselineOf().columns[0]] }),
      /is column 1 too/,
    ],
    [
      'a share of -5',
      JSON.stringify(baselineOf()).replace('0.25', '-5'),
      /-5 cannot be a score of .*: its unit is a fraction/,
    ],
    ['a share of 45', JSON.stringify(baselineOf()).replace('0.25', '45'), /45 cannot be a score/],
    [
      'a half of a yes',
      JSON.stringify(baselineOf()).replace('[1,null]', '[0.5,null]'),
      /0\.5 cannot be a score of pass: a sample passes \(1\) or does not \(0\)/,
    ],
    [
      'another unit for pass',
      JSON.stringify(baselineOf()).replace(
        '"pass":{"digest":"0123456789abcdef","unit":"fraction"',
        '"pass":{"digest":"0123456789abcdef","unit":"number"',
      ),
      /pass is a fraction, of which more is better, and here it is number, higher/,
    ],
    [
      'fewer samples than none',
      JSON.stringify(baselineOf()).replace('"samples":2', '"samples":-2'),
      /`columns\.0\.samples` must be at least 0/,
    ],
    [
      'a day that is still to come',
      JSON.stringify(baselineOf({ finishedAt: '2999-01-01T00:00:00.000Z' })),
      /finished on 2999-01-01T00:00:00\.000Z is still to come/,
    ],
    [
      'no date',
      JSON.stringify(baselineOf()).replace('2026-11-24T12:00:00.000Z', '2026-13-45T12:00:00.000Z'),
      /`finishedAt` must be a time like/,
    ],
    ['a score of 1e999', JSON.stringify(baselineOf()).replace('0.25', '1e999'), /columns\.0\.cases\..*/],
  ])('%s is an error that names the file', async (_, text, why) => {
    const project = await makeProject({ [PATH]: text });
    const error = await readBaseline(project.dir, PATH, null).catch((reason: unknown) => reason);
    if (!(error instanceof LlmciError)) throw error;
    expect([error.code, error.exitCode]).toEqual(['unreadable-baseline', 3]);
    expect(error.message).toContain(PATH);
    expect(String(error.message).split(': ').slice(1).join(': ')).toMatch(new RegExp(why.source.replace('^', '')));
  });
});

describe('a baseline at a git ref', () => {
  const repository = async () => {
    const project = await makeProject();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: project.dir,
        stdio: 'pipe',
      });
    git('init', '-q', '-b', 'main');
    await writeBaseline(project.dir, PATH, baselineOf());
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    git('branch', 'dependabot/npm+x#1');
    await writeBaseline(project.dir, PATH, baselineOf({ runId: 'run-2' }));
    return project;
  };

  it('is that of the commit, not that of the working tree', async () => {
    const { dir } = await repository();
    expect((await readBaselineAt(dir, 'main', PATH, 'reply'))?.runId).toBe('run-1');
    expect((await readBaselineAt(dir, 'HEAD', PATH, 'reply'))?.runId).toBe('run-1');
    expect((await readBaselineAt(dir, 'dependabot/npm+x#1', PATH, 'reply'))?.runId).toBe('run-1');
    expect(await readBaselineAt(dir, 'main', 'evals/other.baseline.json', 'reply')).toBeNull();
  });

  it.each(['nowhere', '--output=x', '-h', 'main:evals', 'a b', '', 'main\n'])('%j is an error', async (ref) => {
    const { dir, list } = await repository();
    const before = await list();
    await expect(readBaselineAt(dir, ref, PATH, 'reply')).rejects.toMatchObject({ code: 'unreadable-baseline' });
    expect(await list()).toEqual(before);
  });
});
