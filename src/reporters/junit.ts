import { describeGate } from '../core/gates/describe-gate.js';
import type { GateResult, Result, RunReader, RunSummary } from '../model/run-record.js';
import { escapeXmlText, xmlAttributes } from './layout/xml.js';
import type { Reporter } from './reporter.js';
import { describeResult } from './words/fields.js';
import { createJudgeOutcome, failedScores, groupKey, type JudgeOutcome, missingScores } from './words/outcome.js';
import { explainVerdict } from './words/verdict.js';
import { describeActual } from './words/words.js';

/**
 * JUnit XML: a test suite for each suite x prompt x model with a test case for each sample, and a test suite of the
 * gates. Outputs that miss a pass mark are failures; whatever was not evaluated is an error; a gate that warns and a
 * sample to which no metric applies are skipped. At most one of them stands in a test case: viewers disagree on more.
 */
export const junitReporter: Reporter = {
  name: 'junit',
  async report(run, sink) {
    const { summary } = run;
    const judgeOutcome = createJudgeOutcome(summary.gates);
    // The attributes of a test suite count what follows, so the results are read twice instead of kept
    const suites = await countSuites(run, judgeOutcome);
    const gates = listGateCases(summary);
    const gateCounts = gates.reduce((counts, { problem }) => addCase(counts, problem?.tag ?? null, 0), NO_COUNTS);
    const all = [...suites, gateCounts];
    const sum = (count: (counts: Counts) => number) => all.reduce((total, counts) => total + count(counts), 0);
    const totals = {
      name: 'llmci',
      tests: sum(({ tests }) => tests),
      failures: sum(({ failures }) => failures),
      errors: sum(({ errors }) => errors),
      time: seconds(sum(({ ms }) => ms)),
    };
    await sink.write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${xmlAttributes(totals)}>\n`);
    const remaining = suites.values();
    let left = 0;
    for await (const result of run.results()) {
      if (left === 0) {
        const counts = remaining.next().value ?? NO_COUNTS;
        left = counts.tests;
        await sink.write(openSuite(suiteName(result), counts, summary, result));
      }
      await sink.write(renderCase(sampleCase(result, judgeOutcome, summary.suites)));
      left--;
      if (left === 0) await sink.write('  </testsuite>\n');
    }
    await sink.write(openSuite('gates', gateCounts, summary));
    for (const gate of gates) await sink.write(renderCase(gate));
    if (summary.notes.length > 0) {
      await sink.write(`    <system-out>${escapeXmlText(summary.notes.join('\n'))}</system-out>\n`);
    }
    await sink.write('  </testsuite>\n</testsuites>\n');
  },
};

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly ms: number;
}

const NO_COUNTS: Counts = { tests: 0, failures: 0, errors: 0, skipped: 0, ms: 0 };

type Tag = 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly ms: number;
  readonly problem: { tag: Tag; type: string; message: string; text: string } | null;
}

const TAGS = {
  passed: null,
  failed: 'failure',
  unscored: 'error',
  error: 'error',
  'not-applicable': 'skipped',
} as const;

/** The counts of each run of results that belong together, in their order; normally one for each group. */
async function countSuites(run: RunReader, judgeOutcome: JudgeOutcome): Promise<Counts[]> {
  const suites: Counts[] = [];
  let current = '';
  for await (const result of run.results()) {
    const key = groupKey(result);
    const counts = (key === current ? suites.pop() : undefined) ?? NO_COUNTS;
    suites.push(addCase(counts, TAGS[judgeOutcome(result)], result.output?.latencyMs ?? 0));
    current = key;
  }
  return suites;
}

function addCase(counts: Counts, tag: Tag | null, ms: number): Counts {
  return {
    tests: counts.tests + 1,
    failures: counts.failures + Number(tag === 'failure'),
    errors: counts.errors + Number(tag === 'error'),
    skipped: counts.skipped + Number(tag === 'skipped'),
    ms: counts.ms + ms,
  };
}

function sampleCase(result: Result, judgeOutcome: JudgeOutcome, suites: RunSummary['suites']): TestCase {
  const trials = suites.find(({ id }) => id === result.suite)?.trials ?? 1;
  return {
    classname: className(result),
    name: trials > 1 || result.trial > 1 ? `${result.case} (trial ${result.trial})` : result.case,
    ms: result.output?.latencyMs ?? 0,
    problem: sampleProblem(result, judgeOutcome),
  };
}

function sampleProblem(result: Result, judgeOutcome: JudgeOutcome): TestCase['problem'] {
  switch (judgeOutcome(result)) {
    case 'passed':
      return null;
    case 'error': {
      const { kind, message } = result.error ?? { kind: 'unknown', message: 'no output was recorded' };
      return { tag: 'error', type: kind, message, text: message };
    }
    case 'unscored':
      return describeScores('error', 'missing-score', result, missingScores(result));
    case 'not-applicable':
      return describeScores('skipped', 'not-applicable', result, result.scores);
    case 'failed':
      return describeScores('failure', failedScores(result)[0]?.metric ?? 'failure', result, failedScores(result));
  }
}

function describeScores(
  tag: Tag,
  type: string,
  result: Result,
  scores: readonly { id: string; reason: string }[],
): TestCase['problem'] {
  const message = scores.map(({ id, reason }) => `${id}: ${reason}`).join('\n');
  const fields = describeResult(result).filter(({ role }) => role !== 'score');
  const text = [...fields.map((field) => `${field.label}: ${field.text}`), message].join('\n');
  return { tag, type, message, text };
}

function listGateCases(summary: RunSummary): TestCase[] {
  const names = new Map<string, number>();
  const cases = summary.gates.map((gate): TestCase => {
    const classname = `gates.${className(gate)}`;
    const name = describeGate(gate);
    // GitLab keeps one of two test cases with the same names
    const seen = (names.get(`${classname}\n${name}`) ?? 0) + 1;
    names.set(`${classname}\n${name}`, seen);
    return { classname, name: seen > 1 ? `${name} #${seen}` : name, ms: 0, problem: gateProblem(gate) };
  });
  // A run can be red for other reasons than a gate; the test view must not be green then
  if (summary.exitCode === 0 || summary.gates.some((gate) => gate.blocks)) return cases;
  const why = explainVerdict(summary);
  const problem = {
    tag: 'error',
    type: summary.verdict,
    message: why,
    text: [why, ...summary.notes].join('\n'),
  } as const;
  return [...cases, { classname: 'gates', name: 'run', ms: 0, problem }];
}

function gateProblem(gate: GateResult): TestCase['problem'] {
  if (!gate.blocks && !gate.warns) return null;
  const tag = !gate.blocks ? 'skipped' : gate.verdict === 'fail' ? 'failure' : 'error';
  const message = gate.message === '' ? `${describeGate(gate)}, got ${describeActual(gate)}` : gate.message;
  return { tag, type: gate.verdict, message: `${gate.verdict}: ${message}`, text: message };
}

function openSuite(name: string, counts: Counts, summary: RunSummary, of?: Result): string {
  const { tests, failures, errors, skipped, ms } = counts;
  const timestamp = summary.startedAt.replace(/(\.\d+)?Z$/, '');
  const attributes = { name, tests, failures, errors, skipped, time: seconds(ms), timestamp };
  const properties = {
    runId: summary.runId,
    suite: of?.suite,
    prompt: of?.prompt,
    promptDigest: of?.promptDigest,
    model: of?.model,
  };
  const lines = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `      <property${xmlAttributes({ name: key, value })}/>\n`);
  return `  <testsuite${xmlAttributes(attributes)}>\n    <properties>\n${lines.join('')}    </properties>\n`;
}

function renderCase({ classname, name, ms, problem }: TestCase): string {
  const open = `    <testcase${xmlAttributes({ classname, name, time: seconds(ms) })}`;
  if (problem === null) return `${open}/>\n`;
  const { tag, type, message, text } = problem;
  const attributes = xmlAttributes({ type, message: message.length > 500 ? `${message.slice(0, 499)}…` : message });
  return `${open}>\n      <${tag}${attributes}>${escapeXmlText(text)}</${tag}>\n    </testcase>\n`;
}

function suiteName({ suite, prompt, model }: Result): string {
  return suite === prompt ? `${suite} · ${model}` : `${suite} · ${prompt} · ${model}`;
}

/** Viewers split a class name at its dots into packages, so the dots of ids are replaced. */
function className({ suite, prompt, model }: { suite: string; prompt: string; model: string }): string {
  const parts = suite === prompt ? [suite, model] : [suite, prompt, model];
  return parts.map((part) => part.replaceAll('.', '_')).join('.');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
