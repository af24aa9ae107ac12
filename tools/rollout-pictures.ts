import { judgeLive } from '../src/core/rollouts/judge-live.js';
import { type JudgedGate, measureQuantity } from '../src/core/rollouts/measured-quantity.js';
import { addValue, NO_SUMS } from '../src/core/rollouts/sums.js';
import { judgeQuantity } from '../src/core/rollouts/verdict.js';
import { createRandom } from '../src/core/stats/random.js';
import type { StepCounts, Sums } from '../src/model/live-counts.js';
import { BLUE, fixed, GREEN, LINE, line, PALE, percent, picture, RED, text } from './draw-svg.js';

// The pictures of docs/guide/rollouts.md. Calls are simulated and seeded; they are judged by the code that judges live gates.

/** The pictures by file name. */
export function drawRolloutPictures(): Readonly<Record<string, string>> {
  return { 'rollout-bounds.svg': drawBounds(), 'rollout-looks.svg': drawLooks() };
}

const gateWith = (margin: number): JudgedGate => ({
  stream: 'errors',
  values: 'rate',
  better: 'lower',
  bound: { kind: 'change', margin, relative: false },
  level: 'error',
});

const stepOf = (control: Sums, candidate: Sums): StepCounts => ({
  weight: 0.5,
  since: '2026-11-28T20:00:00.000Z',
  calls: { control: control.n, candidate: candidate.n },
  streams: { errors: { control, candidate, paired: NO_SUMS } },
});

/** Calls at 1:1 with these error rates; what was counted after every so many. */
function countCalls(seed: string, candidateRate: number, calls: number, every: number): readonly StepCounts[] {
  const random = createRandom(seed);
  let [control, candidate] = [NO_SUMS, NO_SUMS];
  const counted: StepCounts[] = [];
  for (let call = 1; call <= calls; call += 1) {
    const isCandidate = random.uniform() < 0.5;
    const value = random.uniform() < (isCandidate ? candidateRate : 0.05) ? 1 : 0;
    if (isCandidate) candidate = addValue(candidate, value);
    else control = addValue(control, value);
    if (call % every === 0) counted.push(stepOf(control, candidate));
  }
  return counted;
}

/** The bounds of the change in errors as calls come in: a candidate with three times the errors, and one as good as the control. */
function drawBounds(): string {
  const [top, height] = [92, 190];
  const y = (more: number) => top + height * (1 - (more + 0.15) / 0.45);
  const panel = (left: number, title: string, rate: number, calls: number, colour: string): readonly string[] => {
    const width = 270;
    const x = (candidates: number) => left + (width * candidates) / (calls / 2);
    const gate = gateWith(0.01);
    const looks = countCalls(`bounds ${rate}`, rate, calls, calls / 100).map((step) => judgeLive(gate, [step], 0.0125));
    const clamp = (more: number) => Math.min(0.3, Math.max(-0.15, more));
    // shown as more errors, which is worse: the decision has better upwards
    const point = ({ n }: { n: { candidate: number } }, change: number | null, none: number) =>
      `${fixed(x(n.candidate))},${fixed(y(clamp(change === null ? none : -change)))}`;
    const band = [
      ...looks.map((look) => point(look, look.low, 0.3)),
      ...[...looks].reverse().map((look) => point(look, look.high, -0.15)),
    ];
    const end = looks.find(({ verdict }) => verdict !== 'wait');
    const fate =
      end === undefined ? 'not decided yet' : `${end.verdict} after ${end.n.candidate.toLocaleString('en')} calls`;
    return [
      text(left, 68, title, { fill: PALE }),
      ...[-0.1, 0, 0.1, 0.2, 0.3].flatMap((more) => [
        line(left, y(more), left + width, y(more), LINE),
        text(left - 8, y(more) + 5, more === 0 ? '0' : `${more > 0 ? '+' : '−'}${percent(Math.abs(more), 0)}`, {
          anchor: 'end',
          fill: PALE,
        }),
      ]),
      `<polygon points="${band.join(' ')}" fill="${colour}" fill-opacity="0.16"/>`,
      `<polyline points="${looks.map((look) => point(look, look.estimate, 0)).join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
      line(left, y(0.01), left + width, y(0.01), RED, 2, '5 4'),
      ...(end === undefined ? [] : [line(x(end.n.candidate), top, x(end.n.candidate), top + height, colour, 1.5)]),
      text(left, top + height + 24, '0', { fill: PALE }),
      text(left + width, top + height + 24, (calls / 2).toLocaleString('en'), { anchor: 'end', fill: PALE }),
      text(left + width / 2, top + height + 46, fate, { anchor: 'middle', fill: colour, weight: 600 }),
    ];
  };
  return picture(720, 350, 'More errors than the control, as calls of the candidate come in', [
    ...panel(72, 'errors 15% where the control has 5%', 0.15, 800, RED),
    ...panel(422, 'errors 5% in both', 0.05, 40_000, GREEN),
  ]);
}

/** How many rollouts of an unchanged prompt have gone back by now: a test made anew at each look, and a bound that holds at all. */
function drawLooks(): string {
  const [runs, calls, every] = [300, 3_000, 50];
  const looks = calls / every;
  const strict = gateWith(0);
  const alarms = { test: new Array<number>(looks).fill(0), bound: new Array<number>(looks).fill(0) };
  for (let run = 0; run < runs; run += 1) {
    const counted = countCalls(`looks ${run}`, 0.05, calls, every);
    const add = (into: number[], first: number) => {
      for (let look = first; first >= 0 && look < looks; look += 1) into[look] = (into[look] ?? 0) + 1;
    };
    add(alarms.test, counted.findIndex(isTestAlarm));
    add(
      alarms.bound,
      counted.findIndex((step) => judgeQuantity(strict, measureQuantity(strict, [step]), 0.05) === 'fail'),
    );
  }
  const [left, top, width, height] = [72, 64, 610, 210];
  const x = (look: number) => left + (width * look) / looks;
  const y = (share: number) => top + height * (1 - share / 0.4);
  const curve = (counts: readonly number[], colour: string) => {
    const points = counts.map((count, look) => `${fixed(x(look + 1))},${fixed(y(count / runs))}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`;
  };
  const last = (counts: readonly number[]) => (counts.at(-1) ?? 0) / runs;
  return picture(720, 330, 'Nothing has changed, and yet it goes back: share of 300 rollouts', [
    ...[0, 0.1, 0.2, 0.3, 0.4].flatMap((share) => [
      line(left, y(share), left + width, y(share), LINE),
      text(left - 10, y(share) + 5, percent(share, 0), { anchor: 'end', fill: PALE }),
    ]),
    line(left, y(0.05), left + width, y(0.05), PALE, 1.5, '5 4'),
    text(left - 10, y(0.05) + 5, '5%', { anchor: 'end', fill: PALE }),
    curve(alarms.test, RED),
    curve(alarms.bound, BLUE),
    text(x(looks), y(last(alarms.test)) - 10, `a 5% test at every look: ${percent(last(alarms.test))}`, {
      anchor: 'end',
      fill: RED,
      weight: 600,
    }),
    text(x(looks), y(last(alarms.bound)) - 8, `a bound that holds at every look: ${percent(last(alarms.bound))}`, {
      anchor: 'end',
      fill: BLUE,
      weight: 600,
    }),
    text(left, top + height + 26, '0', { fill: PALE }),
    text(left + width, top + height + 26, '3,000 calls, looked at every 50', { anchor: 'end', fill: PALE }),
  ]);
}

/** One-sided z test of two proportions at 5 %. */
function isTestAlarm(step: StepCounts): boolean {
  const { errors: counts } = step.streams;
  if (counts === undefined || counts.control.n === 0 || counts.candidate.n === 0) return false;
  const { control, candidate } = counts;
  const pooled = (control.sum + candidate.sum) / (control.n + candidate.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / candidate.n));
  return error > 0 && (candidate.sum / candidate.n - control.sum / control.n) / error > 1.644854;
}
