// npm run bench:overload: what clients of llmci serve get when there are more calls than one process can answer, and what that
// costs it in memory. On Linux: memory is read from /proc. `-- --rate 8000` sets the calls a second.
import { parseArgs } from 'node:util';
import { LLMCI, startLlmci } from './llmci-gateways.mjs';
import { startServer } from './measure.mjs';
import { makeCalls, usageOf } from './processes.mjs';
import { number, print, row } from './rows.mjs';

const DELAY_MS = 200;
const SECONDS = 15;
/** Each has its senders in a process of its own, so that these are not what is slow. */
const SENDERS = 2;
/** Connections of each: there are only so many ports. A call that waits for one is under way nevertheless. */
const CONNECTIONS = 1000;

const { values } = parseArgs({ options: { rate: { type: 'string', default: '4000' } } });
const rate = Number(values.rate);
const server = await startServer(DELAY_MS);
const target = await startLlmci(LLMCI, server.url);
try {
  const before = usageOf(target.pid).memoryMb;
  let most = before;
  /** @type {Record<'among calls' | 'on a port of its own', Promise<number>[]>} */
  const probes = { 'among calls': [], 'on a port of its own': [] };
  const watch = setInterval(() => {
    most = Math.max(most, usageOf(target.pid).memoryMb);
    probes['among calls'].push(probe(target.url));
    probes['on a port of its own'].push(probe(target.probes));
  }, 500);
  const sender = { ...target, maxSockets: CONNECTIONS };
  const loads = await Promise.all(Array.from({ length: SENDERS }, () => makeCalls(sender, rate / SENDERS, SECONDS)));
  clearInterval(watch);
  /** @type {Record<string, number>} */
  const statuses = {};
  for (const { calls, failures } of loads)
    for (const [what, count] of Object.entries({ 'HTTP 200': calls, ...failures }))
      statuses[what] = (statuses[what] ?? 0) + count;
  const told = Object.entries(statuses).map(([what, count]) => `${what} ${number(count)}`);
  const odd = Object.keys(statuses).filter((what) => !/^HTTP (?:200|429)$/.test(what));
  const probed = Object.entries(probes).map(async ([where, waits]) => {
    const slowest = Math.max(...(await Promise.all(waits)));
    const figure = `slowest ${slowest.toFixed(0)} ms`;
    return row(`/healthz twice a second, ${where}`, figure, 'answered', Number.isFinite(slowest));
  });
  const p99 = Math.max(...loads.map((each) => each.p99));
  print(`${number(rate)} calls of ${DELAY_MS} ms a second, for ${SECONDS} s`, [
    row('answers', told.join(', '), '200 and 429 only', odd.length === 0),
    row('those with an answer', `p99 ${p99.toFixed(0)} ms`),
    ...(await Promise.all(probed)),
    row('memory', `${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at the most`),
  ]);
} finally {
  target.stop();
  server.close();
}

/** How long a probe took that opens a connection; no end of it where it got no answer. */
async function probe(url) {
  const asked = performance.now();
  const ok = await fetch(`${url}/healthz`).then(
    ({ status }) => status === 200,
    () => false,
  );
  return ok ? performance.now() - asked : Number.POSITIVE_INFINITY;
}
