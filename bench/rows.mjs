/**
 * What a measurement has found: what was measured, the figure, the goal. Ratios are taken within one run of the bench.
 *
 * @param {string} what
 * @param {string} figure
 */
export function row(what, figure, goal = '', met = true) {
  return { what, figure, goal, met };
}

/** @typedef {ReturnType<typeof row>} Row */

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
/** @param {number} ms @param {number} toMs */
export const compare = (ms, toMs) => `${(ms / toMs).toFixed(2)}x (${seconds(ms)} of ${seconds(toMs)})`;
/** @param {number} value */
export const number = (value) => value.toLocaleString('en-US');

/**
 * Prints a title and the rows below it; a `!` stands before what missed its goal.
 *
 * @param {string} title
 * @param {readonly Row[]} rows
 */
export function print(title, rows) {
  /** @param {'what' | 'figure'} key */
  const width = (key) => Math.max(...rows.map((entry) => entry[key].length));
  console.log(`\n${title}`);
  for (const { what, figure, goal, met } of rows) {
    console.log(
      `${met ? '  ' : '! '}${what.padEnd(width('what'))}  ${figure.padEnd(width('figure'))}  ${goal && `goal ${goal}`}`,
    );
  }
}
