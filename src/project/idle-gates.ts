import type { Problem } from '../model/problem.js';
import type { Suite } from '../model/suite.js';

/** Prompts of a suite that nothing could fail: a run of them asks for --allow-no-gates. */
export function findIdle({ id, path, columns }: Suite): readonly Problem[] {
  const idle = new Set(columns.filter(({ gates }) => gates.length === 0).map(({ prompt }) => prompt.id));
  return [...idle].map((prompt) => ({
    ...{ file: path, line: 1, column: 1, severity: 'warning', rule: 'no-gates' },
    message: `suite ${id} has no gates for prompt ${prompt}: nothing in it could fail`,
  }));
}
