import { join } from 'node:path';
import { readTextIfThere } from '../../project/source/files.js';
import { wrapLines, wrapRow } from '../../reporters/layout/layout.js';
import { pathFrom, repositoryAround, requireInside } from '../../store/files/places.js';
import { GITLAB_DELIVERY, GITLAB_ROOT } from './ci-system.js';
import { deliveryGaps, readOwnConfig } from './config-gaps.js';
import { type InitFile, type InitReport, writeNew } from './init.js';
import { keptWorkflowGaps } from './kept-workflows.js';
import { templateFiller } from './workflow-text.js';

/** What was added so that what is merged is released. */
export interface DeliveryReport {
  readonly made: readonly InitFile[];
  readonly kept: readonly InitFile[];
  /** What a person has to add to files that were there already, or do elsewhere. */
  readonly steps: readonly string[];
}

/** The workflow that releases, of each CI system, by its path from the root of the repository. */
const WORKFLOWS = {
  github: { path: '.github/workflows/llmci-delivery.yml', template: 'ci/github-delivery.yml' },
  gitlab: { path: GITLAB_DELIVERY, template: 'ci/gitlab-delivery.yml' },
} as const;

/**
 * Adds a workflow that releases and promotes, to a project whose own configuration may lack the environments: then it says
 * what to add. What exists is never changed. Throws `cannot-write`.
 */
export async function addDelivery(
  { root, ci }: Pick<InitReport, 'root' | 'ci'>,
  keyless: boolean,
): Promise<DeliveryReport> {
  const repository = repositoryAround(root) ?? root;
  const fill = await templateFiller(root, repository, ci.system, keyless);
  const workflow = ci.system === 'none' ? null : WORKFLOWS[ci.system];
  const made: InitFile[] = [];
  const kept: InitFile[] = [];
  if (workflow !== null) {
    const { path, template } = workflow;
    const file = { path: pathFrom(root, join(repository, path)), purpose: 'releases what is merged' };
    ((await writeNew(requireInside(repository, path), await fill(template))) ? made : kept).push(file);
  }
  const steps = [
    ...(await deliveryGaps(await readOwnConfig(root), workflow?.path ?? 'your workflow')),
    ...(await keptWorkflowGaps(root, repository, kept, keyless)),
    ...(await hostSteps(ci.system, repository)),
  ];
  return { made, kept, steps };
}

async function hostSteps(system: InitReport['ci']['system'], repository: string): Promise<readonly string[]> {
  if (system === 'github')
    return [
      'set who may press the button: Settings, Environments, production, Required reviewers; and Deployment branches: the main one alone',
    ];
  if (system === 'none') return ['no workflow was made: --ci github or --ci gitlab adds one'];
  const includes = (await readTextIfThere(repository, GITLAB_ROOT))?.includes(GITLAB_DELIVERY) ?? false;
  return [
    ...(includes ? [] : [`add to ${GITLAB_ROOT}: include: [{ local: ${GITLAB_DELIVERY} }]`]),
    'make the CI/CD variable LLMCI_PUSH_TOKEN: a token of the project with write_repository, masked and protected',
    'set who may start the job: Settings, CI/CD, Protected environments',
  ];
}

/** What was added, and what is left to do, for people. */
export function describeDelivery({ made, kept, steps }: DeliveryReport, columns?: number): string {
  const list = (title: string, files: readonly InitFile[]) =>
    files.length === 0 ? [] : [title, ...files.map(({ path, purpose }) => wrapRow(`  ${path}  `, purpose, columns))];
  const lines = [
    ...list('Made for delivery', made),
    ...list('Kept as it was', kept),
    ...(steps.length > 0 ? ['To do', ...steps.map((step) => `  ${step}`)] : []),
  ];
  const fit = (line: string) => (line.includes('\n') ? line : wrapLines(line, columns));
  return `\n${lines.map(fit).join('\n')}\n`;
}
