import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { readText } from '../../project/source/files.js';
import { blessRun } from '../../runs/baselines/bless.js';
import { evaluate } from '../../runs/evaluate.js';
import { makeFolder } from '../../store/files/atomic.js';
import { requireInside } from '../../store/files/places.js';
import { inTemporaryFolder } from '../../store/files/temporary-folder.js';
import { schemaLine } from './editor-schema.js';
import { writeSampleAnswers } from './sample-answers.js';
import { modelOfText, type StarterModel, withModel } from './starter-model.js';
import { readTemplate } from './templates.js';

export const STARTER_SUITE = 'evals/support-reply.eval.yaml';
export const STARTER_CASSETTE = 'fixtures/support-reply.cassette.jsonl';
export const STARTER_BASELINE = 'evals/support-reply.baseline.json';
const PROMPT = 'prompts/support-reply.prompt.yaml';

/** What the starter is made of, besides what is made of these files. */
export const STARTER_FILES = [
  { path: PROMPT, format: 'prompt', purpose: 'the prompt' },
  { path: 'prompts/support-reply.thresholds.yaml', format: 'thresholds', purpose: 'its gates' },
  { path: STARTER_SUITE, format: 'suite', purpose: 'its cases and metrics' },
] as const;

/** The text of a file of the starter for a model, as it stands in this project. */
export async function starterText(
  root: string,
  { path, format }: (typeof STARTER_FILES)[number],
  model: StarterModel,
): Promise<string> {
  return (await schemaLine(root, path, format)) + withModel(await readTemplate(`starter/${path}`), model);
}

/**
 * The model of the starter, when prompt and suite are its own: sample answers to another prompt would be a lie. Null when one
 * of them is another's.
 */
export async function findStarter(root: string): Promise<StarterModel | null> {
  const [prompt, suite] = await Promise.all(
    [PROMPT, STARTER_SUITE].map(async (path) => {
      const [there, template] = await Promise.all([readText(root, path), readTemplate(`starter/${path}`)]);
      return modelOfText(there.replace(/^# yaml-language-server: .*\n/, ''), template);
    }),
  );
  return prompt && suite ? prompt : null;
}

/** Sample answers for the starter of a model. Throws `invalid-files` when the project does not load. */
export async function answerStarter(root: string, { key }: StarterModel): Promise<void> {
  const answers = JSON.parse(await readTemplate('starter-answers.json')) as Record<string, string>;
  await makeFolder(requireInside(root, dirname(STARTER_CASSETTE)));
  await writeSampleAnswers(root, 'support-reply', STARTER_CASSETTE, answers, key);
}

/**
 * Judges the sample answers, offline, and makes that run the baseline. Returns whether it did: gates of the project's own may
 * refuse it. The run itself is not kept.
 */
export function blessStarter(root: string): Promise<boolean> {
  return inTemporaryFolder('init', async (out) => {
    try {
      const { runId } = await evaluate({ cwd: root, suites: ['support-reply'], mode: 'replay', cache: false, out });
      await blessRun(root, out, runId);
      return true;
    } catch (error) {
      if (error instanceof LlmciError && error.code === 'cannot-bless') return false;
      throw error;
    }
  });
}

/** Whether the project has answers for the starter, so that it runs without a key. */
export const hasAnswers = (root: string): boolean => existsSync(join(root, STARTER_CASSETTE));
