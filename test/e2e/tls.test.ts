import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../helpers/certificate.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const certificate = makeCertificate('localhost');
const ANSWER = {
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

describe.skipIf(certificate === null)('a service behind a certificate of its own (needs openssl)', () => {
  it('gets no key, unless the certificate is trusted', async () => {
    const { cert, key } = certificate ?? { cert: '', key: '' };
    const keys: (string | undefined)[] = [];
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      keys.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(ANSWER));
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    afterThisTest(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const project = await makeProject({
      'llmci.yaml': {
        providers: {
          own: { type: 'openai', baseUrl: `https://localhost:${port}/v1`, apiKey: 'env:OWN_KEY', retries: 0 },
        },
      },
      'prompts/p.prompt.yaml': { model: 'own/m', messages: [{ role: 'user', content: 'hello' }] },
      'evals/p.eval.yaml': {
        prompt: 'p',
        cases: [{ id: 'a' }],
        metrics: [{ metric: 'contains', value: 'ok' }],
        gates: [{ metric: 'pass', min: 1 }],
      },
    });
    const refused = await runProcess(['eval'], { cwd: project.dir, env: { OWN_KEY: 'key-of-the-test' } });
    expect(refused.stdout).toContain(
      `the certificate of localhost:${port} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
    expect([refused.code, keys]).toEqual([3, []]);

    const env = { OWN_KEY: 'key-of-the-test', NODE_EXTRA_CA_CERTS: cert };
    const trusted = await runProcess(['eval'], { cwd: project.dir, env });
    expect([trusted.code, keys]).toEqual([0, ['Bearer key-of-the-test']]);
  });
});
