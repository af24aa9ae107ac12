import type { Anthropic } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { jsonText } from '../../core/text/json-value.js';
import type { Batches, BatchResult, BatchStatus, LostBatch } from '../contract/batches.js';
import type { ProviderError } from '../contract/provider-error.js';
import {
  type BatchTools,
  cancelled,
  expired,
  MAX_LISTED,
  missingFrom,
  readBatch,
  resultOf,
  searchList,
} from '../transport/batch-tools.js';
import { type Service, statusError } from '../transport/faults.js';
import { linesOfResponse, parseLine, requireFile } from '../transport/transfer-fetch.js';
import { needsEarlierVersion, readMessage } from './anthropic-messages.js';

/** https://platform.claude.com/docs/en/build-with-claude/batch-processing (100,000 requests or 256 MB), with some room */
const MAX_REQUESTS = 100_000;
const MAX_BYTES = 240 * 1024 * 1024;
const PATH = '/v1/messages/batches';
const EARLIER = 'earlier version';
/** A batch that was handed in without an answer was made in this time around it, by their clock. */
const BEFORE_MS = 5 * 60_000;
const AFTER_MS = 15 * 60_000;

interface AnthropicBatchTools extends BatchTools<Anthropic> {
  /** The headers of the API version before the last. */
  readonly earlier: Readonly<Record<string, string | null>>;
}

/** Anthropic's Message Batches: requests go in one body, results come as lines once all have ended. */
export function anthropicBatches({ connect, service, bodyOf, earlier }: AnthropicBatchTools): Batches {
  return {
    maxRequests: MAX_REQUESTS,
    maxBytes: MAX_BYTES,
    marked: false,
    prepare: async (id, request, find) => {
      const params = await bodyOf(request, find);
      // The version is that of the whole batch
      const group = needsEarlierVersion(params) ? EARLIER : '';
      return { id, group, text: jsonText({ custom_id: id, params }) };
    },
    submit: async ({ group, items }, { signal }) => {
      const { client, receive } = await connect();
      const body = `{"requests":[${items.map(({ text }) => text).join(',')}]}`;
      const headers = { 'content-type': 'application/json', ...(group === EARLIER && earlier) };
      const made = await receive(client.post<unknown>(PATH, { body, headers, signal }), signal);
      return readBatch(batchSchema, made, service).id;
    },
    find: async (lost, { signal }) => {
      const { client, receive } = await connect();
      const batches = client.messages.batches.list({ limit: 100 }, { signal });
      return receive(searchList(findAlike(batches, lost), service), signal);
    },
    status: async (id, { signal }) => {
      const { client, receive } = await connect();
      const batch = await receive(client.messages.batches.retrieve(id, {}, { signal }), signal);
      return describeBatch(readBatch(batchSchema, batch, service), service);
    },
    results: async function* (id, { signal }) {
      const { transfer, receive } = await connect();
      // Not the address that the batch names: behind a proxy it is another host's, which must not see the key
      const path = `${PATH}/${encodeURIComponent(id)}/results`;
      const response = await receive(transfer.get<unknown>(path, { signal }).asResponse(), signal);
      for await (const line of linesOfResponse(requireFile(response, service), service, signal)) {
        const result = readResult(parseLine(line), service);
        if (result) yield result;
      }
    },
  };
}

/** The ids of all batches in a list that are of a size and a time. */
async function findAlike(batches: AsyncIterable<unknown>, { size, at }: LostBatch): Promise<readonly string[]> {
  const found: string[] = [];
  let listed = 0;
  for await (const each of batches) {
    if (++listed > MAX_LISTED) break;
    const batch = batchSchema.safeParse(each);
    if (!batch.success) continue;
    const age = Date.parse(batch.data.created_at) - at.getTime();
    // The newest come first
    if (age < -BEFORE_MS) break;
    if (age <= AFTER_MS && sizeOf(batch.data) === size) found.push(batch.data.id);
  }
  return found;
}

const countsSchema = z.object({
  processing: z.number(),
  succeeded: z.number(),
  errored: z.number(),
  canceled: z.number(),
  expired: z.number(),
});

const batchSchema = z.object({
  id: z.string().regex(/^[\w-]+$/),
  created_at: z.string().catch(''),
  processing_status: z.string(),
  request_counts: countsSchema.nullish().catch(null),
});
type Batch = z.infer<typeof batchSchema>;

function sizeOf({ request_counts: counts }: Batch): number | null {
  return counts ? Object.values(counts).reduce((sum, count) => sum + count, 0) : null;
}

function describeBatch(batch: Batch, service: Service): BatchStatus {
  const size = sizeOf(batch);
  const done = size === null || !batch.request_counts ? null : size - batch.request_counts.processing;
  if (batch.processing_status !== 'ended') return { done, ended: null };
  return { done, ended: { missing: missingFrom(batch.id, service) } };
}

const resultSchema = z.object({
  custom_id: z.string(),
  result: z.union([
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({ type: z.literal('errored'), error: z.unknown() }),
    z.object({ type: z.literal('expired') }),
    z.object({ type: z.literal('canceled') }),
  ]),
});

/** Reads a line of results; null when it is none. */
function readResult(line: unknown, service: Service): BatchResult | null {
  const parsed = resultSchema.safeParse(line);
  if (!parsed.success) return null;
  const { custom_id: id, result } = parsed.data;
  switch (result.type) {
    case 'expired':
      return { id, result: expired(service) };
    case 'canceled':
      return { id, result: cancelled(service) };
    case 'errored':
      return { id, result: readError(result.error, service) };
    case 'succeeded':
      return resultOf(id, () => readMessage(result.message, service));
  }
}

/** The status that stands for a type of error. https://platform.claude.com/docs/en/api/errors */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const errorSchema = z.object({ error: z.object({ type: z.string() }) });

/** A request's error: it has no status of its own, and the one of its type says the same. */
function readError(body: unknown, service: Service): ProviderError {
  const parsed = errorSchema.safeParse(body);
  const status = (parsed.success ? STATUS[parsed.data.error.type] : undefined) ?? 500;
  return statusError(status, JSON.stringify(body) ?? '', { get: () => null }, service, 0);
}
