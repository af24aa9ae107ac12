import type { ArmStatus } from '../model/gateway-status.js';
import { milliseconds } from './text.js';

const WIDTH = 320;
const HEIGHT = 70;
const BASE = 54;
/** The upper bound of the first bucket in milliseconds; each is twice the one before. */
const FIRST_MS = 10;

/** How many answers took how long, each bar up to twice the time of the one before it. */
export function LatencyPicture({ arm: { release, latency, p50Ms, p95Ms } }: { readonly arm: ArmStatus }) {
  const most = Math.max(1, ...latency);
  const width = WIDTH / latency.length;
  const bound = (bucket: number) => milliseconds(FIRST_MS * 2 ** bucket);
  return (
    <svg
      class="latency"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`latency of ${release}: half within ${milliseconds(p50Ms)}, 95 % within ${milliseconds(p95Ms)}`}
    >
      {latency.map((count, bucket) => {
        const height = count === 0 ? 0 : Math.max(1.5, (count / most) * (BASE - 4));
        const label = bucket === latency.length - 1 ? `above ${bound(bucket - 1)}` : `to ${bound(bucket)}`;
        return (
          <rect key={label} x={bucket * width + 0.5} y={BASE - height} width={width - 1} height={height}>
            <title>{`${label}: ${count.toLocaleString('en')}`}</title>
          </rect>
        );
      })}
      <line class="axis" x1="0" x2={WIDTH} y1={BASE} y2={BASE} />
      {[0, 4, 7, 10, 13].map((bucket) => (
        <text key={bucket} x={(bucket + 1) * width} y={HEIGHT - 4} class="middle">
          {bound(bucket)}
        </text>
      ))}
    </svg>
  );
}
