// The least that a gateway can do, which says what this machine asks for it: reads a call, makes a fixed one of node:http
// to the model and gives the answer back, pieces as they come. node bench/bare-gateway.mjs MODEL_URL
import { Agent, createServer, request } from 'node:http';

const { hostname, port } = new URL(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'lifo' });

const server = createServer((incoming, response) => {
  let asked = '';
  incoming.on('data', (text) => (asked += text));
  incoming.on('end', () => {
    const { prompt, stream } = JSON.parse(asked);
    const body = JSON.stringify({
      model: 'bench',
      stream,
      messages: [{ role: 'user', content: prompt.variables.text }],
    });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, path: '/v1/chat/completions', method: 'POST', headers };
    const sending = request(options, (answer) => {
      response.writeHead(200, { 'content-type': answer.headers['content-type'] });
      answer.pipe(response);
    });
    sending.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${address.port} passes calls on`);
});
