import type { z } from 'zod';
import { lookUp } from '../../core/requests/look-up.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { exactValues } from '../../core/text/json-value.js';
import { didYouMean } from '../../core/text/suggest.js';
import { isBlank } from '../../model/blank.js';
import type { caseSchemaFor } from '../../model/case.js';
import { isRecord, type Json, Literal } from '../../model/json.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { DatasetReference } from '../../model/suite.js';
import { type RootPath, streamText } from '../source/files.js';
import type { Path, Source } from '../source/yaml-source.js';
import { problemsOf } from '../source/zod-problems.js';
import { isBlankText, tagsIn } from './cell-text.js';
import type { DatasetRow, Report } from './dataset-row.js';
import { hasCells, readRows } from './dataset-rows.js';
import { gatherConversations, messageColumnsOf } from './message-rows.js';
import {
  explainUnfit,
  type MessageShape,
  readShape,
  type Shaped,
  shapeOf,
  splitAnswer,
  withExpected,
} from './message-shapes.js';
import type { RowAsks } from './row-asks.js';

export type WrittenCase = z.output<ReturnType<typeof caseSchemaFor>>;

/** A case with the place where it stands, for messages about it. */
export interface PlacedCase {
  readonly written: WrittenCase;
  readonly id: string;
  readonly source: Source;
  readonly path: Path;
  /** What a row of a dataset says of how it is asked, which is the prompt's to say. */
  readonly asks?: RowAsks | null;
}

type Mapping = Exclude<DatasetReference, string>;

/** A longer list of columns helps nobody. */
const MOST_COLUMNS = 20;

/** How the rows of a dataset become cases. */
export interface DatasetUse {
  readonly mapping: Mapping | null;
  /** Whether the prompts wait for the messages of cases: then the shapes that conversations come in are known. */
  readonly wantsMessages: boolean;
  /** Told of each row that has such a shape. */
  readonly onShape: (shape: MessageShape) => void;
}

/**
 * A dataset's rows as cases, one at a time. A row is either in the form of a case (it has `vars`), or in a shape of
 * conversations, or flat: then the columns id, expected and tags are these and all others are variables. A mapping says
 * otherwise. Every row that does not fit is a problem with its place. Throws PathError when the file cannot be read.
 */
export async function* readCases(
  root: string,
  path: RootPath,
  use: DatasetUse,
  caseSchema: ReturnType<typeof caseSchemaFor>,
  report: Report,
): AsyncGenerator<PlacedCase> {
  const { mapping } = use;
  let row = 0;
  let faults = 0;
  const reportFault = (problem: Problem) => {
    faults++;
    report(problem);
  };
  const shape = shaperOf(use, hasCells(path));
  const rows = readRows(path, streamText(root, path), mapping?.delimiter ?? null, reportFault);
  const gathered = use.wantsMessages && !mapping ? gatherMessages(rows, use.onShape, reportFault) : rows;
  for await (const { data, source, path: place } of gathered) {
    row++;
    const shaped = shape(data);
    if ('problem' in shaped) {
      reportFault({ ...source.at(place), message: `row ${row}: ${shaped.problem}` });
      if (shaped.ofAll) return;
      continue;
    }
    const checked = caseSchema.safeParse(shaped.row);
    if (!checked.success) {
      const within: Source = { ...source, at: (inner, part) => source.at([...place, ...inner], part) };
      const found = problemsOf(checked.error.issues, caseSchema, shaped.row, within);
      for (const problem of found) reportFault({ ...problem, message: `row ${row}: ${problem.message}` });
      continue;
    }
    const { asks = null } = shaped;
    yield { written: checked.data, id: checked.data.id ?? `row-${row}`, source, path: place, asks };
  }
  if (row + faults > 0) return;
  report({ ...atTop(path), message: 'the dataset is empty: a run without cases judges nothing' });
}

/** Rows that are messages become rows that are conversations, when the first is one. */
async function* gatherMessages(
  rows: AsyncIterable<DatasetRow>,
  onShape: DatasetUse['onShape'],
  report: Report,
): AsyncGenerator<DatasetRow> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const columns = messageColumnsOf(first.value.data);
  const all = restored(first.value, iterator);
  if (columns === null) return yield* all;
  for await (const { id, ...row } of gatherConversations(all, columns, report)) {
    onShape('role-content');
    yield { ...row, data: { ...(id !== undefined && { id }), messages: row.data } };
  }
}

async function* restored(first: DatasetRow, rest: AsyncIterator<DatasetRow>): AsyncGenerator<DatasetRow> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function shaperOf({ mapping, wantsMessages, onShape }: DatasetUse, cells: boolean): (data: unknown) => Shaped {
  if (mapping) return (data) => mapRow(data, mapping, cells);
  if (!wantsMessages) return (data) => shapeRow(data, cells);
  return (data) => {
    if (!isRecord(data) || isRecord(data['vars'])) return shapeRow(data, cells);
    const shape = shapeOf(data);
    if (shape !== null) {
      onShape(shape);
      return readShape({ ...data, id: idText(data['id']), tags: tagList(data['tags']) }, shape);
    }
    const unfit = explainUnfit(data);
    return unfit === null ? shapeRow(data, cells) : { problem: unfit };
  };
}

function shapeRow(data: unknown, cells: boolean): Shaped {
  if (!isRecord(data)) return { problem: 'a row must be { column: value, … }' };
  if (isRecord(data['vars'])) return { row: { ...data, ...settingsOf(data) } };
  const { id, expected, tags, ...vars } = data;
  return {
    row: omitUndefined({
      id: idText(id),
      expected: cells && isBlankText(expected) ? undefined : expected,
      tags: tagList(tags),
      vars,
    }),
  };
}

function mapRow(data: unknown, mapping: Mapping, cells: boolean): Shaped {
  if (!isRecord(data)) return { problem: 'a row must be { column: value, … }' };
  const absent: string[] = [];
  const column = (name: string): unknown => {
    const value = findColumn(data, name);
    if (value === undefined) absent.push(explainAbsent(name, Object.keys(data)));
    return value;
  };
  const { id, vars, expected, tags, turns, messages } = mapping;
  const used = new Set([id, tags, expected, turns, messages].flat().filter((name) => typeof name === 'string'));
  const rest = Object.entries(data).filter(([name]) => !used.has(name));
  let answer: unknown;
  if (typeof expected === 'string') answer = column(expected);
  else if (Array.isArray(expected)) {
    const answers = expected.map(column).filter((value) => !isBlankText(value) && value !== undefined);
    answer = answers.length > 0 ? answers : undefined;
  } else if (expected) {
    answer = column(expected.json);
    if (typeof answer === 'string' && !(cells && isBlank(answer))) {
      const parsed = parseJsonText(answer, { keep: 'texts' });
      if (parsed.fault) return { problem: `column ${expected.json} is not usable JSON: ${parsed.fault.message}` };
      answer = parsed.data;
    }
  }
  if (cells && isBlankText(answer)) answer = undefined;
  const said = turns === undefined ? undefined : column(turns);
  const lines = said === undefined ? undefined : linesIn(said);
  if (lines === null) return { problem: `column ${turns} is no list of texts, or of messages of the user` };
  const row = omitUndefined({
    id: id === undefined ? undefined : idText(column(id)),
    ...(lines ? { turns: lines.map((_, index) => ({ user: `{{ turns[${index}] }}` })) } : {}),
    expected: answer,
    tags: tags === undefined ? undefined : [tags].flat().flatMap((name) => tagList(column(name)) ?? []),
    vars: {
      ...(vars
        ? Object.fromEntries(Object.entries(vars).map(([name, from]) => [name, column(from)]))
        : Object.fromEntries(rest)),
      // What people have said is data: braces in it are no template
      ...(lines ? { turns: lines } : {}),
    },
  });
  const talk = messages === undefined ? undefined : column(messages);
  if (absent.length > 0) return { problem: absent.join('; '), ofAll: cells };
  if (messages === undefined) return { row };
  const split = expected === undefined ? splitAnswer(talk, {}) : withExpected(talk, answer, {});
  if ('problem' in split) return split;
  return { row: omitUndefined({ ...split.row, ...row }) };
}

function explainAbsent(name: string, known: readonly string[]): string {
  const nearest = didYouMean(name, known);
  const list = known.length > MOST_COLUMNS ? '' : `, of ${known.join(', ')}`;
  return `no column ${name}${nearest || list}`;
}

/** A column by its name, or else by a dotted path, which goes into lists too (`input.1.content`). */
function findColumn(row: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : lookUp(row, name.split('.'));
}

/** Tags of a row: a list, or one text. */
function tagList(value: unknown): Json | undefined {
  return typeof value === 'string' ? tagsIn(value) : (value as Json | undefined);
}

function idText(value: unknown): unknown {
  if (typeof value === 'number' || value instanceof Literal) return String(value);
  return isBlankText(value) ? undefined : value;
}

/** The parts of a row in the form of a case that are no data: a mark of `0.50` is a number. */
function settingsOf({ metrics }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return metrics === undefined ? {} : { metrics: exactValues(metrics as Json) };
}

/** What the user says, turn by turn: texts, messages of the user, or lists with one of these each. Null for anything else. */
function linesIn(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const lines = value.map((item: unknown) => lineIn(Array.isArray(item) && item.length === 1 ? item[0] : item));
  return lines.every((line) => line !== null) ? lines : null;
}

function lineIn(item: unknown): string | null {
  if (typeof item === 'string') return item;
  if (!isRecord(item)) return null;
  const { role, content, from, value } = item;
  if (role === 'user' && typeof content === 'string') return content;
  return from === 'human' && typeof value === 'string' ? value : null;
}

function omitUndefined(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
