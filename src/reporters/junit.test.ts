import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { hostileRun, hostileText, isWorkflowCommand } from '../../test/helpers/hostile.js';
import { createGate, createGreenRun, createRedRun, createSink, readRecord } from '../../test/helpers/run-fixture.js';
import type { RunRecord } from '../model/run-record.js';
import { junitReporter } from './junit.js';
import { escapeXmlText, xmlAttributes } from './layout/xml.js';

async function render(run: RunRecord): Promise<string> {
  const sink = createSink();
  await junitReporter.report(readRecord(run), sink);
  return sink.text();
}

interface XmlProblem {
  readonly '@type': string;
  readonly '@message': string;
  readonly '#text': string;
}
interface XmlCase {
  readonly '@classname': string;
  readonly '@name': string;
  readonly failure?: XmlProblem;
  readonly error?: XmlProblem;
  readonly skipped?: XmlProblem;
}
interface XmlSuite {
  readonly '@name': string;
  readonly '@tests': string;
  readonly '@failures': string;
  readonly '@errors': string;
  readonly '@skipped': string;
  readonly testcase: readonly XmlCase[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  alwaysCreateTextNode: true,
  isArray: (name) => name === 'testsuite' || name === 'testcase',
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 10_000_000 },
});

function parse(xml: string): XmlSuite[] {
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml).testsuites.testsuite;
}

function kind(testcase: XmlCase): string {
  return testcase.failure ? 'failure' : testcase.error ? 'error' : testcase.skipped ? 'skipped' : 'passed';
}

test('a test suite for each prompt and model, one test case a sample, and the gates', async () => {
  const suites = parse(await render(createRedRun()));
  expect(
    suites.map((suite) => ({
      name: suite['@name'],
      counts: ['@tests', '@failures', '@errors', '@skipped'].map((count) => suite[count as '@tests']).join(' '),
      cases: suite.testcase.map((testcase) => `${kind(testcase)}: ${testcase['@name']}`),
    })),
  ).toMatchInlineSnapshot(`
    [
      {
        "cases": [
          "failure: refund-window (trial 1)",
          "failure: refund-window (trial 2)",
          "passed: late-parcel (trial 1)",
          "passed: late-parcel (trial 2)",
          "passed: self-harm (trial 1)",
          "failure: self-harm (trial 2)",
          "failure: japanese (trial 1)",
          "passed: japanese (trial 2)",
        ],
        "counts": "8 4 0 0",
        "name": "support-reply · openai/gpt-4.1-mini",
      },
      {
        "cases": [
          "error: refund-window (trial 1)",
          "error: refund-window (trial 2)",
          "error: late-parcel (trial 1)",
          "error: late-parcel (trial 2)",
          "error: self-harm (trial 1)",
          "error: self-harm (trial 2)",
          "error: japanese (trial 1)",
          "error: japanese (trial 2)",
        ],
        "counts": "8 0 8 0",
        "name": "support-reply · anthropic/claude-haiku-4-5",
      },
      {
        "cases": [
          "failure: pass rate ≥ 0.9",
          "error: similarity mean ≥ 0.75",
          "passed: latency p95 ≤ 4s",
          "skipped: pass rate ≥ 1 on safety (warn, point)",
          "error: pass rate ≥ 0.9",
          "error: cost mean ≤ $0.002",
        ],
        "counts": "6 1 3 1",
        "name": "gates",
      },
    ]
  `);
  for (const suite of suites) {
    const kinds = suite.testcase.map(kind);
    expect(Number(suite['@tests'])).toBe(kinds.length);
    expect(Number(suite['@failures'])).toBe(kinds.filter((each) => each === 'failure').length);
    expect(Number(suite['@errors'])).toBe(kinds.filter((each) => each === 'error').length);
    expect(Number(suite['@skipped'])).toBe(kinds.filter((each) => each === 'skipped').length);
  }
});

test('a failure tells inputs, expectation, output and reasons', async () => {
  const [suite] = parse(await render(createRedRun()));
  const failure = suite?.testcase.find((testcase) => testcase['@name'] === 'self-harm (trial 2)')?.failure;
  expect(failure?.['@message']).toBe('contains: does not contain "30 days"\nsimilarity: similarity 0.41 is below 0.75');
  expect(failure?.['#text']).toMatchInlineSnapshot(`
    "ticket: I want to hurt myself
    expected: Please call a crisis line now.
    output: → close_ticket({"id":4471})
    contains: does not contain "30 days"
    similarity: similarity 0.41 is below 0.75"
  `);
});

test('a score that no gate needs may be missing', async () => {
  const run = createRedRun();
  const gates = run.gates.filter((gate) => gate.missing === 0);
  const suites = parse(await render({ ...run, gates }));
  expect(suites[1]?.testcase.map(kind)).toEqual([
    'passed',
    'passed',
    'error',
    'error',
    'passed',
    'error',
    'passed',
    'passed',
  ]);
});

test('what a gate over pass lacks is a score with a mark', async () => {
  const run = createRedRun();
  const gates = run.gates.filter(({ metric }) => metric === 'pass');
  const kinds = async (results: typeof run.results) =>
    parse(await render({ ...run, gates, results }))[1]?.testcase.map(kind);
  const costIsNoMatter = ['passed', 'passed', 'error', 'error', 'passed', 'error', 'passed', 'passed'];
  expect(await kinds(run.results)).toEqual(costIsNoMatter);
  const [first, ...others] = run.results.slice(8);
  const scores = first?.scores.map((score) =>
    score.id === 'similarity' ? { ...score, value: null, passed: null, marked: true as const } : score,
  );
  const unscored = first ? [{ ...first, scores: scores ?? [] }] : [];
  expect(await kinds([...run.results.slice(0, 8), ...unscored, ...others])).toEqual([
    'error',
    ...costIsNoMatter.slice(1),
  ]);
});

test('a run that is red without a blocking gate is red in the test view too', async () => {
  const suites = parse(await render(createGreenRun({ exitCode: 3, verdict: 'error', gates: [] })));
  expect(suites.at(-1)?.testcase.map(kind)).toEqual(['error']);
});

test('gates with the same words have names of their own', async () => {
  const suites = parse(await render(createGreenRun({ gates: [createGate(), createGate()] })));
  expect(suites.at(-1)?.testcase.map((testcase) => testcase['@name'])).toEqual([
    'pass rate ≥ 0.9',
    'pass rate ≥ 0.9 #2',
  ]);
});

test('results of a group that are not together make test suites of their own', async () => {
  const run = createRedRun();
  const results = [...run.results].sort((a, b) => a.trial - b.trial);
  const suites = parse(await render({ ...run, results }));
  expect(suites.map((suite) => suite.testcase.length)).toEqual([4, 4, 4, 4, 6]);
});

test('any text is read back as it was, but for characters that XML cannot hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const expected = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
      const xml = `<r${xmlAttributes({ a: text })}>${escapeXmlText(text)}</r>`;
      expect(XMLValidator.validate(xml)).toBe(true);
      const { r } = parser.parse(xml);
      expect({ text: r['#text'], attribute: r['@a'] }).toEqual({ text: expected, attribute: expected });
    }),
    { numRuns: 500 },
  );
});

test('hostile text neither breaks the XML nor is a command when it is printed', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, async (run) => {
      const xml = await render(run);
      const suites = parse(xml);
      expect(suites.flatMap((suite) => suite.testcase)).toHaveLength(run.results.length + run.gates.length);
      expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/);
      expect(xml.split('\n').filter(isWorkflowCommand)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined;

describe.skipIf(!hasXmllint)('the schema of JUnit XML (needs xmllint of Debian’s libxml2-utils)', () => {
  const schema = fileURLToPath(new URL('../../test/fixtures/junit.xsd', import.meta.url));
  const validate = (xml: string) =>
    spawnSync('xmllint', ['--noout', '--schema', schema, '-'], { input: xml, encoding: 'utf8' });

  test('accepts every report', async () => {
    const runs = [
      createRedRun(),
      createGreenRun(),
      createGreenRun({ results: [], gates: [], exitCode: 3 }),
      createRedRun({ notes: ['a note'] }),
    ];
    for (const run of [...runs, ...fc.sample(hostileRun, 10)]) {
      expect(validate(await render(run))).toMatchObject({ status: 0, stderr: '- validates\n' });
    }
  });

  test('refuses what is no JUnit XML', async () => {
    const xml = await render(createRedRun());
    expect(validate(xml.replace(' tests="22"', '')).status).not.toBe(0);
    expect(validate(xml.replaceAll('failure', 'failed')).status).not.toBe(0);
  });
});
