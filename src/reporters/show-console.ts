import type { CaseFile } from '../core/compare/case-file.js';
import { recordedText } from '../core/requests/message-text.js';
import { isMissing } from '../core/scores/score-form.js';
import { count, formatMilliseconds, formatNumber, formatUsd, formatValue } from '../core/text/format.js';
import { describeHistory } from '../core/text/history-words.js';
import { jsonText, writtenText } from '../core/text/json-value.js';
import { printable, printableLine } from '../core/text/printable.js';
import { diffWords } from '../core/text/word-diff.js';
import { isBlank } from '../model/blank.js';
import type { CaseConfirmation } from '../model/case-changes.js';
import { isRecord, type Json } from '../model/json.js';
import type { Message, ToolCall } from '../model/message.js';
import type { Result, RunSummary, Score } from '../model/run-record.js';
import { padToWidth, widthOf } from './layout/layout.js';
import { Page, unpainted } from './layout/page.js';
import type { ReportSink } from './layout/sink.js';
import { markWords, paintMarks } from './layout/word-marks.js';
import { describeTrials, type UnitsOf, unitsOf } from './words/since-baseline.js';
import { describeGroup } from './words/words.js';

/** Shows cases of a run in full. What models and files said is printable when it is written. */
export async function reportCases(summary: RunSummary, files: readonly CaseFile[], sink: ReportSink): Promise<void> {
  const page = new Page(sink);
  for (const file of files) writeCase(page, summary, file);
  page.blank();
  page.paragraph(`run ${summary.runId}, ${summary.finishedAt.slice(0, 16).replace('T', ' ')} UTC`, page.paint.dim);
  await sink.write(page.text());
}

function writeCase(page: Page, summary: RunSummary, file: CaseFile): void {
  const { trials, messages, baseline } = file;
  const [first] = trials;
  const failed = trials.filter(({ passed }) => passed === false).length;
  const state =
    trials.length > 1 ? `${failed} of ${count(trials.length, 'trial')} ${failed === 1 ? 'fails' : 'fail'}` : '';
  page.title(printableLine(file.case, 200), [describeGroup(file), state].filter(Boolean).join(' · '));
  if (baseline?.since) page.line(`  ${describeSince(page, baseline.since)}`);
  const history = describeHistory(baseline?.change?.history);
  if (history !== '') page.paragraph(history, unpainted, '  ');
  const further = describeTrials(baseline?.change);
  if (further !== '') page.paragraph(further, unpainted, '  ');
  if (first && first.tags.length > 0) writeField(page, 'tags', first.tags.join(', '));
  if (first?.expected !== undefined) writeField(page, 'expected', writtenText(first.expected));
  if (messages === null)
    for (const [name, value] of Object.entries(first?.vars ?? {})) writeField(page, name, writtenText(value));
  for (const message of messages ?? []) writeMessage(page, message);
  const units = unitsOf(summary, file.suite);
  for (const trial of trials) writeTrial(page, trial, trials.length, units);
  if (baseline) writeBaseline(page, file, baseline, units);
  const { confirmation } = baseline?.change ?? {};
  if (confirmation) {
    writeFurther(page, 'now', confirmation.now);
    writeFurther(page, 'prompt of the baseline', confirmation.baseline);
  }
}

/** What was answered when a newly broken case was asked again. */
function writeFurther(page: Page, side: string, trials: CaseConfirmation['baseline']): void {
  for (const [index, { passed, text, reasons }] of (trials?.answers ?? []).entries()) {
    const mark = passed ? page.paint.green('✓ passes') : page.paint.red('✗ fails');
    page.blank();
    page.line(`  asked again, ${side}, trial ${index + 1}: ${mark}`);
    writeField(page, 'output', text);
    for (const reason of reasons) page.paragraph(printable(reason), unpainted, `    ${page.paint.red('✗')} `);
  }
}

function describeSince(page: Page, since: 'broken' | 'failing' | 'fixed'): string {
  if (since === 'broken') return page.paint.red('newly broken: it passed in the baseline');
  return since === 'fixed' ? page.paint.green('fixed: it failed in the baseline') : 'failed in the baseline too';
}

function writeMessage(page: Page, message: Message): void {
  const text = recordedText(message.content);
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  if (text !== '' || calls.length === 0) writeField(page, message.role, text);
  writeCalls(page, calls);
}

function writeCalls(page: Page, calls: readonly Pick<ToolCall, 'name' | 'arguments'>[]): void {
  for (const call of calls) writeField(page, 'calls', `${call.name}(${jsonText(call.arguments)})`);
}

function writeTrial(page: Page, result: Result, of: number, units: UnitsOf): void {
  const { output, error, scores } = result;
  page.blank();
  const mark =
    result.passed === false
      ? page.paint.red('✗ fails')
      : result.passed
        ? page.paint.green('✓ passes')
        : error
          ? page.paint.yellow('! has no answer')
          : describeUnmarked(page, scores);
  page.line(of > 1 ? `  trial ${result.trial}: ${mark}` : `  ${mark}`);
  if (error) {
    writeField(page, 'error', `${error.kind}${error.status === null ? '' : ` ${error.status}`}: ${error.message}`);
    return;
  }
  if (!output) return;
  for (const message of output.conversation?.slice(0, -1) ?? []) writeMessage(page, message);
  if (output.reasoning !== undefined) writeField(page, 'reasoning', output.reasoning, page.paint.dim);
  writeField(page, 'output', output.text === '' && output.toolCalls.length > 0 ? '(no text)' : output.text);
  writeCalls(page, output.toolCalls);
  writeField(page, 'facts', describeFacts(output), page.paint.dim);
  for (const score of scores) writeScore(page, score, units);
}

/** Why a sample with an answer neither passes nor fails. */
function describeUnmarked(page: Page, scores: readonly Score[]): string {
  const marked = scores.filter((score) => score.marked);
  if (marked.length === 0) return '· has no pass mark';
  return marked.some(isMissing) ? page.paint.yellow('! lacks a score') : '· nothing in it to judge';
}

function describeFacts(output: NonNullable<Result['output']>): string {
  const { usage, usd, latencyMs, source, finishReason, servedModel, unread = [] } = output;
  return [
    latencyMs === null ? '' : formatMilliseconds(latencyMs),
    usage.inputTokens === null ? '' : `${formatNumber(usage.inputTokens)} tokens in`,
    usage.outputTokens === null ? '' : `${formatNumber(usage.outputTokens)} out`,
    usd === null ? 'cost unknown' : formatUsd(usd),
    { live: 'live', cache: 'from the cache', replay: 'replayed' }[source],
    finishReason === null ? '' : `finish: ${finishReason}`,
    servedModel === null ? '' : `served by ${servedModel}`,
    unread.length === 0 ? '' : `not read: ${unread.join(', ')}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

function writeScore(page: Page, { id, value, passed, notApplicable, reason, detail }: Score, units: UnitsOf): void {
  const mark = passed === true ? page.paint.green('✓') : passed === false ? page.paint.red('✗') : '·';
  const shown = notApplicable ? 'not applicable' : value === null ? 'missing' : formatValue(value, units(id));
  const text = isBlank(reason) ? shown : `${shown}: ${reason}`;
  page.paragraph(printable(text), unpainted, `    ${mark} ${page.paint.bold(printableLine(id, 40))}  `);
  writeDetail(page, Object.entries(detail ?? {}).flatMap(membersOf));
}

/** What was found, a line for each: of an object, such as who judged, for each of its members. */
function membersOf([name, found]: readonly [string, Json]): readonly (readonly [string, Json])[] {
  return isRecord(found) ? Object.entries(found).map(([key, value]) => [`${name} ${key}`, value]) : [[name, found]];
}

function writeDetail(page: Page, lines: readonly (readonly [string, Json])[]): void {
  const named = lines.map(([name, found]) => [printableLine(name, 40), found] as const);
  const width = Math.max(0, ...named.map(([name]) => widthOf(name)));
  for (const [name, found] of named) {
    const first = `        ${page.paint.dim(padToWidth(name, width))}  `;
    page.paragraph(printable(writtenText(found)), page.paint.dim, first);
  }
}

function writeBaseline(
  page: Page,
  { trials }: CaseFile,
  baseline: NonNullable<CaseFile['baseline']>,
  units: UnitsOf,
): void {
  const { run, change } = baseline;
  page.blank();
  page.paragraph(
    `baseline: run ${printableLine(run.runId, 60)}, ${run.finishedAt.slice(0, 10)}${run.commit === null ? '' : `, commit ${run.commit.slice(0, 7)}`}`,
    unpainted,
    '  ',
  );
  for (const { id, before, now } of change?.scores ?? [])
    writeField(page, id, `${formatValue(before, units(id))} then, ${formatValue(now, units(id))} now`);
  if (baseline.trials === null) {
    page.paragraph('its outputs are not kept on this machine, only its scores', page.paint.dim, '    ');
    return;
  }
  for (const then of baseline.trials) {
    const now = trials.find(({ trial }) => trial === then.trial) ?? trials[0];
    const name = baseline.trials.length > 1 ? `trial ${then.trial}` : 'output';
    if (then.output) writeEarlier(page, name, then.output.text, now?.output?.text ?? null);
  }
}

/** The earlier text with what is gone of it and what has come, where that can be told. */
function writeEarlier(page: Page, label: string, then: string, now: string | null): void {
  const changes = now === null || now === then ? null : diffWords(printable(then), printable(now));
  if (changes !== null) writeField(page, label, markWords(changes), paintMarks(page.paint));
  else writeField(page, label, now === then ? `${then}\n(the same)` : then);
}

function writeField(page: Page, label: string, text: string, paint: (text: string) => string = unpainted): void {
  const first = `    ${page.paint.dim(printableLine(label, 24).padEnd(9))} `;
  page.paragraph(text === '' ? '(empty)' : printable(text), paint, first);
}
