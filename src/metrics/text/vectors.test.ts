import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { judgeCorpus, scoreOf } from '../../../test/helpers/score.js';
import { addVectors } from '../../core/stats/add-vectors.js';
import { bleu } from '../bleu.js';
import { chrf } from '../chrf.js';
import type { AnyMetric } from '../contract.js';
import { equals } from '../equals.js';
import { rouge } from '../rouge.js';
import { ter } from '../ter.js';
import {
  type BleuOptions,
  type BleuScore,
  type BleuSmoothing,
  bleuFromStatistics,
  bleuStatistics,
  packBleuStatistics,
  scoreSentenceBleu,
  unpackBleuStatistics,
} from './bleu.js';
import {
  type ChrfOptions,
  chrfFromStatistics,
  chrfStatistics,
  packChrfStatistics,
  unpackChrfStatistics,
} from './chrf.js';
import { stemWord } from './porter.js';
import { type RougeScore, type RougeVariant, scoreRouge } from './rouge.js';
import { type BleuTokenizer, tokenizeForBleu } from './tokenize.js';

const VECTORS = referencePath('metric-vectors.json');

/** Vectors computed in the reference tool to all digits carry no tolerance of their own. */
const COMPUTED = 1e-9;

type Row = Readonly<Record<string, unknown>>;
type Check = (row: Row) => void | Promise<void>;

/** Kinds of rows that are not tested here, or in part, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  meteor: 'METEOR is not among the metrics',
  bertscore: 'needs a model that is not shipped',
  sentence_gleu: "NLTK's GLEU is not among the metrics",
  rouge_bootstrap: 'an interval over scores, random in the reference: a matter of the statistics, not of a text metric',
};

const CHECKS: Readonly<Record<string, Check>> = {
  rouge1: checkRouge,
  rouge2: checkRouge,
  rougeL: checkRouge,
  rougeLsum: checkRouge,
  rouge: checkRouge,
  rouge_multi_ref: checkRouge,
  porter_stemmer: (row) => {
    const words = record(row['words']);
    expect(Object.fromEntries(Object.keys(words).map((word) => [word, stemWord(word)]))).toEqual(words);
  },
  tokenizer_13a: (row) => {
    const cases = record(row['cases']);
    const found = Object.keys(cases).map((text) => [text, tokenizeForBleu(text, '13a').join(' ')]);
    expect(Object.fromEntries(found)).toEqual(cases);
  },
  bleu: checkCorpusBleu,
  bleu_max_order: checkCorpusBleu,
  bleu_effective_order: checkCorpusBleu,
  bleu_stats: checkBleuStatistics,
  bleu_modified_precision: (row) => {
    const options: BleuOptions = { tokenize: 'none', smooth: 'none' };
    const precisions = scoreSentenceBleu(text(row['hypothesis']), texts(row['references']), options)?.precisions;
    expect(precisions?.[0]).toBeCloseTo(number(row['p1']), 12);
    expect(precisions?.[1]).toBeCloseTo(number(row['p2']), 12);
  },
  bleu_brevity_penalty: (row) => {
    const repeat = (length: unknown): string => Array(number(length)).fill('w').join(' ');
    const score = scoreSentenceBleu(repeat(row['hyp_len']), list(row['ref_lens']).map(repeat));
    expectNear(score?.brevityPenalty, row['expected'], row);
  },
  nltk_sentence_bleu: (row) => {
    const options: BleuOptions = { tokenize: 'none', smooth: 'none' };
    const [hypothesis, references] = [text(row['hypothesis']), texts(row['references'])];
    expectNear(scoreSentenceBleu(hypothesis, references, options)?.score, row['expected'], row);
    // The figure for smoothing method 1 is that against the first reference alone (NLTK's own example).
    const smoothed = scoreSentenceBleu(hypothesis, references.slice(0, 1), { ...options, smooth: 'floor' });
    expectNear(smoothed?.score, row['method1'], row);
  },
  sentence_bleu: (row) => {
    const score = scoreSentenceBleu(text(row['hypothesis']), texts(row['references']), bleuOptions(row));
    expectNear(score?.score, row['expected'], row);
    const detail = record(row['detail'] ?? {});
    const statistics = bleuStatistics(text(row['hypothesis']), texts(row['references']), bleuOptions(row));
    if (detail['counts'] !== undefined) expect(statistics?.matches).toEqual(detail['counts']);
    if (detail['totals'] !== undefined) expect(statistics?.totals).toEqual(detail['totals']);
    if (row['computed'] !== undefined) expectNear(score?.score, row['computed'], { scale: row['scale'] });
  },
  nlg_eval_bundle: (row) => {
    // Its BLEU is the common one on blanks; its ROUGE-L (beta 1.2), METEOR and CIDEr are other definitions.
    const hypotheses = row['hypotheses'] === undefined ? [text(row['hypothesis'])] : texts(row['hypotheses']);
    const references =
      row['reference_streams'] === undefined ? [texts(row['references'])] : transpose(row['reference_streams']);
    for (const order of [1, 2, 3, 4]) {
      const expected = record(row['expected'])[`Bleu_${order}`];
      if (expected === undefined) continue;
      const options: BleuOptions = { tokenize: 'none', smooth: 'none', maxOrder: order };
      expectNear(scoreCorpusBleu(hypotheses, references, options)?.score, expected, { tolerance: 1e-5 });
    }
  },
  chrf: (row) => {
    const options = chrfOptions(row);
    const references = list(row['references']);
    const parts = texts(row['hypotheses'])
      .map((hypothesis, index) => chrfStatistics(hypothesis, asTexts(references[index]), options))
      .filter((part) => part !== null);
    const sums = addVectors(parts.map(packChrfStatistics));
    expectNear(chrfFromStatistics(unpackChrfStatistics(sums), options), row['expected'], row);
  },
  sentence_chrf: (row) => {
    const options = chrfOptions(row);
    const statistics = chrfStatistics(text(row['hypothesis']), texts(row['references']), options);
    expectNear(statistics && chrfFromStatistics(statistics, options), row['expected'], row);
  },
  ter: (row) => expectCorpus(row),
  exact_match: async (row) => {
    // Its texts of ignored patterns, punctuation and numbers are no metric here; equality to the letter is `equals`
    expect(record(row['params'])).toBeDefined();
    if (Object.keys(record(row['params'])).length > 0) return;
    const references = texts(row['references']);
    const scores = await Promise.all(
      texts(row['predictions']).map((output, index) =>
        scoreOf(equals, { params: { trim: false }, expected: [references[index] ?? ''], output }),
      ),
    );
    expectNear(mean(scores.map(({ value }) => value)), row['expected'], row);
  },
};

const rows: readonly Row[] = hasReferenceData
  ? list(record(JSON.parse(readFileSync(VECTORS, 'utf8')))['vectors']).map(record)
  : [];

describe.skipIf(rows.length === 0)('the reference vectors (skipped without ../shared/data)', () => {
  it('has a check or a reason for every kind of row', () => {
    const kinds = new Set(rows.map((row) => text(row['metric'])));
    expect([...kinds].filter((kind) => CHECKS[kind] === undefined && LEFT_OUT[kind] === undefined)).toEqual([]);
    expect(rows.filter((row) => CHECKS[text(row['metric'])] !== undefined)).toHaveLength(131);
  });

  const checked = rows
    .map((row, index) => ({ index, row, metric: text(row['metric']), check: CHECKS[text(row['metric'])] }))
    .filter(({ check }) => check !== undefined);
  it.each(checked)('row $index: $metric', async ({ check, row }) => {
    expect.hasAssertions();
    await check?.(row);
  });

  const corpora = rows.map((row, index) => ({ index, row, metric: text(row['metric']) })).filter(hasCorpus);
  it('is judged as a corpus wherever the metrics have its parameters', () => {
    const count = (type: string) => corpora.filter(({ metric }) => metric === type).length;
    expect({ bleu: count('bleu'), chrf: count('chrf'), ter: count('ter') }).toEqual({ bleu: 8, chrf: 7, ter: 6 });
  });
  it.each(corpora)('row $index: $metric by a gate with stat corpus', ({ row }) => expectCorpus(row));

  const sentences = rows.map((row, index) => ({ index, row, metric: text(row['metric']) })).filter(isSentence);
  it('has sentences for the metrics', () => {
    expect(sentences.length).toBeGreaterThan(50);
  });
  it.each(sentences)('row $index: $metric by the metric', ({ row }) => expectSentence(row));
});

/** Whether the metric can be told the parameters of a row of texts to be judged together. */
function hasCorpus({ row, metric }: { row: Row; metric: string }): boolean {
  const params = Object.keys(record(row['params'] ?? {}));
  if (metric === 'bleu') return !params.includes('smooth_value');
  return metric === 'ter' || (metric === 'chrf' && record(row['params'])['eps_smoothing'] !== true);
}

function isSentence({ row, metric }: { row: Row; metric: string }): boolean {
  const params = record(row['params'] ?? {});
  if (metric === 'sentence_bleu') return params['effective_order'] === true && params['smooth_value'] === undefined;
  if (metric === 'sentence_chrf') return params['eps_smoothing'] !== true;
  return metric.startsWith('rouge') && row['prediction'] !== undefined;
}

const METRICS: Readonly<Record<string, readonly [AnyMetric, (row: Row) => object]>> = {
  bleu: [bleu, bleuParams],
  chrf: [chrf, chrfParams],
  ter: [ter, () => ({})],
};

/** The row through its metric, the score table and a gate, as a run judges it. */
async function expectCorpus(row: Row): Promise<void> {
  const [metric, paramsOf] = METRICS[text(row['metric'])] ?? [bleu, bleuParams];
  const references =
    row['reference_streams'] === undefined ? list(row['references']).map(asTexts) : transpose(row['reference_streams']);
  const samples = texts(row['hypotheses']).map((output, index) => ({ output, expected: references[index] ?? [] }));
  const gate = await judgeCorpus(metric, paramsOf(row), samples);
  expectNear(gate.actual, row['expected'], row);
  if (row['computed'] !== undefined) expectNear(gate.actual, row['computed'], { scale: row['scale'] });
}

async function expectSentence(row: Row): Promise<void> {
  const kind = text(row['metric']);
  if (kind.startsWith('rouge')) {
    const expected = kind === 'rouge' ? record(row['expected']) : { [kind]: row['expected'] };
    for (const [variant, values] of Object.entries(expected)) {
      for (const [of, value] of Object.entries(record(values))) {
        const params = { variant, of, stem: row['use_stemmer'] === true };
        const score = await scoreOf(rouge, { params, expected: text(row['target']), output: text(row['prediction']) });
        expectNear(score.value, value, row);
      }
    }
    return;
  }
  const [metric, paramsOf] = kind === 'sentence_bleu' ? ([bleu, bleuParams] as const) : ([chrf, chrfParams] as const);
  const given = { params: paramsOf(row), expected: texts(row['references']), output: text(row['hypothesis']) };
  expectNear((await scoreOf(metric, given)).value, row['expected'], row);
}

describe.skipIf(!hasReferenceData)('the ROUGE test files', () => {
  const read = (name: string): readonly string[] =>
    readFileSync(referencePath(name), 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  it('agree with the asserted rows line by line', () => {
    const targets = read('rouge-testdata-target.txt');
    const predictions = read('rouge-testdata-prediction.txt');
    const known = rows.filter((row) => targets.includes(String(row['target'])));
    expect(known.length).toBeGreaterThan(8);
    for (const row of known) {
      expect(predictions[targets.indexOf(text(row['target']))]).toBe(row['prediction']);
      checkRouge(row);
    }
  });
});

function checkRouge(row: Row): void {
  if (row['ref_sents'] !== undefined) {
    const join = (sentences: unknown): string =>
      list(sentences)
        .map((sentence) =>
          list(sentence)
            .map((item) => `w${item}`)
            .join(' '),
        )
        .join('\n');
    const score = scoreRouge(join(row['cand_sents']), [join(row['ref_sents'])], 'rougeLsum');
    expectRouge(score, record(row['expected']), row);
    return;
  }
  const options = { stem: row['use_stemmer'] === true };
  if (row['prediction'] !== undefined) {
    const metric = text(row['metric']);
    const expected = metric === 'rouge' ? record(row['expected']) : { [metric]: row['expected'] };
    for (const [variant, values] of Object.entries(expected)) {
      const score = scoreRouge(text(row['prediction']), [text(row['target'])], variant as RougeVariant, options);
      expectRouge(score, record(values), row);
    }
    return;
  }
  const references = list(row['references']);
  const fmeasures = (variant: string): (number | undefined)[] =>
    texts(row['predictions']).map(
      (prediction, index) =>
        scoreRouge(prediction, asTexts(references[index]), variant as RougeVariant, options)?.fmeasure,
    );
  if (row['expected_rouge1_f'] !== undefined) expect(fmeasures('rouge1')).toEqual(row['expected_rouge1_f']);
  for (const [variant, expected] of Object.entries(record(row['expected_mean_f'] ?? {}))) {
    expectNear(mean(fmeasures(variant)), expected, { tolerance: row['tolerance'] ?? 5e-5 });
  }
}

function expectRouge(score: RougeScore | null, expected: Row, row: Row): void {
  for (const [part, value] of Object.entries(expected)) expectNear(record(score)[part], value, row);
}

function checkCorpusBleu(row: Row): void {
  const options = bleuOptions(row);
  const score = scoreCorpusBleu(texts(row['hypotheses']), transpose(row['reference_streams']), options);
  expectNear(score?.score, row['expected'], row);
  if (row['computed_detail'] === undefined) return;
  const detail = record(row['computed_detail']);
  expectNear(score?.score, detail['score'], { scale: 100 });
  expectNear(score?.brevityPenalty, detail['bp'], {});
  expect(score?.precisions.map((precision) => precision * 100)).toEqual(
    list(detail['precisions']).map((precision) => expect.closeTo(number(precision), 9)),
  );
  expect([score?.hypothesisLength, score?.referenceLength]).toEqual([detail['sys_len'], detail['ref_len']]);
}

function checkBleuStatistics(row: Row): void {
  if (row['correct'] !== undefined) {
    const score = bleuFromStatistics({
      hypothesisLength: number(row['sys_len']),
      referenceLength: number(row['ref_len']),
      matches: list(row['correct']).map(number),
      totals: list(row['total']).map(number),
    });
    expectNear(score.score, row['expected'], row);
    return;
  }
  const statistics = bleuStatistics(text(row['hypothesis']), [text(row['reference'])], { tokenize: 'none' });
  expect(statistics).toMatchObject({ matches: row['counts'], totals: row['totals'] });
  const score = statistics && bleuFromStatistics(statistics, { smooth: 'floor', smoothValue: 0.1 });
  expectNear(score?.score, row['expected_floor_0_1'], row);
}

function scoreCorpusBleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions,
): BleuScore {
  const parts = hypotheses
    .map((hypothesis, index) => bleuStatistics(hypothesis, references[index] ?? [], options))
    .filter((part) => part !== null);
  return bleuFromStatistics(unpackBleuStatistics(addVectors(parts.map(packBleuStatistics))), options);
}

function bleuOptions(row: Row): BleuOptions {
  const params = record(row['params'] ?? {});
  return {
    tokenize: (params['tokenize'] ?? '13a') as BleuTokenizer,
    smooth: (params['smooth_method'] ?? 'exp') as BleuSmoothing,
    lowercase: params['lowercase'] === true,
    effectiveOrder: params['effective_order'] === true,
    maxOrder: number(row['max_ngram_order'] ?? 4),
    ...(typeof params['smooth_value'] === 'number' ? { smoothValue: params['smooth_value'] } : {}),
  };
}

function bleuParams(row: Row): object {
  const { tokenize, smooth, lowercase } = bleuOptions(row);
  return { tokenize, smooth, lowercase };
}

function chrfParams(row: Row): object {
  const { charOrder, wordOrder, beta, lowercase } = chrfOptions(row);
  return { charOrder, wordOrder, beta, lowercase };
}

function chrfOptions(row: Row): ChrfOptions {
  const params = record(row['params'] ?? {});
  return {
    charOrder: number(params['char_order'] ?? 6),
    wordOrder: number(params['word_order'] ?? 0),
    beta: number(params['beta'] ?? 2),
    lowercase: params['lowercase'] === true,
    epsilonSmoothing: params['eps_smoothing'] === true,
  };
}

/** Percentages of the vectors are fractions here; so are their tolerances. */
function expectNear(actual: unknown, expected: unknown, row: Row): void {
  const scale = number(row['scale'] ?? 1);
  const tolerance = number(row['tolerance'] ?? COMPUTED * scale);
  expect(typeof actual).toBe('number');
  expect(Math.abs(number(actual) * scale - number(expected)), `${actual} is not ${expected}`).toBeLessThanOrEqual(
    tolerance,
  );
}

function transpose(streams: unknown): readonly (readonly string[])[] {
  const columns = list(streams).map(texts);
  return (columns[0] ?? []).map((_, index) => columns.map((column) => column[index] ?? ''));
}

function mean(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length;
}

function record(value: unknown): Row {
  expect(typeof value).toBe('object');
  return value as Row;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return list(value).map(text);
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? texts(value) : [text(value)];
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`not a text: ${JSON.stringify(value)}`);
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`not a number: ${JSON.stringify(value)}`);
  return value;
}
