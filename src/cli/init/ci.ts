import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere } from '../../project/files.js';
import { readRemoteHosts } from '../../store/git.js';
import { PathError } from '../../store/read-file.js';
import { readTemplate } from './templates.js';
import { templateFiller } from './workflow-text.js';

export const CI_SYSTEMS = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

/** The file that GitLab starts from, and the one of llmci's job. */
export const GITLAB_ROOT = '.gitlab-ci.yml';
export const GITLAB_JOB = '.gitlab/llmci.yml';

/** A CI system and why it is this one, in words that follow its name. */
export interface ChosenCi {
  readonly system: CiSystem;
  readonly why: string;
}

/** A file to make, by its path from the root of the git repository, where CI systems look for it. */
export interface CiFile {
  readonly path: string;
  readonly text: string;
  readonly purpose: string;
}

/** The CI system of a repository: that of its remote, or else the one that it has files for. */
export async function detectCi(repository: string): Promise<ChosenCi> {
  const hosts = existsSync(join(repository, '.git')) ? await readRemoteHosts(repository) : [];
  for (const host of hosts) {
    if (host.includes('github')) return { system: 'github', why: `a remote is on ${host}` };
    if (host.includes('gitlab')) return { system: 'gitlab', why: `a remote is on ${host}` };
  }
  if (existsSync(join(repository, '.github'))) return { system: 'github', why: 'there is a .github folder' };
  if (existsSync(join(repository, GITLAB_ROOT))) return { system: 'gitlab', why: 'there is a .gitlab-ci.yml' };
  return { system: 'none', why: 'nothing here says GitHub or GitLab; --ci github or --ci gitlab adds a workflow' };
}

/** The files that make a CI system run the evaluation of this project; `keyless`, with the identity of the job. */
export async function ciFiles(
  system: CiSystem,
  root: string,
  repository: string,
  keyless: boolean,
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
    { path: GITLAB_ROOT, text: await readTemplate('ci/gitlab-root.yml'), purpose: `includes ${GITLAB_JOB}` },
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
