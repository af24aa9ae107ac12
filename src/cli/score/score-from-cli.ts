import { isMissing } from '../../core/scores/score-form.js';
import { mean } from '../../core/stats/mean.js';
import { decodeText } from '../../core/text/decode.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count, formatBeside, formatBound, formatValue } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Message } from '../../model/message.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Score } from '../../model/run-record.js';
import { readScoredRows, type ScoredRow, textOutput } from '../../project/datasets/scored-rows.js';
import { loadScoring } from '../../project/load.js';
import { findMetric, readMetricParameters } from '../../project/named-metric.js';
import { scoreInTerminal } from '../score-in-terminal.js';
import type { Terminal } from '../terminal.js';

/** The flags of score as commander parses them. */
export interface ScoreFlags {
  readonly metric: string;
  readonly param?: readonly string[];
  readonly min?: string;
  readonly max?: string;
  readonly output?: string;
  readonly expected?: readonly string[];
  readonly prompt?: string;
  readonly file?: string;
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The score command. Returns the exit code. */
export async function scoreFromCli(flags: ScoreFlags, terminal: Terminal): Promise<number> {
  const cwd = flags.cwd ?? terminal.cwd();
  const project = await loadScoring({ env: terminal.env, cwd, config: flags.config });
  const written = {
    ...readMetricParameters(flags.param ?? [], 'score'),
    ...(flags.min === undefined ? {} : { min: asNumber(flags.min) }),
    ...(flags.max === undefined ? {} : { max: asNumber(flags.max) }),
  };
  const metric = await findMetric(project, cwd, flags.metric, written, 'score');
  const rows =
    flags.file === undefined
      ? [await givenRow(flags, terminal)]
      : await readScoredRows(project.root, cwd, flags.file, 'output');
  const messages: readonly Message[] = flags.prompt === undefined ? [] : [{ role: 'user', content: flags.prompt }];
  const asked = rows.map((row) => ({ ...row, messages }));
  const { scores, notes, failed } = await scoreInTerminal(project, metric, asked, terminal);
  if (scores === null) return EXIT.interrupted;
  terminal.stdout.write(
    flags.json
      ? scores.map((score) => `${printableJson(score)}\n`).join('')
      : flags.file === undefined
        ? scores.map((score) => describeScore(score, metric.entry)).join('')
        : describeScores(scores, metric.entry),
  );
  for (const note of notes) terminal.stderr.write(`${note}\n`);
  // Where nothing applies nothing was judged, and that is no pass
  if (failed || scores.some(isMissing) || scores.every(({ notApplicable }) => notApplicable)) return EXIT.error;
  return scores.some(({ passed }) => passed === false) ? EXIT.fail : EXIT.pass;
}

async function givenRow({ output = '', expected }: ScoreFlags, terminal: Terminal): Promise<ScoredRow> {
  const text = output === '-' ? await readInput(terminal) : output;
  const answers = expected?.length === 1 ? expected[0] : expected && [...expected];
  return { case: { vars: {}, expected: answers, tags: [] }, output: textOutput(text), columns: {} };
}

async function readInput({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const input = decodeText(Buffer.concat(chunks));
  if (input.fault !== null)
    throw new LlmciError('bad-flag', { flag: '--output', why: `of standard input, ${input.fault}`, command: 'score' });
  // The shell's own line end is no part of what was said
  return input.text.replace(/\r?\n$/, '');
}

/** A mark as YAML would read it: a bare number, or a text with a unit. */
function asNumber(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** One score for people: what a model or a program wrote is made safe for the terminal. */
function describeScore(score: Score, entry: MetricEntry): string {
  const lines: [string, string][] = [
    [score.id, [showValue(score, entry), verdictOf(score, entry)].filter(Boolean).join('  ')],
    ['reason', score.reason],
    ...Object.entries(score.detail ?? {}).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => printableLine(name, 40).length));
  return lines
    .map(([name, text]) => `${printableLine(name, 40).padEnd(width)}  ${printableLine(text, 400)}\n`)
    .join('');
}

function describeScores(scores: readonly Score[], entry: MetricEntry): string {
  const values = scores.map((score) => showValue(score, entry));
  const width = values.reduce((most, { length }) => Math.max(most, length), 0);
  const places = String(scores.length).length;
  const lines = scores.map((score, index) => {
    const verdict = score.passed === null ? '' : score.passed ? 'pass  ' : 'fail  ';
    return `${String(index + 1).padStart(places)}  ${(values[index] ?? '').padStart(width)}  ${verdict}${printableLine(score.reason, 200)}\n`;
  });
  const known = scores.flatMap(({ value }) => value ?? []);
  const marked = entry.mark ? `, ${scores.filter(({ passed }) => passed).length} met the mark` : '';
  const missing = scores.filter(isMissing).length;
  const leftOut = scores.length - known.length - missing;
  const without = [
    missing > 0 ? `, ${missing} without a score` : '',
    leftOut > 0 ? `, ${leftOut} not applicable` : '',
  ].join('');
  return `${lines.join('')}${count(scores.length, 'row')}: mean ${formatValue(mean(known), entry.unit)}${marked}${without}\n`;
}

function showValue({ value, notApplicable }: Score, { unit, mark }: MetricEntry): string {
  if (notApplicable) return 'not applicable';
  const [bound] = [mark?.min, mark?.max].filter((bound) => bound !== undefined && (value ?? bound) !== bound);
  return bound === undefined ? formatValue(value, unit) : formatBeside(value, bound, unit);
}

function verdictOf({ passed }: Score, { mark, unit, not }: MetricEntry): string {
  if (passed === null || mark === null) return '';
  const bounds = [
    mark.min === undefined ? '' : `at least ${formatBound(mark.min, unit)}`,
    mark.max === undefined ? '' : `at most ${formatBound(mark.max, unit)}`,
  ];
  return `${passed ? 'pass' : 'fail'} (${not ? 'not ' : ''}${bounds.filter(Boolean).join(' and ')})`;
}
