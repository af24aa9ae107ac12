import { expect, it } from 'vitest';
import { LlmciError } from '../core/text/errors.js';
import { listProblems, showError } from './show-error.js';

const problemsIn = (file: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ file, line: index + 1, column: 3, message: `row ${index + 1}` }));

it('lists every problem of a file, as long as there are not very many', () => {
  expect(listProblems(problemsIn('a.csv', 50)).split('\n')).toHaveLength(50);
  expect(listProblems(problemsIn('a.csv', 1))).toBe('a.csv:1:3  row 1');
});

it('of files with very many lists the first, and counts the others', () => {
  const lines = listProblems([...problemsIn('a.csv', 51), ...problemsIn('b.csv', 5000), ...problemsIn('c.csv', 2)]);
  expect(lines.split('\n').slice(49, 51)).toEqual(['a.csv:50:3  row 50', 'b.csv:1:3  row 1']);
  expect(lines.split('\n').slice(100)).toEqual([
    'c.csv:1:3  row 1',
    'c.csv:2:3  row 2',
    'a.csv  and 1 more problem',
    'b.csv  and 4,950 more problems',
  ]);
});

it('shows what no user can cause with its stack, and what a user can cause without', () => {
  const written: string[] = [];
  const terminal = { stderr: { write: (text: string | Uint8Array) => written.push(String(text)) > 0 } };
  expect(showError(new LlmciError('no-folder', { path: 'x' }), terminal)).toBe(2);
  expect(written.join('')).toBe('error: x is not a folder\nGive --cwd a folder that exists.\n');
  for (const [found, help] of [
    [{ code: 'EMFILE' }, 'Let the process open more files'],
    [{ code: 'EFBIG', syscall: 'write' }, 'Let the process write larger files'],
    [{ code: 'ENOENT', syscall: 'uv_cwd' }, 'The folder in which this was called is gone'],
    [{ code: 'ENOENT', syscall: 'mkdtemp' }, 'There is no folder for temporary files'],
  ] as const) {
    expect(showError(Object.assign(new Error('no more'), found), terminal)).toBe(3);
    expect(written.at(-1)).toMatch(new RegExp(`^error: no more\n${help}`));
  }
  expect(showError(new TypeError('of undefined'), terminal)).toBe(3);
  expect(written.at(-1)).toMatch(/TypeError: of undefined\n {4}at [\s\S]*This is a bug in llmci/);
});
