import { parseJsonText } from '../core/text/json-text.js';
import { isRecord, type Json } from '../model/json.js';
import type { KeptScore, KnownCall } from '../model/kept-call.js';
import { errorKindSchema } from '../model/output.js';
import { type CallSource, countUp, UNKNOWN_CALL } from './call-source.js';
import { answerOf, fromParts, saidOf } from './said-messages.js';

/**
 * Spans of models in OTLP's JSON, one request or one a line, as collectors write them. Messages by OpenTelemetry's GenAI
 * conventions, or numbered attributes as OpenInference and OpenLLMetry have them.
 */
export const otlp: CallSource = {
  name: 'otlp',
  describe: 'spans as OTLP JSON: GenAI conventions, OpenInference, OpenLLMetry',
  isFile: (name) => /\.jsonl?$/.test(name),
  read: (documents) => {
    const calls: KnownCall[] = [];
    const unread = new Map<string, number>();
    for (const span of documents.flatMap(({ data }) => spansOf(data))) {
      const call = callOf(span);
      if (call === null) countUp(unread, 'is a span of something else than a model');
      else if ('why' in call) countUp(unread, call.why);
      else calls.push(call);
    }
    return { calls, unread };
  },
};

type Attributes = ReadonlyMap<string, Json>;

function spansOf(data: Json): readonly Readonly<Record<string, unknown>>[] {
  const list = (value: unknown, ...keys: readonly string[]): readonly Readonly<Record<string, unknown>>[] => {
    if (!isRecord(value)) return [];
    const found = keys.map((key) => value[key]).find(Array.isArray);
    return (found ?? []).filter(isRecord);
  };
  return list(data, 'resourceSpans', 'resource_spans').flatMap((resource) =>
    list(resource, 'scopeSpans', 'scope_spans', 'instrumentationLibrarySpans').flatMap((scope) => list(scope, 'spans')),
  );
}

function callOf(span: Readonly<Record<string, unknown>>): KnownCall | null | { readonly why: string } {
  const attributes = attributesOf(span['attributes']);
  const text = (...names: readonly string[]) => {
    const value = names.map((name) => attributes.get(name)).find((each) => each !== undefined && each !== null);
    return value === undefined ? null : String(value);
  };
  const model = text('gen_ai.request.model', 'gen_ai.response.model', 'llm.model_name');
  const input = messagesOf(attributes, ['gen_ai.input.messages'], ['gen_ai.prompt.', 'llm.input_messages.']);
  if (model === null && input === null) return null;
  if (/^(?:embeddings|execute_tool|create_agent)$/.test(text('gen_ai.operation.name') ?? '')) return null;
  if (input === null) return { why: 'is a span without its messages: content is not captured by default' };
  const said = saidOf(input);
  if ('why' in said) return said;
  const { traceId, spanId, startTimeUnixNano: start, endTimeUnixNano: end, events, status } = span;
  const output = messagesOf(attributes, ['gen_ai.output.messages'], ['gen_ai.completion.', 'llm.output_messages.']);
  const name = text('gen_ai.prompt.name');
  const version = text('gen_ai.prompt.version');
  const failed = isRecord(status) && (status['code'] === 2 || status['code'] === 'STATUS_CODE_ERROR');
  const type = text('error.type');
  return {
    ...UNKNOWN_CALL,
    ...said,
    id: `${String(traceId)}-${String(spanId)}`,
    at: timeOf(start),
    environment: text('deployment.environment.name', 'deployment.environment'),
    prompt: name,
    release: name === null || version === null ? null : `${name}@${version}`,
    model,
    answer: output === null ? null : answerOf(output),
    error: failed || type !== null ? (errorKindSchema.safeParse(type).data ?? 'server') : null,
    latencyMs: lengthOf(start, end),
    scores: scoresOf(events),
  };
}

/** Messages in one attribute, as JSON or as its text; or in many, whose names have numbers in them. */
function messagesOf(attributes: Attributes, whole: readonly string[], numbered: readonly string[]): Json | null {
  for (const name of whole) {
    const value = attributes.get(name);
    if (value === undefined) continue;
    const parsed = typeof value === 'string' ? parseJsonText(value) : { data: value, fault: null };
    return parsed.fault === null ? fromParts(parsed.data) : value;
  }
  const messages = new Map<number, Record<string, Json>>();
  for (const [name, value] of attributes) {
    const start = numbered.find((each) => name.startsWith(each));
    const [, place, key] = /^(\d{1,4})\.(?:message\.)?(role|content)$/.exec(name.slice(start?.length ?? 0)) ?? [];
    if (start === undefined || place === undefined || key === undefined) continue;
    messages.set(Number(place), { ...messages.get(Number(place)), [key]: value });
  }
  if (messages.size === 0) return null;
  return [...messages].sort(([a], [b]) => a - b).map(([, message]) => message);
}

/** `gen_ai.evaluation.result` events. */
function scoresOf(events: unknown): readonly KeptScore[] {
  return (Array.isArray(events) ? events : []).filter(isRecord).flatMap((event) => {
    if (event['name'] !== 'gen_ai.evaluation.result') return [];
    const attributes = attributesOf(event['attributes']);
    const value = attributes.get('gen_ai.evaluation.score.value');
    const label = String(attributes.get('gen_ai.evaluation.score.label') ?? '').toLowerCase();
    const passed = /^(?:pass|passed|true)$/.test(label) ? true : /^(?:fail|failed|false)$/.test(label) ? false : null;
    const metric = String(attributes.get('gen_ai.evaluation.name') ?? 'evaluation');
    return [{ metric, value: typeof value === 'number' ? value : null, passed }];
  });
}

function attributesOf(written: unknown): Attributes {
  const found = new Map<string, Json>();
  for (const attribute of Array.isArray(written) ? written : []) {
    if (isRecord(attribute) && typeof attribute['key'] === 'string')
      found.set(attribute['key'], plainValue(attribute['value']));
  }
  return found;
}

/** A value of OTLP as what it is. */
function plainValue(value: unknown): Json {
  if (!isRecord(value)) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return Number(intValue);
  if (doubleValue !== undefined) return Number(doubleValue);
  if (isRecord(arrayValue) && Array.isArray(arrayValue['values'])) return arrayValue['values'].map(plainValue);
  if (isRecord(kvlistValue)) return Object.fromEntries(attributesOf(kvlistValue['values']));
  return null;
}

function timeOf(nanoseconds: unknown): string | null {
  const time = new Date(Number(nanoseconds) / 1e6);
  return Number(nanoseconds) > 0 && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

function lengthOf(start: unknown, end: unknown): number | null {
  const ms = (Number(end) - Number(start)) / 1e6;
  return Number.isFinite(ms) && ms >= 0 && Number(start) > 0 ? Math.round(ms) : null;
}
