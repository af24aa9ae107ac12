import type { OpenAI } from 'openai';
import { z } from 'zod';
import { jsonText } from '../../core/text/json-value.js';
import { isRecord } from '../../model/json.js';
import type { Answer } from '../../model/output.js';
import type { Batches, BatchResult, BatchStatus, LostBatch, NewBatch } from '../contract/batches.js';
import { ProviderError } from '../contract/provider-error.js';
import {
  type BatchTools,
  cancelled,
  expired,
  MAX_LISTED,
  missingFrom,
  readBatch,
  resultOf,
  type SdkConnection,
  searchList,
} from '../transport/batch-tools.js';
import { badResponse, type Service, statusError } from '../transport/faults.js';
import { linesOfResponse, parseLine, requireFile } from '../transport/transfer-fetch.js';

/** https://platform.openai.com/docs/guides/batch (50,000 requests or 200 MB), with some room */
const MAX_REQUESTS = 50_000;
const MAX_BYTES = 190 * 1024 * 1024;
/** Where a batch carries our mark. */
const MARK = 'llmci';
/** How far their clock may be from ours. */
const CLOCK_SKEW_MS = 60 * 60_000;

interface OpenaiBatchTools extends BatchTools<OpenAI> {
  /** Where a model is asked, behind /v1. */
  readonly pathOf: (model: string) => string;
  /** Reads the answer of a model. */
  readonly read: (answer: unknown, model: string) => Answer;
}

/** OpenAI's Batch API: a file of requests goes up, a file of answers and one of errors come back. */
export function openaiBatches({ connect, service, bodyOf, pathOf, read }: OpenaiBatchTools): Batches {
  const retrieve = async (id: string, signal: AbortSignal) => {
    const { client, receive } = await connect();
    return readBatch(batchSchema, await receive(client.batches.retrieve(id, { signal }), signal), service);
  };
  return {
    maxRequests: MAX_REQUESTS,
    maxBytes: MAX_BYTES,
    marked: true,
    prepare: async (id, request, find) => {
      const body = await bodyOf(request, find);
      const model = String(body['model']);
      const text = jsonText({ custom_id: id, method: 'POST', url: `/v1${pathOf(model)}`, body });
      // A file may only have requests to one model
      return { id, group: model, text };
    },
    submit: async (batch, { signal }) => {
      const sdk = await connect();
      const file = await upload(batch, sdk, service, signal);
      const endpoint = pathOf(batch.group) === '/responses' ? '/v1/responses' : '/v1/chat/completions';
      const asked = {
        input_file_id: file,
        endpoint,
        completion_window: '24h',
        metadata: { [MARK]: batch.mark },
      } as const;
      const created = await sdk.receive(sdk.client.batches.create(asked, { signal }), signal);
      return readBatch(batchSchema, created, service).id;
    },
    find: async (lost, { signal }) => {
      const { client, receive } = await connect();
      return receive(searchList(findMarked(client.batches.list({ limit: 100 }, { signal }), lost), service), signal);
    },
    status: async (id, { signal }) => describeBatch(await retrieve(id, signal), service),
    results: async function* (id, { signal }) {
      const { transfer, receive } = await connect();
      const batch = await retrieve(id, signal);
      for (const file of [batch.output_file_id, batch.error_file_id]) {
        if (!file) continue;
        const response = await receive(transfer.files.content(file, { signal }), signal);
        for await (const line of linesOfResponse(requireFile(response, service), service, signal)) {
          const result = readResult(parseLine(line), service, read);
          if (result) yield result;
        }
      }
    },
  };
}

/** Sends the requests of a batch as a file, and returns its id. */
async function upload(
  { mark, items }: NewBatch,
  { transfer, receive }: SdkConnection<OpenAI>,
  service: Service,
  signal: AbortSignal,
): Promise<string> {
  const lines = items.map(({ text }) => `${text}\n`);
  const file = new File(lines, `${mark}.jsonl`, { type: 'application/jsonl' });
  const uploaded = await receive(transfer.files.create({ file, purpose: 'batch' }, { signal }), signal);
  const parsed = idSchema.safeParse(uploaded);
  if (parsed.success) return parsed.data.id;
  throw badResponse('took a file and gave no id for it', JSON.stringify(uploaded), service);
}

/** The id of the batch that carries a mark, alone in a list. */
async function findMarked(batches: AsyncIterable<unknown>, { mark, at }: LostBatch): Promise<readonly string[]> {
  let listed = 0;
  for await (const each of batches) {
    const batch = batchSchema.safeParse(each);
    if (batch.success && batch.data.metadata?.[MARK] === mark) return [batch.data.id];
    // The newest come first
    const isTooOld = batch.success && (batch.data.created_at ?? 0) * 1000 < at.getTime() - CLOCK_SKEW_MS;
    if (isTooOld || ++listed >= MAX_LISTED) break;
  }
  return [];
}

const idSchema = z.object({ id: z.string().min(1) });
const countSchema = z.number().nullish().catch(null);

const batchSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  created_at: z.number().nullish().catch(null),
  metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  request_counts: z.object({ completed: countSchema, failed: countSchema }).nullish().catch(null),
  errors: z
    .object({
      data: z
        .array(
          z.object({
            code: z.string().nullish(),
            message: z.string().nullish(),
            line: z.number().nullish().catch(null),
          }),
        )
        .nullish(),
    })
    .nullish()
    .catch(null),
});
type Batch = z.infer<typeof batchSchema>;

/** What a batch's status says; its ends are `completed`, `failed` (nothing was tried), `expired` and `cancelled`. */
function describeBatch(batch: Batch, service: Service): BatchStatus {
  const { completed, failed } = batch.request_counts ?? {};
  const done = typeof completed === 'number' && typeof failed === 'number' ? completed + failed : null;
  const ended = (missing: ProviderError) => ({ done, ended: { missing } });
  switch (batch.status) {
    case 'completed':
      return ended(missingFrom(batch.id, service));
    case 'failed':
      return ended(refusalOf(batch, service));
    case 'expired':
      return ended(expired(service));
    case 'cancelled':
      return ended(cancelled(service));
    default:
      return { done, ended: null };
  }
}

/** Why a batch was not even begun: its first reason stands for all. */
function refusalOf({ errors }: Batch, { host, clean }: Service): ProviderError {
  const { code, message, line } = errors?.data?.[0] ?? {};
  const where = line ? ` (line ${line} of its file)` : '';
  // The limit on tokens that may wait in batches: there is room again when others have ended
  const kind =
    code === 'token_limit_exceeded' ? 'rate-limit' : code === 'model_not_found' ? 'unknown-model' : 'invalid-request';
  return new ProviderError(
    kind,
    `${host} refused the batch: ${clean(message ?? code ?? 'it does not say why')}${where}`,
  );
}

const resultSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

const NO_HEADERS = { get: () => null };

/** Reads a line of an output or error file; null when it is none. */
function readResult(line: unknown, service: Service, read: OpenaiBatchTools['read']): BatchResult | null {
  const parsed = resultSchema.safeParse(line);
  if (!parsed.success) return null;
  const { custom_id: id, response, error } = parsed.data;
  return resultOf(id, () => {
    if (response?.status_code === 200) return read(response.body, modelOf(response.body));
    // Time plays no part without headers
    if (response) throw statusError(response.status_code, JSON.stringify(response.body) ?? '', NO_HEADERS, service, 0);
    throw unanswered(error?.code ?? null, error?.message ?? null, service);
  });
}

/** The model that has answered, by its own word. */
function modelOf(body: unknown): string {
  return isRecord(body) && typeof body['model'] === 'string' ? body['model'] : '';
}

function unanswered(code: string | null, message: string | null, service: Service): ProviderError {
  if (code === 'batch_expired') return expired(service);
  if (code === 'batch_cancelled') return cancelled(service);
  return new ProviderError(
    'server',
    `${service.host} did not answer it: ${service.clean(message ?? code ?? 'no reason')}`,
  );
}
