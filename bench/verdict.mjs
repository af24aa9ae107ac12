import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chanceToFail } from '../dist/core/power/gate-power.js';
import { createRandom } from '../dist/core/stats/random.js';
import { evaluate } from '../dist/index.js';
import { makeProject } from './measure.mjs';
import { print, row } from './rows.mjs';

/**
 * How often a build goes red for nothing, and how often for a reason. Every repetition is two evaluations through the real
 * pipeline, over HTTP: one that becomes the baseline, and one that is compared with it.
 */
const repetitions = Number(process.env['LLMCI_BENCH_REPETITIONS'] ?? 400);
const cases = 40;
const trials = 3;
const margin = 0.05;
const drop = 0.15;

/** The shares of right answers that cases have: most are easy, some are a toss-up. */
const easiness = [0.95, 0.95, 0.8, 0.5];
const usual = easiness.reduce((sum, p) => sum + p, 0) / easiness.length;

/** What the versions of the app do at present, by name: that of the scenario. */
const behaviours = new Map();

/**
 * The app that is evaluated: each path is another version of it. In how many of its answers it is right is known, and
 * which ones these are depends on the repetition, the case and how often that case was asked only.
 */
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const version = String(request.url).slice(1);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ answer: isRight(version, JSON.parse(body).name) ? 'right' : 'wrong' }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

function isRight(version, name) {
  const { repetition, loss, answered } = behaviours.get(version);
  const call = (answered.get(name) ?? 0) + 1;
  answered.set(name, call);
  const usualOfCase = easiness[createRandom(`${repetition}/${name}`).below(easiness.length)];
  return createRandom(`${version}/${repetition}/${name}/${call}`).uniform() < usualOfCase * (1 - loss / usual);
}

const gates = `gates:
  - { metric: pass, maxDrop: ${margin} }
  - { metric: pass, maxDrop: 0, level: warn }
correction: none
`;

function projectWith(version, howManyTrials) {
  const ids = Array.from({ length: cases }, (_, index) => `  - { id: c${index}, vars: { name: c${index} } }`);
  return makeProject({
    'llmci.yaml': `providers:\n  coin: { type: http, url: "http://127.0.0.1:${port}/${version}", body: { name: "{{ name }}" }, output: $.answer }\n`,
    'prompts/coin.prompt.yaml': `model: coin\nmessages: [{ role: user, content: "{{ name }}" }]\n`,
    'prompts/coin.thresholds.yaml': gates,
    'evals/coin.eval.yaml': `prompt: coin\ntrials: ${howManyTrials}\nmetrics: [{ metric: contains, value: right }]\ncases:\n${ids.join('\n')}\n`,
  });
}

/** What is compared with one and the same baseline in every repetition. */
const scenarios = {
  calm: { trials, loss: 0 },
  worse: { trials, loss: drop },
  adaptiveCalm: { trials: { min: 1, max: 5 }, loss: 0 },
  adaptiveWorse: { trials: { min: 1, max: 5 }, loss: drop },
};

/** For each scenario, shares of the repetitions: with each exit code, and red by other rules; and the mean calls made. */
async function repeatAll() {
  const entries = Object.entries(scenarios);
  const totals = Object.fromEntries(
    entries.map(([name]) => [name, { red: 0, open: 0, naive: 0, atZero: 0, calls: 0 }]),
  );
  /** @type {Record<string, ReturnType<typeof makeProject>>} */
  const projects = { before: projectWith('before', trials) };
  for (const [name, scenario] of entries) projects[name] = projectWith(name, JSON.stringify(scenario.trials));
  const out = join(projects['before'].folder, 'out');
  const run = (name, repetition, loss, options = {}) => {
    behaviours.set(name, { repetition, loss, answered: new Map() });
    return evaluate({ cwd: projects[name].folder, out, cache: false, ...options });
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { runId } = await run('before', repetition, 0);
    const compare = async ([name, { loss }]) => {
      const after = await run(name, repetition, loss, { baseline: runId });
      const [gate, strict] = after.gates;
      const total = totals[name];
      total.red += Number(after.exitCode === 1);
      total.open += Number(after.exitCode === 3);
      total.naive += Number(Number(gate.change) < 0);
      total.atZero += Number(strict.verdict === 'fail');
      total.calls += after.results.length;
    };
    await Promise.all(entries.map(compare));
    rmSync(out, { recursive: true });
  }
  for (const project of Object.values(projects)) project.remove();
  server.close();
  for (const total of Object.values(totals)) for (const key of Object.keys(total)) total[key] /= repetitions;
  return totals;
}

/** The chance that a true drop is seen beyond the margin, as `llmci plan` tells it. */
function predictPower(loss) {
  const mean = (f) => easiness.reduce((sum, p) => sum + f(p), 0) / easiness.length;
  const noise = {
    yesOrNo: true,
    level: usual,
    trials: mean((p) => p * (1 - p)),
    cases: mean((p) => (p - usual) ** 2),
    change: 0,
    apart: true,
    source: 'known',
  };
  /** @type {import('../dist/model/gate.js').GateRule} */
  const rule = {
    ...{ metric: 'pass', stat: 'rate', unit: 'fraction', better: 'higher', bound: 'min', threshold: -margin },
    ...{ change: { relative: false }, decide: 'estimate', inference: 'population', family: null, confidence: 0.95 },
    ...{
      where: [],
      shown: 'fraction',
      level: 'error',
      onInconclusive: 'fail',
      applies: 0.5,
      coverage: 0.8,
      calibration: null,
      place: { file: '', line: 1 },
    },
  };
  const sureness = { confidence: 0.95, share: 1, looks: 1 };
  return chanceToFail(rule, loss, { cases, trials, before: trials }, noise, sureness);
}

/** @type {ReturnType<typeof row>[]} */
const rows = [];
const percent = (share) => `${(100 * share).toFixed(1)}%`;
/** @param {Parameters<typeof row>} told */
const add = (...told) => rows.push(row(...told));
/** Two standard errors of a share of 5 %, which is what chance alone adds to a bench. */
const slack = 2 * Math.sqrt((0.05 * 0.95) / repetitions);

const started = performance.now();
const { calm, worse, adaptiveCalm, adaptiveWorse } = await repeatAll();
add('no change: two averages compared, red at any drop', percent(calm.naive));
add('no change, maxDrop 0: red', percent(calm.atZero), 'at most 5%', calm.atZero <= 0.05 + slack);
add(`no change, maxDrop ${margin}: red (exit code 1)`, percent(calm.red), 'at most 5%', calm.red <= 0.05);
add(`no change, maxDrop ${margin}: not decided (exit code 3)`, percent(calm.open));

const predicted = predictPower(drop);
const isNear = predicted !== null && Math.abs(worse.red - predicted) <= 0.05;
add(
  `a drop of ${drop}, maxDrop ${margin}: red`,
  percent(worse.red),
  predicted === null ? 'not predicted' : `predicted ${percent(predicted)}, within 5%`,
  isNear,
);
add(`a drop of ${drop}, maxDrop ${margin}: not decided`, percent(worse.open));

const { min, max } = scenarios.adaptiveCalm.trials;
const saved = ({ calls }) => percent(1 - calls / (cases * max));
for (const { what, share, limit } of [
  { what: 'no change', share: adaptiveCalm, limit: 0.05 },
  { what: `a drop of ${drop}`, share: adaptiveWorse, limit: 1 },
]) {
  const name = `${what}, trials ${min} to ${max}`;
  add(`${name}: red`, percent(share.red), limit < 1 ? 'at most 5%' : '', share.red <= limit);
  add(`${name}: not decided`, percent(share.open));
  add(`${name}: calls saved of ${cases * max}`, saved(share));
}

print(`${cases} cases, ${trials} trials (the baseline too), ${repetitions} repetitions, seeded`, rows);
console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
