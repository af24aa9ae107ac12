import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { messagesOf } from '../../core/compare/case-file.js';
import { lastQuestion } from '../../core/requests/message-text.js';
import { writtenText } from '../../core/text/json-value.js';
import { printableLine } from '../../core/text/printable.js';
import { writeJson } from '../../core/text/write-json.js';
import type { Result, RunReader, Score } from '../../model/run-record.js';
import {
  type IndexPart,
  MARK_LETTERS,
  OUTCOME_LETTERS,
  type PageEnd,
  type PageSample,
  type SampleRun,
  type ScoreColumn,
} from '../../report-page/data.js';
import type { ReportSink } from '../layout/sink.js';
import { createJudgeOutcome, groupKey, type SampleOutcome } from '../words/outcome.js';

/** What a chunk holds at most: enough to deflate well, and opened in a moment. */
const CHUNK_SAMPLES = 256;
const CHUNK_CHARACTERS = 1 << 18;
const PART_SAMPLES = 4096;
const PREVIEW_CHARACTERS = 90;
/** Past this many bytes a browser takes long to open the file; what passes is then kept without its texts. */
const MOST_BYTES = 80_000_000;

const deflate = promisify(deflateRaw);

/** A value as a `<template>` of the page. */
export async function packTemplate(id: string, json: string): Promise<string> {
  return `<template id="${id}">${(await deflate(json)).toString('base64')}</template>\n`;
}

/**
 * Writes the samples of a run as templates: chunks as they fill, and after them the part of the index that tells of
 * them. Holds one of each, however many samples there are.
 */
export async function writeSamples(run: RunReader, write: ReportSink['write'], limit = MOST_BYTES): Promise<PageEnd> {
  const judgeOutcome = createJudgeOutcome(run.summary.gates);
  const render = messagesOf(run.summary);
  let bytes = 0;
  const put = async (id: string, json: string) => {
    const template = await packTemplate(id, json);
    bytes += template.length;
    await write(template);
  };
  let [samples, chunks, parts, leftOut] = [0, 0, 0, 0];
  let part = new PartBuilder();
  let chunk: string[] = [];
  let size = 0;
  const endChunk = async () => {
    if (chunk.length > 0) await put(`chunk-${chunks++}`, `[${chunk.join(',\n')}]`);
    chunk = [];
    size = 0;
  };
  const endPart = async () => {
    await endChunk();
    if (part.samples > 0) await put(`part-${parts++}`, writeJson(part.finish()));
    part = new PartBuilder();
  };
  for await (const result of run.results()) {
    const outcome = judgeOutcome(result);
    const isLeftOut = bytes > limit && outcome === 'passed';
    if (isLeftOut) leftOut++;
    const json = isLeftOut ? 'null' : writeJson(sampleOf(result, render));
    part.add(result, outcome, chunks);
    chunk.push(json);
    samples++;
    size += json.length;
    if (chunk.length >= CHUNK_SAMPLES || size >= CHUNK_CHARACTERS) await endChunk();
    if (part.samples >= PART_SAMPLES) await endPart();
  }
  await endPart();
  const end: PageEnd = { samples, chunks, leftOut };
  await put('end', writeJson(end));
  return end;
}

/** What the index does not say of a result, with the messages that were sent, which are the same in every trial. */
function sampleOf(result: Result, render: ReturnType<typeof messagesOf>): PageSample {
  const { suite, prompt, promptDigest, model, case: id, trial, tags, caseDigest, messages: _, ...rest } = result;
  const messages = trial === 1 ? render(result) : null;
  return messages === null ? rest : { ...rest, messages };
}

/** A part of the index as it grows. */
class PartBuilder {
  samples = 0;
  readonly #runs: { -readonly [Key in keyof SampleRun]: SampleRun[Key] }[] = [];
  readonly #cases: string[] = [];
  readonly #trials: number[] = [];
  readonly #tags: number[][] = [];
  readonly #tagNames = new Map<string, number>();
  readonly #previews: string[] = [];
  readonly #latencyMs: (number | null)[] = [];
  readonly #usd: (number | null)[] = [];
  readonly #scores = new Map<string, { values: (number | null)[]; marks: string[] }>();
  #outcomes = '';
  #group = '';

  add(result: Result, outcome: SampleOutcome, chunk: number): void {
    const group = groupKey(result);
    const last = this.#runs.at(-1);
    if (last?.chunk === chunk && group === this.#group) last.samples++;
    else {
      const { suite, prompt, model } = result;
      this.#runs.push({ suite, prompt, model, chunk, samples: 1 });
      this.#group = group;
    }
    this.#cases.push(result.case);
    this.#trials.push(result.trial);
    this.#outcomes += OUTCOME_LETTERS[outcome];
    this.#tags.push(result.tags.map((tag) => this.#numberOf(tag)));
    // The page shows that of a case's first sample
    this.#previews.push(result.trial === 1 ? previewOf(result) : '');
    this.#latencyMs.push(result.output?.latencyMs ?? null);
    this.#usd.push(result.output?.usd ?? null);
    for (const score of result.scores) this.#addScore(score);
    this.samples++;
  }

  #numberOf(tag: string): number {
    const number = this.#tagNames.get(tag) ?? this.#tagNames.size;
    this.#tagNames.set(tag, number);
    return number;
  }

  #addScore(score: Score): void {
    const column = this.#scores.get(score.id) ?? { values: [], marks: [] };
    this.#scores.set(score.id, column);
    while (column.values.length < this.samples) {
      column.values.push(null);
      column.marks.push(MARK_LETTERS.absent);
    }
    column.values.push(score.value === null ? null : Number(score.value.toPrecision(6)));
    column.marks.push(markOf(score));
  }

  finish(): IndexPart {
    return {
      runs: this.#runs,
      cases: this.#cases,
      trials: this.#trials,
      outcomes: this.#outcomes,
      tags: this.#tags,
      tagNames: [...this.#tagNames.keys()],
      previews: this.#previews,
      latencyMs: this.#latencyMs,
      usd: this.#usd,
      scores: [...this.#scores].map(
        ([metric, { values, marks }]): ScoreColumn => ({ metric, values, marks: marks.join('') }),
      ),
    };
  }
}

function markOf({ value, passed, notApplicable }: Score): string {
  if (notApplicable) return MARK_LETTERS['not-applicable'];
  if (value === null) return MARK_LETTERS.missing;
  return MARK_LETTERS[passed === null ? 'unmarked' : passed ? 'passed' : 'failed'];
}

/** The first of the variables that says something, or else what the user said last, on one line. */
function previewOf({ vars, messages = [] }: Result): string {
  for (const value of [...Object.values(vars), lastQuestion(messages) ?? '']) {
    const text = printableLine(writtenText(value), PREVIEW_CHARACTERS);
    if (text !== '') return text;
  }
  return '';
}
