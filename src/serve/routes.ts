import type { Prompts } from '../runtime/prompts.js';
import { chatShape } from './calls/chat-shape.js';
import type { Outcomes } from './calls/outcomes.js';
import { readChatCall, readRenderCall, readResponsesCall } from './calls/prompt-call.js';
import type { PromptCalls } from './calls/prompt-calls.js';
import { responsesShape } from './calls/responses-shape.js';
import type { Route } from './http/router.js';

/** What endpoints answer from. */
export interface Parts {
  readonly prompts: Prompts;
  readonly calls: PromptCalls;
  readonly outcomes: Outcomes;
}

/** What a port of its own answers: who probes would wait behind the connections of those who call, and take it for dead. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

export function isProbe({ path }: Route): boolean {
  return PROBES.has(path);
}

/** THE list of endpoints. */
export function routesOf({ prompts, calls, outcomes }: Parts): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/responses',
      access: 'call',
      answer: async (incoming, outgoing) =>
        calls.complete(readResponsesCall(await incoming.body()), responsesShape, incoming, outgoing),
    },
    {
      method: 'POST',
      path: '/v1/chat/completions',
      access: 'call',
      answer: async (incoming, outgoing) =>
        calls.complete(readChatCall(await incoming.body()), chatShape, incoming, outgoing),
    },
    {
      method: 'POST',
      path: '/v1/prompts/{id}/render',
      access: 'call',
      answer: async (incoming, outgoing, id) =>
        calls.render(readRenderCall(id, await incoming.body()), incoming, outgoing),
    },
    {
      method: 'POST',
      path: '/v1/calls/{id}/outcome',
      access: 'call',
      answer: async (incoming, outgoing, id) => outgoing.json(200, await outcomes.report(id, await incoming.body())),
    },
    { method: 'GET', path: '/healthz', access: 'open', answer: (_, outgoing) => outgoing.json(200, { status: 'ok' }) },
    { method: 'GET', path: '/readyz', access: 'open', answer: (_, outgoing) => outgoing.json(200, prompts.status()) },
  ];
}
