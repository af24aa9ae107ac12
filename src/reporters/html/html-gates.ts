import { describeGate } from '../../core/gates/describe-gate.js';
import { count, formatShare } from '../../core/text/format.js';
import { printable, printableLine } from '../../core/text/printable.js';
import type { Verdict } from '../../model/gate.js';
import type { GateResult } from '../../model/run-record.js';
import { MARK_PATHS, type MarkName } from '../../report-page/marks.js';
import { Html, html } from '../layout/html-text.js';
import { describeActual, describeCount, describeGroup, describeInterval } from '../words/words.js';
import { drawGate } from './gate-picture.js';

/** Gates that are shown of a run with which nothing is the matter; the others unfold. */
const SHOWN_QUIET = 5;

const VERDICT_MARKS: Readonly<Record<Verdict, MarkName>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'unscored',
  error: 'error',
};

/** The sign of a verdict; the word stands beside it. */
export function drawVerdict(verdict: Verdict): Html {
  const name = VERDICT_MARKS[verdict];
  const [shape, sign] = MARK_PATHS[name];
  return html`<svg class="mark ${name}" viewBox="0 0 16 16" aria-hidden="true"><path class="shape" d="${shape}"/><path class="sign" d="${sign}"/></svg>`;
}

/** The gates, those first that keep the run from passing; those that pass fold when there are many. */
export function renderGates(gates: readonly GateResult[]): Html {
  const weight = (gate: GateResult) => (gate.blocks ? 0 : gate.warns ? 1 : gate.verdict === 'pass' ? 3 : 2);
  const ordered = gates.toSorted((a, b) => weight(a) - weight(b));
  const loud = ordered.filter((gate) => weight(gate) < 3);
  const quiet = ordered.slice(loud.length);
  const most = loud.length > 0 ? 0 : SHOWN_QUIET;
  // A fold for two saves nothing
  const shown = quiet.length <= most + 2 ? quiet.length : most;
  const groups = new Set(gates.map(describeGroup));
  const row = (gate: GateResult) => renderGate(gate, groups.size > 1);
  const folded = quiet.slice(shown);
  const more =
    folded.length === 0
      ? new Html('')
      : html`<details class="more"><summary>${count(folded.length, shown > 0 ? 'more gate' : 'gate')} that ${folded.length === 1 ? 'passes' : 'pass'}</summary><ul class="gates">${folded.map(row)}</ul></details>`;
  return html`<section class="gates-section" aria-labelledby="gates-title">
<h2 id="gates-title">Gates</h2>
<ul class="gates">${[...loud, ...quiet.slice(0, shown)].map(row)}</ul>
${more}
</section>
`;
}

function renderGate(gate: GateResult, isOneOfMany: boolean): Html {
  const group = isOneOfMany ? html`<span class="group">${describeGroup(gate)}</span>` : new Html('');
  const isLoud = gate.blocks || gate.warns;
  const place =
    gate.place && isLoud ? html`<span class="place">${printableLine(placeOf(gate.place), 120)}</span>` : new Html('');
  const word = gate.blocks || gate.verdict === 'pass' ? gate.verdict : `${gate.verdict}, does not block`;
  return html`<li class="gate ${gate.verdict}${gate.blocks ? ' blocks' : ''}">
<div class="verdict">${drawVerdict(gate.verdict)}<b>${word}</b></div>
<div class="rule"><b>${printableLine(describeGate(gate), 120)}</b>${group}${place}</div>
<div class="actual"><b>${describeActual(gate)}</b><small>n = ${describeCount(gate)}</small></div>
<div class="picture">${drawGate(gate)}<small>${describeBounds(gate)}</small></div>
<p class="why">${printable(gate.message)}${linkToCases(gate)}</p>
</li>
`;
}

/** A link to the cases that a failing gate fails by; nothing for others. */
function linkToCases({ verdict, metric, where }: GateResult): Html {
  if (verdict !== 'fail' && verdict !== 'inconclusive') return new Html('');
  const state = new URLSearchParams({ filter: 'failed' });
  if (metric !== 'pass' && metric !== 'score') state.set('metric', metric);
  const [tag] = where;
  if (where.length === 1 && tag !== undefined) state.set('tag', tag);
  return html` <a href="${`#${state}`}">failing cases</a>`;
}

function describeBounds(gate: GateResult): string {
  if (gate.interval === null) return 'no interval';
  return `${formatShare(gate.interval.confidence)} interval ${describeInterval(gate)}`;
}

function placeOf({ file, line }: NonNullable<GateResult['place']>): string {
  return line === undefined ? file : `${file}:${line}`;
}
