import { wrapLines, wrapRow } from '../../reporters/layout/layout.js';
import { GITLAB_JOB, GITLAB_ROOT } from './ci-system.js';
import type { InitFile, InitReport } from './init.js';
import type { Takeovers } from './takeovers.js';

/** What is there already and would be taken over, for people; nothing when there is none. */
export function describeTakeovers({ found, isWhole }: Takeovers, columns?: number): string {
  const rest = isWhole ? [] : ['  This repository is large: only the part nearest to its root was looked at.'];
  if (found.length === 0) return '';
  const width = Math.min(40, Math.max(...found.map(({ place }) => place.length)));
  const lines = found.map(({ place, how }) => wrapRow(`  ${place.padEnd(width)}  `, how, columns));
  return ['', 'Here already, to be taken over', ...lines, ...rest, ''].join('\n');
}

/** What init did and what to do next, for people. `folder` is the one that they are in. What is to be copied is not wrapped. */
export function describeInit(report: InitReport, folder: string, columns?: number): string {
  const { root, made, kept, ci, jobStarts, ownSuites, runsOffline, starterKey, steps, failure } = report;
  const fit = (line: string) => (line.includes('\n') ? line : wrapLines(line, columns));
  const lines = root === folder ? [] : [`In ${root}, the root of the project`, ''];
  lines.push(...(made.length === 0 ? ['Nothing to make: everything is there.'] : ['Made', ...list(made, columns)]));
  if (kept.length > 0) lines.push('', 'Kept as it was', ...list(kept, columns));
  if (ownSuites) lines.push('', 'No starter: evals/ has suites of your own.');
  lines.push('', `CI: ${ci.system} (${ci.why})`);
  if (!jobStarts) lines.push(`  Nothing runs yet. Add to your ${GITLAB_ROOT}: include: [{ local: ${GITLAB_JOB} }]`);
  if (steps.length > 0) lines.push('', 'To do', ...steps.map((step) => `  ${step}`));
  if (failure === null) lines.push('', 'Next', ...nextSteps(ownSuites, runsOffline, starterKey, columns));
  return `${lines.map(fit).join('\n')}\n`;
}

function nextSteps(ownSuites: boolean, runsOffline: boolean, key: string, columns?: number): readonly string[] {
  if (ownSuites) return ['  npx llmci eval   run your suites'];
  const record = `${key}=... npx llmci eval --record`;
  const step = (what: string, why: string) => wrapRow(`  ${what.padEnd(record.length)}   `, why, columns);
  const last = step(record, 'ask the model what is not recorded, and keep its answers');
  if (!runsOffline) return [step('npx llmci validate', 'see whether your prompt fits the suite; edit either'), last];
  return [
    step('npx llmci eval', 'judge the recorded answers: no key, no network'),
    step('edit prompts/ and evals/', 'until they are yours'),
    last,
  ];
}

function list(files: readonly InitFile[], columns?: number): readonly string[] {
  const width = Math.max(...files.map(({ path }) => path.length));
  return files.map(({ path, purpose }) => wrapRow(`  ${path.padEnd(width)}  `, purpose, columns));
}
