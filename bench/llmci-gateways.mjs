// Gateways of llmci for npm run bench:serve: one without a rollout, and with --rollouts those that score calls and send copies.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { llmci, makeProject } from './measure.mjs';
import { benchKey } from './projects.mjs';

const LIVE = `unjudged: ok
gates: [{ metric: pass, min: 0.9 }]
live:
  metrics: [{ metric: pii }, { metric: refusal }]
  gates: [{ metric: errors, maxDrop: 1% }, { metric: pii, maxDrop: 0.1 }, { metric: refusal, maxDrop: 0.1 }]
`;

/** How they are told apart, and the plan of the rollout that is under way in them; null for none. */
export const LLMCI = { name: 'llmci', plan: null };
export const WITH_ROLLOUTS = [
  { name: 'llmci, scores of all', plan: 'strategy: canary, steps: [{ weight: 50%, calls: 100000000 }]' },
  { name: 'llmci, copies and scores of all', plan: 'strategy: shadow, steps: [{ weight: 100%, calls: 100000000 }]' },
];

/** @param {{ name: string, plan: string | null }} kind @param {string} models the address of the models' server */
export function startLlmci({ name, plan }, models) {
  /** @param {string} words */
  const said = (words) => `model: local/bench\nmessages:\n  - { role: user, content: "${words}{{ text }}" }\n`;
  const project = makeProject({
    'prompts/bench.prompt.yaml': said(''),
    ...(plan && { 'prompts/bench.thresholds.yaml': LIVE }),
    'llmci.yaml': `providers:\n  local: { type: openai, baseUrl: ${models}/v1, apiKey: env:BENCH_KEY }\nenvironments: { production: {${plan ? ` rollout: { ${plan} } ` : ''}} }\n`,
  });
  /** @param {string[]} args */
  const run = (...args) => {
    const options = /** @type {const} */ ({ cwd: project.folder, encoding: 'utf8' });
    const { status, stderr } = spawnSync(process.execPath, [llmci, ...args], options);
    if (status !== 0) throw new Error(stderr);
  };
  const promote = () => {
    run('release', 'bench');
    run('promote', 'bench', '--to', 'production', '--force');
  };
  promote();
  if (plan) {
    writeFileSync(join(project.folder, 'prompts/bench.prompt.yaml'), said('Please: '));
    promote();
  }
  const args = [llmci, 'serve', '--env', 'production', '--port', '0', '--probe-port', '0'];
  return startGateway(name, args, project.folder, project.remove);
}

/**
 * A gateway that takes calls as llmci does, and begins its output with its address; behind it may stand that of its probes.
 *
 * @param {string} name
 * @param {string[]} args
 * @param {string} cwd
 * @param {() => void} [remove]
 */
export async function startGateway(name, args, cwd, remove) {
  const env = { ...process.env, ...benchKey };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
    child.once('exit', (code) => reject(new Error(`${name} ended with code ${code} before it listened`)));
  });
  const stop = () => {
    child.kill();
    remove?.();
  };
  return {
    ...{
      name,
      url: line.split(' ')[0],
      probes: / probes at (\S+)/.exec(line)?.[1] ?? null,
      path: '/v1/chat/completions',
      pid: child.pid ?? null,
      headers: {},
    },
    ...{ body: { prompt: { id: 'bench', variables: { text: 'Where is order 7?' } } }, stop },
  };
}
