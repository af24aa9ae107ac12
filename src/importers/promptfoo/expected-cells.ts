import type { Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import { type Located, located } from '../located.js';

/** `not-contains(0.8): text`, as promptfoo writes an assertion into a cell. */
const ASSERTION = /^(not-)?([a-z][a-z0-9-]*(?::cosine)?)(?:\((\d+(?:\.\d+)?)\))?(?::([\s\S]*))?$/;
const LISTS = new Set(['contains-all', 'contains-any', 'icontains-all', 'icontains-any']);
const WITH_NAME_ALONE = new Set([
  'is-json',
  'contains-json',
  'is-refusal',
  'is-sql',
  'is-xml',
  'is-html',
  'latency',
  'cost',
  'answer-relevance',
  'context-faithfulness',
]);

/** The assertion that a cell of a column `__expected` stands for: anything else is the text that is wanted. */
export function assertionInCell(cell: string, known: (type: string) => boolean): Readonly<Record<string, Json>> {
  const text = cell.trim();
  const code = /^(?:javascript|fn|eval):([\s\S]*)$/.exec(text);
  if (code) return { type: 'javascript', value: (code[1] ?? '').trim() };
  if (/^python:/.test(text)) return { type: 'python', value: text.slice(7) };
  const file = /^file:\/\/.*\.(py|[cm]?[jt]s)(:|$)/.exec(text);
  if (file) return { type: file[1] === 'py' ? 'python' : 'javascript', value: text };
  const rubric = /^(?:grade|llm-rubric):([\s\S]*)$/.exec(text);
  if (rubric) return { type: 'llm-rubric', value: (rubric[1] ?? '').trim() };
  const [, not = '', type = '', threshold, value] = ASSERTION.exec(text) ?? [];
  if (!known(type) || (value === undefined && !WITH_NAME_ALONE.has(type))) return { type: 'equals', value: cell };
  return {
    type: `${not}${type}`,
    ...(value === undefined
      ? {}
      : { value: LISTS.has(type) ? value.split(',').map((each) => each.trim()) : value.trim() }),
    ...(threshold === undefined ? {} : { threshold: Number(threshold) }),
  };
}

/** A row of a CSV file as the test that promptfoo makes of it. */
export function testOfRow(
  cells: Readonly<Record<string, string>>,
  place: SourcePlace,
  known: (type: string) => boolean,
): Located {
  const vars: Record<string, Json> = {};
  const test: Record<string, Json> = {};
  const asserts: Record<string, Json>[] = [];
  for (const [name, cell] of Object.entries(cells)) {
    if (name.startsWith('__expected')) {
      if (cell.trim() !== '') asserts.push({ ...assertionInCell(cell, known) });
    } else if (name === '__description' || name === '__threshold') {
      if (cell.trim() !== '') test[name.slice(2)] = cell.trim();
    } else if (name === '__metric') {
      for (const assertion of asserts) if (cell.trim() !== '') assertion['metric'] = cell.trim();
    } else if (name.startsWith('__')) {
      if (cell.trim() !== '') test[`column ${name}`] = cell;
    } else vars[name] = cell;
  }
  return located({ ...test, vars, assert: asserts }, place);
}
