import { formatValue } from '../core/text/format.js';
import type { PageMetric } from './data.js';
import type { Distribution, Spread } from './distribution.js';
import { seenLine } from './seen-text.js';

const WIDTH = 320;
const HEIGHT = 64;
const BASE = 50;

interface HistogramProps {
  readonly metric: PageMetric;
  readonly spread: Spread;
  readonly distribution: Distribution;
}

/** Bars of how many samples have which score, those hatched that miss the mark, with the thresholds of gates. */
export function Histogram({ metric, spread, distribution }: HistogramProps) {
  const { low, high, most, mark } = spread;
  const { bins, values, failed } = distribution;
  const width = WIDTH / bins.length;
  const heightOf = (n: number) => (n === 0 ? 0 : Math.max(1.5, (n / most) * (BASE - 6)));
  const x = (value: number) => Math.min(WIDTH - 1, Math.max(1, ((value - low) / (high - low)) * WIDTH));
  const bounds = metric.bounds.filter(({ value }) => value >= low && value <= high);
  const show = (value: number) => formatValue(value, metric.unit);
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${seenLine(metric.id)}: ${values} scores from ${show(low)} to ${show(high)}, ${failed} miss the mark`}
    >
      <defs>
        <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="4" height="4" />
          <rect class="hatch-line" width="2" height="4" />
        </pattern>
      </defs>
      {bins.map((bin, n) => {
        const failedHeight = heightOf(bin.failed);
        const othersHeight = heightOf(bin.others);
        const at = { x: n * width + 0.5, width: width - 1 };
        return (
          <g key={n}>
            {bin.others > 0 && (
              <rect class="others" {...at} y={BASE - failedHeight - othersHeight} height={othersHeight} />
            )}
            {bin.failed > 0 && <rect class="failed" {...at} y={BASE - failedHeight} height={failedHeight} />}
            {bin.others + bin.failed > 0 && (
              <title>{`${show(low + (n / bins.length) * (high - low))} to ${show(low + ((n + 1) / bins.length) * (high - low))}: ${bin.others + bin.failed}`}</title>
            )}
          </g>
        );
      })}
      <line class="axis" x1="0" x2={WIDTH} y1={BASE} y2={BASE} />
      {bounds.map(({ label, value }) => (
        <line key={label} class="bound" x1={x(value)} x2={x(value)} y1="0" y2={BASE + 3}>
          <title>{label}</title>
        </line>
      ))}
      {mark !== null && <line class="mark-line" x1={x(mark)} x2={x(mark)} y1="0" y2={BASE + 3} />}
      <text x="0" y={HEIGHT - 2}>
        {show(low)}
      </text>
      <text x={WIDTH} y={HEIGHT - 2} class="end">
        {show(high)}
      </text>
    </svg>
  );
}
