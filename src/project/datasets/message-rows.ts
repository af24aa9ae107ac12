import { parseJsonText } from '../../core/text/json-text.js';
import { isBlank } from '../../model/blank.js';
import { isRecord } from '../../model/json.js';
import type { DatasetRow, Report } from './dataset-row.js';

/** Columns that say which conversation a message is of. */
const CONVERSATION = /^(?:id|(?:conversation|chat|thread|session|dialog|dialogue)(?:[_ -]?id)?)$/i;
/** Columns of a message, in the words of OpenAI or of ShareGPT. */
const PAIRS = [
  ['role', 'content'],
  ['from', 'value'],
] as const;
const BESIDE = ['name', 'tool_calls', 'tool_call_id', 'weight'];

/** The columns of a file that has one message a row; null when a row is something else. */
export interface MessageColumns {
  readonly who: string;
  readonly said: string;
  /** Null for a file that is one conversation. */
  readonly conversation: string | null;
}

/** Looks at the columns of a row: whether it is one message, and nothing else. */
export function messageColumnsOf(data: unknown): MessageColumns | null {
  if (!isRecord(data)) return null;
  const names = Object.keys(data);
  const pair = PAIRS.find((each) => each.every((name) => names.includes(name)));
  if (!pair) return null;
  const others = names.filter((name) => ![...pair, ...BESIDE].includes(name));
  if (others.length > 1 || !others.every((name) => CONVERSATION.test(name))) return null;
  return { who: pair[0], said: pair[1], conversation: others[0] ?? null };
}

/** A conversation that was gathered from rows. `data` is its messages. */
export interface GatheredRow extends DatasetRow {
  readonly id: string | undefined;
}

/**
 * Gathers the messages of conversations, each from rows that follow on one another. A conversation that comes again
 * further down is a problem: its messages would be in no order.
 */
export async function* gatherConversations(
  rows: AsyncIterable<DatasetRow>,
  { who, said, conversation }: MessageColumns,
  report: Report,
): AsyncGenerator<GatheredRow> {
  const seen = new Set<string>();
  let open: { readonly row: DatasetRow; readonly id: string | undefined; readonly messages: unknown[] } | null = null;
  const close = (): GatheredRow[] => (open ? [{ ...open.row, data: open.messages, id: open.id }] : []);
  let place = 0;
  for await (const row of rows) {
    place++;
    const fault = (message: string) => report({ ...row.source.at(row.path), message: `row ${place}: ${message}` });
    const data = isRecord(row.data) ? row.data : {};
    const columns = messageColumnsOf(data);
    if (columns?.who !== who || columns.conversation !== conversation) {
      fault(`is no message, as those before it are: ${who} and ${said}${conversation ? `, and ${conversation}` : ''}`);
      continue;
    }
    const id = conversation === null ? undefined : String(data[conversation]);
    if (id !== undefined && isBlank(id)) {
      fault(`has nothing in ${conversation}, so that nobody knows which conversation it is of`);
      continue;
    }
    if (!open || open.id !== id) {
      yield* close();
      if (id !== undefined && seen.has(id)) fault(`conversation ${id} comes again: put all its messages together`);
      seen.add(id ?? '');
      open = { row, id, messages: [] };
    }
    open.messages.push(messageOf(data, who, said));
  }
  yield* close();
}

/** Cells are texts, and those that are empty are not there. */
function messageOf(data: Readonly<Record<string, unknown>>, who: string, said: string): Record<string, unknown> {
  const message: Record<string, unknown> = { [who]: data[who], [said]: data[said] };
  for (const name of BESIDE) {
    const value = data[name];
    if (value === undefined || (typeof value === 'string' && isBlank(value))) continue;
    message[name] = name === 'tool_calls' && typeof value === 'string' ? parsed(value) : value;
  }
  return message;
}

function parsed(text: string): unknown {
  const read = parseJsonText(text, { keep: 'texts' });
  return read.fault === null ? read.data : text;
}
