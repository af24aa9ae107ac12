import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';

interface Asked {
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A GitHub that takes deployments, and a way to run commands as a job there does. */
async function atGithub(project: DeliveryProject, status = 201) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    asked.push({
      path: `${request.method} ${request.url}`,
      token: String(request.headers.authorization),
      body: JSON.parse(text),
    });
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.end(status === 201 ? '{"id":42}' : '{"message":"Resource not accessible by integration"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => void server.close());
  const env = {
    ...{
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'ada',
      GITHUB_TOKEN: 'ghs_secret0123456789',
      GITHUB_REPOSITORY: 'acme/shop',
    },
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '7', GITHUB_SHA: 'f'.repeat(40) },
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  return { asked, llmci: (...args: readonly string[]) => runCli(args, { cwd: project.dir, env }) };
}

it('a promotion and a rollback are deployments at GitHub, with digest and evidence', async () => {
  const project = await makeDelivery({ dev: {} });
  const { asked, llmci } = await atGithub(project);
  await llmci('eval', '--quiet');
  await llmci('release');
  expect(asked).toEqual([]);
  const promoted = await llmci('promote', 'reply', '--to', 'dev');
  expect([promoted.code, promoted.stderr]).toEqual([0, 'GitHub: deployment 42 of prompts/dev is success.\n']);
  const { digest, commit, evidence } = (await project.readJson('releases/prompts/reply/1.json')) as {
    readonly digest: string;
    readonly commit: string;
    readonly evidence: { readonly run: string };
  };
  const release = { release: 'reply@1', digest };
  expect(asked).toEqual([
    {
      path: 'POST /repos/acme/shop/deployments',
      token: 'Bearer ghs_secret0123456789',
      body: {
        ...{ ref: commit, task: 'deploy', environment: 'prompts/dev', description: 'promoted reply@1' },
        ...{ auto_merge: false, required_contexts: [] },
        payload: {
          ...{ llmci: 1, line: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          releases: [{ ...release, run: evidence.run, verdict: 'pass' }],
          live: [release],
        },
      },
    },
    {
      path: 'POST /repos/acme/shop/deployments/42/statuses',
      token: 'Bearer ghs_secret0123456789',
      body: {
        state: 'success',
        description: 'promoted reply@1',
        log_url: 'https://github.com/acme/shop/actions/runs/7',
      },
    },
  ]);
  await project.change('Good day');
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  await llmci('rollback', 'reply', '--in', 'dev');
  expect(asked.at(-2)?.body).toMatchObject({ ref: commit, task: 'rollback', description: 'rolled back reply@2 to @1' });
});

it('a rollout is in progress until it is complete', async () => {
  const project = await makeDelivery({ dev: { rollout: { strategy: 'canary', steps: [{ weight: '1%' }] } } });
  const { asked, llmci } = await atGithub(project);
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  await project.change('Good day');
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  expect(asked.at(-1)?.body).toMatchObject({ state: 'in_progress' });
  await llmci('rollout', 'dev', 'complete');
  expect(asked.at(-1)?.body).toMatchObject({ state: 'success', description: 'completed the rollout of line 2' });
});

it('a GitHub that answers something else fails nothing: a rollback that is done is not made again', async () => {
  const project = await makeDelivery({ dev: {} });
  const { llmci } = await atGithub(project, 202);
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  await project.change('Good day');
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  const { code, stderr } = await llmci('rollback', 'reply', '--in', 'dev');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^note: GitHub was not told of it/m)]);
});

it('a GitHub that says no fails nothing, and says which right is missing', async () => {
  const project = await makeDelivery({ dev: {} });
  const { llmci } = await atGithub(project, 403);
  await llmci('release');
  const { code, stderr } = await llmci('promote', 'reply', '--to', 'dev');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^note: GitHub was not told of it: .*deployments: write/)]);
  expect((await llmci('status')).stdout).toMatch(/reply {3}@1/);
});
