import { ApiError } from '../http/api-error.js';
import type { Route } from '../http/router.js';
import { tellVerdict } from '../rollouts/verdict.js';
import type { CallMetrics } from '../telemetry/call-metrics.js';
import { metricFamilies } from '../telemetry/metric-families.js';
import { PROMETHEUS_TYPE, prometheusText } from '../telemetry/prometheus-text.js';
import type { StatusBoard } from './board.js';
import { streamStatus } from './events.js';
import { readStatusPage, type StatusPage } from './page.js';

/** What operators and their tools ask for. */
export function statusRoutes(board: StatusBoard, calls: CallMetrics): readonly Route[] {
  let page: Promise<StatusPage> | null = null;
  const verdict = (prompt: string) => {
    const status = board.status();
    if (!status.prompts.some((each) => each.prompt === prompt))
      throw new ApiError(404, 'prompt_not_found', `${prompt} is not live in ${status.environment}`);
    return tellVerdict(prompt, status);
  };
  return [
    {
      method: 'GET',
      path: '/',
      access: 'open',
      answer: async (_, outgoing) => {
        page ??= readStatusPage();
        const { html, headers } = await page;
        outgoing.text(200, 'text/html; charset=utf-8', html, headers);
      },
    },
    {
      method: 'GET',
      path: '/-/status',
      access: 'watch',
      answer: async (_, outgoing) => outgoing.json(200, await board.statusNow(), NOT_KEPT),
    },
    {
      method: 'GET',
      path: '/-/events',
      access: 'watch',
      answer: (incoming, outgoing) => streamStatus(board, incoming, outgoing),
    },
    {
      method: 'GET',
      path: '/metrics',
      access: 'read',
      answer: (_, outgoing) =>
        outgoing.text(200, PROMETHEUS_TYPE, prometheusText(metricFamilies(calls, board.status())), NOT_KEPT),
    },
    {
      method: 'GET',
      path: '/verdict/{id}',
      access: 'read',
      answer: (_, outgoing, id) => outgoing.json(200, verdict(id), NOT_KEPT),
    },
    {
      // For webhooks, which look at nothing but the status: 200 is yes
      method: 'POST',
      path: '/verdict/{id}',
      access: 'read',
      answer: ({ query }, outgoing, id) => {
        const when = query.get('when') ?? 'pass';
        if (when !== 'pass' && when !== 'fail')
          throw new ApiError(400, 'invalid_when', '`when` is pass or fail: the verdict that is answered with 200');
        const told = verdict(id);
        outgoing.json(told.verdict === when ? 200 : 409, told, NOT_KEPT);
      },
    },
  ];
}

const NOT_KEPT = { 'cache-control': 'no-store' };
