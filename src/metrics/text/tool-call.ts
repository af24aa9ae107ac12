import { parseJsonText } from '../../core/text/json-text.js';
import { printableLine } from '../../core/text/printable.js';
import { isRecord } from '../../model/json.js';
import type { ToolCall } from '../../model/message.js';
import { formatSignature } from './signature.js';
import { type ArgumentSchema, checkArgument } from './tool-argument.js';

/** A call that counts as right: for each argument the accepted values; `""` among them lets it be left out. */
export type AcceptedCall = {
  readonly name: string;
  readonly arguments: Readonly<Record<string, readonly unknown[]>>;
  /** Whether the arguments may be any. */
  readonly anyArguments?: boolean;
};

/** What the model was told about a tool: JSON Schema, or the types of BFCL (dict, float, tuple, any). */
export type ToolDefinition = {
  readonly name: string;
  readonly parameters?: {
    readonly properties?: Readonly<Record<string, ArgumentSchema>>;
    readonly required?: readonly string[];
  };
};

export type ToolCallOptions = {
  /** Definitions of the tools: with them types and required arguments are checked, else types follow the accepted values. */
  readonly tools?: readonly ToolDefinition[];
  /** Whether the calls must come in the order of the accepted ones. Default false. */
  readonly ordered?: boolean;
};

export type ToolCallResult = {
  /** 1 when every call is right and none is missing or too many, else 0. */
  readonly score: 0 | 1;
  /** How much of it is right, from 0 to 1; 1 exactly when the score is 1. */
  readonly fraction: number;
  /** What is wrong, or that all is right. */
  readonly reason: string;
};

const MAX_REASONS = 5;

/**
 * Checks calls against the accepted ones as the AST check of the Berkeley Function Calling Leaderboard does for Python
 * (its categories simple, multiple and parallel): same number of calls, the right names (a dot may be an underscore, as
 * several APIs demand), every required argument, every value of the right type and accepted, no further argument.
 *
 * The fraction of one call is 0 for a wrong name, else (1 + right arguments) / (1 + accepted arguments, without optional
 * ones left out, + unexpected arguments). Of several calls it is the mean over the larger number of calls, paired
 * in order, or else each with the accepted call that it meets best.
 */
export function checkToolCalls(
  actual: readonly ToolCall[],
  accepted: readonly AcceptedCall[],
  options: ToolCallOptions = {},
): ToolCallResult {
  const longer = Math.max(actual.length, accepted.length);
  if (longer === 0) return { score: 1, fraction: 1, reason: 'no call, as expected' };
  const results = accepted.map((expected) => actual.map((call) => checkToolCall(call, expected, options.tools)));
  const pairs = options.ordered === true ? pairInOrder(results) : pairBest(results);
  const paired = pairs.map(([row, column]) => results[row]?.[column]).filter((result) => result !== undefined);
  const fraction = paired.reduce((sum, result) => sum + result.fraction, 0) / longer;
  const reasons = paired.filter((result) => result.score === 0).map((result) => result.reason);
  if (actual.length !== accepted.length) reasons.unshift(`expected ${countCalls(accepted)}, got ${countCalls(actual)}`);
  if (reasons.length === 0 && paired.length === longer) {
    return { score: 1, fraction: 1, reason: 'every call is accepted' };
  }
  return { score: 0, fraction: Math.min(fraction, 1), reason: reasons.slice(0, MAX_REASONS).join('; ') };
}

/** Which calls have to have a partner: the accepted ones, or those that were made. */
export type MatchSide = 'accepted' | 'made';

/**
 * Checks that of two lists of calls one is within the other, in any order: every accepted call was made (further ones may
 * be there), or every call that was made is accepted (others may be missing). The fraction is the share that has a partner.
 */
export function checkWithin(
  actual: readonly ToolCall[],
  accepted: readonly AcceptedCall[],
  covered: MatchSide,
): ToolCallResult {
  const results = accepted.map((expected) => actual.map((call) => checkToolCall(call, expected)));
  const rowOf = matchExactly(results);
  const rows = new Set(rowOf.values());
  const [all, alone] =
    covered === 'accepted'
      ? [accepted, accepted.filter((_, row) => !rows.has(row)).map(({ name }) => `${quote(name)} was not called so`)]
      : [
          actual,
          actual.filter((_, column) => !rowOf.has(column)).map(({ name }) => `${quote(name)} is not accepted so`),
        ];
  if (alone.length === 0) return { score: 1, fraction: 1, reason: 'every call is as expected' };
  return { score: 0, fraction: 1 - alone.length / all.length, reason: alone.slice(0, MAX_REASONS).join('; ') };
}

/** One call against one accepted call, as `checkToolCalls` says. */
export function checkToolCall(
  actual: ToolCall,
  accepted: AcceptedCall,
  tools: readonly ToolDefinition[] = [],
): ToolCallResult {
  if (actual.name !== accepted.name && actual.name !== accepted.name.replaceAll('.', '_')) {
    return { score: 0, fraction: 0, reason: `called ${quote(actual.name)}, expected ${quote(accepted.name)}` };
  }
  if (accepted.anyArguments) return { score: 1, fraction: 1, reason: `${quote(actual.name)} is accepted` };
  // A call without arguments may come as an empty text or null
  const given: unknown = actual.arguments === '' || actual.arguments === null ? {} : actual.arguments;
  const values = isRecord(given) ? given : {};
  const parameters = tools.find((tool) => tool.name === accepted.name)?.parameters;
  const properties = parameters?.properties ?? {};
  const required = new Set(parameters?.required ?? []);
  const problems: string[] = [];
  let right = 1;
  let total = 1;
  if (!isRecord(given)) {
    total += 1;
    problems.push(faultOfArguments(given));
  }
  for (const [name, choices] of Object.entries(accepted.arguments)) {
    if (!Object.hasOwn(values, name)) {
      if (choices.includes('') && !required.has(name)) continue;
      total += 1;
      problems.push(`argument ${quote(name)} is missing`);
      continue;
    }
    total += 1;
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const problem = checkArgument(values[name], choices, schema);
    if (problem === null) right += 1;
    else problems.push(`argument ${quote(name)} ${problem}`);
  }
  for (const name of Object.keys(values)) {
    if (Object.hasOwn(accepted.arguments, name)) continue;
    total += 1;
    problems.push(`argument ${quote(name)} is not expected`);
  }
  if (problems.length === 0) return { score: 1, fraction: 1, reason: `${quote(actual.name)} is accepted` };
  return {
    score: 0,
    fraction: right / total,
    reason: `${quote(actual.name)}: ${problems.slice(0, MAX_REASONS).join(', ')}`,
  };
}

/** What came as text was no JSON when it came, or it would have been read. */
function faultOfArguments(given: unknown): string {
  const fault = typeof given === 'string' ? parseJsonText(given).fault : null;
  return fault
    ? `has arguments that are not JSON (${printableLine(fault.message, 80)})`
    : 'has arguments that are no object';
}

/** The settings behind a score: `order:free|types:schema|version:…`. */
export function signToolCall(options: ToolCallOptions = {}): string {
  return formatSignature({
    order: options.ordered === true ? 'kept' : 'free',
    types: options.tools === undefined ? 'accepted' : 'schema',
  });
}

type Pair = readonly [accepted: number, actual: number];

function pairInOrder(results: readonly (readonly ToolCallResult[])[]): readonly Pair[] {
  return results.flatMap((row, index) => (index < row.length ? [[index, index] as const] : []));
}

/** Exact pairs first (as many as can be), then what is left by falling fraction. */
function pairBest(results: readonly (readonly ToolCallResult[])[]): readonly Pair[] {
  const actualOf = matchExactly(results);
  const takenRows = new Set(actualOf.values());
  const takenColumns = new Set(actualOf.keys());
  const pairs: Pair[] = [...actualOf].map(([column, row]) => [row, column]);
  const rest = results
    .flatMap((row, index) => row.map((result, column) => ({ row: index, column, fraction: result.fraction })))
    .filter(({ row, column }) => !takenRows.has(row) && !takenColumns.has(column))
    .sort((one, other) => other.fraction - one.fraction);
  for (const { row, column } of rest) {
    if (takenRows.has(row) || takenColumns.has(column)) continue;
    takenRows.add(row);
    takenColumns.add(column);
    pairs.push([row, column]);
  }
  return pairs;
}

/** A largest matching of calls that are right, by augmenting paths (Kuhn): the row for each matched column. */
function matchExactly(results: readonly (readonly ToolCallResult[])[]): Map<number, number> {
  const rowOf = new Map<number, number>();
  const place = (row: number, visited: Set<number>): boolean => {
    for (const [column, result] of (results[row] ?? []).entries()) {
      if (result.score === 0 || visited.has(column)) continue;
      visited.add(column);
      const holder = rowOf.get(column);
      if (holder === undefined || place(holder, visited)) {
        rowOf.set(column, row);
        return true;
      }
    }
    return false;
  };
  for (const row of results.keys()) place(row, new Set());
  return rowOf;
}

function countCalls(calls: readonly unknown[]): string {
  return calls.length === 1 ? '1 call' : `${calls.length} calls`;
}

function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
