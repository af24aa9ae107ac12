import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import type { Json } from '../../model/json.js';
import type { ToolCall } from '../../model/message.js';
import { type AcceptedCall, checkToolCalls, signToolCall, type ToolDefinition } from './tool-call.js';

const TOOL: ToolDefinition = {
  name: 'weather.get',
  parameters: {
    properties: {
      city: { type: 'string' },
      days: { type: 'integer' },
      units: { type: 'string' },
      places: { type: 'array', items: { type: 'string' } },
      filter: { type: 'dict' },
    },
    required: ['city'],
  },
};
const ACCEPTED: AcceptedCall = {
  name: 'weather.get',
  arguments: { city: ['New York, NY', 'NYC'], days: [3], units: ['metric', ''] },
};
const call = (name: string, args: unknown): ToolCall => ({ name, arguments: args as Json });
const check = (args: Record<string, unknown>, accepted = ACCEPTED) =>
  checkToolCalls([call('weather.get', args)], [accepted], { tools: [TOOL] });

describe('checkToolCalls', () => {
  it('accepts any of the values, written a little differently, and optional arguments left out', () => {
    expect(check({ city: 'new york ny', days: 3 })).toMatchObject({ score: 1, fraction: 1 });
    expect(check({ city: 'NYC', days: 3, units: 'Metric' })).toMatchObject({ score: 1 });
    expect(checkToolCalls([call('weather_get', { city: 'NYC', days: 3 })], [ACCEPTED])).toMatchObject({ score: 1 });
  });

  it.each([
    ['a wrong value', { city: 'Boston', days: 3 }, 2 / 3, 'argument "city" has a value that is not accepted: "Boston"'],
    ['a wrong type', { city: 'NYC', days: '3' }, 2 / 3, 'argument "days" has the type string, expected integer'],
    ['a missing argument', { city: 'NYC' }, 2 / 3, 'argument "days" is missing'],
    ['an argument too many', { city: 'NYC', days: 3, x: 1 }, 3 / 4, 'argument "x" is not expected'],
    ['a wrong optional value', { city: 'NYC', days: 3, units: 'kelvin' }, 3 / 4, 'argument "units" has a value'],
    ['nothing right', {}, 1 / 3, 'argument "city" is missing, argument "days" is missing'],
  ])('grades %s', (_, args, fraction, reason) => {
    const result = check(args);
    expect(result).toMatchObject({ score: 0, fraction });
    expect(result.reason).toContain(reason);
  });

  it('gives nothing for another tool', () => {
    expect(checkToolCalls([call('forecast', { city: 'NYC', days: 3 })], [ACCEPTED])).toEqual({
      score: 0,
      fraction: 0,
      reason: 'called "forecast", expected "weather.get"',
    });
  });

  it('compares lists in order and objects key by key', () => {
    const accepted: AcceptedCall = {
      name: 'weather.get',
      arguments: { city: ['NYC'], places: [['Park A', 'Park B'], ''], filter: [{ max: [30], unit: ['C', ''] }, ''] },
    };
    expect(check({ city: 'NYC', places: ['park a', 'park b'], filter: { max: 30 } }, accepted).score).toBe(1);
    expect(check({ city: 'NYC', places: ['park b', 'park a'] }, accepted).score).toBe(0);
    expect(check({ city: 'NYC', places: ['park a', 7] }, accepted).reason).toContain('items of another type');
    expect(check({ city: 'NYC', filter: { max: 30, unit: 'F' } }, accepted).score).toBe(0);
    expect(check({ city: 'NYC', filter: { unit: 'C' } }, accepted).score).toBe(0);
    expect(check({ city: 'NYC', filter: { max: 30, more: 1 } }, accepted).score).toBe(0);
  });

  it('pairs calls whatever their order, unless it matters', () => {
    const wanted = (city: readonly unknown[]): AcceptedCall => ({ name: 'w', arguments: { city } });
    const made = (city: string): ToolCall => call('w', { city });
    // Paired first come first served, the second accepted call would find nothing left.
    const accepted = [wanted(['x', 'y']), wanted(['x'])];
    expect(checkToolCalls([made('x'), made('y')], accepted).score).toBe(1);
    expect(checkToolCalls([made('x'), made('y')], accepted, { ordered: true })).toMatchObject({
      score: 0,
      fraction: 0.75,
    });
    expect(checkToolCalls([made('x')], accepted)).toMatchObject({ score: 0, fraction: 0.5 });
    expect(checkToolCalls([made('x'), made('y'), made('x')], accepted).reason).toBe('expected 2 calls, got 3 calls');
    expect(checkToolCalls([], []).score).toBe(1);
  });

  it('is not misled by hostile arguments', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(check({ city: deep, days: deep, ['__proto__x']: 1, constructor: 1 })).toMatchObject({ score: 0 });
    expect(checkToolCalls([call('constructor', JSON.parse('{"__proto__": 1}'))], [ACCEPTED]).score).toBe(0);
  });

  it('takes an empty text for no arguments, and refuses what is no object', () => {
    const bare: AcceptedCall = { name: 'now', arguments: {} };
    expect(checkToolCalls([call('now', '')], [bare]).score).toBe(1);
    expect(checkToolCalls([call('now', '{"broken')], [bare])).toEqual({
      score: 0,
      fraction: 0.5,
      reason: '"now": has arguments that are not JSON (it ends too early)',
    });
    expect(checkToolCalls([call('now', ['x'])], [bare]).score).toBe(0);
  });

  it('prints its settings', () => {
    expect(signToolCall({ tools: [TOOL] })).toBe('order:free|types:schema|version:llmci-1');
  });
});

const ANSWERS = referencePath('bfcl-v4-simple_python-answers.jsonl');

type Task = { id: string; tool: ToolDefinition; accepted: AcceptedCall };

function readTasks(): readonly Task[] {
  if (!hasReferenceData) return [];
  const read = (path: string): { [key: string]: unknown; id: string }[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const tools = new Map(
    read(referencePath('bfcl-v4-simple_python.jsonl')).map((row) => [row.id, (row['function'] as ToolDefinition[])[0]]),
  );
  return read(ANSWERS).flatMap((row) =>
    (row['ground_truth'] as Record<string, AcceptedCall['arguments']>[]).flatMap((answer) =>
      Object.entries(answer).map(([name, args]) => ({
        id: row.id,
        tool: tools.get(row.id) ?? { name },
        accepted: { name, arguments: args },
      })),
    ),
  );
}

/** A value as a model would give it: within objects the first accepted value of each key, optional ones left out. */
function choose(accepted: unknown): unknown {
  if (Array.isArray(accepted)) return accepted.map(choose);
  if (typeof accepted !== 'object' || accepted === null) return accepted;
  const entries = Object.entries(accepted).map(([key, choices]) => [key, (choices as unknown[])[0]]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** The arguments with the n-th accepted value each (the last where there are fewer), optional ones given when possible. */
function answerWith({ accepted, tool }: Task, nth: number): Record<string, unknown> {
  const entries = Object.entries(accepted.arguments).flatMap(([name, values]) => {
    const given = values.filter((value) => value !== '');
    if (given.length > 0) return [[name, choose(given[Math.min(nth, given.length - 1)])]];
    return tool.parameters?.required?.includes(name) ? [[name, '']] : [];
  });
  return Object.fromEntries(entries);
}

const tasks = readTasks();

describe.skipIf(tasks.length === 0)('the 400 tasks of BFCL simple_python (skipped without ../shared/data)', () => {
  const score = (task: Task, args: Record<string, unknown>, name = task.accepted.name) =>
    checkToolCalls([call(name, args)], [task.accepted], { tools: [task.tool] });

  it('accepts every accepted answer', () => {
    expect(tasks).toHaveLength(400);
    for (const nth of [0, 1, 2]) {
      const wrong = tasks.filter((task) => score(task, answerWith(task, nth)).score !== 1);
      expect(wrong.map(({ id }) => id)).toEqual([]);
    }
  });

  it('accepts them without optional arguments', () => {
    for (const task of tasks) {
      const required = new Set(task.tool.parameters?.required);
      const args = Object.entries(answerWith(task, 0)).filter(
        ([name]) => required.has(name) || !task.accepted.arguments[name]?.includes(''),
      );
      expect(score(task, Object.fromEntries(args)), task.id).toMatchObject({ score: 1, fraction: 1 });
    }
  });

  it('refuses every answer with one mistake, in part', () => {
    for (const task of tasks) {
      const args = answerWith(task, 0);
      expect(score(task, args, `${task.accepted.name}2`), task.id).toMatchObject({ score: 0, fraction: 0 });
      const mistakes: Record<string, unknown>[] = [{ ...args, unexpected: 1 }];
      for (const [name, value] of Object.entries(args)) {
        mistakes.push({ ...args, [name]: 'a value that nobody accepts' }, { ...args, [name]: { nested: value } });
        const optional = task.accepted.arguments[name]?.includes('') && !task.tool.parameters?.required?.includes(name);
        if (!optional) mistakes.push(Object.fromEntries(Object.entries(args).filter(([key]) => key !== name)));
      }
      for (const mistake of mistakes) {
        const result = score(task, mistake);
        expect(result.score, `${task.id} ${JSON.stringify(mistake)}`).toBe(0);
        expect(result.fraction).toBeGreaterThan(0);
        expect(result.fraction).toBeLessThan(1);
      }
    }
  });
});
