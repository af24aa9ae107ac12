import { rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { startCli } from './cli.js';
import { type DeliveryProject, makeDelivery } from './delivery-project.js';

/** What the model's service was asked. */
export interface AskedUpstream {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

/** A gateway as `llmci serve` starts it, and the service of its models, which a test answers for. */
export interface ServedGateway {
  readonly project: DeliveryProject;
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly asked: AskedUpstream[];
  /** How the service answers from now on. */
  answerWith(answer: (asked: AskedUpstream, response: ServerResponse) => void): void;
  client(apiKey?: string): OpenAI;
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Ends the gateway as a signal does. Resolves with all that it has said. */
  stop(): Promise<{ readonly code: number | null; readonly said: string }>;
}

/** Prompts by their ids; `gpt/…` and `claude/…` are models of the service. All are live in `live`. */
export async function startGateway(
  prompts: Readonly<Record<string, object>>,
  env: Record<string, string> = {},
): Promise<ServedGateway> {
  const asked: AskedUpstream[] = [];
  let answer: Parameters<ServedGateway['answerWith']>[0] = (_, response) => chatAnswer(response, { content: 'Yes.' });
  const upstream = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const { url: path = '', headers } = incoming;
      const one = { path, headers, body: JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown> };
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const project = await makeDelivery({ live: {} });
  await project.write('llmci.yaml', {
    environments: { live: {} },
    providers: { gpt: { type: 'openai', baseUrl: `${url}/v1` }, claude: { type: 'anthropic', baseUrl: url } },
  });
  for (const [id, prompt] of Object.entries(prompts)) await project.write(`prompts/${id}.prompt.yaml`, prompt);
  await project.commit('prompts');
  for (const args of [['release'], ['promote', 'reply', ...Object.keys(prompts), '--to', 'live']]) {
    const { code, stderr } = await project.llmci(...args);
    if (code !== 0) throw new Error(stderr);
  }
  const server = startCli(['serve', '--env', 'live', '--port', '0'], { cwd: project.dir, env, timeoutMs: 900_000 });
  const [, address = ''] = await server.waitForOutput(/(http:\S+) serves live/);
  return {
    ...{ project, address, asked, port: Number(new URL(address).port), pid: server.pid },
    answerWith: (next) => {
      answer = next;
    },
    client: (apiKey = 'none') => new OpenAI({ apiKey, baseURL: `${address}/v1`, maxRetries: 0 }),
    send: (path, body, headers = {}) =>
      fetch(address + path, {
        ...{ method: 'POST', headers, signal: AbortSignal.timeout(60_000) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    stop: async () => {
      server.kill('SIGTERM');
      const { code, stdout, stderr } = await server.result;
      upstream.closeAllConnections();
      upstream.close();
      rmSync(project.dir, { recursive: true });
      return { code, said: stdout + stderr };
    },
  };
}

/** An answer of Chat Completions. */
export function chatAnswer(response: ServerResponse, message: object, finish_reason = 'stop'): void {
  const usage = { prompt_tokens: 7, completion_tokens: 3 };
  const body = { model: 'm-1-2026', choices: [{ message, finish_reason }], usage };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** An answer of Anthropic's Messages. */
export function messageAnswer(response: ServerResponse, content: readonly object[], stop_reason = 'end_turn'): void {
  const body = { model: 'm-2', role: 'assistant', content, stop_reason, usage: { input_tokens: 4, output_tokens: 1 } };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}
