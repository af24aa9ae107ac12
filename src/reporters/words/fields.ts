import { lastQuestion } from '../../core/requests/message-text.js';
import { count } from '../../core/text/format.js';
import { jsonText, writtenText } from '../../core/text/json-value.js';
import { printable, printableLine } from '../../core/text/printable.js';
import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { Output } from '../../model/output.js';
import type { Result } from '../../model/run-record.js';
import { failedScores } from './outcome.js';

/** Longest text of a field, in UTF-16 units; reports for people show a few lines of it. */
const MAX_TEXT = 10_000;
const MAX_VARS = 8;

/** One line of what is told about a failing sample. Label and text are safe to print; the text may have many lines. */
export interface Field {
  readonly label: string;
  readonly text: string;
  readonly role: 'input' | 'expected' | 'output' | 'score';
}

/** Inputs, expectation, output and failed scores of a sample, in the order in which a reader asks for them. */
export function describeResult(result: Result): Field[] {
  const vars = Object.entries(result.vars);
  const fields: Field[] = vars
    .slice(0, MAX_VARS)
    .map(([name, value]) => ({ label: printableLine(name, 24), text: showJson(value), role: 'input' }));
  if (vars.length > MAX_VARS) {
    fields.push({ label: '…', text: `${count(vars.length - MAX_VARS, 'more variable')}`, role: 'input' });
  }
  // Without variables only the messages of a case tell what it asks
  const question = vars.length === 0 ? lastQuestion(result.messages ?? []) : null;
  if (question !== null) fields.push({ label: 'user', text: showText(question), role: 'input' });
  if (result.expected !== undefined) {
    fields.push({ label: 'expected', text: showJson(result.expected), role: 'expected' });
  }
  if (result.output !== null) {
    const { turns = 1 } = result.output;
    const label = turns > 1 ? `output, last of ${turns} turns` : 'output';
    fields.push({ label, text: showOutput(result.output), role: 'output' });
  }
  for (const score of failedScores(result)) {
    const text = isBlank(score.reason) ? `scored ${score.value ?? 'nothing'}` : score.reason;
    fields.push({ label: `✗ ${printableLine(score.id, 24)}`, text: showText(text), role: 'score' });
  }
  return fields;
}

function showOutput(output: Output): string {
  const calls = output.toolCalls.map((call) => `→ ${call.name}(${jsonText(call.arguments)})`);
  const ended =
    output.finishReason === null || output.finishReason === 'stop' || output.finishReason === 'tool-calls'
      ? []
      : [`[finish reason: ${output.finishReason}]`];
  const text = isBlank(output.text) ? [] : [output.text.trim()];
  const parts = [...text, ...calls];
  return showText([...(parts.length > 0 ? parts : ['(empty)']), ...ended].join('\n'), ended[0]);
}

function showJson(value: Json): string {
  return showText(writtenText(value));
}

/** The text, cut where it is too long; `ending` is what must be seen in any case. */
function showText(text: string, ending?: string): string {
  if (text.length <= MAX_TEXT) return printable(text);
  return printable(`${text.slice(0, MAX_TEXT)}…${ending === undefined ? '' : `\n${ending}`}`);
}
