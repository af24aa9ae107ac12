import { count } from '../core/text/format.js';
import { readTextIfThere } from '../project/source/files.js';
import { baselinePath } from '../project/suites/baselines.js';
import { type Check, type CheckFinding, fault, ok, warn } from './check.js';

/** Prompts that nothing judges, and suites that nothing can be compared with. */
export const coverage: Check = {
  id: 'coverage',
  look: async ({ project, lint }) => {
    const { prompts, suites, root } = project;
    if (suites.size === 0)
      return [
        fault(
          `${count(prompts.size, 'prompt')}, and no suite: nothing judges them`,
          'llmci init, or write one below evals/.',
        ),
      ];
    const found: CheckFinding[] = lint.problems
      .filter(({ rule }) => rule === 'no-suite' || rule === 'no-gates')
      .map(({ file, line, message, rule }) =>
        fault(
          `${file}:${line}: ${message}`,
          rule === 'no-suite'
            ? 'Write a suite for it below evals/, or leave it out with `# llmci-ignore no-suite: why`.'
            : 'Write gates beside the prompt, in NAME.thresholds.yaml.',
        ),
      );
    for (const { id, path, columns } of suites.values()) {
      if ((await readTextIfThere(root, baselinePath(path))) !== null) continue;
      const compares = columns.some(({ gates }) => gates.some(({ change }) => change !== null));
      const remedy = `llmci eval ${id}, then llmci bless, and commit ${baselinePath(path)}.`;
      found.push(
        compares
          ? fault(`suite ${id} has gates that compare, and no baseline: they cannot be judged`, remedy)
          : warn(`suite ${id} has no baseline: no report tells what has changed since`, remedy),
      );
    }
    return found.length > 0 ? found : [ok(`every prompt has a suite and gates, every suite a baseline`)];
  },
};
