import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaQuantile, betaTails } from './beta.js';
import { binomialAtLeast, binomialAtMost, binomialProbability } from './binomial.js';
import { findZero, findZeroFrom } from './find-zero.js';
import { logBeta, logGamma } from './gamma.js';
import { noncentralStudentCdf } from './noncentral-t.js';
import { normalCdf, normalQuantile } from './normal.js';
import { studentCdf, studentQuantile } from './student-t.js';

/** Rows are the arguments and then the value, computed with scipy 1.17. */
const SCIPY: readonly { name: string; f: (...args: number[]) => number; rows: number[][] }[] = [
  {
    name: 'normalCdf',
    f: (z = Number.NaN) => normalCdf(z),
    rows: [
      [-37, 5.7255712225239266e-300],
      [-20, 2.7536241186061556e-89],
      [-10, 7.61985302416047e-24],
      [-6, 9.865876450376946e-10],
      [-5.6, 1.0717590258310887e-8],
      [-3, 0.0013498980316300933],
      [-1, 0.15865525393145707],
      [-0.5, 0.3085375387259869],
      [0.25, 0.5987063256829237],
      [2, 0.9772498680518208],
      [5, 0.9999997133484281],
    ],
  },
  {
    name: 'normalQuantile',
    f: (p = Number.NaN) => normalQuantile(p),
    rows: [
      [1e-300, -37.0470962993612],
      [1e-20, -9.262340089798409],
      [1e-10, -6.361340902404056],
      [0.001, -3.090232306167813],
      [0.07, -1.4757910281791706],
      [0.3, -0.5244005127080409],
      [0.6, 0.2533471031357997],
      [0.999999, 4.753424308817087],
    ],
  },
  {
    name: 'studentCdf',
    f: (t = Number.NaN, degrees = Number.NaN) => studentCdf(t, degrees),
    rows: [
      [-1e6, 1, 3.1830988618368455e-7],
      [-40, 2, 0.0003122073360923703],
      [-10, 3.5, 0.0005357379478063317],
      [-6, 49, 1.1702151953105309e-7],
      [-3, 100000, 0.0013502304420323617],
      [-0.01, 10, 0.4961089874954857],
      [1.5, 7, 0.911350756505015],
      [-8, 10000000, 6.221617401403415e-16],
    ],
  },
  {
    name: 'studentQuantile',
    f: (p = Number.NaN, degrees = Number.NaN) => studentQuantile(p, degrees),
    rows: [
      [1e-12, 1, -318309886183.7907],
      [1e-12, 10, -40.5320961786626],
      [0.0001, 2, -70.70007107496428],
      [0.025, 3.5, -2.9400886379827296],
      [0.3, 49, -0.5278293726987823],
      [0.8, 999, 0.8419811822589467],
      [0.975, 100000, 1.9599877075346095],
      [0.9999, 10000000, 3.7190178643822778],
    ],
  },
  {
    name: 'betaTails, lower',
    f: (x = Number.NaN, a = Number.NaN, b = Number.NaN) => betaTails(x, a, b).lower,
    rows: [
      [0.5, 0.5, 0.5, 0.5],
      [1e-10, 0.5, 3, 1.8749999998749998e-5],
      [0.1, 30, 40, 6.029599569246279e-13],
      [0.9, 950, 50, 2.947133168956759e-9],
      [0.49, 50000, 50000, 1.2647525059110683e-10],
      [0.999, 100, 0.5, 0.6550435163244294],
      [0.2, 0.001, 2, 0.9991905700234541],
      [0.95, 95001, 5000, 0.497974038540177],
    ],
  },
  {
    name: 'betaQuantile',
    f: (p = Number.NaN, a = Number.NaN, b = Number.NaN) => betaQuantile(p, a, b),
    rows: [
      [0.025, 0.5, 10.5, 4.7890433157581876e-5],
      [0.975, 10.5, 0.5, 0.9999521095668424],
      [1e-8, 3, 200, 1.9496012987760655e-5],
      [0.025, 95000, 5001, 0.9486310791194196],
      [0.05, 1, 99999, 5.129379417035269e-7],
      [1e-10, 0.5, 0.5, 2.4674011002723397e-20],
    ],
  },
  {
    name: 'binomialProbability',
    f: (k = Number.NaN, n = Number.NaN, p = Number.NaN) => binomialProbability(k, n, p),
    rows: [
      [0, 10, 0.3, 0.0282475249],
      [3, 10, 0.3, 0.2668279319999998],
      [50, 100, 0.01, 6.103987557173034e-72],
      [94000, 100000, 0.95, 4.3495762951384046e-46],
      [10, 10, 0.99, 0.9043820750088044],
      [500, 1000, 0.5, 0.025225018178360804],
    ],
  },
  {
    name: 'binomialAtMost',
    f: (k = Number.NaN, n = Number.NaN, p = Number.NaN) => binomialAtMost(k, n, p),
    rows: [
      [3, 10, 0.3, 0.6496107184000002],
      [5, 20, 0.9, 9.481303719999969e-12],
      [94000, 100000, 0.95, 2.467778209076716e-45],
    ],
  },
  {
    name: 'binomialAtLeast',
    f: (k = Number.NaN, n = Number.NaN, p = Number.NaN) => binomialAtLeast(k, n, p),
    rows: [
      [9, 10, 0.3, 0.00014368589999999996],
      [90, 100, 0.5, 1.5316450877189923e-17],
      [96000, 100000, 0.95, 3.598593303709725e-51],
    ],
  },
  {
    name: 'logGamma',
    f: (x = Number.NaN) => logGamma(x),
    rows: [
      [1e-5, 11.512919692895826],
      [0.5, 0.5723649429247],
      [1.5, -0.12078223763524526],
      [3.3, 0.9870985778947343],
      [15.9, 27.625493215168696],
      [16, 27.899271383840894],
      [1e5, 1051287.7089736569],
      [1e10, 220258509288.81058],
    ],
  },
  {
    name: 'logBeta',
    f: (a = Number.NaN, b = Number.NaN) => logBeta(a, b),
    rows: [
      [0.1, 0.2, 2.680978479346915],
      [0.5, 0.5, 1.1447298858494],
      [3, 1e5, -33.84565921407193],
      [1e5, 1e5, -138633.9270613487],
      [1e-6, 50, 13.815506078759759],
    ],
  },
  {
    name: 'noncentralStudentCdf',
    f: (t = Number.NaN, degrees = Number.NaN, shift = Number.NaN) => noncentralStudentCdf(t, degrees, shift),
    rows: [
      [1.5, 20, 1, 0.6802096362819324],
      [-12, 1, 1, 0.005532670271089853],
      [2, 1e5, 2.5, 0.30853753870618394],
      [2.1, 19, 2.8, 0.24524047314892045],
      [12.7, 1, 0.5, 0.9562843324355226],
    ],
  },
];

describe.each(SCIPY)('$name agrees with scipy to 12 digits, far tails included', ({ f, rows }) => {
  test.each(rows)('%d %d %d %d', (...row) => {
    const numbers = row.filter((value) => typeof value === 'number');
    const expected = numbers.at(-1) ?? Number.NaN;
    const actual = f(...numbers.slice(0, -1));
    expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-12);
  });
});

describe('the distributions', () => {
  const probability = fc.double({ min: 1e-12, max: 0.5, noNaN: true });
  const degrees = fc.double({ min: 0.5, max: 1e6, noNaN: true });
  const shape = fc.double({ min: 0.1, max: 1e5, noNaN: true });

  test('have quantiles that invert them', () => {
    fc.assert(
      fc.property(probability, degrees, shape, shape, (p, nu, a, b) => {
        expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 10);
        expect(studentCdf(studentQuantile(p, nu), nu) / p).toBeCloseTo(1, 10);
        expect(betaTails(betaQuantile(p, a, b), a, b).lower / p).toBeCloseTo(1, 8);
      }),
    );
  });

  test('are symmetric', () => {
    fc.assert(
      fc.property(probability, degrees, shape, shape, (p, nu, a, b) => {
        expect(studentCdf(1 + p, nu) + studentCdf(-1 - p, nu)).toBeCloseTo(1, 14);
        expect(betaTails(p, a, b).lower).toBeCloseTo(betaTails(1 - p, b, a, p).upper, 14);
      }),
    );
  });

  test('binomial probabilities sum to 1 and agree with the tails', () => {
    let total = 0;
    for (let k = 0; k <= 37; k += 1) {
      total += binomialProbability(k, 37, 0.73);
      expect(binomialAtMost(k, 37, 0.73)).toBeCloseTo(total, 13);
      expect(binomialAtLeast(k + 1, 37, 0.73)).toBeCloseTo(1 - total, 13);
    }
    expect(total).toBeCloseTo(1, 13);
  });

  test('at the edges of their domains', () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([-Infinity, Infinity, 0]);
    expect([studentQuantile(0, 3), studentQuantile(1, 3), studentQuantile(0.5, 3)]).toEqual([-Infinity, Infinity, 0]);
    expect([studentCdf(-Infinity, 3), studentCdf(0, 3), studentCdf(Infinity, 3)]).toEqual([0, 0.5, 1]);
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
    expect([betaTails(0, 2, 3).lower, betaTails(1, 2, 3).lower]).toEqual([0, 1]);
    expect([binomialProbability(0, 0, 0.3), binomialProbability(3, 3, 1), binomialProbability(0, 3, 0)]).toEqual([
      1, 1, 1,
    ]);
    expect([binomialProbability(-1, 3, 0.5), binomialProbability(4, 3, 0.5)]).toEqual([0, 0]);
  });

  test('throw for arguments outside of their domains', () => {
    for (const bad of [
      () => normalCdf(Number.NaN),
      () => normalQuantile(1.1),
      () => normalQuantile(Number.NaN),
      () => studentCdf(1, 0),
      () => studentCdf(Number.NaN, 1),
      () => studentQuantile(0.5, Number.POSITIVE_INFINITY),
      () => betaTails(0.5, -1, 1),
      () => betaTails(2, 1, 1),
      () => binomialAtMost(1.5, 3, 0.5),
      () => binomialAtLeast(1, 3, -0.1),
      () => logGamma(0),
    ]) {
      expect(bad).toThrow(RangeError);
    }
  });
});

describe('findZero', () => {
  test('solves to machine precision, also where the function is flat or steep', () => {
    expect(findZero((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15);
    expect(findZero((x) => (x - 0.3) ** 9, 0, 1)).toBeCloseTo(0.3, 10);
    expect(findZero((x) => Math.exp(50 * x) - 2, -10, 10)).toBeCloseTo(Math.LN2 / 50, 15);
    expect(findZeroFrom((x) => 1000 - x, 0, 1)).toBe(1000);
  });

  test('throws without a sign change', () => {
    expect(() => findZero((x) => x * x + 1, -1, 1)).toThrow(RangeError);
    expect(() => findZeroFrom(() => 1, 0, 1)).toThrow(RangeError);
  });
});
