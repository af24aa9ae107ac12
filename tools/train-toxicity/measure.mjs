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

/** Prints AUC, and precision and recall at several marks, for every held-out source. */
export function printTable(held, sources, calibration, recommendedMark) {
  const probability = ({ score }) => 1 / (1 + Math.exp(-(calibration.slope * score + calibration.intercept)));
  const items = held.map((item) => ({ ...item, p: probability(item), toxic: item.row.toxic }));
  const marks = [...new Set([0.3, 0.4, recommendedMark, 0.6])].sort();
  console.log(`calibration: slope ${calibration.slope.toFixed(4)}, intercept ${calibration.intercept.toFixed(4)}`);
  console.log(`held out     rows    AUC     ${marks.map((mark) => `P/R/false alarms at ${mark}`).join('   ')}`);
  const line = (name, own) => {
    const auc = computeAuc(own);
    const rates = marks.map((mark) => {
      const flagged = own.filter((item) => item.p >= mark);
      const hits = flagged.filter((item) => item.toxic).length;
      const toxic = own.filter((item) => item.toxic).length;
      const alarms = flagged.length - hits;
      return `${(hits / flagged.length).toFixed(3)}/${(hits / toxic).toFixed(3)}/${(alarms / (own.length - toxic)).toFixed(3)}`;
    });
    console.log(`${name.padEnd(12)} ${String(own.length).padStart(5)}   ${auc.toFixed(4)}  ${rates.join('      ')}`);
    return auc;
  };
  const aucs = sources.map((source) =>
    line(
      source,
      items.filter(({ row }) => row.source === source),
    ),
  );
  console.log(`average              ${(aucs.reduce((a, b) => a + b, 0) / aucs.length).toFixed(4)}`);
  line(
    'toxigen*',
    items.filter(({ row }) => row.source === 'toxigen' && row.clear),
  );
  console.log('* only rows that people rated at most 2 or at least 4 of 5');
  for (const source of ['plain', 'benign-train']) {
    const own = items.filter(({ row }) => row.source === source);
    if (own.length === 0) continue;
    const share = marks.map((mark) => `${own.filter((item) => item.p >= mark).length} at ${mark}`);
    console.log(`${source}: ${own.length} rows held out, false alarms ${share.join(', ')}`);
  }
}
