import { measureChange } from '../src/core/gates/change.js';
import type { CasePair } from '../src/core/gates/change-methods.js';
import { type Bounds, statisticOf } from '../src/core/scores/statistic.js';
import { mean, tInterval } from '../src/core/stats/mean.js';
import { clopperPearson } from '../src/core/stats/proportion.js';
import { createRandom, drawNormal } from '../src/core/stats/random.js';
import {
  AMBER,
  BLUE,
  circle,
  fixed,
  GREEN,
  LINE,
  line,
  PALE,
  percent,
  picture,
  RED,
  signed,
  text,
} from './draw-svg.js';

// The pictures of docs/guide/verdicts.md. What they show is computed by the code that judges gates; chance is seeded.

/** The pictures by file name. */
export function drawPictures(): Readonly<Record<string, string>> {
  return {
    'many-gates.svg': drawManyGates(),
    'margin.svg': drawMargin(),
    'pairs.svg': drawPairs(),
    'trials.svg': drawTrials(),
  };
}

/** Chance that at least one of n gates fails for nothing, when each does in 5 of 100 builds. */
function drawManyGates(): string {
  const [left, top, width, height] = [64, 64, 610, 220];
  const x = (gates: number) => left + (width * (gates - 1)) / 99;
  const y = (share: number) => top + height * (1 - share);
  const any = (gates: number) => 1 - 0.95 ** gates;
  const curve = Array.from({ length: 100 }, (_, index) => `${fixed(x(index + 1))},${fixed(y(any(index + 1)))}`);
  const marks = [1, 10, 20, 50, 100].map((gates) => {
    const label = `${gates === 1 ? '1 gate' : `${gates} gates`}: ${percent(any(gates))}`;
    const anchor = gates === 100 ? 'end' : 'start';
    const [dx, dy] = gates === 100 ? [2, -12] : gates === 1 ? [12, -8] : [10, 16];
    return (
      circle(x(gates), y(any(gates)), 5, RED) + text(x(gates) + dx, y(any(gates)) + dy, label, { anchor, weight: 600 })
    );
  });
  return picture(720, 328, 'Chance of a red build although nothing has changed', [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line(left, y(share), left + width, y(share), LINE),
      text(left - 10, y(share) + 5, percent(share, 0), { anchor: 'end', fill: PALE }),
    ]),
    `<polyline points="${curve.join(' ')}" fill="none" stroke="${RED}" stroke-width="2.5"/>`,
    ...marks,
    line(x(1), y(0.05), x(100), y(0.05), GREEN, 2.5),
    text(x(100), y(0.05) - 8, "together, by Holm's procedure: 5% at most", { anchor: 'end', fill: GREEN, weight: 600 }),
    text(left, top + height + 26, '1', { fill: PALE }),
    text(left + width, top + height + 26, '100', { anchor: 'end', fill: PALE }),
    text(left + width / 2, top + height + 26, 'gates, each of which fails for nothing in 5 of 100 builds', {
      anchor: 'middle',
      fill: PALE,
    }),
  ]);
}

interface Row {
  readonly label: string;
  readonly note: string;
  readonly verdict: string;
  readonly colour: string;
  readonly estimate: number;
  readonly bounds: Bounds | null;
}

/** Four changes beside a margin of 0.05. */
function drawMargin(): string {
  const rows: readonly Row[] = [
    changeRow('200 cases, 4 better, 4 worse', 'all of it is above the margin', 'pass', GREEN, [200, 4, 4]),
    changeRow('40 cases, 2 better, 3 worse', 'its middle is; no more is known', 'pass', GREEN, [40, 2, 3]),
    changeRow('40 cases, 3 better, 7 worse', 'chance alone can do that', 'inconclusive', AMBER, [40, 3, 7]),
    changeRow('200 cases, 6 better, 40 worse', 'chance cannot', 'fail', RED, [200, 6, 40]),
  ];
  const [left, right, top, step] = [284, 586, 92, 56];
  const x = (change: number) => left + ((right - left) * (change + 0.3)) / 0.45;
  const bottom = top + step * rows.length - 10;
  return picture(720, bottom + 56, 'maxDrop: 0.05, four builds', [
    `<rect x="${fixed(x(-0.3))}" y="${top - 28}" width="${fixed(x(-0.05) - x(-0.3))}" height="${bottom - top + 28}" fill="#fbeceb"/>`,
    ...[-0.3, -0.2, -0.1, 0, 0.1].flatMap((change) => [
      line(x(change), top - 28, x(change), bottom, change === 0 ? PALE : LINE),
      text(x(change), bottom + 20, change === 0 ? 'no change' : signed(change), { anchor: 'middle', fill: PALE }),
    ]),
    line(x(-0.05), top - 28, x(-0.05), bottom, RED, 2, '5 4'),
    text(x(-0.05), top - 36, 'margin', { anchor: 'middle', fill: RED, weight: 600 }),
    ...rows.flatMap((row, index) => {
      const y = top + step * index;
      return [
        text(24, y, row.label, { weight: 600 }),
        text(24, y + 18, row.note, { fill: PALE }),
        ...whisker(x, y, row),
        text(right + 24, y + 5, row.verdict, { fill: row.colour, weight: 600 }),
      ];
    }),
    text(left, bottom + 42, '← worse', { fill: PALE }),
    text(right, bottom + 42, 'better →', { anchor: 'end', fill: PALE }),
  ]);
}

function changeRow(
  label: string,
  note: string,
  verdict: string,
  colour: string,
  [cases, better, worse]: readonly [number, number, number],
): Row {
  const pairs = Array.from({ length: cases }, (_, index) => {
    const before = index < better ? 0 : 1;
    const now = index < better ? 1 : index < better + worse ? 0 : 1;
    return pairOf(index, before, now);
  });
  const { estimate, bounds } = changeOf(pairs);
  return { label, note, verdict, colour, estimate, bounds };
}

/** The same scores as two averages, and case by case. */
function drawPairs(): string {
  const random = createRandom('pairs');
  const cases = Array.from({ length: 20 }, () => {
    const before = 0.35 + 0.6 * random.uniform();
    return { before, now: Math.min(1, before - 0.05 + 0.03 * drawNormal(random)) };
  }).sort((a, b) => a.before - b.before);
  const before = cases.map((own) => own.before);
  const now = cases.map((own) => own.now);
  const { estimate, bounds } = changeOf(cases.map((own, index) => pairOf(index, own.before, own.now)));
  const [top, height] = [84, 210];
  const y = (score: number) => top + height * (1 - (score - 0.2) / 0.8);
  const alone = (at: number, values: readonly number[], label: string, colour: string) => {
    const [centre, interval] = [mean(values) ?? Number.NaN, tInterval(values, 0.9)];
    return [
      ...values.map((value) => circle(at - 26, y(value), 3, `${colour}66`)),
      line(at, y(interval?.low ?? centre), at, y(interval?.high ?? centre), colour, 3),
      circle(at, y(centre), 6, colour),
      text(at - 12, top + height + 24, label, { anchor: 'middle' }),
    ];
  };
  const start = 340;
  const scale = (change: number) => top + height * (1 - (change + 0.25) / 0.4);
  return picture(720, 340, 'The same 20 cases, each a little worse', [
    text(24, 62, 'two averages: their intervals overlap', { fill: PALE }),
    text(start, 62, 'case by case: now less before', { fill: PALE }),
    ...[0.2, 0.4, 0.6, 0.8, 1].flatMap((score) => [
      line(64, y(score), 250, y(score), LINE),
      text(54, y(score) + 5, score.toFixed(1), { anchor: 'end', fill: PALE }),
    ]),
    ...alone(130, before, 'before', BLUE),
    ...alone(220, now, 'now', RED),
    ...[-0.2, -0.1, 0, 0.1].flatMap((change) => [
      line(start, scale(change), 640, scale(change), change === 0 ? PALE : LINE),
      text(start - 8, scale(change) + 5, change === 0 ? '0' : signed(change), { anchor: 'end', fill: PALE }),
    ]),
    ...cases.flatMap((own, index) => {
      const at = start + 12 + index * 12.5;
      return [
        line(at, scale(0), at, scale(own.now - own.before), `${RED}66`, 2),
        circle(at, scale(own.now - own.before), 3.5, RED),
      ];
    }),
    line(610, scale(bounds?.low ?? estimate), 610, scale(bounds?.high ?? estimate), RED, 3),
    circle(610, scale(estimate), 6, RED),
    text(626, scale(estimate) + 5, `${signed(estimate, 3)}`, { weight: 600 }),
  ]);
}

/** Ten cases with five trials each: fifty answers, ten pieces of evidence. */
function drawTrials(): string {
  const random = createRandom('trials 4');
  const chances = [0.98, 0.98, 0.98, 0.98, 0.98, 0.9, 0.9, 0.7, 0.1, 0.05];
  const cases = chances.map((p) => Array.from({ length: 5 }, () => Number(random.uniform() < p)));
  const values = cases.flat();
  const places = cases.flatMap((trials, index) => trials.map(() => index));
  const passed = values.filter((value) => value === 1).length;
  const bounds = statisticOf('rate').bounds(
    { values, passed: values.map(Boolean), cases: places, clusters: places, missing: 0, notApplicable: 0 },
    { confidence: 0.9, inference: 'population', unit: 'fraction' },
  );
  const rate = passed / values.length;
  const naive = clopperPearson(passed, values.length, 0.9);
  const [left, top, cell] = [96, 72, 30];
  const squares = cases.flatMap((trials, column) =>
    trials.map((value, row) => {
      const [x, y] = [left + column * cell, top + row * cell];
      return `<rect x="${x}" y="${y}" width="${cell - 4}" height="${cell - 4}" rx="4" fill="${value ? GREEN : RED}"/>`;
    }),
  );
  const x = (share: number) => 460 + 220 * share;
  const bar = (y: number, label: string, own: Pick<Bounds, 'low' | 'high'> | null, colour: string) => [
    text(460, y - 16, label),
    ...whisker(x, y, { estimate: rate, bounds: own, colour }),
  ];
  return picture(720, 262, 'Ten cases, five trials each', [
    text(left - 10, top + 2.5 * cell, 'trials', { anchor: 'end', fill: PALE }),
    text(left + 5 * cell - 2, top + 5 * cell + 22, 'cases: most are right, two never', {
      anchor: 'middle',
      fill: PALE,
    }),
    ...squares,
    ...[0, 0.5, 1].flatMap((share) => [
      line(x(share), 112, x(share), 132, LINE),
      line(x(share), 178, x(share), 222, LINE),
      text(x(share), 242, percent(share, 0), { anchor: 'middle', fill: PALE }),
    ]),
    ...bar(122, 'counted as 50 answers: too sure', naive, PALE),
    ...bar(188, 'counted as 10 cases: what it is', bounds, BLUE),
  ]);
}

function pairOf(index: number, before: number, now: number): CasePair {
  const scores = (value: number) => ({ values: [value], passed: [value === 1] });
  return { case: `${index}`, cluster: index, before: scores(before), now: scores(now) };
}

function changeOf(pairs: readonly CasePair[]): { readonly estimate: number; readonly bounds: Bounds | null } {
  const question = {
    ...({ stat: 'mean', unit: 'fraction', better: 'higher', inference: 'population' } as const),
    relative: false,
    seed: 'picture',
  };
  const change = measureChange(pairs, question);
  return { estimate: change?.estimate ?? Number.NaN, bounds: change?.bounds(0.9) ?? null };
}

function whisker(
  x: (value: number) => number,
  y: number,
  {
    estimate,
    bounds,
    colour,
  }:
    | Pick<Row, 'estimate' | 'bounds' | 'colour'>
    | { estimate: number; bounds: Pick<Bounds, 'low' | 'high'> | null; colour: string },
): readonly string[] {
  const [low, high] = [x(bounds?.low ?? estimate), x(bounds?.high ?? estimate)];
  return [
    line(low, y, high, y, colour, 3),
    line(low, y - 6, low, y + 6, colour, 3),
    line(high, y - 6, high, y + 6, colour, 3),
    circle(x(estimate), y, 6, colour),
  ];
}
