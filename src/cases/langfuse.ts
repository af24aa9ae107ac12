import { isRecord, type Json } from '../model/json.js';
import type { KeptScore, KnownCall } from '../model/kept-call.js';
import { type CallSource, countUp, UNKNOWN_CALL } from './call-source.js';
import { answerOf, saidOf } from './said-messages.js';

type Fields = Readonly<Record<string, unknown>>;

/** Traces or observations that Langfuse has exported as JSON, or as JSON lines. */
export const langfuse: CallSource = {
  name: 'langfuse',
  describe: 'traces or observations of a Langfuse export, as JSON or JSON lines',
  isFile: (name) => /\.jsonl?$/.test(name),
  read: (documents) => {
    const calls: KnownCall[] = [];
    const unread = new Map<string, number>();
    for (const item of documents.flatMap(({ data }) => itemsOf(data))) {
      for (const { fields, scores } of generationsOf(item)) {
        const call = callOf(fields, scores);
        if ('why' in call) countUp(unread, call.why);
        else calls.push(call);
      }
    }
    return { calls, unread };
  },
};

function itemsOf(data: Json): readonly Fields[] {
  if (Array.isArray(data)) return data.filter(isRecord);
  if (!isRecord(data)) return [];
  return Array.isArray(data['data']) ? data['data'].filter(isRecord) : [data];
}

/** The calls of models in a trace; a trace that has none told is one itself. What was scored of a trace is of its last. */
function generationsOf(item: Fields): readonly { readonly fields: Fields; readonly scores: readonly KeptScore[] }[] {
  const own = scoresOf(item['scores']);
  const observations = Array.isArray(item['observations']) ? item['observations'].filter(isRecord) : [];
  const generations = observations.filter(({ type }) => type === 'GENERATION');
  if (generations.length === 0) return isOther(item['type']) ? [] : [{ fields: item, scores: own }];
  return generations.map((fields, index) => ({
    fields,
    scores: [...scoresOf(fields['scores']), ...(index === generations.length - 1 ? own : [])],
  }));
}

function isOther(type: unknown): boolean {
  return type !== undefined && type !== 'GENERATION' && type !== 'TRACE';
}

function callOf(fields: Fields, scores: readonly KeptScore[]): KnownCall | { readonly why: string } {
  const { id, input, output, level, promptName, promptVersion, model, environment, latency } = fields;
  if (typeof id !== 'string' || id === '') return { why: 'has no id' };
  if (input === undefined || input === null) return { why: 'tells nothing of what was asked' };
  const said = saidOf(input as Json);
  if ('why' in said) return said;
  const name = typeof promptName === 'string' ? promptName : null;
  const cost = fields['calculatedTotalCost'] ?? fields['totalCost'];
  return {
    ...UNKNOWN_CALL,
    ...said,
    id,
    at: timeOf(fields['startTime'] ?? fields['timestamp']),
    environment: typeof environment === 'string' ? environment : null,
    prompt: name,
    release: name === null || typeof promptVersion !== 'number' ? null : `${name}@${promptVersion}`,
    model: typeof model === 'string' ? model : null,
    answer: answerOf((output ?? null) as Json),
    error: level === 'ERROR' ? 'server' : null,
    // Seconds in exports
    latencyMs: typeof latency === 'number' && latency >= 0 ? Math.round(latency * 1000) : null,
    usd: typeof cost === 'number' && cost >= 0 ? cost : null,
    scores,
  };
}

function scoresOf(written: unknown): readonly KeptScore[] {
  return (Array.isArray(written) ? written : []).filter(isRecord).flatMap(({ name, value, dataType }) => {
    if (typeof name !== 'string' || typeof value !== 'number') return [];
    return [{ metric: name, value, passed: dataType === 'BOOLEAN' ? value === 1 : null }];
  });
}

function timeOf(written: unknown): string | null {
  const time = new Date(typeof written === 'string' ? written : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
