/** The area under the ROC curve: the chance that a toxic row scores above a harmless one; ties count half. */
export function computeAuc(items) {
  const sorted = [...items].sort((a, b) => a.score - b.score);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j < sorted.length && sorted[j].score === sorted[i].score) j += 1;
    for (let k = i; k < j; k += 1) {
      if (sorted[k].toxic) {
        positives += 1;
        rankSum += (i + j + 1) / 2;
      }
    }
    i = j;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (sorted.length - positives));
}

/** The share of toxic text for which probabilities are calibrated. */
const assumedShare = 0.15;

/**
 * Platt's calibration on held-out scores: the logistic curve that turns a score into a probability when 15 of 100
 * texts are toxic. Each source weighs the same; plain text is one more source of harmless text. Newton's method.
 */
export function fitCalibration(held, sources) {
  const groups = new Map();
  for (const item of held) {
    const name = sources.includes(item.row.source) ? item.row.source : 'harmless';
    const key = `${name} ${item.row.toxic}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const points = [...groups.entries()].flatMap(([key, items]) => {
    const toxic = key.endsWith('1');
    const total = toxic ? assumedShare / sources.length : (1 - assumedShare) / (sources.length + 1);
    return items.map((item) => ({ score: item.score, toxic: item.row.toxic, weight: total / items.length }));
  });
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < 100; step += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (const { score, toxic, weight } of points) {
      const p = 1 / (1 + Math.exp(-(slope * score + intercept)));
      const error = weight * (p - toxic);
      const curve = weight * p * (1 - p);
      g0 += error;
      g1 += error * score;
      h00 += curve;
      h01 += curve * score;
      h11 += curve * score * score;
    }
    const determinant = h00 * h11 - h01 * h01;
    const moveIntercept = (h11 * g0 - h01 * g1) / determinant;
    const moveSlope = (h00 * g1 - h01 * g0) / determinant;
    intercept -= Math.max(-2, Math.min(2, moveIntercept));
    slope -= Math.max(-1, Math.min(1, moveSlope));
  }
  return { slope, intercept };
}

/**
 * How well probabilities fit what happened, when 15 of 100 texts are toxic and each source weighs the same: the Brier
 * score, that of always saying 15 %, and per bin of probability its weight, its mean and the toxic share.
 */
export function judgeCalibration(held, sources) {
  const count = (source, toxic) => held.filter((item) => item.source === source && item.toxic === toxic).length;
  const each = new Map(
    sources.flatMap((source) => [
      [`${source} 1`, assumedShare / sources.length / count(source, 1)],
      [`${source} 0`, (1 - assumedShare) / sources.length / count(source, 0)],
    ]),
  );
  const edges = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1];
  const bins = edges.slice(1).map((to, index) => ({ from: edges[index], to, weight: 0, said: 0, toxic: 0 }));
  let brier = 0;
  for (const { source, toxic, score } of held) {
    const weight = each.get(`${source} ${toxic}`);
    brier += weight * (score - toxic) ** 2;
    const bin = bins.find(({ to }) => score <= to) ?? bins[bins.length - 1];
    bin.weight += weight;
    bin.said += weight * score;
    bin.toxic += weight * toxic;
  }
  const round = (value) => Math.round(value * 1e4) / 1e4;
  return {
    brier: round(brier),
    brierOfTheShare: round(assumedShare * (1 - assumedShare)),
    bins: bins
      .filter(({ weight }) => weight > 0)
      .map(({ from, to, weight, said, toxic }) => ({
        from,
        to,
        weight: round(weight),
        said: round(said / weight),
        toxic: round(toxic / weight),
      })),
  };
}
