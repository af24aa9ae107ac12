import { atTop, type Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';

/** Thresholds of prompts that no suite runs: their gates judge nothing, which looks like a pass. */
export function findUnjudged(prompts: Iterable<LoadedPrompt>, suites: Iterable<Suite>): readonly Problem[] {
  const run = new Set([...suites].flatMap(({ columns }) => columns.map(({ prompt }) => prompt.id)));
  return [...prompts].flatMap(({ prompt, thresholds }) => {
    const { gates = [], unjudged } = thresholds?.file ?? {};
    // Live calls are judged without a suite
    if (thresholds === null || gates.length === 0 || unjudged === 'ok' || run.has(prompt.id)) return [];
    const message = `no suite runs prompt ${prompt.id}, so these gates judge nothing: name it in a suite, remove this file, or write \`unjudged: ok\``;
    return [{ ...atTop(thresholds.source.file), message, rule: 'unjudged' }];
  });
}
