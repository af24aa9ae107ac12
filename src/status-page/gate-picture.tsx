import type { GateStatus } from '../model/gateway-status.js';

const WIDTH = 320;
const HEIGHT = 76;
const TOP = 6;
const BASE = 60;

/**
 * How the bound of a gate came to lie beside its margin: a band that narrows as calls come in. On the hatched side of the
 * dashed line there is harm: a band that is whole on it fails, one that is whole off it passes.
 */
export function GatePicture({ gate }: { readonly gate: GateStatus }) {
  const known = gate.past.filter(isKnown);
  const last = known.at(-1);
  if (!last) return <p class="quiet picture none">no bound yet</p>;
  const [low, high] = rangeOf(known, gate.margin);
  const y = (value: number) => TOP + (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low)) * (BASE - TOP);
  const first = known[0]?.[0] ?? last[0];
  const x = (at: number) => (last[0] === first ? WIDTH : ((at - first) / (last[0] - first)) * WIDTH);
  const upper = known.map(([at, , above]) => `${round(x(at))},${round(y(above ?? high))}`);
  const lower = known.map(([at, below]) => `${round(x(at))},${round(y(below ?? low))}`).reverse();
  const margin = y(gate.margin);
  const [harmTop, harmHeight] = gate.harm === 'above' ? [TOP, margin - TOP] : [margin, BASE - margin];
  const words = `${gate.metric} ${gate.stat}: now ${gate.words.bounds ?? 'no bound'}, ${gate.words.allowed} allowed`;
  return (
    <svg class="picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
      <rect class="harm" x="0" y={harmTop} width={WIDTH} height={Math.max(0, harmHeight)} />
      <rect class="harm-lines" x="0" y={harmTop} width={WIDTH} height={Math.max(0, harmHeight)} />
      {known.length > 1 && <polygon class="band" points={[...upper, ...lower].join(' ')} />}
      {low < 0 && high > 0 && <line class="zero" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />}
      <line class="margin" x1="0" x2={WIDTH} y1={margin} y2={margin} />
      <line class="now" x1={WIDTH - 1.5} x2={WIDTH - 1.5} y1={y(last[2] ?? high)} y2={y(last[1] ?? low)} />
      <line class="axis" x1="0" x2={WIDTH} y1={BASE} y2={BASE} />
      <text x="0" y={HEIGHT - 4}>
        {spanOf(last[0] - first)}
      </text>
      <text x={WIDTH} y={HEIGHT - 4} class="end">
        now
      </text>
    </svg>
  );
}

type Point = GateStatus['past'][number];

function isKnown([, low, high]: Point): boolean {
  return low !== null || high !== null;
}

/** What is drawn: the margin and what lies around it. The first bounds are so wide that they would hide all the rest. */
function rangeOf(known: readonly Point[], margin: number): readonly [low: number, high: number] {
  const settled = known.slice(Math.floor(known.length / 4));
  const values = [margin, ...settled.flatMap(([, low, high]) => [low, high]).filter((end) => end !== null)];
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = (most - least || 1) * 0.08;
  return [least - room, most + room];
}

function spanOf(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
