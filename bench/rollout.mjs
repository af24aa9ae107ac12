import { measureQuantity } from '../dist/core/rollouts/measured-quantity.js';
import { addValue, NO_SUMS } from '../dist/core/rollouts/sums.js';
import { mixtureLogE } from '../dist/core/stats/e-process.js';
import { findZero } from '../dist/core/stats/find-zero.js';
import { normalMixtureLogE } from '../dist/core/stats/normal-mixture.js';
import { clopperPearson } from '../dist/core/stats/proportion.js';
import { createRandom, drawNormal } from '../dist/core/stats/random.js';
import { row } from './rows.mjs';

/**
 * How often a rollout goes back for nothing, and how soon for a reason: simulated calls, judged by the code that judges live
 * gates. Everything is seeded.
 */
const rollouts = Number(process.env['LLMCI_BENCH_REPETITIONS'] ?? 400);
const perSecond = 20;
const share = 0.05 / 4;
const goal = -Math.log(share);

/** @param {number} margin @param {boolean} [relative] */
const change = (margin, relative = false) => /** @type {const} */ ({ kind: 'change', margin, relative });
/** Four gates, and what a call brings for each. */
const gatesWith = (margins) =>
  /** @type {import('../dist/core/rollouts/measured-quantity.js').JudgedGate[]} */ ([
    { stream: 'errors', values: 'rate', better: 'lower', bound: change(margins.errors), level: 'error' },
    { stream: 'latency', values: 'log-mean', better: 'lower', bound: change(margins.latency, true), level: 'error' },
    { stream: 'cost', values: 'log-mean', better: 'lower', bound: change(margins.cost, true), level: 'error' },
    { stream: 'score', values: 'mean', better: 'higher', bound: change(margins.score), level: 'error' },
  ]);
const usual = gatesWith({ errors: 0.01, latency: 0.1, cost: 0.1, score: 0.02 });
const strict = gatesWith({ errors: 0, latency: 0, cost: 0, score: 0 });

const streams = ['errors', 'latency', 'cost', 'score'];
function drawCall(random, errors) {
  const failed = random.uniform() < errors;
  if (failed) return { errors: 1 };
  return {
    errors: 0,
    latency: 0.6 * drawNormal(random),
    cost: 0.4 * drawNormal(random),
    score: 1 - random.uniform() ** 4,
  };
}

const emptyStep = (weight) => ({
  weight,
  since: '',
  calls: { control: 0, candidate: 0 },
  streams: Object.fromEntries(streams.map((name) => [name, { control: NO_SUMS, candidate: NO_SUMS, paired: NO_SUMS }])),
});

/** Whether, and after how many calls of the candidate, one of these gates fails; null when none does. */
function rollOut(seed, steps, errors, gateSets) {
  const random = createRandom(seed);
  const done = [];
  const ended = gateSets.map(() => null);
  let candidates = 0;
  for (const { weight, calls, every } of steps) {
    const step = emptyStep(weight);
    done.push(step);
    for (let call = 1; call <= calls; call++) {
      const arm = random.uniform() < weight ? 'candidate' : 'control';
      if (arm === 'candidate') candidates++;
      for (const [name, value] of Object.entries(drawCall(random, errors[arm]))) {
        step.streams[name][arm] = addValue(step.streams[name][arm], value);
      }
      if (call % every > 0) continue;
      for (const [index, gates] of gateSets.entries()) {
        if (
          ended[index] === null &&
          gates.some((gate) => measureQuantity(gate, done).below(-gate.bound.margin) >= goal)
        )
          ended[index] = candidates;
      }
      if (ended.every((end) => end !== null)) return ended;
    }
  }
  return ended;
}

/** @type {ReturnType<typeof row>[]} */
const rows = [];
/** @param {Parameters<typeof row>} told */
const add = (...told) => rows.push(row(...told));
const percent = (value) => `${(100 * value).toFixed(1)}%`;
const withInterval = (count, of) => {
  const { low, high } = clopperPearson(count, of, 0.95) ?? { low: 0, high: 1 };
  return `${percent(count / of)} (${count} of ${of}; 95%: ${percent(low)} to ${percent(high)})`;
};
/** The value below which this share of the ends lies; null counts as later than all. */
const quantile = (ends, at = 0.5) => {
  const sorted = ends.map((end) => end ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return sorted[Math.floor(at * (sorted.length - 1))];
};
const times = (count, f) => Array.from({ length: count }, (_, index) => f(index));

function reportFalseAlarms() {
  const steps = [
    { weight: 0.1, calls: 4_000, every: perSecond },
    { weight: 0.5, calls: 16_000, every: perSecond },
  ];
  const calm = { control: 0.05, candidate: 0.05 };
  const ends = times(rollouts, (run) => rollOut(`calm ${run}`, steps, calm, [usual, strict]));
  for (const [index, name] of ['margins of 1 point, 10%, 10%, 0.02', 'all margins 0'].entries()) {
    const back = ends.filter((own) => own[index] !== null).length;
    add(
      `no change, 20,000 calls, ${name}: go back`,
      withInterval(back, rollouts),
      'at most 5%',
      back / rollouts <= 0.05,
    );
  }
}

function reportPower() {
  const steps = [{ weight: 0.5, calls: 4_000, every: 2 }];
  const harm = { control: 0.05, candidate: 0.15 };
  const ends = times(rollouts, (run) => rollOut(`harm ${run}`, steps, harm, [usual])[0]);
  const median = quantile(ends);
  add('errors 5% to 15%, four gates: calls of the candidate, median', `${median}`, 'at most 250', median <= 250);
  add('the same, slowest tenth', `${quantile(ends, 0.9)}`);
}

/** Ways to say "candidate - control is above the margin" from four counts. */
const waysToCompare = {
  'two confidence sequences': ({ control, candidate }, margin) => {
    const half = -Math.log(share / 2);
    const above = (limit) => mixtureLogE(candidate.sum, candidate.n, limit, { a: 0.5, b: 0.5, side: 'above' }) - half;
    if (candidate.sum === 0 || above(1e-6) < 0) return false;
    const least = findZero(above, 1e-6, Math.min(1 - 1e-9, Math.max(2e-6, candidate.sum / candidate.n))) - margin;
    if (least <= control.sum / control.n) return false;
    return mixtureLogE(control.sum, control.n, least, { a: 0.5, b: 0.5, side: 'below' }) >= half;
  },
  'likelihood ratio, nuisance maximised': ({ control, candidate }, margin) => {
    const log = ({ n, sum }, p) => sum * Math.log(p) + (n - sum) * Math.log1p(-p);
    const logs = [0.01, 0.06, 0.3, 0.7].flatMap((p) =>
      [0.04, 0.12, 0.36].map((size) => {
        const q = Math.min(0.99, p + margin + size * Math.sqrt(p * (1 - p)));
        return log(control, p) + log(candidate, q);
      }),
    );
    const largest = Math.max(...logs);
    const mixed = largest + Math.log(logs.reduce((sum, own) => sum + Math.exp(own - largest), 0) / logs.length);
    const slope = (p) =>
      control.sum / p -
      (control.n - control.sum) / (1 - p) +
      candidate.sum / (p + margin) -
      (candidate.n - candidate.sum) / (1 - p - margin);
    const ends = [1e-9, 1 - margin - 1e-9];
    const best = slope(ends[0]) <= 0 ? ends[0] : findZero(slope, ends[0], ends[1]);
    return mixed - log(control, best) - log(candidate, best + margin) >= goal;
  },
  'asymptotic confidence sequence': ({ control, candidate }, margin) => {
    if (Math.min(control.n, candidate.n) < 30) return false;
    const [p, q] = [control.sum / control.n, candidate.sum / candidate.n];
    const variance = (p * (1 - p)) / control.n + (q * (1 - q)) / candidate.n;
    return variance > 0 && normalMixtureLogE((q - p - margin) / variance, 1 / variance, 0.05) >= goal;
  },
  'betting on the difference (chosen)': (counts, margin) => {
    const gate = { ...usual[0], bound: change(margin) };
    const step = { ...emptyStep(0.5), streams: { errors: { ...counts, paired: NO_SUMS } } };
    return measureQuantity(gate, [step]).below(-margin) >= goal;
  },
};

/** Calls of the candidate until each way says so, of one sequence of calls at 1:1. */
function compareWays(seed, errors, calls, every) {
  const random = createRandom(seed);
  const ways = Object.values(waysToCompare);
  /** @type {(number | null)[]} */
  const ends = ways.map(() => null);
  const counts = { control: NO_SUMS, candidate: NO_SUMS };
  for (let call = 1; call <= calls; call++) {
    const arm = random.uniform() < 0.5 ? 'candidate' : 'control';
    counts[arm] = addValue(counts[arm], random.uniform() < errors[arm] ? 1 : 0);
    if (call % every > 0 || Math.min(counts.control.n, counts.candidate.n) === 0) continue;
    for (const [index, way] of ways.entries())
      if (ends[index] === null && way(counts, 0.01)) ends[index] = counts.candidate.n;
    if (ends.every((end) => end !== null)) break;
  }
  return ends;
}

function reportWays() {
  const count = Math.ceil(rollouts / 2);
  const runs = (name, candidate, calls, every) =>
    times(count, (run) => compareWays(`${name} ${run}`, { control: 0.05, candidate }, calls, every));
  const harm = runs('ways harm', 0.15, 4_000, 4);
  const small = runs('ways small', 0.08, 20_000, 100);
  const margin = runs('ways margin', 0.06, 10_000, 20);
  for (const [index, name] of Object.keys(waysToCompare).entries()) {
    const [large, slight] = [harm, small].map((ends) => quantile(ends.map((own) => own[index])));
    const wrong = margin.filter((own) => own[index] !== null).length;
    add(
      name,
      `5% to 15%: ${large}, 5% to 8%: ${slight}; on the margin (5% to 6%) wrong in ${percent(wrong / count)}`,
      index === 3 ? `at most ${percent(share)}` : '',
      index < 3 || wrong / count <= share + 2 * Math.sqrt(share / count),
    );
  }
}

/** Latency x1.2, log sd 0.6 in each arm; answers to one request have this correlation. */
function latencyEnds(run, margin, correlation) {
  const gate = { ...usual[1], bound: change(margin, true) };
  const random = createRandom(`latency ${margin} ${correlation} ${run}`);
  const shadow = emptyStep(1);
  const canary = emptyStep(0.5);
  const ends = { shadow: null, canary: null };
  const [shared, own] = [0.6 * Math.sqrt(correlation), 0.6 * Math.sqrt(1 - correlation)];
  for (let pair = 1; pair <= 6_000 && (ends.shadow === null || ends.canary === null); pair++) {
    const request = shared * drawNormal(random);
    const control = request + own * drawNormal(random);
    const candidate = request + own * drawNormal(random) + Math.log(1.2);
    const paired = shadow.streams['latency'];
    shadow.streams['latency'] = {
      control: addValue(paired.control, control),
      candidate: addValue(paired.candidate, candidate),
      paired: addValue(paired.paired, candidate - control),
    };
    // the canary's arms answer different requests
    const arms = canary.streams['latency'];
    const other = shared * drawNormal(random) + own * drawNormal(random);
    canary.streams['latency'] = {
      ...arms,
      control: addValue(arms.control, other),
      candidate: addValue(arms.candidate, candidate),
    };
    for (const [name, step] of Object.entries({ shadow, canary })) {
      if (ends[name] === null && measureQuantity(gate, [step]).below(-margin) >= goal) ends[name] = pair;
    }
  }
  return ends;
}

function reportLatency() {
  const cases = [
    { margin: 0, correlation: 0 },
    { margin: 0, correlation: 0.5 },
    { margin: 0.05, correlation: 0 },
    { margin: 0.05, correlation: 0.5 },
    { margin: 0.05, correlation: 0.8 },
  ];
  for (const { margin, correlation } of cases) {
    const ends = times(rollouts, (run) => latencyEnds(run, margin, correlation));
    const [shadow, canary] = ['shadow', 'canary'].map((name) => quantile(ends.map((own) => own[name])));
    const isGoal = margin === 0;
    add(
      `latency x1.2, margin ${percent(margin)}, correlation ${correlation} in a pair`,
      `${shadow} pairs; canary ${canary} calls (${(canary / shadow).toFixed(1)} times)`,
      isGoal ? 'at most 300 pairs' : '',
      !isGoal || shadow <= 300,
    );
  }
}

/** 20 checks of 20 calls of the candidate against a fixed limit of 10 % errors, half way: what rollout controllers do. */
function reportOtherRules() {
  const rules = { 'Argo, failureLimit 0': 1, 'Argo, failureLimit 3': 4, 'Flagger, threshold 5': 5 };
  const failedChecks = (run, errors) => {
    const random = createRandom(`checks ${errors} ${run}`);
    return times(20, () => times(20, () => random.uniform() < errors).filter(Boolean).length / 20 > 0.1);
  };
  const goesBack = (checks, limit) => checks.filter(Boolean).length >= limit;
  const backOf = (errors, limit) =>
    times(rollouts, (run) => goesBack(failedChecks(run, errors), limit)).filter(Boolean).length;
  for (const [name, limit] of Object.entries(rules)) {
    add(
      `${name}: go back within 400 calls of the candidate`,
      `no change ${percent(backOf(0.05, limit) / rollouts)}, 5% to 15% ${percent(backOf(0.15, limit) / rollouts)}`,
    );
  }
  const steps = [{ weight: 0.5, calls: 800, every: 10 }];
  const ours = (candidate) =>
    times(rollouts, (run) => rollOut(`same ${candidate} ${run}`, steps, { control: 0.05, candidate }, [usual])[0]);
  const [calm, harm] = [0.05, 0.15].map((errors) => ours(errors).filter((end) => end !== null).length / rollouts);
  add(
    'llmci: the same',
    `no change ${percent(calm)}, 5% to 15% ${percent(harm)}`,
    'at most 5% of no change',
    calm <= 0.05,
  );
}

/** Users who make 20 calls each and have error rates of their own: calls are not independent of each other. */
function reportBusyUnits() {
  const count = Math.ceil(rollouts / 2);
  const gate = { ...usual[0], bound: change(0) };
  for (const [low, high] of [
    [0.05, 0.05],
    [0.02, 0.08],
    [0, 0.5],
  ]) {
    const back = times(count, (run) => {
      const random = createRandom(`units ${low} ${run}`);
      const step = emptyStep(0.5);
      for (let unit = 1; unit <= 500; unit++) {
        const arm = random.uniform() < 0.5 ? 'candidate' : 'control';
        const rate = random.uniform() < (high === 0.5 ? 0.9 : 0.5) ? low : high;
        for (let call = 0; call < 20; call++) {
          step.streams['errors'][arm] = addValue(step.streams['errors'][arm], random.uniform() < rate ? 1 : 0);
        }
        if (measureQuantity(gate, [step]).below(0) >= -Math.log(0.05)) return true;
      }
      return false;
    }).filter(Boolean).length;
    add(
      `no change, margin 0, users of 20 calls whose error rates are ${percent(low)} or ${percent(high)}: go back`,
      withInterval(back, count),
    );
  }
}

const started = performance.now();
for (const report of [reportFalseAlarms, reportPower, reportWays, reportLatency, reportOtherRules, reportBusyUnits])
  report();

console.log(`${rollouts} rollouts, seeded; gates share 5%\n`);
for (const { what, figure, goal, met } of rows) {
  console.log(`${met ? '  ' : '! '}${what}\n      ${figure}${goal === '' ? '' : `   [${goal}]`}`);
}
console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
