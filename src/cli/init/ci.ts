import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere, rootPath } from '../../project/files.js';
import { readRemoteHosts } from '../../store/git.js';
import { PathError } from '../../store/read-file.js';
import { installationOf } from './package-manager.js';
import { readTemplate } from './templates.js';

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
  const fill = await templateFiller(root, repository, keyless ? system : null);
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

/** Fills a template for a project, `keyless` for a CI system whose jobs have an identity in place of a key. */
export async function templateFiller(
  root: string,
  repository: string,
  keyless: CiSystem | null,
): Promise<(name: string) => Promise<string>> {
  const { install, command } = await installationOf(root);
  const dir = rootPath(repository, root) || '.';
  return async (name) => {
    const text = await readTemplate(name);
    const placed = dir === '.' ? withoutFolder(text) : text.replaceAll('__DIR__', dir);
    const filled = placed.replaceAll('__INSTALL__', install).replaceAll('__LLMCI__', command);
    return keyless === null ? filled.replace(/^ *# __IDENTITY__\n/gm, '') : withoutKey(filled, keyless);
  };
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

/** Jobs that call models ask for an identity token in place of a key. */
function withoutKey(text: string, system: CiSystem): string {
  const identity = (lines: readonly string[]) =>
    text.replace(/^( *)# __IDENTITY__\n/gm, (_, indent: string) => lines.map((line) => `${indent}${line}\n`).join(''));
  if (system === 'gitlab') {
    return identity(GITLAB_IDENTITY).replace(/^ *# Answers that are not recorded[^\n]*\n *# from forks[^\n]*\n/m, '');
  }
  return identity(GITHUB_IDENTITY)
    .replace(/^( *)OPENAI_API_KEY: .*\n/gm, (_, indent: string) =>
      OPENAI_NAMES.map((name) => `${indent}${name}: \${{ vars.${name} }}\n`).join(''),
    )
    .replace('Pull requests from forks get no secrets:', 'Pull requests from forks get no token:');
}

/** Names of what was set up at OpenAI; they are no secrets. */
const OPENAI_NAMES = ['OPENAI_IDENTITY_PROVIDER_ID', 'OPENAI_SERVICE_ACCOUNT_ID'] as const;
const GITHUB_IDENTITY = [
  '# To show the identity of the job; pull requests from forks never get this',
  'id-token: write',
];
const GITLAB_IDENTITY = [
  `# Needs the CI/CD variables ${OPENAI_NAMES.join(' and ')}, which are no secrets`,
  'id_tokens:',
  '  OPENAI_IDENTITY_TOKEN:',
  '    aud: https://api.openai.com/v1',
];

/** A project at the root of its repository needs no folder in its workflow. */
function withoutFolder(text: string): string {
  return text
    .replace(/^ *defaults:\n *run:\n *working-directory: "__DIR__"\n/gm, '')
    .replace(/^ *- cd "__DIR__"\n/gm, '')
    .replaceAll('__DIR__/', '');
}
