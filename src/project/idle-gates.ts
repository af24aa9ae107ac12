import { canFail } from '../core/gates/can-fail.js';
import { describeGate } from '../core/gates/describe-gate.js';
import { expectationOf } from '../core/gates/gate.js';
import type { Problem } from '../model/problem.js';
import type { Column, Suite } from '../model/suite.js';

/** Gates of a suite that nothing can fail, and prompts without any other: a run of these asks for --allow-no-gates. */
export function findIdle(suite: Suite): readonly Problem[] {
  const idle = new Map<string, Problem>();
  for (const { prompt, gates } of suite.columns) {
    const failing = gates.filter((rule) => canFail(rule, suite));
    if (failing.length === 0) {
      const message = explainIdle(suite, { prompt, gates });
      idle.set(prompt.id, { file: suite.path, line: 1, column: 1, message, rule: 'no-gates', severity: 'warning' });
      continue;
    }
    for (const rule of gates) {
      if (failing.includes(rule) || rule.level === 'warn') continue;
      const name = describeGate({ ...rule, where: [...rule.where], expected: expectationOf(rule) });
      const message = `gate ${name} can never fail suite ${suite.id}: its bound cannot be missed`;
      const key = `${rule.place.file}:${rule.place.line}`;
      idle.set(key, { ...rule.place, column: 1, message, rule: 'idle-gate', severity: 'warning' });
    }
  }
  return [...idle.values()];
}

/** Why nothing can fail a prompt of a suite. */
export function explainIdle({ id }: Pick<Suite, 'id'>, { prompt, gates }: Pick<Column, 'prompt' | 'gates'>): string {
  if (gates.length === 0) return `suite ${id} has no gates for prompt ${prompt.id}: nothing in it could fail`;
  const why = gates.every(({ level }) => level === 'warn')
    ? 'all are `level: warn`'
    : 'they only warn, or have bounds that nothing can miss';
  return `no gate of suite ${id} can fail prompt ${prompt.id}: ${why}`;
}
