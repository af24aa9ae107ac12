// The same calls without llmci, which is the floor: node bench/bare-calls.mjs openai|fetch|http URL CALLS CONCURRENCY
// Prints the milliseconds that the calls took, without loading.
import { request } from 'node:http';
import OpenAI from 'openai';

const [kind, url, calls, concurrency] = process.argv.slice(2);
const path = '/v1/chat/completions';

const kinds = {
  openai: () => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'bench-key-0123456789', maxRetries: 0 });
    return (messages) => client.chat.completions.create({ model: 'bench', messages });
  },
  fetch: () => {
    const headers = { 'content-type': 'application/json' };
    return async (messages) => {
      const body = JSON.stringify({ model: 'bench', messages });
      return (await fetch(url + path, { method: 'POST', headers, body })).json();
    };
  },
  http: () => {
    const { hostname, port } = new URL(url);
    return (messages) =>
      new Promise((resolve, reject) => {
        const call = request({ hostname, port, path, method: 'POST' }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => resolve(JSON.parse(text)));
        });
        call.on('error', reject).end(JSON.stringify({ model: 'bench', messages }));
      });
  },
};

const call = kinds[kind]();
const started = performance.now();
let next = 0;
const work = async () => {
  while (next < Number(calls)) await call([{ role: 'user', content: `Where is order ${next++}?` }]);
};
await Promise.all(Array.from({ length: Number(concurrency) }, work));
console.log(performance.now() - started);
