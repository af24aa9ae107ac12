import fc from 'fast-check';
import type { RunRecord } from '../../src/model/run-record.js';
import { createRedRun } from './run-fixture.js';

const FRAGMENTS = [
  '::error::x',
  '::set-output name=a::b',
  ' ::',
  '##[add-path]/tmp',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[buildStatus text='x']",
  '\u001b[31m',
  '\u001b]8;;http://evil.example\u0007',
  '\u009b2J',
  '\r',
  '\n',
  '\n\n',
  '\t',
  '\u2028',
  '\u200b',
  '\u202e',
  '\ud83d',
  '\ufffe',
  '\u0000',
  ']]>',
  '<!--',
  '&lt;',
  '&#0;',
  '<script>alert(1)</script>',
  '</details>',
  '<img src=x onerror=alert(1)>',
  '```',
  '````',
  '`',
  '~~~',
  '|',
  '\\',
  '@octocat',
  '@acme/team',
  'a@b.example',
  '#123',
  'GH-12',
  'acme/app#7',
  '[link](http://evil.example)',
  '![](http://evil.example/x.png)',
  'https://evil.example',
  'www.evil.example',
  '\n/approve',
  '* ',
  '- [ ] ',
  '# ',
  '> ',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
] as const;

/** Any text, with an inclination to what a hostile model would write. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

/** Whether a CI system would read the line as a command: GitHub trims it first; all find `##name[` anywhere. */
export function isWorkflowCommand(line: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}]*::/u.test(line) || /##[\w-]*\[/.test(line);
}

/** The red run with hostile text in every field that is text, two cases of it. */
export const hostileRun: fc.Arbitrary<RunRecord> = fc.infiniteStream(hostileText).map((texts) => {
  const next = (): string => texts.next().value ?? '';
  const run = createRedRun();
  const replaceTexts = <T>(value: T): T => mapStrings(value, next) as T;
  const suite = next();
  const prompt = next();
  const model = next();
  const of = { suite, prompt, model };
  return {
    ...run,
    runId: next(),
    suites: run.suites.map((given) => ({ ...replaceTexts(given), id: suite })),
    results: run.results.slice(-6, -2).map((result) => ({
      ...result,
      ...of,
      case: next(),
      tags: [next(), next()],
      vars: { [next()]: next(), nested: { [next()]: [next()] } },
      expected: next(),
      output: result.output && { ...result.output, text: next(), toolCalls: [{ name: next(), arguments: next() }] },
      error: result.error && { ...result.error, message: next() },
      scores: result.scores.map((score) => ({ ...score, id: next(), passed: false, reason: next() })),
    })),
    gates: run.gates.map((gate) => ({ ...gate, ...of, metric: next(), where: [next()], message: next() })),
    flaky: [1, 2].map((trials) => ({ ...of, case: next(), metric: next(), trials, passed: null, spread: 1 })),
    notes: [next(), next()],
  };
});

function mapStrings(value: unknown, next: () => string): unknown {
  if (typeof value === 'string') return next();
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, next));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapStrings(member, next)]));
}
