import type { CallRange } from '../../core/requests/conversation.js';
import { PRICE_TABLES } from '../../core/requests/prices.js';
import { sumKnown } from '../../core/stats/add-known.js';
import { count, formatNumber, formatUsd } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { wrap } from '../../reporters/layout/layout.js';
import type { ColumnEstimate } from './column-estimate.js';
import { type ServiceEstimate, sumServices } from './service-estimate.js';

/** The estimates as lines for people, no longer than `width`, which is without end where there is no terminal. */
export function describePlan(estimates: readonly ColumnEstimate[], width: number): string {
  const lines = estimates.map((column) => {
    const from = [
      column.replayed > 0 ? `${column.replayed} replayed` : '',
      column.cached > 0 ? `${column.cached} from the cache` : '',
      column.live > 0 ? `${column.live} live${inCalls(column)}` : '',
    ];
    const cost =
      column.usd === null ? 'cost unknown: no price for this model' : `at most about ${formatUsd(column.usd)}`;
    const tokens = column.live > 0 ? `, ${count(column.inputTokens + column.outputTokens, 'token')}, ${cost}` : '';
    const size = `${count(column.cases, 'case')} x ${count(column.trials, 'trial')}`;
    return `${column.suite}  ${column.prompt} on ${column.model}: ${size} = ${count(column.samples, 'sample')} (${from.filter(Boolean).join(', ')}${tokens}), ${count(column.gates, 'gate')}${judged(column.judgeCalls)}`;
  });
  const live = estimates.reduce((sum, { calls }) => ({ least: sum.least + calls.least, most: sum.most + calls.most }), {
    least: 0,
    most: 0,
  });
  const total =
    live.most === 0
      ? 'No live call would be made.'
      : `${countRange(live, 'live call')}, ${costAtMost(sumOf(estimates, ({ usd }) => usd))}.`;
  const calls = estimates.reduce((sum, column) => sum + column.judgeCalls, 0);
  const judge =
    calls === 0
      ? ''
      : ` Up to ${count(calls, 'call')} of the judge besides, ${costAtMost(sumOf(estimates, ({ judgeUsd }) => judgeUsd))}; recorded ones cost nothing.`;
  const services = sumServices(estimates.flatMap((column) => column.services))
    .map(describeService)
    .join('');
  const text = `${printable(lines.join('\n'))}\n${total}${judge}${services} Nothing was sent. ${describePrices()}`;
  return `${wrap(text, width).join('\n')}\n`;
}

/** Said where samples are conversations: ` in 6 to 40 calls`. */
function inCalls({ live, calls }: ColumnEstimate): string {
  return calls.most === live ? '' : ` in ${countRange(calls, 'call')}`;
}

function countRange({ least, most }: CallRange, what: string): string {
  return least === most ? count(most, what) : `${formatNumber(least)} to ${count(most, what)}`;
}

/** Where prices come from, and of which day they are. */
function describePrices(): string {
  return `Prices: ${PRICE_TABLES.source}, as of ${PRICE_TABLES.asOf}; those in llmci.yaml go before.`;
}

function sumOf(estimates: readonly ColumnEstimate[], pick: (of: ColumnEstimate) => number | null): number | null {
  return sumKnown(estimates.map(pick));
}

function describeService({ use, model, calls, tokens, usd }: ServiceEstimate): string {
  const cost = usd === null ? 'at a cost that is not known: no price for this model' : costAtMost(usd);
  return ` Up to ${count(calls, 'call')} for ${use} by ${model} (${count(tokens, 'token')}) besides, ${cost}.`;
}

function costAtMost(usd: number | null): string {
  return usd === null ? 'at a cost that is not known' : `at most about ${formatUsd(usd)}`;
}

function judged(calls: number): string {
  return calls === 0 ? '' : `, up to ${count(calls, 'call')} of the judge`;
}
