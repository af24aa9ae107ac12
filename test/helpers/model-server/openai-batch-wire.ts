import type { IncomingHttpHeaders } from 'node:http';
import type { BatchDesk, BatchRequest, DeskBatch, ItemResult } from './batch-desk.js';
import type { BatchRoute } from './batch-routes.js';
import { asObject, asText, type JsonObject, parseJson } from './json.js';
import { openaiChat } from './openai-wire.js';
import type { WireError } from './wire.js';

const endpoint = '/v1/chat/completions';

/** OpenAI's files and batches. Source: https://platform.openai.com/docs/api-reference/batch */
export const openaiBatchRoutes: readonly BatchRoute[] = [
  {
    method: 'POST',
    path: /^\/v1\/files$/,
    answer: async (desk, { bytes, headers }) => {
      const form = await readForm(bytes, headers);
      const file = form?.get('file');
      if (!form || typeof file !== 'object' || file === null) return refuse("Missing required parameter: 'file'.");
      if (form.get('purpose') !== 'batch') return refuse(`Invalid value: '${form.get('purpose')}'.`);
      const id = desk.newId('file-');
      desk.files.set(id, await file.text());
      return {
        id,
        object: 'file',
        bytes: file.size,
        created_at: seconds(new Date()),
        filename: file.name,
        purpose: 'batch',
      };
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/batches$/,
    creates: true,
    answer: async (desk, { json, headers }) => {
      const { input_file_id: fileId, endpoint: asked, completion_window: window, metadata } = json;
      if (asked !== endpoint) return refuse(`Invalid endpoint: ${asText(asked)}`);
      if (window !== '24h') return refuse("Invalid value for 'completion_window'.");
      const text = desk.files.get(asText(fileId));
      if (text === undefined) return { status: 404, message: `No such File object: ${asText(fileId)}`, code: null };
      const id = desk.newId('batch_');
      const batch = desk.hold(
        { id, api: 'openai', metadata: metadata ? asObject(metadata) : null, requests: readRequests(text), headers },
        openaiChat.lastUserText,
      );
      return describe(batch, desk, { fresh: true });
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/batches$/,
    answer: async (desk, { query }) => {
      const newest = desk.held
        .filter(({ api }) => api === 'openai')
        .map(({ id }) => desk.find(id))
        .reverse();
      const from = newest.findIndex((batch) => batch?.id === query.get('after')) + 1;
      const page = newest.slice(from, from + Number(query.get('limit') ?? 20)).filter((batch) => batch !== undefined);
      return {
        object: 'list',
        data: page.map((batch) => describe(batch, desk)),
        first_id: page[0]?.id ?? null,
        last_id: page.at(-1)?.id ?? null,
        has_more: from + page.length < newest.length,
      };
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/batches\/(?<id>[^/]+)$/,
    answer: (desk, { id }) =>
      withBatch(desk, id, async (batch) => {
        if (!invalid(batch, desk)) await desk.look(batch, openaiChat);
        else batch.asked += 1;
        return describe(batch, desk);
      }),
  },
  {
    method: 'POST',
    path: /^\/v1\/batches\/(?<id>[^/]+)\/cancel$/,
    answer: (desk, { id }) =>
      withBatch(desk, id, async (batch) => {
        batch.cancelled = true;
        return { ...describe(batch, desk), status: 'cancelling' };
      }),
  },
  {
    method: 'GET',
    path: /^\/v1\/files\/(?<id>[^/]+)\/content$/,
    answer: async (desk, { id }) => {
      const [, batchId = '', kind] = /^(.*)-(output|errors)$/.exec(id) ?? [];
      const batch = desk.find(batchId);
      if (!batch?.results) return { status: 404, message: `No such File object: ${id}`, code: null };
      if (kind === 'output') batch.read += 1;
      const lines = batch.results.filter((result) => isOutput(result) === (kind === 'output')).map(toLine);
      const also = kind === 'output' ? (desk.options.alsoSend?.(batch.ids) ?? []) : [];
      return [...also, ...lines].map((line) => `${line}\n`).join('');
    },
  },
];

async function readForm(bytes: Buffer, headers: IncomingHttpHeaders): Promise<FormData | null> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return null;
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
}

function readRequests(text: string): readonly BatchRequest[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { custom_id: id, body } = asObject(parseJson(line));
      return { id: asText(id), body: asObject(body) };
    });
}

/** Returns why the service would not begin this batch. */
function invalid({ requests }: DeskBatch, { options }: BatchDesk): { code: string; message: string } | null {
  if (options.refuse) return options.refuse;
  if (requests.length === 0) return { code: 'empty_file', message: 'The batch input file is empty.' };
  if (requests.length > 50_000)
    return { code: 'too_many_tasks', message: 'The batch input file has too many requests.' };
  if (new Set(requests.map(({ id }) => id)).size < requests.length)
    return { code: 'duplicate_custom_id', message: 'The custom_id of a request is not unique.' };
  if (new Set(requests.map(({ body }) => body['model'])).size > 1)
    return { code: 'mismatched_model', message: 'The batch input file has requests to several models.' };
  return null;
}

function describe(batch: DeskBatch, desk: BatchDesk, { fresh = false } = {}): JsonObject {
  const { id, results, requests, cancelled, metadata, asked } = batch;
  const failure = fresh ? null : invalid(batch, desk);
  const expired = results?.some(({ kind }) => kind === 'expired') ?? false;
  const ended = expired ? 'expired' : cancelled ? 'cancelled' : 'completed';
  const under = Math.min(requests.length, Math.floor((requests.length * asked) / ((desk.options.polls ?? 0) + 1)));
  const good = results?.filter(isOutput).length ?? under;
  return {
    id,
    object: 'batch',
    endpoint,
    errors: failure ? { object: 'list', data: [{ ...failure, line: null, param: null }] } : null,
    input_file_id: 'file-input',
    completion_window: '24h',
    status: failure ? 'failed' : results ? ended : fresh ? 'validating' : 'in_progress',
    output_file_id: results?.some(isOutput) || (results && desk.options.alsoSend) ? `${id}-output` : null,
    error_file_id: results?.some((result) => !isOutput(result)) ? `${id}-errors` : null,
    created_at: seconds(batch.createdAt),
    expires_at: seconds(batch.createdAt) + 86_400,
    request_counts: {
      total: failure ? 0 : requests.length,
      completed: failure ? 0 : good,
      failed: results ? requests.length - good : 0,
    },
    metadata,
  };
}

function isOutput(result: ItemResult): boolean {
  return result.kind === 'answer' && result.status === 200;
}

function toLine(result: ItemResult): string {
  const { id } = result;
  const line =
    result.kind === 'answer'
      ? { response: { status_code: result.status, request_id: `req_${id}`, body: result.body }, error: null }
      : {
          response: null,
          error:
            result.kind === 'expired'
              ? {
                  code: 'batch_expired',
                  message: 'This request could not be executed before the completion window expired.',
                }
              : { code: 'batch_cancelled', message: 'This batch was cancelled.' },
        };
  return JSON.stringify({ id: `batch_req_${id}`, custom_id: id, ...line });
}

function withBatch(desk: BatchDesk, id: string, then: (batch: DeskBatch) => Promise<JsonObject>) {
  const batch = desk.find(id);
  return batch ? then(batch) : Promise.resolve({ status: 404, message: `No batch found with id '${id}'.`, code: null });
}

function refuse(message: string): WireError {
  return { status: 400, message, code: 'invalid_value' };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
