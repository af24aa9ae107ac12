import { describe, expect, test } from 'vitest';
import { binomialTest } from './binomial-test.js';
import { clusteredInterval } from './clusters.js';
import { fisherExact } from './fisher.js';
import { mcnemar } from './mcnemar.js';
import { tInterval } from './mean.js';
import { newcombePaired } from './newcombe.js';
import { pairedDifference, testNonInferiority } from './paired.js';
import { createRandom, drawNormal, type Random } from './random.js';
import { signFlipTest } from './sign-flip.js';
import { wilcoxonSignedRank } from './wilcoxon.js';

const RUNS = 2_000;

function simulate(name: string, p: (random: Random, run: number) => number): number[] {
  return Array.from({ length: RUNS }, (_, run) => p(createRandom(`${name} ${run}`), run));
}

function draw(count: number, one: () => number): number[] {
  return Array.from({ length: count }, one);
}

/** The largest distances of the p values' distribution function above and below that of the uniform distribution. */
function distances(pValues: readonly number[]): { readonly above: number; readonly below: number } {
  const sorted = [...pValues].sort((a, b) => a - b);
  let above = 0;
  let below = 0;
  sorted.forEach((p, index) => {
    if (sorted[index + 1] !== p) above = Math.max(above, (index + 1) / sorted.length - p);
    below = Math.max(below, p - index / sorted.length);
  });
  return { above, below };
}

/** Kolmogorov's 99.9 % point for the two-sided distance. */
const LIMIT = 1.95 / Math.sqrt(RUNS);

describe('p values are uniform under the null (Kolmogorov-Smirnov)', () => {
  test.each<[string, (random: Random, run: number) => number]>([
    [
      'paired t, two-sided',
      (random) => {
        const base = draw(12, () => drawNormal(random));
        return (
          pairedDifference(
            base.map((x) => x + drawNormal(random)),
            base.map((x) => x + drawNormal(random)),
          )?.pTwoSided ?? Number.NaN
        );
      },
    ],
    [
      'paired t, one-sided, equal clusters',
      (random) => {
        const cases = draw(15, () => drawNormal(random));
        const a = cases.flatMap((x) => [x + 0.3 * drawNormal(random), x + 0.3 * drawNormal(random)]);
        const names = a.map((_, index) => `${Math.floor(index / 2)}`);
        return (
          pairedDifference(
            a,
            a.map(() => 0),
            names,
          )?.pLess ?? Number.NaN
        );
      },
    ],
    [
      'non-inferiority at the margin',
      (random) => {
        const a = draw(10, () => drawNormal(random) - 0.2);
        return (
          testNonInferiority(
            a,
            a.map(() => 0),
            0.2,
            0.95,
          )?.p ?? Number.NaN
        );
      },
    ],
    [
      'sign flip, exact',
      (random) =>
        signFlipTest(
          draw(14, () => drawNormal(random) ** 3),
          { seed: 1 },
        ).pTwoSided,
    ],
    [
      'sign flip, Monte Carlo',
      (random, run) =>
        signFlipTest(
          draw(25, () => drawNormal(random)),
          { seed: run, resamples: 999 },
        ).pGreater,
    ],
    ['Wilcoxon, normal', (random) => wilcoxonSignedRank(draw(120, () => drawNormal(random))).pTwoSided],
  ])('%s', (name, p) => {
    const { above, below } = distances(simulate(name, p));
    expect(above).toBeLessThan(LIMIT);
    expect(below).toBeLessThan(LIMIT + 0.002);
  });
});

describe('p values of exact tests on counts are never too small under the null', () => {
  test.each<[string, (random: Random) => number]>([
    [
      'McNemar, exact',
      (random) => {
        const onlyFirst = draw(30, random.uniform).filter((u) => u < 0.5).length;
        return mcnemar(onlyFirst, 30 - onlyFirst).exact;
      },
    ],
    ['binomial', (random) => binomialTest(draw(40, random.uniform).filter((u) => u < 0.8).length, 40, 0.8).pTwoSided],
    [
      'Fisher',
      (random) => {
        const [a, b] = [draw(25, random.uniform), draw(30, random.uniform)].map(
          (us) => us.filter((u) => u < 0.7).length,
        );
        return fisherExact(a ?? 0, 25 - (a ?? 0), b ?? 0, 30 - (b ?? 0)).pTwoSided;
      },
    ],
    [
      'sign flip of coarse scores',
      (random) =>
        signFlipTest(
          draw(10, () => random.below(3) - 1),
          { seed: 1 },
        ).pTwoSided,
    ],
    ['Wilcoxon, exact', (random) => wilcoxonSignedRank(draw(12, () => random.below(9) - 4)).pGreater],
  ])('%s', (name, p) => {
    expect(distances(simulate(name, p)).above).toBeLessThan(LIMIT);
  });
});

describe('intervals cover as often as they say', () => {
  /** Three standard errors of a share of 95 %. */
  const slack = 3 * Math.sqrt((0.95 * 0.05) / RUNS);

  test('t', () => {
    const hits = simulate('t', (random) => {
      const interval = tInterval(
        draw(6, () => drawNormal(random)),
        0.95,
      );
      return interval !== null && interval.low <= 0 && interval.high >= 0 ? 1 : 0;
    });
    const share = hits.reduce((total, hit) => total + hit, 0) / RUNS;
    expect(Math.abs(share - 0.95)).toBeLessThan(slack);
  });

  test('cluster-robust t, where the naive one fails', () => {
    const covers = (interval: { low: number; high: number } | null) =>
      interval !== null && interval.low <= 0 && interval.high >= 0 ? 1 : 0;
    let robust = 0;
    let naive = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const random = createRandom(`clusters ${run}`);
      const values: number[] = [];
      const names: string[] = [];
      for (let cluster = 0; cluster < 20; cluster += 1) {
        const shared = drawNormal(random);
        for (let trial = 0; trial < 4; trial += 1) {
          values.push(shared + 0.5 * drawNormal(random));
          names.push(`${cluster}`);
        }
      }
      robust += covers(clusteredInterval(values, names, 0.95));
      naive += covers(tInterval(values, 0.95));
    }
    expect(Math.abs(robust / RUNS - 0.95)).toBeLessThan(slack);
    expect(naive / RUNS).toBeLessThan(0.8);
  });

  test('Newcombe for paired rates', () => {
    const hits = simulate('newcombe', (random) => {
      const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
      for (let pair = 0; pair < 60; pair += 1) {
        const u = random.uniform();
        if (u < 0.7) counts.both += 1;
        else if (u < 0.75) counts.onlyFirst += 1;
        else if (u < 0.9) counts.onlySecond += 1;
        else counts.neither += 1;
      }
      const interval = newcombePaired(counts, 0.95);
      return interval !== null && interval.low <= -0.1 && interval.high >= -0.1 ? 1 : 0;
    });
    const share = hits.reduce((total, hit) => total + hit, 0) / RUNS;
    expect(share).toBeGreaterThan(0.95 - slack);
    expect(share).toBeLessThan(0.985);
  });
});
