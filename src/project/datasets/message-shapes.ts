import { MessageError } from '../../core/requests/message-error.js';
import { readMessages } from '../../core/requests/read-messages.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { isRecord, type Json } from '../../model/json.js';
import type { WrittenMessage } from '../../model/written-message.js';
import { asksOf, type RowAsks } from './row-asks.js';

/** Shapes of data with conversations that are read as they are. */
export type MessageShape = 'fine-tuning' | 'evals' | 'sharegpt' | 'role-content';

/** What each is called, and what becomes of its rows. */
export const SHAPES: Readonly<Record<MessageShape, string>> = {
  'fine-tuning': 'OpenAI fine-tuning rows: their last answer of the assistant is `expected`, the rest `messages`',
  evals: 'samples of OpenAI evals: `input` is `messages`, `ideal` is `expected`',
  sharegpt: 'ShareGPT rows: their last answer of the model is `expected`, the rest `messages`',
  'role-content': 'one message a row: the last answer of a conversation is `expected`, the rest `messages`',
};

/** A row in the form of a case, with what it says of how it is asked; or why it is none. */
export type Shaped =
  | { readonly row: Record<string, unknown>; readonly asks?: RowAsks | null }
  /** `ofAll`: of a file whose rows all have the same columns, every row has it. */
  | { readonly problem: string; readonly ofAll?: boolean };

type Row = Readonly<Record<string, unknown>>;

/** Of each shape: the keys that make it, and those that may stand beside them. The whole row has to fit. */
const KEYS: readonly {
  readonly shape: MessageShape;
  readonly needs: readonly string[];
  readonly may: readonly string[];
}[] = [
  {
    shape: 'fine-tuning',
    needs: ['messages'],
    may: [
      ...['expected', 'weight', 'tools', 'functions', 'function_call', 'tool_choice'],
      ...['parallel_tool_calls', 'response_format'],
    ],
  },
  { shape: 'evals', needs: ['input', 'ideal'], may: ['metadata'] },
  {
    shape: 'sharegpt',
    needs: ['conversations'],
    may: ['expected', 'system', 'tools', 'source', 'dataset', 'category', 'hash'],
  },
];
/** What any row may say of itself. */
const COMMON = ['id', 'tags', 'metadata'];

/** The shape that a whole row fits; null for none. */
export function shapeOf(row: Row): Exclude<MessageShape, 'role-content'> | null {
  const names = Object.keys(row);
  const found = KEYS.find(
    ({ needs, may }) =>
      needs.every((name) => names.includes(name)) &&
      names.every((name) => [...needs, ...may, ...COMMON].includes(name)),
  );
  if (!found) return null;
  const { shape } = found;
  if (shape === 'evals') return isInput(row['input']) && isIdeal(row['ideal']) ? shape : null;
  return isMessageList(row[found.needs[0] ?? '']) ? (shape as 'fine-tuning' | 'sharegpt') : null;
}

/** The case that a row of a shape is. */
export function readShape(row: Row, shape: Exclude<MessageShape, 'role-content'>): Shaped {
  return { ...readCase(row, shape), asks: asksOf(row) };
}

function readCase(row: Row, shape: Exclude<MessageShape, 'role-content'>): Shaped {
  const names = { id: row['id'], tags: row['tags'] };
  switch (shape) {
    case 'fine-tuning':
      return caseOf(row['messages'], row['expected'], names);
    case 'sharegpt': {
      const system = row['system'];
      const own = Array.isArray(row['conversations']) ? row['conversations'] : [];
      const first = typeof system === 'string' && system !== '' ? [{ from: 'system', value: system }] : [];
      return caseOf([...first, ...own], row['expected'], names);
    }
    case 'evals': {
      const input = row['input'];
      return withExpected(typeof input === 'string' ? [{ role: 'user', content: input }] : input, row['ideal'], names);
    }
  }
}

function caseOf(list: unknown, expected: unknown, names: Row): Shaped {
  return expected === undefined ? splitAnswer(list, names) : withExpected(list, expected, names);
}

/** A case of messages whose last answer is what is expected; without one nothing is. */
export function splitAnswer(list: unknown, names: Row): Shaped {
  const messages = readable(list);
  // What is wrong with them is told where messages are checked
  if (messages === null) return { row: { ...names, vars: {}, messages: list } };
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return { row: { ...names, vars: {}, messages } };
  if (!messages.slice(0, -1).some(({ role }) => role === 'user' || role === 'tool'))
    return { problem: 'has an answer of the assistant, and nothing before it that asks' };
  const isLeftOut = Array.isArray(list) && isRecord(list.at(-1)) && Number(list.at(-1)['weight'] ?? 1) === 0;
  const expected = isLeftOut ? undefined : answerIn(last);
  return { row: { ...names, vars: {}, messages: messages.slice(0, -1), ...(expected !== undefined && { expected }) } };
}

/** A case of messages, beside which stands what is expected. */
export function withExpected(list: unknown, expected: unknown, names: Row): Shaped {
  if (readable(list)?.at(-1)?.role === 'assistant')
    return {
      problem:
        'its messages end with an answer of the assistant, which the model would be shown, and it says what is expected too: take one of them out',
    };
  return { row: { ...names, vars: {}, messages: list, expected } };
}

/** Why a row that looks like messages is not read as such, and what to write; null when it does not look so. */
export function explainUnfit(row: Row): string | null {
  const found = KEYS.find(({ needs }) => needs.some((name) => isMessageList(row[name])));
  if (!found) return null;
  const column = found.needs.find((name) => isMessageList(row[name])) ?? '';
  const others = Object.keys(row).filter((name) => ![column, ...COMMON].includes(name));
  const answer = ['ideal', 'expected', 'answer'].find((name) => others.includes(name)) ?? 'COLUMN';
  return `has messages in ${column}, and ${others.join(', ')} beside them, which is no shape that is known: write \`dataset: { path, messages: ${column}, expected: ${answer} }\` in the suite`;
}

function readable(list: unknown): readonly WrittenMessage[] | null {
  try {
    return readMessages(list);
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}

/** The answer that a message is: its calls, as `tool-call` compares them, or its text. */
function answerIn({ content = '', toolCalls }: Extract<WrittenMessage, { role: 'assistant' }>): Json {
  if (toolCalls) return toolCalls.map(({ name, arguments: args }) => ({ name, arguments: exactly(argumentsOf(args)) }));
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}

/** A list among expected arguments means any of these values; one that the model wrote is a value itself. */
function exactly(args: Json): Json {
  if (!isRecord(args)) return args;
  const members = Object.entries(args as Readonly<Record<string, Json>>);
  return Object.fromEntries(members.map(([name, value]) => [name, Array.isArray(value) ? [value] : value]));
}

function argumentsOf(written: Json): Json {
  if (typeof written !== 'string') return written;
  const parsed = parseJsonText(written.trim() === '' ? '{}' : written, { keep: 'texts' });
  return parsed.fault === null ? parsed.data : written;
}

function isMessageList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isRecord(item) && (typeof item['role'] === 'string' || typeof item['from'] === 'string'))
  );
}

function isInput(value: unknown): boolean {
  return typeof value === 'string' || isMessageList(value);
}

function isIdeal(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}
