import { writeFile } from 'node:fs/promises';
import { estimateUsage } from '../../core/requests/cost.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { makePlan, samplesOf } from '../../core/scores/plan.js';
import { writeJson } from '../../core/text/write-json.js';
import type { CassetteEntry } from '../../model/cassette.js';
import { loadProject } from '../../project/load.js';
import { identityOf } from '../../providers/contract/identity.js';
import { Cassette } from '../../store/answers/cassette.js';
import { cannotWrite } from '../../store/files/atomic.js';
import { requireInside } from '../../store/files/places.js';

const noteFor = (key: string) =>
  'Samples written by hand, not recorded from a model; their tokens and latencies are made up too. For real answers ' +
  `delete this file and run: ${key}=... npx llmci eval --record`;

/**
 * Writes the cassette of a suite with sample answers by case, under the keys that its files have now. `key` is the variable
 * that real ones need. Throws `invalid-files` when the project does not load.
 */
export async function writeSampleAnswers(
  root: string,
  suiteId: string,
  path: string,
  answers: Readonly<Record<string, string>>,
  key: string,
): Promise<void> {
  const project = await loadProject({ cwd: root });
  const suite = project.suites.get(suiteId);
  if (!suite) throw new Error(`the starter has no suite ${suiteId}`);
  const plan = makePlan([suite]);
  const entries: CassetteEntry[] = [];
  for (const sample of samplesOf(plan)) {
    const column = plan.columns[sample.column];
    const provider = column && project.providers.get(column.model.provider);
    const text = answers[sample.case.id];
    if (!provider || text === undefined) throw new Error(`the starter has no answer for case ${sample.case.id}`);
    const request = requestFactory(column)(sample.case);
    const outputTokens = Math.ceil(text.length / 4);
    entries.push({
      key: sampleKey(identityOf(provider), request, sample.trial),
      suite: suite.id,
      prompt: column.prompt.id,
      model: column.model.text,
      case: sample.case.id,
      trial: sample.trial,
      answer: {
        text,
        toolCalls: [],
        usage: { inputTokens: estimateUsage(request).inputTokens, outputTokens },
        finishReason: 'stop',
        servedModel: null,
        latencyMs: 500 + 20 * outputTokens,
      },
    });
  }
  try {
    await writeFile(requireInside(root, path), `${writeJson({ cassette: 1, note: noteFor(key) })}\n`, { flag: 'wx' });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const cassette = await Cassette.open(root, path);
  for (const entry of entries) cassette.record(entry);
  await cassette.save((text) => text, noteFor(key));
}
