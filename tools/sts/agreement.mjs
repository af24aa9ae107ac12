/** Statistics for how well a metric agrees with people. */

/** Pearson's correlation of two equally long lists of numbers. */
export function pearson(xs, ys) {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let covariance = 0;
  let varianceX = 0;
  let varianceY = 0;
  for (const [index, x] of xs.entries()) {
    const y = ys[index];
    covariance += (x - meanX) * (y - meanY);
    varianceX += (x - meanX) ** 2;
    varianceY += (y - meanY) ** 2;
  }
  return covariance / Math.sqrt(varianceX * varianceY);
}

/** Spearman's correlation: Pearson's of the ranks, ties at their mean rank. */
export function spearman(xs, ys) {
  return pearson(ranks(xs), ranks(ys));
}

export function mean(xs) {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length;
}

/** The value below which a share of the list lies. */
export function quantile(xs, share) {
  return [...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(share * xs.length))];
}

function ranks(xs) {
  const order = xs.map((x, index) => ({ x, index })).sort((a, b) => a.x - b.x);
  const result = new Array(xs.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && order[end].x === order[start].x) end += 1;
    for (let place = start; place < end; place += 1) result[order[place].index] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

/** A list in random order, the same for the same seed (Fisher and Yates; mulberry32). */
export function shuffle(items, seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
