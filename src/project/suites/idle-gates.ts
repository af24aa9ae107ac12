import { canFail } from '../../core/gates/can-fail.js';
import { describeGate } from '../../core/gates/describe-gate.js';
import { expectationOf } from '../../core/gates/gate.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Column, Suite } from '../../model/suite.js';

/**
 * Prompts of a suite that no gate of level error judges, of which a run asks for --allow-no-gates; and gates that no score can
 * fail. These still see to it that no score is missing, so a run with nothing else is not certain to pass, and is told as such.
 */
export function findIdle(suite: Suite): readonly Problem[] {
  const found = new Map<string, Problem>();
  for (const { prompt, gates } of suite.columns) {
    const blocking = gates.filter(({ level }) => level === 'error');
    const idle = blocking.filter((rule) => !canFail(rule, suite));
    if (idle.length === blocking.length) {
      const message = explainIdle(suite, { prompt, gates });
      const rule = blocking.length === 0 ? 'no-gates' : 'idle-gate';
      found.set(prompt.id, { ...atTop(suite.path), message, rule, severity: 'warning' });
    }
    for (const rule of idle) {
      const name = describeGate({ ...rule, where: [...rule.where], expected: expectationOf(rule) });
      const message = `gate ${name} can never fail suite ${suite.id}: its bound cannot be missed`;
      const key = `${rule.place.file}:${rule.place.line}`;
      found.set(key, { ...rule.place, column: 1, message, rule: 'idle-gate', severity: 'warning' });
    }
  }
  return [...found.values()];
}

/** Why nothing can fail a prompt of a suite. */
export function explainIdle({ id }: Pick<Suite, 'id'>, { prompt, gates }: Pick<Column, 'prompt' | 'gates'>): string {
  if (gates.length === 0) return `suite ${id} has no gates for prompt ${prompt.id}: nothing in it could fail`;
  const why = gates.every(({ level }) => level === 'warn')
    ? 'all are `level: warn`'
    : 'they only warn, or have bounds that nothing can miss';
  return `no gate of suite ${id} can fail prompt ${prompt.id}: ${why}`;
}
