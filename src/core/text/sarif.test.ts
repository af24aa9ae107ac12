import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileText } from '../../../test/helpers/hostile.js';
import { sarifLogSchema } from '../../../test/helpers/sarif.js';
import type { Finding } from '../../model/finding.js';
import { codeQuality } from './code-quality.js';
import { sarifLog } from './sarif.js';

const RULES = [
  { id: 'gate', summary: 'A gate is not met.', help: 'Look at the cases.' },
  { id: 'newly-broken', summary: 'A case passed in the baseline.', help: 'Compare the outputs.' },
];
const TOOL = { version: '0.1.0', rules: RULES };

function finding(of: Partial<Finding> = {}): Finding {
  const place = { file: 'prompts/a b#1.yaml', line: 3, column: 5 };
  return { rule: 'newly-broken', level: 'error', message: 'is 0.6', place, fingerprint: 'f00', ...of };
}

function results(findings: readonly Finding[]) {
  return sarifLogSchema.parse(sarifLog(findings, TOOL)).runs[0]?.results ?? [];
}

test('a result names its rule, its place and what makes it the same in another run', () => {
  expect(results([finding({ title: 'refund-window' })])).toEqual([
    {
      ruleId: 'newly-broken',
      ruleIndex: 1,
      level: 'error',
      message: { text: 'refund-window\nis 0.6' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'prompts/a%20b%231.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 3, startColumn: 5 },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: 'f00', 'llmciFinding/v1': 'f00' },
    },
  ]);
});

test('at most 5,000 results, errors first, and the log says how many are left out', () => {
  const warnings = Array.from({ length: 5000 }, (_, n) => finding({ level: 'warning', fingerprint: `w${n}` }));
  const log = sarifLogSchema.parse(sarifLog([...warnings, finding(), finding({ level: 'note' })], TOOL));
  const [run] = log.runs;
  expect(run?.results).toHaveLength(5000);
  expect(run?.results[0]?.level).toBe('error');
  expect(run?.invocations?.[0]?.toolExecutionNotifications[0]?.message.text).toBe(
    '2 more findings left out: a log holds 5,000',
  );
  expect(sarifLogSchema.parse(sarifLog([finding()], TOOL)).runs[0]?.invocations).toBeUndefined();
});

test('every text gives a valid log, in which no text is a link', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (message, title, file) => {
      const log = sarifLogSchema.parse(
        sarifLog([finding({ message, title, place: { file, line: 1, column: 1 } }), finding({ place: null })], TOOL),
      );
      const text = log.runs[0]?.results[0]?.message.text ?? '';
      expect(/(?<!\\)\[[^\]]*\]\(/.test(text)).toBe(false);
      expect(/[\u0000-\u0008\u001b\u202e]/.test(text)).toBe(false);
    }),
  );
});

test('a rule that is not described is a bug', () => {
  expect(() => sarifLog([finding({ rule: 'other' })], TOOL)).toThrow('no rule other');
});

test('GitLab gets what has a place, on one line', () => {
  expect(codeQuality([finding({ message: 'is 0.6\nwas 0.9', title: 'x' }), finding({ place: null })])).toEqual([
    {
      description: 'x: is 0.6 was 0.9',
      check_name: 'newly-broken',
      fingerprint: 'f00',
      severity: 'critical',
      location: { path: 'prompts/a b#1.yaml', lines: { begin: 3 } },
    },
  ]);
});
