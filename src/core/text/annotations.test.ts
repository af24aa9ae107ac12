import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hostileText, isWorkflowCommand } from '../../../test/helpers/hostile.js';
import type { Finding, FindingLevel } from '../../model/finding.js';
import { workflowCommands } from './annotations.js';

function finding(of: Partial<Finding> = {}): Finding {
  const place = { file: 'prompts/reply.thresholds.yaml', line: 3, column: 5 };
  return { rule: 'gate', level: 'error', message: 'is 0.6', place, fingerprint: 'f', ...of };
}

function many(level: FindingLevel, number: number): readonly Finding[] {
  return Array.from({ length: number }, (_, index) => finding({ level, message: `${level} ${index}` }));
}

test('a finding is one command that points at its place', () => {
  expect(workflowCommands([finding({ title: 'pass rate ≥ 0.9' })])).toEqual([
    '::error file=prompts/reply.thresholds.yaml,line=3,col=5,title=pass rate ≥ 0.9::is 0.6',
  ]);
});

test('what ends a property or a message is written as the runner reads it back', () => {
  const [line] = workflowCommands([
    finding({
      message: '100% is\r\nnot :: 90%25',
      title: 'a: b, c%\nd',
      place: { file: 'a,b:c%.yaml', line: 1, column: 1 },
    }),
  ]);
  expect(line).toBe('::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=a%3A b%2C c%25 d::100%25 is%0Anot :: 90%2525');
});

test('without a place it stands on its own', () => {
  expect(workflowCommands([finding({ level: 'warning', place: null })])).toEqual(['::warning title=gate::is 0.6']);
  expect(workflowCommands([finding({ level: 'note', place: null })])).toEqual(['::notice title=gate::is 0.6']);
});

describe('GitHub shows ten of a level', () => {
  it('shows ten, all of them', () => {
    expect(workflowCommands([...many('error', 10), ...many('warning', 10), ...many('note', 10)])).toHaveLength(30);
  });

  it('counts the others in one notice, which is the last', () => {
    const lines = workflowCommands([...many('warning', 12), ...many('error', 11), ...many('note', 10)]);
    const of = (command: string) => lines.filter((line) => line.startsWith(`::${command} `)).length;
    expect([of('error'), of('warning'), of('notice')]).toEqual([10, 10, 10]);
    expect(lines[0]).toContain('error 0');
    expect(lines.at(-1)).toBe('::notice title=llmci::1 more error, 2 more warnings, 1 more note: see the report');
  });
});

test('a message of any length and kind is one line, one command, and comes back as it was', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (message, title, file) => {
      const lines = workflowCommands([finding({ message, title, place: { file, line: 1, column: 1 } })]);
      expect(lines).toHaveLength(1);
      const [line = ''] = lines;
      // No line break of any kind, and no byte that a terminal acts on
      expect(/[^\P{Cc}\t]|[\u2028\u2029]/u.test(line)).toBe(false);
      const [, properties = '', data = ''] = /^::error ([^:]*)::(.*)$/u.exec(line) ?? [];
      expect(properties.split(',').map((each) => each.split('=')[0])).toEqual(['file', 'line', 'col', 'title']);
      for (const part of readBack(data).split('\n')) expect(isWorkflowCommand(part)).toBe(false);
    }),
  );
  const [long = ''] = workflowCommands([finding({ message: 'x'.repeat(5_000_000) })]);
  expect(long.length).toBeLessThan(2500);
});

function readBack(data: string): string {
  return data.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
