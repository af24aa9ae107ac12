// Answers every request with one chat completion after some milliseconds, and does nothing else that would cost time:
// what is measured is llmci. A process of its own: node bench/server.mjs 50
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
let calls = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.url === '/usage') return void response.end(JSON.stringify({ calls, cpuMs: cpuMs() }));
  calls++;
  const answer = () => response.writeHead(200, headers).end(body);
  request.resume().on('end', () => setTimeout(answer, delayMs));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
