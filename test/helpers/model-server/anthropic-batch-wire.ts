import { anthropicMessages } from './anthropic-wire.js';
import type { BatchDesk, DeskBatch, ItemResult } from './batch-desk.js';
import type { BatchRoute } from './batch-routes.js';
import { asArray, asObject, asText, type JsonObject } from './json.js';

/** Anthropic's Message Batches. Source: https://docs.anthropic.com/en/api/creating-message-batches */
export const anthropicBatchRoutes: readonly BatchRoute[] = [
  {
    method: 'POST',
    path: /^\/v1\/messages\/batches$/,
    creates: true,
    answer: async (desk, { json, headers }) => {
      const requests = asArray(json['requests']).map((one) => {
        const { custom_id: id, params } = asObject(one);
        return { id: asText(id), body: asObject(params) };
      });
      const wrong = requests.findIndex(({ id }) => !/^[a-zA-Z0-9_-]{1,64}$/.test(id));
      if (requests.length === 0) return { status: 400, message: 'requests: Field required' };
      if (requests.length > 100_000) return { status: 400, message: 'requests: at most 100000 items' };
      if (wrong >= 0)
        return {
          status: 400,
          message: `requests.${wrong}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`,
        };
      if (new Set(requests.map(({ id }) => id)).size < requests.length)
        return { status: 400, message: 'requests: custom_id must be unique' };
      const id = desk.newId('msgbatch_');
      return describe(
        desk.hold({ id, api: 'anthropic', metadata: null, requests, headers }, anthropicMessages.lastUserText),
      );
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/messages\/batches$/,
    answer: async (desk, { query }) => {
      const newest = desk.held
        .filter(({ api }) => api === 'anthropic')
        .map(({ id }) => desk.find(id))
        .reverse();
      const from = newest.findIndex((batch) => batch?.id === query.get('after_id')) + 1;
      const page = newest.slice(from, from + Number(query.get('limit') ?? 20)).filter((batch) => batch !== undefined);
      return {
        data: page.map(describe),
        has_more: from + page.length < newest.length,
        first_id: page[0]?.id ?? null,
        last_id: page.at(-1)?.id ?? null,
      };
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/messages\/batches\/(?<id>[^/]+)$/,
    answer: (desk, { id }) =>
      withBatch(desk, id, async (batch) => {
        await desk.look(batch, anthropicMessages);
        return describe(batch);
      }),
  },
  {
    method: 'POST',
    path: /^\/v1\/messages\/batches\/(?<id>[^/]+)\/cancel$/,
    answer: (desk, { id }) =>
      withBatch(desk, id, async (batch) => {
        batch.cancelled = true;
        return { ...describe(batch), processing_status: 'canceling' };
      }),
  },
  {
    method: 'GET',
    path: /^\/v1\/messages\/batches\/(?<id>[^/]+)\/results$/,
    answer: async (desk, { id }) => {
      const batch = desk.find(id);
      if (!batch?.results) return { status: 404, message: `No results for batch ${id}` };
      batch.read += 1;
      const lines = [...(desk.options.alsoSend?.(batch.ids) ?? []), ...batch.results.map(toLine)];
      return lines.map((line) => `${line}\n`).join('');
    },
  },
];

function describe({ id, createdAt, results, requests, cancelled }: DeskBatch): JsonObject {
  const count = (is: (result: ItemResult) => boolean) => results?.filter(is).length ?? 0;
  return {
    id,
    type: 'message_batch',
    processing_status: results ? 'ended' : cancelled ? 'canceling' : 'in_progress',
    // Nothing is counted before the whole batch has ended
    request_counts: {
      processing: results ? 0 : requests.length,
      succeeded: count((one) => one.kind === 'answer' && one.status === 200),
      errored: count((one) => one.kind === 'answer' && one.status !== 200),
      canceled: count((one) => one.kind === 'cancelled'),
      expired: count((one) => one.kind === 'expired'),
    },
    created_at: createdAt.toISOString(),
    expires_at: new Date(createdAt.getTime() + 86_400_000).toISOString(),
    ended_at: results ? new Date().toISOString() : null,
    archived_at: null,
    cancel_initiated_at: cancelled ? new Date().toISOString() : null,
    // Another host on purpose: a client behind a proxy must not send its key there
    results_url: results ? `https://api.anthropic.invalid/v1/messages/batches/${id}/results` : null,
  };
}

function toLine(result: ItemResult): string {
  const told =
    result.kind === 'answer'
      ? result.status === 200
        ? { type: 'succeeded', message: result.body }
        : { type: 'errored', error: result.body }
      : { type: result.kind === 'expired' ? 'expired' : 'canceled' };
  return JSON.stringify({ custom_id: result.id, result: told });
}

function withBatch(desk: BatchDesk, id: string, then: (batch: DeskBatch) => Promise<JsonObject>) {
  const batch = desk.find(id);
  return batch ? then(batch) : Promise.resolve({ status: 404, message: `Batch with id ${id} not found` });
}
