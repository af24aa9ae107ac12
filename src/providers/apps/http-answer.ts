import type { ServerSentEvent } from '../../core/text/event-stream.js';
import { parseJsonText } from '../../core/text/json-text.js';
import { writtenText } from '../../core/text/json-value.js';
import { isRecord, type Json } from '../../model/json.js';
import { countOfTokens, type Usage } from '../../model/output.js';
import { badResponse, errorInAnswer, parseAnswer, requireNoError, type Service } from '../transport/faults.js';
import { readFinish } from '../transport/finish-reasons.js';
import { toldParts } from '../transport/usage-counts.js';
import { findValues, MOST_VALUES } from './json-path.js';

/** One JSONPath, or several: each further one looks into the JSON that the text found by the one before it holds. */
export type Paths = string | readonly string[];

/** Where the counts of tokens are. */
export type CountPaths = { readonly [Count in keyof Usage]?: Paths | undefined };

/** What an application answered: one JSON value, or one after the other. */
export type AppAnswer = { readonly json: Json } | { readonly events: readonly Json[] };

/** Lines of JSON, by the names that go around for them. */
const LINES = /^application\/(?:x-)?(?:nd-?json|json-?lines?|jsonl|stream\+json)\b/i;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;

/**
 * Reads the body of an answer: one JSON value or lines of them; in an answer that is not said to be JSON, also where it
 * stands within a text. Throws ProviderError when it is none, and for an error that it tells.
 */
export function readAppAnswer(body: string, contentType: string, service: Service): AppAnswer {
  if (LINES.test(contentType)) return { events: readLines(body, service) };
  const whole = parseJsonText(body);
  if (whole.fault !== null) {
    const events = linesOfObjects(body);
    if (events !== null) {
      for (const event of events) requireWhole(event, service);
      return { events };
    }
  }
  const json = JSON_TYPE.test(contentType) ? parseAnswer(body, service) : parseWithin(body, service);
  requireWhole(json, service);
  return { json };
}

/**
 * The JSON of an event that a server sends; null for a sign of life. Throws ProviderError for an
 * error, and for what is not JSON.
 */
export function readEvent({ name, data }: ServerSentEvent, service: Service): Json {
  const plain = !/^\s*[{["]/.test(data);
  if (name === 'error') throw errorInAnswer(plain ? data : parseAnswer(data, service), service);
  if (plain && name !== 'message') return null;
  const json = parseAnswer(data, service);
  requireWhole(json, service);
  return json;
}

/**
 * Throws ProviderError for an answer that tells an error, or that it broke off: at its top, or in the choice of an app that passes on
 * what a model has answered.
 */
function requireWhole(json: Json, service: Service): void {
  const [first] = Array.isArray(json) ? json : [json];
  const choices = isRecord(first) && Array.isArray(first['choices']) ? first['choices'] : [];
  for (const part of [first, ...choices]) {
    requireNoError(part, service);
    if (!isRecord(part)) continue;
    for (const reason of FINISH.map((name) => part[name])) if (typeof reason === 'string') readFinish(reason, service);
    const { status } = part;
    if (typeof status === 'string' && FAILED.test(status)) readFinish(status, service);
  }
}

/** What the whole answer may be called; any other word may be the app's own. */
const FAILED = /^(?:errored|failed|fail|timed?[ _-]?out)$/i;
const FINISH = ['finish_reason', 'finishReason', 'native_finish_reason', 'stop_reason', 'stopReason'];

/** The values at a path that are something. */
export function findParts(paths: Paths, answer: AppAnswer, service: Service): readonly Json[] {
  return findAll(paths, answer, service).filter((value) => value !== null && value !== '');
}

/** The text at a path; of several events the texts of all together. Throws ProviderError when there is none. */
export function findText(paths: Paths, answer: AppAnswer, body: string, service: Service): string {
  const values = findAll(paths, answer, service).filter((value) => value !== null);
  const shown = typeof paths === 'string' ? paths : paths.join(', then ');
  if ('json' in answer && values.length > 1)
    throw badResponse(`answered with ${values.length} values at ${shown}, where one is the text`, body, service);
  if (values.length === 0) throw badResponse(`answered with nothing at ${shown}`, body, service);
  return values.map(writtenText).join('');
}

/** The counts of an answer; of several events the last that tells one. */
export function findUsage(
  { inputTokens, outputTokens, ...parts }: CountPaths,
  answer: AppAnswer,
  service: Service,
): Usage {
  const countAt = (paths: Paths | undefined) => {
    const values = paths === undefined ? [] : findAll(paths, answer, service);
    return countOfTokens('json' in answer ? values[0] : values.findLast((value) => value !== null));
  };
  const found = Object.entries(parts).map(([part, paths]) => [part, countAt(paths)]);
  return {
    inputTokens: countAt(inputTokens),
    outputTokens: countAt(outputTokens),
    ...toldParts(Object.fromEntries(found)),
  };
}

function findAll(paths: Paths, answer: AppAnswer, service: Service): readonly Json[] {
  const [first = '$', ...rest] = typeof paths === 'string' ? [paths] : paths;
  let values = 'json' in answer ? findValues(first, answer.json) : findInEvents(first, answer.events, service);
  for (const path of rest)
    values = values.flatMap((value) => findValues(path, typeof value === 'string' ? readInner(value, service) : value));
  return values;
}

/** Events are a list to a path such as `$[-1].answer`; any other is looked up in each of them. */
function findInEvents(path: string, events: readonly Json[], service: Service): Json[] {
  const listed = findValues(path, events);
  if (listed.length === 0) return events.flatMap((event) => findValues(path, event));
  if (listed.length < MOST_VALUES) return listed;
  throw badResponse(
    `answered with more than ${MOST_VALUES} values at ${path}; a path that is looked up in each event, like $.text, has no such limit`,
    '',
    service,
  );
}

function readInner(text: string, service: Service): Json {
  const json = parseWithin(text, service);
  requireWhole(json, service);
  return json;
}

function readLines(body: string, service: Service): readonly Json[] {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const json = parseAnswer(line, service);
    requireWhole(json, service);
    return json;
  });
}

/** Two or more lines that are an object each, as servers send them that do not say so; null for anything else. */
function linesOfObjects(body: string): readonly Json[] | null {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || !lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return null;
  const events: Json[] = [];
  for (const line of lines) {
    const parsed = parseJsonText(line);
    if (parsed.fault !== null || !isRecord(parsed.data)) return null;
    events.push(parsed.data);
  }
  return events;
}

/** JSON alone, in a fenced block, or with words around it. Throws ProviderError when there is none. */
function parseWithin(text: string, service: Service): Json {
  for (const part of [text, fenced(text), between(text, '{', '}'), between(text, '[', ']')]) {
    const parsed = part === null ? null : parseJsonText(part);
    if (parsed && parsed.fault === null) return parsed.data;
  }
  return parseAnswer(text, service);
}

function fenced(text: string): string | null {
  const start = text.indexOf('```');
  const line = text.indexOf('\n', start);
  const end = text.indexOf('```', line);
  return start === -1 || line === -1 || end === -1 ? null : text.slice(line, end);
}

function between(text: string, opening: string, closing: string): string | null {
  const start = text.indexOf(opening);
  const end = text.lastIndexOf(closing);
  return start === -1 || end < start ? null : text.slice(start, end + 1);
}
