// Writes the example's cassettes from the sample answers beside this file, under the keys that the prompts and cases
// have now. Run it after an edit of either: npm run build && npm run fixtures
// With an argument they go into that folder in place of the project's.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { openConversation } from '../dist/core/requests/conversation.js';
import { estimateUsage } from '../dist/core/requests/cost.js';
import { judgeRequestFactory } from '../dist/core/requests/judge-request.js';
import { requestFactory, sampleKey } from '../dist/core/requests/request.js';
import { faultOfCall, fixedResult } from '../dist/core/requests/tool-results.js';
import { entriesFor } from '../dist/core/scores/cases.js';
import { makePlan, samplesOf } from '../dist/core/scores/plan.js';
import { canonicalJson } from '../dist/core/text/canonical.js';
import { judgeCallsOf } from '../dist/metrics/access.js';
import { loadProject } from '../dist/project/load.js';
import { identityOf } from '../dist/providers/contract/identity.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'tools', 'sample-answers');
const NOTE =
  'Samples written by hand (tools/sample-answers), not recorded from a model; their tokens and latencies are made up too. ' +
  'For real answers delete this file and run: OPENAI_API_KEY=... npx llmci eval --record';

/** The project as it is, or with one prompt file in the place of another. */
async function load({ prompt, replaces }) {
  if (replaces === undefined) return loadProject({ cwd: root });
  const copy = await mkdtemp(join(tmpdir(), 'llmci-samples-'));
  try {
    for (const name of ['llmci.yaml', 'prompts', 'evals', 'fixtures'])
      await cp(join(root, name), join(copy, name), { recursive: true });
    await cp(join(root, prompt), join(copy, replaces));
    return await loadProject({ cwd: copy });
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** A time that looks measured and is the same on every machine: some wait, some for each token, some by the key. */
function sampleLatency(key, outputTokens) {
  return 380 + 14 * outputTokens + (Number.parseInt(key.slice(0, 4), 16) % 400);
}

/** A sample answer as it would have been recorded. */
function answerTo(asked, key, text, toolCalls = []) {
  const outputTokens = Math.ceil((text + toolCalls.map((call) => JSON.stringify(call)).join('')).length / 4.2);
  return {
    text,
    toolCalls,
    usage: { inputTokens: estimateUsage(asked).inputTokens, outputTokens },
    finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
    servedModel: null,
    latencyMs: sampleLatency(key, outputTokens),
  };
}

/** What the judge is asked about one sample, with the answers written for it by the metric's id. */
async function judgedEntries(project, labels, scorable, entries, answers, file) {
  const { judge } = project.config;
  const found = [];
  for (const entry of entries) {
    const definition = project.metrics.get(entry.type);
    if (judgeCallsOf(definition, entry) === 0) continue;
    const prompt = project.settings.judges.prompts.get(definition.judge.prompt);
    const request = judgeRequestFactory(prompt, judge);
    const identity = identityOf(project.providers.get(judge.model.provider));
    const ask = async ({ rules, evidence, answer, turn }) => {
      const written = [answers?.[entry.id]].flat()[turn - 1];
      if (!written) throw new Error(`${file}: no answer of the judge for ${labels.suite}/${labels.case}, ${entry.id}`);
      const { $schema: _, ...schema } = z.toJSONSchema(answer);
      const asked = request({ rules, evidence, answer: schema, complaint: null });
      const key = sampleKey(identity, asked, turn);
      const of = { metric: entry.id, prompt: prompt.id, model: judge.model.text, turn, attempt: 1 };
      found.push({ ...labels, judge: of, key, answer: answerTo(asked, key, JSON.stringify(written)) });
      return answer.parse(written);
    };
    await definition.score({ ...scorable, params: entry.params, tools: { ask } });
  }
  return found;
}

/** A talk as it would have been recorded, step by step; fixed answers of tools are those of the prompt. */
function talk(conversation, { prompt, identity, trial, labels }, steps, file) {
  const entries = [];
  const left = [...steps];
  for (let next = conversation.next(); next.kind !== 'done'; next = conversation.next()) {
    if (next.kind === 'call') {
      const resultOf = (call) =>
        faultOfCall(call, prompt.tools) ?? fixedResult(call, prompt.responses.responders.get(call.name).rules);
      conversation.give(next.calls.map(resultOf));
      continue;
    }
    const said = left.shift();
    if (said === undefined) throw new Error(`${file}: ${labels.suite}/${labels.case} has no step ${next.step}`);
    const key = sampleKey(identity, next.request, trial);
    const answer = answerTo(next.request, key, said.calls ? '' : said, said.calls);
    entries.push({ ...labels, ...(next.step > 1 ? { step: next.step } : {}), key, answer });
    conversation.take({ ...answer, usd: null, source: 'replay' });
  }
  if (left.length > 0) throw new Error(`${file}: ${labels.suite}/${labels.case} has steps too many`);
  return entries;
}

async function entriesOf(project, { answers, judged }, file) {
  const entries = [];
  const unused = new Set(
    Object.entries(answers).flatMap(([suite, cases]) => Object.keys(cases).map((id) => `${suite}/${id}`)),
  );
  for (const suiteId of Object.keys(answers)) {
    const suite = project.suites.get(suiteId);
    if (!suite) throw new Error(`${file}: there is no suite ${suiteId}`);
    const plan = makePlan([suite]);
    for (const [index, { prompt, model }] of plan.columns.entries()) {
      const request = requestFactory({ prompt, model });
      const identity = identityOf(project.providers.get(model.provider));
      for (const { case: testCase, trial } of samplesOf(plan, [index])) {
        const labels = { suite: suiteId, prompt: prompt.id, model: model.text, case: testCase.id, trial };
        const conversation = openConversation(prompt, testCase, request(testCase));
        if (conversation !== null) {
          const { steps = [] } = answers[suiteId][testCase.id] ?? {};
          unused.delete(`${suiteId}/${testCase.id}`);
          entries.push(...talk(conversation, { prompt, identity, trial, labels }, steps, file));
          continue;
        }
        const text = [answers[suiteId][testCase.id]].flat()[trial - 1];
        if (typeof text !== 'string')
          throw new Error(`${file}: no answer for ${suiteId}/${testCase.id}, trial ${trial}`);
        unused.delete(`${suiteId}/${testCase.id}`);
        const asked = request(testCase);
        const key = sampleKey(identity, asked, trial);
        const answer = answerTo(asked, key, text);
        entries.push({ ...labels, key, answer });
        const scorable = { case: testCase, messages: asked.messages, output: answer };
        const covering = entriesFor(suite, testCase);
        entries.push(
          ...(await judgedEntries(project, labels, scorable, covering, judged?.[suiteId]?.[testCase.id], file)),
        );
      }
    }
  }
  if (unused.size > 0) throw new Error(`${file}: no case for ${[...unused].join(', ')}`);
  return entries;
}

const cassettes = new Map();
for (const file of (await readdir(folder)).sort()) {
  const source = parse(await readFile(join(folder, file), 'utf8'));
  const entries = await entriesOf(await load(source), source, file);
  cassettes.set(source.cassette, [...(cassettes.get(source.cassette) ?? []), ...entries]);
}
// In the order that llmci itself writes, so that the first real recording changes only what is new
const orderOf = ({ suite, prompt, model, case: id, trial, step = 1, judge, key }) =>
  JSON.stringify([suite, prompt, model, id, String(trial).padStart(6, '0'), judge ? 'judge' : '', step]) + key;
for (const [path, entries] of cassettes) {
  entries.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const lines = [canonicalJson({ cassette: 1, note: NOTE }), ...entries.map((entry) => JSON.stringify(entry))];
  const file = join(process.argv[2] ?? root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${lines.join('\n')}\n`);
  process.stdout.write(`${path}: ${entries.length} sample answers\n`);
}
