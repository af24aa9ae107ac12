import { describeGate } from '../../core/gates/describe-gate.js';
import type { GateResult } from '../../model/run-record.js';
import { Html, html } from '../layout/html-text.js';
import { describeActual, describeInterval, describeOnScale } from '../words/words.js';

const WIDTH = 240;
const MARGIN = 8;
const LINE = 12;
const HEIGHT = 38;
/** Where the ends of the scale stand. */
const FOOT = 33;

/** What a gate saw, with its interval, against its threshold: the side that passes is shaded. */
export function drawGate(gate: GateResult): Html {
  const { expected, interval } = gate;
  const isChange = expected.of !== 'value';
  const point = isChange ? gate.change : gate.actual;
  if (point === null) return new Html('');
  const domain = domainOf(gate, point);
  const share = (value: number) => (value - domain.low) / (domain.high - domain.low);
  const x = (value: number) => round(MARGIN + Math.min(1, Math.max(0, share(value))) * (WIDTH - 2 * MARGIN));
  const threshold = x(expected.value);
  const good = expected.bound === 'min' ? { from: threshold, to: WIDTH - MARGIN } : { from: MARGIN, to: threshold };
  const bar =
    interval === null
      ? new Html('')
      : html`<line class="interval" x1="${interval.low === null ? MARGIN : x(interval.low)}" x2="${interval.high === null ? WIDTH - MARGIN : x(interval.high)}" y1="${LINE}" y2="${LINE}"/>`;
  const zero =
    isChange && domain.low < 0
      ? html`<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="${LINE - 8}" y2="${LINE + 8}"/>`
      : new Html('');
  const show = (value: number) => describeOnScale(gate, value);
  const label = `${describeActual(gate)}, interval ${describeInterval(gate) || 'unknown'}; wanted: ${describeGate(gate)}`;
  return html`<svg class="gate-picture" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}"><rect class="good" x="${good.from}" y="${LINE - 9}" width="${round(good.to - good.from)}" height="18"/><line class="axis" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${LINE}" y2="${LINE}"/>${zero}${bar}<line class="threshold" x1="${threshold}" x2="${threshold}" y1="1" y2="${LINE + 11}"/><circle cx="${x(point)}" cy="${LINE}" r="4.5"/><text x="${MARGIN}" y="${FOOT}">${show(domain.low)}</text><text class="end" x="${WIDTH - MARGIN}" y="${FOOT}">${show(domain.high)}</text></svg>`;
}

/** What the picture spans: all of it, with room around; shares from 0 to 1 unless they all lie close together. */
function domainOf({ expected, interval }: GateResult, point: number): { low: number; high: number } {
  const zero = expected.of === 'value' ? [] : [0];
  const ends = [expected.value, point, interval?.low ?? point, interval?.high ?? point, ...zero];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const isShare = expected.unit === 'fraction' && expected.of === 'value' && least >= 0 && most <= 1;
  if (isShare && most - least > 0.2) return { low: 0, high: 1 };
  const room = (most - least) * 0.15 || Math.abs(most) * 0.1 || 1;
  // Nothing is more than 100% lower than what it was
  const floor = least >= 0 ? 0 : expected.of === 'relative-change' && least >= -1 ? -1 : -Infinity;
  const low = Math.max(floor, least - room);
  return { low, high: isShare ? Math.min(1, most + room) : most + room };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
