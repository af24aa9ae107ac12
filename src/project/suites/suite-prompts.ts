import { didYouMean } from '../../core/text/suggest.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import type { WrittenSuite } from './read-suite.js';
import type { SuiteContext } from './suite-context.js';

/** The prompts that a suite names. One that is broken is left out: that was reported where it stands. */
export function resolvePrompts(
  { file, source }: WrittenSuite,
  { prompts, broken }: SuiteContext,
): WithProblems<readonly LoadedPrompt[]> {
  const problems: Problem[] = [];
  const value = (file.prompts ?? [file.prompt ?? '']).flatMap((name, index) => {
    const report = (message: string): [] => {
      problems.push({ ...source.at(file.prompts ? ['prompts', index] : ['prompt']), message });
      return [];
    };
    if (file.prompts && file.prompts.indexOf(name) < index) return report(`prompt ${name} stands here twice`);
    const loaded = prompts.get(name);
    if (loaded) return [loaded];
    if (broken.has(name)) return [];
    return report(`there is no prompt called ${name}${didYouMean(name, prompts.keys())}`);
  });
  return { value, problems };
}
