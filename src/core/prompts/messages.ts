import type { PromptMessage } from '../../model/prompt.js';
import type { MessageEdit, PlacedMessage } from '../../model/prompt-change.js';
import type { WrittenPart } from '../../model/written-message.js';
import { isInstruction } from '../requests/message-text.js';
import { jsonText } from '../text/json-value.js';
import { diffWords } from '../text/word-diff.js';
import { likeness, outlineOf, wordsAlone } from './sentences.js';

/** The messages of a prompt as people read them, in their places. */
export function placeMessages(messages: readonly PromptMessage[]): readonly PlacedMessage[] {
  return messages.map((message, index) => ({
    place: index + 1,
    role: 'history' in message ? 'history' : message.role,
    text: readMessage(message),
  }));
}

function readMessage(message: PromptMessage): string {
  if ('history' in message) return `[history: ${message.history}]`;
  const { content = '' } = message;
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const answers =
    message.role === 'tool' && message.toolCallId !== undefined ? [`[answers ${message.toolCallId}]`] : [];
  return [
    ...answers,
    typeof content === 'string' ? content : content.map(readPart).join('\n'),
    ...calls.map(({ name, arguments: given }) => `[calls ${name} ${jsonText(given)}]`),
  ]
    .filter(Boolean)
    .join('\n');
}

function readPart(part: WrittenPart): string {
  if ('text' in part) return part.text;
  const name = part.name === undefined ? '' : ` as ${part.name}`;
  if ('image' in part)
    return `[image ${part.image}${part.detail === undefined ? '' : ` in ${part.detail} detail`}${name}]`;
  return 'file' in part ? `[file ${part.file}${name}]` : `[audio ${part.audio}${name}]`;
}

interface Pair {
  readonly before: PlacedMessage;
  readonly now: PlacedMessage;
}

/** The share of words in common from which two messages of one role are one that was edited, wherever they stand. */
const ALIKE = 0.4;

/**
 * What has become of the messages. Equal ones are found first, wherever they stand; of the others those that are most
 * alike, in one role before another; what is left has gone or come. A lone message of a role is always the one that was
 * there before.
 */
export function changeMessages(
  before: readonly PlacedMessage[],
  now: readonly PlacedMessage[],
): readonly MessageEdit[] {
  const pairs: Pair[] = [];
  const [gone, come] = [[...before], [...now]];
  const take = (fits: (a: PlacedMessage, b: PlacedMessage) => number) => {
    for (const one of [...gone]) {
      const fit = come.map((other) => fits(one, other));
      const best = fit.indexOf(Math.max(...fit));
      const other = come[best];
      if (other === undefined || (fit[best] ?? 0) <= 0) continue;
      pairs.push({ before: one, now: other });
      gone.splice(gone.indexOf(one), 1);
      come.splice(best, 1);
    }
  };
  take((a, b) => (a.role === b.role && a.text === b.text ? 1 : 0));
  const alike = (a: PlacedMessage, b: PlacedMessage) => {
    const share = likeness(a.text, b.text);
    return share >= ALIKE ? share : 0;
  };
  take((a, b) => (a.role === b.role ? alike(a, b) : 0));
  take((a, b) => (a.text.trim() !== '' && b.text.trim() !== '' ? alike(a, b) : 0));
  const lone = (role: string) => [gone, come].every((list) => list.filter((each) => each.role === role).length === 1);
  take((a, b) => (a.role === b.role && lone(a.role) ? 1 : 0));

  const moved = movedOf(pairs);
  const edits = pairs.flatMap((pair) => [...editOf(pair), ...(moved.has(pair) ? [moveOf(pair)] : [])]);
  return [
    ...gone.map(
      (message): MessageEdit => ({ what: 'message', effect: 'removed', before: message, now: null, words: null }),
    ),
    ...come.map(
      (message): MessageEdit => ({ what: 'message', effect: 'added', before: null, now: message, words: null }),
    ),
    ...edits,
  ].sort((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ before, now }: MessageEdit): number {
  return now?.place ?? before?.place ?? 0;
}

function editOf({ before, now }: Pair): readonly MessageEdit[] {
  if (before.role === now.role && before.text === now.text) return [];
  const [was, is] = [wordsAlone(before.text), wordsAlone(now.text)];
  const isFormatted =
    before.role === now.role &&
    was.length === is.length &&
    was.every((word, at) => word === is[at]) &&
    outlineOf(before.text) === outlineOf(now.text);
  const effect = isFormatted ? 'formatted' : 'edited';
  return [{ what: 'message', effect, before, now, words: diffWords(before.text, now.text) }];
}

function moveOf({ before, now }: Pair): MessageEdit {
  return { what: 'message', effect: 'moved', before, now, words: null };
}

/**
 * The pairs whose order has changed: with one of the developer's on one side of a swap, that one (where instructions stand
 * is what matters); else the fewest that explain it, the longest row that kept its order standing still.
 */
function movedOf(pairs: readonly Pair[]): ReadonlySet<Pair> {
  const rows = pairs.toSorted((a, b) => a.before.place - b.before.place);
  const swapped = rows.filter(
    (pair) =>
      isInstruction(pair.now) &&
      rows.some((other) => (other.before.place - pair.before.place) * (other.now.place - pair.now.place) < 0),
  );
  const others = rows.filter((pair) => !isInstruction(pair.now));
  const still = longestRow(others);
  return new Set([...swapped, ...others.filter((pair) => !still.has(pair))]);
}

/** The longest row of pairs in which places rise on both sides. */
function longestRow(rows: readonly Pair[]): ReadonlySet<Pair> {
  const best: Pair[][] = [];
  for (const [index, pair] of rows.entries()) {
    const before = best.slice(0, index).filter((row) => (row.at(-1)?.now.place ?? 0) < pair.now.place);
    const longest = before.reduce<Pair[]>((most, row) => (row.length > most.length ? row : most), []);
    best.push([...longest, pair]);
  }
  return new Set(best.reduce<Pair[]>((most, row) => (row.length > most.length ? row : most), []));
}
