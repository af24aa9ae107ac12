import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRemoteHosts } from '../../store/git/git.js';

export const CI_SYSTEMS = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

/** The file that GitLab starts from, and those of llmci's jobs. */
export const GITLAB_ROOT = '.gitlab-ci.yml';
export const GITLAB_JOB = '.gitlab/llmci.yml';
export const GITLAB_DELIVERY = '.gitlab/llmci-delivery.yml';

/** A CI system and why it is this one, in words that follow its name. */
export interface ChosenCi {
  readonly system: CiSystem;
  readonly why: string;
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
