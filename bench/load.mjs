// Makes so many calls a second, whether or not those before have been answered, and tells how long they took:
// node bench/load.mjs TARGET (JSON: { url, path, headers, body, stream, maxSockets }) RATE SECONDS
// A call's time begins when it was due, so that a sender who is late hides nothing.
import { Agent, request } from 'node:http';

const { url, path, headers, body, stream, maxSockets = Number.POSITIVE_INFINITY } = JSON.parse(process.argv[2]);
const rate = Number(process.argv[3]);
const lasting = Number(process.argv[4]) * 1000;
const { hostname, port } = new URL(url);
const agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: 'lifo' });
const text = JSON.stringify(stream ? { ...body, stream: true } : body);
const options = {
  ...{ agent, hostname, port, path, method: 'POST' },
  headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers },
};

/** @type {number[]} */
const times = [];
/** @type {number[]} */
const firsts = [];
let sent = 0;
let open = 0;
let mostOpen = 0;
/** @type {Record<string, number>} */
const failures = {};
const started = performance.now();

/** @param {number} due */
function call(due) {
  open++;
  mostOpen = Math.max(mostOpen, open);
  let first = 0;
  /** @param {string | null} fault */
  const end = (fault) => {
    open--;
    if (fault !== null) failures[fault] = (failures[fault] ?? 0) + 1;
    else if (due - started > WARM_UP_MS) {
      times.push(performance.now() - due);
      if (stream) firsts.push(first - due);
    }
  };
  const sending = request(options, (response) => {
    response.on('data', () => (first ||= performance.now()));
    response.on('end', () => end(response.statusCode === 200 ? null : `HTTP ${response.statusCode}`));
    response.on('error', (error) => end(String(error)));
  });
  sending.on('error', (error) => end(String(error)));
  sending.end(text);
}

/** The first calls find code that is not compiled and connections that are not open. */
const WARM_UP_MS = 2000;
await new Promise((resolve) => {
  const tick = () => {
    const now = performance.now() - started;
    while (sent < (Math.min(now, lasting + WARM_UP_MS) / 1000) * rate) call(started + (sent++ / rate) * 1000);
    if (now < lasting + WARM_UP_MS) setTimeout(tick, 1);
    else if (open > 0 && now < lasting + 30_000) setTimeout(tick, 20);
    else resolve(undefined);
  };
  tick();
});
agent.destroy();

if (open > 0) failures['no answer'] = open;
/** @param {number[]} values @param {number} share */
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? null;
console.log(
  JSON.stringify({
    ...{ calls: times.length, failed: Object.values(failures).reduce((sum, n) => sum + n, 0), failures, mostOpen },
    ...{ p50: at(times, 0.5), p95: at(times, 0.95), p99: at(times, 0.99) },
    ...{ first50: at(firsts, 0.5), first99: at(firsts, 0.99) },
  }),
);
