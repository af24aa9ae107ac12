import { count } from '../core/text/format.js';
import type { GateStatus, LiveVerdict, ScoringStatus } from '../model/gateway-status.js';
import type { MarkName } from '../report-page/marks.js';

/** The sign of a verdict; its shape says what its colour says. */
export function verdictMark(verdict: LiveVerdict | null): MarkName {
  if (verdict === null) return 'not-applicable';
  return { pass: 'passed', fail: 'failed', wait: 'unscored' }[verdict] as MarkName;
}

/** The verdict of a rollout; a gate that only warns has no part in it, and is told beside it where it fails. */
export function verdictWords(
  verdict: LiveVerdict | null,
  gates: readonly Pick<GateStatus, 'level' | 'verdict'>[],
): string {
  const warnings = gates.filter((gate) => gate.level === 'warn' && gate.verdict === 'fail').length;
  const all = warnings === 0 ? 'All gates pass' : 'All gates that decide pass';
  const words = { pass: all, fail: 'A gate fails', wait: 'Not decided yet' };
  return [verdict === null ? 'Not judged' : words[verdict], ...(warnings > 0 ? [count(warnings, 'warning')] : [])].join(
    '; ',
  );
}

/** How many calls a gate has seen, and how many more it needs. */
export function describeCalls({ calls, needed, verdict }: GateStatus): string {
  const seen = `${calls.candidate.toLocaleString('en')} of the candidate, ${calls.control.toLocaleString('en')} of the control`;
  if (verdict !== 'wait') return seen;
  return needed === null ? seen : `${seen}; about ${needed.toLocaleString('en')} more needed`;
}

/** What has no score, and why: it says nothing of either arm. */
export function unscoredWords({ missing, dropped, overBudget }: ScoringStatus): string {
  const told = [
    [missing, 'missing'],
    [dropped, 'dropped'],
    [overBudget, 'over budget'],
  ] as const;
  const words = told.flatMap(([{ control, candidate }, why]) =>
    control + candidate === 0 ? [] : [`${(control + candidate).toLocaleString('en')} ${why}`],
  );
  return words.length === 0 ? 'none' : words.join(', ');
}

/** Tells a gate from the others of its rollout: one statistic may have two, of its change and of its value. */
export function gateKey({ prompt, metric, stat, harm, margin }: GateStatus): string {
  return [prompt, metric, stat, harm, margin].join(' ');
}
