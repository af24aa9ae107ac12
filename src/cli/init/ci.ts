import { readTextIfThere } from '../../project/source/files.js';
import { PathError } from '../../store/files/read-file.js';
import { type CiSystem, GITLAB_DELIVERY, GITLAB_JOB, GITLAB_ROOT } from './ci-system.js';
import type { InitWishes } from './config.js';
import { readTemplate } from './templates.js';
import { templateFiller } from './workflow-text.js';

/** A file to make, by its path from the root of the git repository, where CI systems look for it. */
export interface CiFile {
  readonly path: string;
  readonly text: string;
  readonly purpose: string;
}

/** The files that make a CI system run the evaluation of this project. */
export async function ciFiles(
  system: CiSystem,
  root: string,
  repository: string,
  { keyless, delivery }: InitWishes,
): Promise<readonly CiFile[]> {
  if (system === 'none') return [];
  const fill = await templateFiller(root, repository, system, keyless);
  if (system === 'github') {
    return [
      {
        path: '.github/workflows/llmci.yml',
        text: await fill('ci/github.yml'),
        purpose: 'judges pull requests, refreshes the baseline on main',
      },
      {
        path: '.github/workflows/llmci-nightly.yml',
        text: await fill('ci/github-nightly.yml'),
        purpose: 'asks the models live, tells in one issue when they have changed',
      },
    ];
  }
  return [
    {
      path: GITLAB_JOB,
      text: await fill('ci/gitlab.yml'),
      purpose: 'judges merge requests, refreshes the baseline on main, looks for drift at night',
    },
    {
      path: GITLAB_ROOT,
      text: `${await readTemplate('ci/gitlab-root.yml')}${delivery ? `  - local: ${GITLAB_DELIVERY}\n` : ''}`,
      purpose: `includes ${delivery ? `${GITLAB_JOB} and ${GITLAB_DELIVERY}` : GITLAB_JOB}`,
    },
  ];
}

/** Whether GitLab will find the job: the file that it starts from includes it, or is still to be made. */
export async function includesJob(repository: string): Promise<boolean> {
  try {
    return (await readTextIfThere(repository, GITLAB_ROOT))?.includes(GITLAB_JOB) ?? true;
  } catch (error) {
    if (error instanceof PathError) return false;
    throw error;
  }
}
