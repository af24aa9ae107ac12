import type { ComparedMetric } from '../../core/compare/comparison.js';
import { Html, html } from '../layout/html-text.js';
import { describeDifference, describeDifferenceInterval } from './compare-words.js';

const WIDTH = 180;
const HEIGHT = 22;
const MARGIN = 8;

/** How far the plot of a metric reaches to either side of 0. */
export interface Scale {
  readonly reach: number;
}

/** Differences that are drawn on one scale: all shares of 0 to 1, all relative changes, each other metric by itself. */
export function scaleGroup({ metric, unit, relative }: ComparedMetric): string {
  return relative !== null ? 'relative' : unit === 'fraction' ? 'fraction' : `metric ${metric}`;
}

/** The scale of each group: as far as its longest interval. */
export function chooseScales(metrics: readonly ComparedMetric[]): ReadonlyMap<string, Scale> {
  const scales = new Map<string, Scale>();
  for (const metric of metrics) {
    const { interval, relative, difference } = metric;
    const ends = [relative ?? difference, interval?.low ?? 0, interval?.high ?? 0].map(Math.abs);
    const reach = Math.max(scales.get(scaleGroup(metric))?.reach ?? 0, ...ends);
    scales.set(scaleGroup(metric), { reach });
  }
  return scales;
}

/** One row of a forest plot as inline SVG: the difference and its interval around 0, better to the right. */
export function drawDifference(metric: ComparedMetric, scale: Scale): Html {
  const { interval, relative, difference, better, reading } = metric;
  const sign = better === 'higher' ? 1 : -1;
  const x = (value: number) => {
    const share = scale.reach === 0 ? 0 : (sign * value) / scale.reach;
    return Number((WIDTH / 2 + share * (WIDTH / 2 - MARGIN)).toFixed(1));
  };
  const y = HEIGHT / 2;
  const edge = (value: number | null, open: number) =>
    value === null ? WIDTH / 2 + sign * open * (WIDTH / 2) : x(value);
  const bar =
    interval === null
      ? new Html('')
      : html`<line class="bar" x1="${edge(interval.low, -1)}" x2="${edge(interval.high, 1)}" y1="${y}" y2="${y}"/>`;
  const label = `difference ${describeDifference(metric)}, interval ${describeDifferenceInterval(metric)}: ${reading}`;
  return html`<svg class="forest ${reading}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}"><line class="zero" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="${HEIGHT}"/>${bar}<circle cx="${x(relative ?? difference)}" cy="${y}" r="4"/></svg>`;
}
