// Answers every request with one chat completion after some milliseconds, and does nothing else that would cost time:
// what is measured is llmci. Where a stream is asked for, it has 50 pieces in as many milliseconds.
// A process of its own: node bench/server.mjs 50
// GET /usage tells what it has cost so far.
import { createServer } from 'node:http';

const delayMs = Number(process.argv[2]);
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Your order has been sent.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 },
};
const body = Buffer.from(JSON.stringify(completion));
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const PIECES = 50;
/** @param {object} delta @param {object} [rest] */
const piece = (delta, rest = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'bench', choices: [{ index: 0, delta, finish_reason: null, ...rest }] })}\n\n`;
const pieces = Array.from({ length: PIECES }, (_, index) => piece({ content: ` word${index}` }));
const lastPiece = `${piece({}, { finish_reason: 'stop' })}data: [DONE]\n\n`;
let calls = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.url === '/usage') return void response.end(JSON.stringify({ calls, cpuMs: cpuMs() }));
  calls++;
  let asked = '';
  request.setEncoding('latin1').on('data', (text) => (asked += text));
  request.on('end', () => {
    if (/"stream":\s*true/.test(asked)) stream(response);
    else setTimeout(() => response.writeHead(200, headers).end(body), delayMs);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});

/** @param {import('node:http').ServerResponse} response */
function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = 0;
  const next = setInterval(() => {
    if (sent < PIECES) return void response.write(pieces[sent++]);
    clearInterval(next);
    response.end(lastPiece);
  }, delayMs / PIECES);
  response.on('close', () => clearInterval(next));
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
