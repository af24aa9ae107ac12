import { expect, it } from 'vitest';
import { ManyProblems } from './many-problems.js';

function problemsAt(lines: number): ManyProblems {
  const problems = new ManyProblems();
  for (let line = 1; line <= lines; line++) problems.add({ file: 'rows.csv', line, column: 1, message: `row ${line}` });
  return problems;
}

it('keeps what can be read, and counts the rest where it begins', () => {
  expect(problemsAt(200).all()).toHaveLength(200);
  expect(problemsAt(201).all().at(-1)).toMatchObject({ line: 201, message: 'row 201' });
  const many = problemsAt(100_000);
  expect(many.count).toBe(100_000);
  expect(many.all()).toHaveLength(201);
  expect(many.all().at(-1)).toMatchObject({ line: 201, message: 'and 99,800 more problems from here on' });
});
