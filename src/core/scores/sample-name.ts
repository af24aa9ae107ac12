import type { Result } from '../../model/run-record.js';

/** What a sample is called in every run of its suite, in one text: a key for maps. */
export function nameOfSample({
  suite,
  prompt,
  model,
  case: id,
  trial,
}: Pick<Result, 'suite' | 'prompt' | 'model' | 'case' | 'trial'>): string {
  return JSON.stringify([suite, prompt, model, id, trial]);
}
